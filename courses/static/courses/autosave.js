// Saves a form while it is filled in: after a pause, when the page is hidden, and again when the network is back.
// What the network could not take stays in this browser until it has been sent, for whoever wrote it: the next person who
// signs in here finds nothing of it.
import { post } from "./post.js";

// Milliseconds before each next try while the academy does not answer: a phone may well believe it has a network, and a
// network that comes back is often there a moment after it says so.
const PAUSES = [1_000, 3_000, 7_000, 15_000];

// Tries again later and later, and at once when the network is back: `wait` asks for the next try, `stop` for none.
export function tries(again) {
  let timer = null;
  let count = 0;
  const stop = () => {
    clearTimeout(timer);
    timer = null;
  };
  const now = () => {
    stop();
    again();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(now, PAUSES[Math.min(count++, PAUSES.length - 1)]);
  };
  addEventListener("online", () => {
    count = 0;
    if (timer) now();
  });
  return { wait, stop };
}

// Where a form's copy is kept.
export const keyOf = (address) => `draft:${document.body.dataset.person ?? ""}:${address}`;

// The copy: the page that the form stands on, and its fields.
export function kept(key) {
  try {
    const copy = JSON.parse(localStorage.getItem(key) ?? "null");
    return Array.isArray(copy) ? { page: location.pathname, fields: copy } : copy;
  } catch {
    return null;
  }
}

export function hold(key, fields) {
  try {
    localStorage.setItem(key, JSON.stringify({ page: location.pathname, fields }));
  } catch {
    // A full or forbidden storage only costs the local copy.
  }
}

export function autosave(form, { delay = 800, extra = {} } = {}) {
  const status = form.querySelector("[data-saved]") ?? document.querySelector("[data-saved]");
  const words = document.getElementById("autosave-words")?.dataset ?? {};
  const key = keyOf(form.action);
  let timer = null; // until the next pause in the writing
  let dirty = false;

  const fields = () => {
    const data = new FormData(form);
    Object.entries(extra).forEach(([name, value]) => data.set(name, value));
    return data;
  };

  const say = (text, waits = false) => {
    if (!status || !text) return;
    status.textContent = text;
    status.classList.toggle("badge-offline", waits);
  };

  // What the server has of each text: another device may go on from there while this one is away.
  const known = new Map([...form.querySelectorAll("textarea")].map((field) => [field.name, field.defaultValue]));

  const keep = (data = fields()) => {
    const plain = [...data].filter(([name]) => name !== "csrfmiddlewaretoken");
    hold(key, plain.map(([name, value]) => [name, value, known.get(name)]));
  };

  const save = async (leaving = false) => {
    if (!dirty) return;
    rest();
    dirty = false;
    const sent = fields();
    try {
      await post(form.action, sent, { keepalive: leaving });
      for (const name of known.keys()) known.set(name, sent.get(name));
      if (!dirty) localStorage.removeItem(key);
      say((words.kept ?? "").replace("{time}", clock(new Date(), words.clock)));
    } catch {
      dirty = true;
      keep();
      say(words.waiting, true);
      dispatchEvent(new Event("waiting"));
      retry.wait();
    }
  };
  const retry = tries(() => save());
  const rest = () => {
    clearTimeout(timer);
    retry.stop();
  };

  const copy = kept(key);
  // A final answer waits without what marks a draft: it is for the page to send.
  const final = Boolean(copy) && Object.keys(extra).some((name) => !copy.fields.some(([kept]) => kept === name));
  if (copy) {
    fill(form, copy.fields);
    dirty = true;
    if (!final) save();
  }
  form.addEventListener("input", () => {
    dirty = true;
    keep();
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  });
  form.addEventListener("submit", rest);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));
  // The final answer is on the server: nothing of the draft may leave after it.
  const forget = () => {
    rest();
    dirty = false;
    localStorage.removeItem(key);
  };
  // A final answer that could not leave: kept as it was given, and said where the person looks.
  const wait = () => {
    keep(new FormData(form));
    say(words.waiting, true);
    dispatchEvent(new Event("waiting"));
    status?.scrollIntoView({ block: "nearest" });
  };
  return { save, forget, wait, final };
}

// A time of day as the pages write it: `pattern` is in the words of the language.
function clock(now, pattern = "{hour}:{minute}") {
  return pattern.replace("{hour}", now.getHours()).replace("{minute}", String(now.getMinutes()).padStart(2, "0"));
}

// Writes into a form what was kept of it.
export function fill(form, fields) {
  const values = new Map();
  const known = new Map();
  for (const [name, value, text] of fields) {
    values.set(name, [...(values.get(name) ?? []), value]);
    known.set(name, text);
  }
  for (const field of form.elements) {
    if (!values.has(field.name) || field.type === "hidden") continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.get(field.name).includes(field.value);
    else field.value = both(values.get(field.name)[0], known.get(field.name), field);
  }
}

// The text that waited here; under the one of another device, where that has gone on meanwhile: nothing is lost.
function both(waited, known, { type, defaultValue }) {
  if (type !== "textarea") return waited;
  const theirs = defaultValue.trim();
  if (theirs === known?.trim() || waited.includes(theirs)) return waited;
  return theirs.includes(waited.trim()) ? theirs : `${theirs}\n\n${waited}`; // it may have been sent already
}
