// An open conversation: a message that arrives is asked from the page itself, and read at once.
import { Live } from "../kit/live.js";

const talk = document.getElementById("talk");

function refresh() {
  if (document.visibilityState === "hidden") return;
  window.htmx.ajax("GET", location.pathname, { target: "#log", swap: "outerHTML" });
}

if (talk && !new URLSearchParams(location.search).has("before")) {
  let missed = false;
  const hear = (event) => {
    if (event.type !== "private" || event.conversation !== talk.dataset.talk) return;
    missed = document.visibilityState === "hidden";
    refresh();
  };
  document.addEventListener("visibilitychange", () => {
    if (!missed || document.visibilityState === "hidden") return;
    missed = false;
    refresh();
  });
  const live = new Live("/ws/community/", { onEvent: hear, onRefused: () => {} });
  live.open();
  addEventListener("pagehide", () => live.close());
  addEventListener("pageshow", ({ persisted }) => { if (persisted) { live.open(); refresh(); } });
}
