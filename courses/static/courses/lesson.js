// A lesson being read: remembers the exact place, tells the server how long the page was in sight,
// keeps private notes as they are written, loads a hosted video only when asked.
import { beat } from "./heartbeat.js";
import { autosave } from "./autosave.js";
import "./embed.js";

const article = document.querySelector("[data-lesson]");

if (article?.dataset.touch) {
  const parts = [...article.querySelectorAll("[data-part]")];
  resume(parts);
  let reading = "";
  // The part that crosses the upper third of the screen is the one being read.
  const observer = new IntersectionObserver(
    (entries) => entries.forEach((entry) => entry.isIntersecting && (reading = entry.target.id)),
    { rootMargin: "-30% 0px -60% 0px" },
  );
  parts.forEach((part) => observer.observe(part));
  beat(article.dataset.touch, () => reading);
}

document.querySelectorAll("form[data-autosave]").forEach((form) => autosave(form, { delay: 3000 }));

function resume(parts) {
  const id = article.dataset.position;
  if (!id || location.hash || history.state?.read) return;
  const place = document.getElementById(id);
  if (place && parts.indexOf(place) > 0) place.scrollIntoView();
}
