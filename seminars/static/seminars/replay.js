// A replay: what stands beside the film keeps in step with it, a tap on a time goes there, and the server is told which
// pieces of ten seconds were played through. Without this file the film plays, and times open it at their place.
import { post } from "../courses/post.js";

const PIECE = 10;
const EVERY = 30_000;
const root = document.querySelector("[data-replay]");
const player = root?.querySelector("video, audio");
if (player) start();

function start() {
  const moments = [...root.querySelectorAll(".moments > [data-at]")];
  const chapters = [...root.querySelectorAll(".chapters [data-seek]")];
  const follow = root.querySelector("[data-follow]");
  const speeds = root.querySelector("[data-speeds]");
  follow.hidden = speeds.hidden = false;

  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-seek]");
    if (!link) return;
    event.preventDefault();
    const at = Number(link.dataset.seek);
    if (player.readyState > 0) player.currentTime = at;
    else player.addEventListener("loadedmetadata", () => { player.currentTime = at; }, { once: true });
    player.play().catch(() => {});
  });

  speeds.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-speed]");
    if (!chosen) return;
    player.playbackRate = Number(chosen.dataset.speed);
    for (const button of speeds.querySelectorAll("[data-speed]")) button.setAttribute("aria-pressed", button === chosen);
  });

  let shown = null;
  const show = () => {
    const at = player.currentTime;
    mark(chapters, chapters.findLast((link) => Number(link.dataset.seek) <= at));
    const current = moments.findLast((item) => Number(item.dataset.at) <= at);
    if (current === shown) return;
    shown = current;
    mark(moments, current);
    // Only on a wide screen, where both are in sight: a phone keeps its film.
    if (current && follow.querySelector("input").checked && matchMedia("(min-width: 70em)").matches) {
      current.scrollIntoView({ block: "nearest", behavior: "instant" });
    }
  };

  measure(show);
}

function mark(items, current) {
  for (const item of items) {
    if (item === current) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

function measure(show) {
  const played = new Map(); // seconds played of each piece not yet told
  const told = new Set();
  const last = Math.ceil(Number(root.dataset.seconds) / PIECE) - 1;
  let before = 0;

  player.addEventListener("timeupdate", () => {
    const now = player.currentTime;
    const step = now - before;
    if (step > 0 && step < 3) {
      const piece = Math.floor(before / PIECE);
      played.set(piece, (played.get(piece) ?? 0) + step);
    }
    before = now;
    show();
  });
  player.addEventListener("seeking", () => { before = player.currentTime; });

  const whole = (piece) => (piece === last ? Number(root.dataset.seconds) - last * PIECE : PIECE) * 0.8;
  const tell = (leaving = false) => {
    const fresh = [...played].filter(([piece, seconds]) => !told.has(piece) && seconds >= whole(piece)).map(([piece]) => piece);
    if (!fresh.length) return;
    for (const piece of fresh) told.add(piece);
    post(root.dataset.watched, { pieces: fresh.join(","), position: Math.floor(player.currentTime) }, { keepalive: leaving })
      .catch(() => { for (const piece of fresh) told.delete(piece); }); // told next time
  };
  setInterval(tell, EVERY);
  for (const event of ["pause", "ended"]) player.addEventListener(event, () => tell());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") tell(true); });
}
