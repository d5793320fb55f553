// An open list of threads: says that something moved, and is asked again when its reader wants; by itself, when she comes
// back to the page. It never moves under her finger.
import { announce } from "academy";
import { Live } from "../kit/live.js";

const line = () => document.querySelector("[data-moved]");
let known = line();
let moved = false;

function hear(event) {
  const { until, space } = line()?.dataset ?? {};
  const isHere = (id) => !space || id === space;
  if (event.type === "moved" && isHere(event.space)) note();
  if (event.type !== "snapshot") return;
  const now = Object.entries(event.moved).reduce((sum, [id, number]) => (isHere(id) ? sum + number : sum), 0);
  if (now > Number(until)) note();
}

function note() {
  if (!line()) return; // an older page of the list
  if (document.visibilityState === "hidden") { moved = true; return; }
  if (!line().hidden) return;
  line().hidden = false;
  announce(line().textContent.trim());
}

function refresh() {
  moved = false;
  window.htmx.trigger(line()?.querySelector("a"), "click");
}

const live = new Live("/ws/community/spaces/", { onEvent: hear });
live.open();
document.addEventListener("visibilitychange", () => { if (moved && document.visibilityState === "visible") refresh(); });
document.addEventListener("htmx:afterSettle", () => {
  if (!line() || line() === known) return;
  known = line();
  document.dispatchEvent(new Event("recount"));
});
addEventListener("pagehide", () => live.close());
addEventListener("pageshow", ({ persisted }) => { if (persisted) live.open(); });
