// Tells the server every 30 seconds that a page is in sight; the server caps and merges what it hears.
import { post } from "./post.js";

const EVERY = 30;

export function beat(url, position = () => "") {
  let since = performance.now();
  let seen = 0; // milliseconds in sight, not yet told
  let told = null;

  const count = () => {
    const now = performance.now();
    if (document.visibilityState === "visible") seen += now - since;
    since = now;
  };

  const tell = (leaving = false) => {
    const seconds = Math.min(60, Math.floor(seen / 1000));
    const place = position();
    if (seconds < 1 && place === told) return;
    seen = 0;
    told = place;
    post(url, { seconds, position: place }, { keepalive: leaving }).catch(() => {
      seen += seconds * 1000; // told next time; the server never counts more than the clock
      told = null;
    });
  };

  setInterval(() => {
    count();
    tell();
  }, EVERY * 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      seen += performance.now() - since;
      since = performance.now();
      tell(true);
    } else {
      since = performance.now();
    }
  });
  // The first word, soon after opening: the lesson is started, this is the place.
  setTimeout(() => {
    count();
    tell();
  }, 3000);
}
