// A lesson being read: remembers the exact place, tells the server how long the page was in sight,
// keeps private notes as they are written, loads a hosted video only when asked. "I have finished" waits for the network.
import { beat } from "./heartbeat.js";
import { toast } from "academy";
import { autosave, hold, kept, keyOf, tries } from "./autosave.js";
import { post } from "./post.js";

const READING_LINE = 0.35; // of the height of the screen: what crosses it is what is being read

const article = document.querySelector("[data-lesson]");

if (article?.dataset.touch) {
  const parts = [...article.querySelectorAll("[data-part]")];
  resume(parts);
  beat(article.dataset.touch, () => placeOf(parts));
}

if (document.querySelector("a[data-player]")) import("./embed.js");
document.querySelectorAll("form[data-autosave]").forEach((form) => autosave(form, { delay: 3000 }));

const ending = document.querySelector("form[data-finish]");
if (ending) finishing(ending);
if (location.hash === "#finished") document.getElementById("finished")?.focus();

function finishing(form) {
  const key = keyOf(form.action);
  const words = document.getElementById("autosave-words").dataset;
  const retry = tries(() => send());

  async function send(pressed = false) {
    retry.stop();
    try {
      await post(form.action, new FormData(form));
      localStorage.removeItem(key);
      // The page of now says that it is finished, or why it is not.
      history.scrollRestoration = "manual";
      history.replaceState(null, "", "#finished");
      location.reload();
    } catch ({ status }) {
      hold(key, []);
      const refused = status < 500; // not when nothing answered
      if (!refused) retry.wait();
      if (!pressed) return;
      if (refused) location.reload(); // by way of signing in, and back here
      dispatchEvent(new Event("waiting"));
      toast(words.finished);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(true);
  });
  if (kept(key)) send();
}

// A place is a part and, inside it, the rank of the paragraph, item or row: a long text is not read again from its top,
// and a wider screen finds the same words.
function placeOf(parts) {
  const line = innerHeight * READING_LINE;
  const part = parts.findLast((one) => one.getBoundingClientRect().top <= line);
  if (!part || part.getBoundingClientRect().bottom < 0) return "";
  const rank = piecesOf(part).findLastIndex((piece) => piece.getBoundingClientRect().top <= line);
  return rank > 0 ? `${part.id}~${rank}` : part.id;
}

function piecesOf(part) {
  return [...part.querySelectorAll("p, li, h2, h3, tr, pre, figure, blockquote")];
}

function resume(parts) {
  if (!article.dataset.position || location.hash) return;
  const [id, rank = "0"] = article.dataset.position.split("~");
  const part = parts.find((one) => one.id === id);
  if (!part || (part === parts[0] && rank === "0")) return;
  const pieces = piecesOf(part);
  const place = Number(rank) ? (pieces[Math.min(rank, pieces.length - 1)] ?? part) : part;
  // Just above the line where it was read: coming back moves nothing, however often.
  scrollBy({ top: place.getBoundingClientRect().top - innerHeight * (READING_LINE - 0.05), behavior: "instant" });
  const told = document.getElementById("resumed").content.cloneNode(true).firstElementChild;
  document.getElementById("toasts").append(told);
  // Nothing that is reached by keyboard stays under it.
  addEventListener("focusin", ({ target }) => { if (!told.contains(target)) told.remove(); });
}
