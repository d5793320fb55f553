// How much is unread behind an entry of the navigation, kept right while the page is looked at.
import { Live } from "../kit/live.js";

const MOST = 99;

for (const entry of document.querySelectorAll("[data-unread]")) {
  const count = entry.querySelector(".nav-count");
  const show = ({ unread }) => {
    if (unread === undefined) return;
    count.hidden = unread === 0;
    count.querySelector("b").textContent = unread > MOST ? `${MOST}+` : unread;
  };
  // A door that stays shut costs the number only.
  const live = new Live(entry.dataset.unread, { onEvent: show, onRefused: () => { count.hidden = true; } });
  const look = () => (document.visibilityState === "visible" ? live.open() : live.close());
  document.addEventListener("visibilitychange", look);
  document.addEventListener("recount", () => live.send("resume", { since: 0 }));
  addEventListener("pagehide", () => live.close());
  addEventListener("pageshow", ({ persisted }) => { if (persisted) look(); });
  look();
}
