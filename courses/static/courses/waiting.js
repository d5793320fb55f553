// What was written without a network leaves from whichever page of the academy is opened next: it is what autosave.js has
// kept, sent as its own page would send it, with the token of that page as it is now.
import { fill, kept, keyOf } from "./autosave.js";

const OURS = /^\/(lessons|attempts)\//;

// True when something was sent. Raises when the network leaves again: what is left waits for the next page.
export async function send() {
  let leaving = false;
  const leave = () => { leaving = true; };
  addEventListener("beforeunload", leave);
  try {
    return await sendAll(() => leaving);
  } finally {
    removeEventListener("beforeunload", leave);
  }
}

// The page that is being opened may have been written before what is sent now: there, the copy still counts.
async function sendAll(isLeaving) {
  const here = [...document.forms].map(({ action }) => action);
  let sent = false;
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(keyOf(""))) continue;
    const address = key.slice(keyOf("").length);
    // A form of this very page sends its own; what was refused is not asked about on every page.
    if (here.includes(address) || !OURS.test(new URL(address).pathname) || sessionStorage.getItem(key)) continue;
    const before = localStorage.getItem(key);
    if (!(await left(address, kept(key)))) sessionStorage.setItem(key, "refused");
    else if (localStorage.getItem(key) === before && !isLeaving()) {
      localStorage.removeItem(key);
      sent = true;
    }
  }
  if (sent) dispatchEvent(new Event("waiting"));
  return sent;
}

// Whether nothing is left to send of it.
async function left(address, { page, fields }) {
  const answer = await fetch(page);
  if (!answer.ok || answer.redirected) return false; // not hers to send now: it stays here
  const forms = new DOMParser().parseFromString(await answer.text(), "text/html").forms;
  const form = [...forms].find(({ action }) => action === address);
  if (!form) return !fields.length; // finished meanwhile; a note whose place is gone stays here
  if ("quiz" in form.dataset && !("outbox" in form.dataset)) return true; // answered for good meanwhile
  fill(form, fields);
  const body = new FormData(form);
  for (const [name, value] of fields) if (!form.elements.namedItem(name)) body.set(name, value);
  const response = await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  return response.ok && !new URL(response.url).pathname.startsWith("/accounts/");
}
