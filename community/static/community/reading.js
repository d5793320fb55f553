// Until where one has read: said by the page itself once a message was on screen for a moment.
import { post } from "../courses/post.js";

const SEEN = 1500; // ms that a message must be on screen
const WAIT = 2000; // ms between two words to the server

const form = document.querySelector("[data-read-to]");
const list = document.querySelector("[data-posts]");

if (form && list && "IntersectionObserver" in window) {
  form.hidden = true;
  let said = 0;
  let seen = 0;
  let timer = 0;
  const waiting = new Map();

  const tell = () => {
    timer = 0;
    if (seen <= said) return;
    const until = seen;
    post(form.action, { until }).then(() => { said = until; }, () => { form.hidden = false; });
  };
  const note = (article) => {
    if (document.visibilityState === "hidden") return;
    seen = Math.max(seen, Number(article.dataset.number) || 0);
    timer ||= setTimeout(tell, WAIT);
  };
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(waiting.get(target));
      if (isIntersecting) waiting.set(target, setTimeout(note, SEEN, target));
    }
  }, { rootMargin: "0px 0px -10% 0px" });
  const watch = () => list.querySelectorAll("[data-post]").forEach((article) => observer.observe(article));
  watch();
  new MutationObserver(watch).observe(list, { childList: true });
  addEventListener("pagehide", tell);
}
