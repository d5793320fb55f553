// The lessons saved in this browser. Without a network this page stands for any that is not saved: it says so then.
import { openable, plans, questions } from "offline";

const away = "offline" in document.body.dataset;
const heading = document.querySelector("h1");
const list = document.getElementById("saved");

if (away) {
  heading.textContent = heading.dataset.away;
  document.title = document.title.replace(/^.*(?= – )/, heading.dataset.away);
  const asked = location.pathname;
  const what = asked.includes("/quizzes/") || asked.startsWith("/attempts/") ? "questions" : asked === "/offline/" ? "" : "page";
  for (const part of document.querySelectorAll("[data-away-from]")) part.hidden = part.dataset.awayFrom !== what;
  const again = document.querySelector("[data-again]");
  again.hidden = !what;
  // A form is not sent twice: back to the page it was on.
  const back = () => (asked.includes("/quizzes/") ? history.back() : location.reload());
  again.addEventListener("click", back);
  addEventListener("back", back);
  // "Go on with the questions": to the first that nothing waits to be sent for.
  if (asked.includes("/quizzes/")) {
    const kept = await questions(asked.replace(/quizzes\/.*/, ""));
    const waits = (url) => localStorage.getItem(`draft:${document.body.dataset.person}:${location.origin}${url}`);
    const next = kept.find((url) => !waits(url)) ?? kept[0];
    if (next) location.replace(next);
  }
}

for (const plan of window.caches ? (await plans()).values() : []) {
  const lessons = await openable(plan);
  if (!lessons.length) continue;
  const part = document.getElementById("saved-module").content.cloneNode(true);
  const title = part.querySelector("h2");
  title.querySelector("[data-title]").textContent = plan.title;
  title.querySelector("[data-number]").textContent = plan.number;
  const row = part.querySelector("li");
  row.before(...lessons.map((lesson) => {
    const one = row.cloneNode(true);
    one.querySelector("a").href = lesson.url;
    one.querySelector("[data-title]").textContent = lesson.title;
    return one;
  }));
  row.remove();
  for (const words of part.querySelectorAll("[data-title]")) words.lang = plan.language;
  list.append(part);
}
document.querySelector("[data-nothing]").hidden = list.hasChildNodes();
