// "Save offline" on the page of a module: says how heavy it is, saves it once that is agreed to, takes it away again.
import { ask, plans, remove, save } from "./offline.js";

const place = document.querySelector("[data-plan]");

if (place && navigator.serviceWorker && window.caches) {
  const { plan: address, ...words } = place.dataset;
  const go = place.querySelector("[data-save]");
  const away = place.querySelector("[data-remove]");
  const said = place.querySelector("[role=status]");
  const label = go.querySelector("span");
  const first = label.textContent;
  let plan = null;

  const show = (sentence, { saved = false, again = false } = {}) => {
    const held = place.contains(document.activeElement);
    said.textContent = sentence;
    go.hidden = saved;
    away.hidden = !(saved || again);
    label.textContent = again ? words.again : plan ? words.sized.replace("{size}", plan.size) : first;
    for (const link of place.querySelectorAll("[data-saved]")) link.hidden = !saved;
    if (held && document.activeElement === document.body) said.focus();
  };

  const fill = async () => {
    const total = plan.lessons.length;
    await navigator.serviceWorker.register("/sw.js");
    navigator.storage?.persist?.();
    await save(address, plan, (n) => { said.textContent = words.saving.replace("{n}", n).replace("{total}", total); });
    show(words.done.replace("{size}", plan.size), { saved: true });
  };

  go.addEventListener("click", async () => {
    if (go.ariaBusy === "true") return;
    go.ariaBusy = "true";
    try {
      if (plan) await fill();
      else {
        plan = await ask(address);
        // Going on with what was begun: its weight was agreed to.
        if ((await plans()).has(address)) await fill();
        else show(words.agree);
      }
    } catch (error) {
      const begun = (await plans()).has(address);
      show(error.name === "QuotaExceededError" ? words.full : words.cut, { again: begun });
    } finally {
      go.ariaBusy = "false";
    }
  });

  away.addEventListener("click", async () => {
    await remove(address);
    plan = null;
    show(words.removed);
  });

  const kept = (await plans()).get(address);
  if (kept?.done) show(words.done.replace("{size}", kept.size), { saved: true });
  else if (kept) show(words.partly, { again: true });
  place.hidden = false;
  if (location.hash === `#${place.id}`) place.scrollIntoView();
}
