// A composer: buttons that write Markdown, files, and a draft kept at once on this device, every three seconds by the
// academy, so that it goes on from any device. Listens to the whole page: a form that comes later works as well.
import { announce } from "academy";
import { token } from "../courses/post.js";

const EVERY = 3000; // ms between two savings
const AGAIN = 15_000; // ms until the network is tried again
const NOT_KEPT = ["csrfmiddlewaretoken", "upload", "key", "draft_place", "draft_version", "version"];
const states = new WeakMap();

const composerOf = (element) => element.closest?.("form[data-composer]");
const wordsOf = (form) => form.querySelector("[data-composer-words]")?.dataset ?? {};
const textOf = (form) => form.elements.source;

function ask(url, body, more = {}) {
  const headers = { "X-CSRFToken": token(), "X-Requested-With": "fetch", ...more };
  return fetch(url, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual" });
}

// --- Coming to life ----------------------------------------------------------------------------------------------------

export function wake(root = document) {
  forgetSent(root);
  for (const form of root.querySelectorAll("form[data-composer]")) {
    if (states.has(form)) continue;
    const state = { form, place: form.dataset.draft, version: Number(form.dataset.draftVersion ?? 0), dirty: false, saving: false };
    states.set(form, state);
    for (const tools of form.querySelectorAll("[data-tools]")) tools.hidden = false;
    for (const part of form.querySelectorAll("[data-unscripted]")) part.hidden = true;
    if (state.place) restore(state);
  }
}

// --- The draft ---------------------------------------------------------------------------------------------------------

const keyOf = ({ place }) => `community:${document.body.dataset.person ?? ""}:${place}`;

function contentOf(form) {
  return [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.includes(name) && typeof value === "string");
}

const isEmpty = (form) => ["source", "title", "poll_question"].every((name) => !form.elements[name]?.value?.trim());

function keepHere(state, extra = {}) {
  const kept = { fields: contentOf(state.form), version: state.version, ...extra };
  try {
    localStorage.setItem(keyOf(state), JSON.stringify(kept));
  } catch {
    // A full or forbidden storage only costs the copy on this device.
  }
}

function keptHere(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** What this device could not send before: back in the form, unless another device went on since. */
function restore(state) {
  const kept = keptHere(keyOf(state));
  if (!kept) return;
  if (JSON.stringify(kept.fields) === JSON.stringify(contentOf(state.form))) {
    localStorage.removeItem(keyOf(state));
  } else if (kept.version === state.version) {
    if (kept.sent) state.again = { key: kept.sent, fields: JSON.stringify(kept.fields) };
    fill(state.form, kept.fields);
    say(state, wordsOf(state.form).restored, "check");
    changed(state);
  } else {
    conflict(state, kept.fields, contentOf(state.form), state.version);
  }
}

function fill(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || NOT_KEPT.includes(field.name) || field.type === "hidden" || field.type === "file") continue;
    const found = values.get(field.name);
    if (field.type === "radio" || field.type === "checkbox") field.checked = Boolean(found?.includes(field.value));
    else if (found || field.matches("textarea, input")) field.value = found?.[0] ?? "";
  }
  grow(textOf(form));
}

function changed(state) {
  state.dirty = true;
  keepHere(state);
  state.timer ??= setTimeout(() => save(state), EVERY);
}

async function save(state, leaving = false) {
  clearTimeout(state.timer);
  state.timer = null;
  if (!state.dirty || state.saving || state.conflict || state.sent) return;
  const words = wordsOf(state.form);
  const drop = isEmpty(state.form);
  const body = new FormData();
  for (const [name, value] of contentOf(state.form)) body.append(name, value);
  body.set("draft_place", state.place);
  body.set("draft_version", state.version);
  state.dirty = false;
  state.saving = true;
  try {
    const headers = { "X-CSRFToken": token(), "X-Requested-With": "fetch" };
    const response = await fetch(drop ? words.drop : words.drafts, { method: "POST", body, headers, redirect: "manual", keepalive: leaving });
    const said = response.status === 204 ? { version: 0 } : await response.json();
    if (response.ok) {
      state.version = said.version;
      if (!state.dirty && !state.sent) localStorage.removeItem(keyOf(state));
      say(state, drop ? "" : words.kept?.replace("{time}", clock(words.clock)), "check");
    } else if (response.status === 409) {
      const theirs = Object.entries(said.content ?? {}).flatMap(([name, values]) => values.map((value) => [name, value]));
      conflict(state, contentOf(state.form), theirs, said.version);
    } else {
      say(state, said.error, "alert");
    }
  } catch {
    state.dirty = true;
    keepHere(state);
    say(state, words.local, "cloudoff");
  }
  state.saving = false;
  if (state.dirty && !state.conflict) state.timer ??= setTimeout(() => save(state), state.version ? EVERY : AGAIN);
}

/** Two devices wrote: nothing is overwritten before the person has chosen. */
function conflict(state, mine, theirs, version) {
  const box = state.form.querySelector("[data-draft-conflict]");
  if (!box) return;
  state.conflict = { mine, theirs, version };
  box.hidden = false;
  announce(box.querySelector("b").textContent);
}

function choose(state, which) {
  const { mine, theirs, version } = state.conflict;
  state.conflict = null;
  state.version = version;
  state.form.querySelector("[data-draft-conflict]").hidden = true;
  fill(state.form, which === "mine" ? mine : theirs);
  changed(state);
  textOf(state.form).focus();
}

function say(state, sentence = "", icon = "check") {
  const line = state.form.querySelector("[data-draft-state]");
  if (!line || line.textContent === sentence) return;
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  line.replaceChildren();
  if (!sentence) return;
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#i-${icon}`);
  drawing.append(use);
  const words = document.createElement("span");
  words.textContent = sentence;
  line.append(drawing, words);
}

function clock(pattern = "{hour}:{minute}") {
  const now = new Date();
  return pattern.replace("{hour}", now.getHours()).replace("{minute}", String(now.getMinutes()).padStart(2, "0"));
}

/** What a copy is sent as: the key of a new post; for another wording, the post and the version it replaces. */
function sentAs({ form, place }) {
  return form.elements.key?.value ?? `${place?.split(":")[1]}/${form.elements.version?.value}`;
}

/** What has arrived needs no copy here: the page shows the very post whose key the copy was sent with. */
function forgetSent(root) {
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith("community:"))) {
    const [id, version] = keptHere(key)?.sent?.split("/") ?? [];
    const post = id && root.querySelector(`[data-post="${CSS.escape(id)}"]`);
    if (post && (!version || Number(post.dataset.version) > Number(version))) localStorage.removeItem(key);
  }
}

document.addEventListener("input", ({ target }) => {
  const state = states.get(composerOf(target));
  if (!state) return;
  if (target === textOf(state.form)) {
    grow(target);
    state.form.dispatchEvent(new CustomEvent("composer:typing", { bubbles: true }));
  }
  if (state.place && target.type !== "file") changed(state);
});

document.addEventListener("submit", async (event) => {
  const state = states.get(composerOf(event.target));
  if (!state || event.submitter?.formAction?.includes("/drafts/")) return;
  clearTimeout(state.timer);
  // The same text sent again after a cut is the same message, should the first one have arrived after all.
  const { key } = state.form.elements;
  if (key && state.again?.fields === JSON.stringify(contentOf(state.form))) key.value = state.again.key;
  if (!document.getElementById("thread")?.dataset.away && navigator.onLine) {
    state.sent = true;
    if (state.place) keepHere(state, { sent: sentAs(state) });
    return;
  }
  // The network was last seen away: leaving the page would show the browser's own error instead of the text.
  event.preventDefault();
  event.stopImmediatePropagation();
  if (state.place) keepHere(state);
  if (await answers(wordsOf(state.form).drafts)) {
    state.sent = true;
    if (state.place) keepHere(state, { sent: sentAs(state) });
    state.form.submit();
  } else {
    say(state, wordsOf(state.form).unsent, "cloudoff");
    announce(wordsOf(state.form).unsent);
  }
}, true);

const answers = (address) => fetch(address, { method: "HEAD", cache: "no-store", redirect: "manual" }).then(() => true, () => false);

addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  for (const form of document.querySelectorAll("form[data-composer]")) if (states.has(form)) states.get(form).sent = false;
});
addEventListener("online", () => { for (const form of document.querySelectorAll("form[data-composer]")) if (states.has(form)) save(states.get(form)); });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden") return;
  for (const form of document.querySelectorAll("form[data-composer]")) if (states.get(form)?.dirty) save(states.get(form), true);
});

// --- Buttons that write Markdown -----------------------------------------------------------------------------------------

/** Replace the selection as typing would, so that it can be undone; then select `length` characters from `start`. */
function write(area, words, start, length) {
  const from = area.selectionStart;
  area.focus();
  // The one way that leaves the browser's own undo whole.
  if (!document.execCommand("insertText", false, words)) {
    area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(from + start, from + start + length);
}

const chosen = (area) => area.value.slice(area.selectionStart, area.selectionEnd);

function around(area, mark, usual) {
  const words = chosen(area) || usual;
  write(area, `${mark}${words}${mark}`, mark.length, words.length);
}

function before(area, mark, usual) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  area.setSelectionRange(start, area.selectionEnd);
  const words = chosen(area) || usual;
  const lines = words.split("\n").map((line) => `${mark}${line}`).join("\n");
  const lead = start > 0 && area.value[start - 2] !== "\n" ? "\n" : "";
  write(area, `${lead}${lines}`, lead.length + mark.length, lines.length - mark.length);
}

const tools = {
  bold: (area, words) => around(area, "**", words.bold),
  list: (area, words) => before(area, "- ", words.item),
  quote: (area, words) => before(area, "> ", words.quote),
  code(area, words) {
    if (!chosen(area).includes("\n")) { around(area, "`", words.code); return; }
    const text = chosen(area);
    write(area, `\n\`\`\`\n${text}\n\`\`\`\n`, 5, text.length);
  },
  link(area, words) {
    const text = chosen(area);
    if (/^https?:\/\/\S+$/.test(text)) write(area, `[${words.link}](${text})`, 1, words.link.length);
    else write(area, `[${text || words.link}](${words.address})`, (text || words.link).length + 3, words.address.length);
  },
  file: (area) => openFiles(area.form),
  preview: (area, _words, button) => preview(area, button),
};

document.addEventListener("click", ({ target }) => {
  const form = composerOf(target);
  const state = form && states.get(form);
  if (!state) return;
  const tool = target.closest("[data-tool]");
  if (tool) tools[tool.dataset.tool](textOf(form), wordsOf(form), tool);
  const take = target.closest("[data-take]");
  if (take) choose(state, take.dataset.take);
  if (target.closest("[data-file-send]")) sendFile(form);
  if (target.closest("[data-file-cancel]")) form.querySelector("[data-file-dialog]").close();
});

document.addEventListener("keydown", (event) => {
  const form = composerOf(event.target);
  if (!form || !states.has(form) || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  if (event.target.closest("[data-file-dialog]")) return;
  const tool = { b: "bold", k: "link" }[event.key.toLowerCase()];
  if (tool && event.target === textOf(form)) {
    event.preventDefault();
    tools[tool](event.target, wordsOf(form));
  } else if (event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit();
  }
});

function grow(area) {
  if (!area || CSS.supports("field-sizing", "content")) return;
  area.rows = Math.min(20, Math.max(5, area.value.split("\n").length + 1));
}

async function preview(area, button) {
  const { form } = area;
  let box = form.querySelector("[data-preview-box]");
  if (button.getAttribute("aria-pressed") === "true") {
    button.setAttribute("aria-pressed", "false");
    box.hidden = true;
    area.hidden = false;
    area.focus();
    return;
  }
  const body = new FormData();
  for (const [name, value] of contentOf(form)) body.append(name, value);
  const response = await ask(button.dataset.preview, body, { "HX-Request": "true" }).catch(() => null);
  if (!response?.ok) { announce(document.getElementById("status").dataset.failed); return; }
  if (!box) {
    box = document.createElement("div");
    box.className = "prose preview";
    box.dataset.previewBox = "";
    box.tabIndex = -1;
    area.after(box);
  }
  box.innerHTML = await response.text(); // cleaned by the server, which is what wrote it
  box.hidden = false;
  area.hidden = true;
  button.setAttribute("aria-pressed", "true");
  box.focus();
}

// --- Files -----------------------------------------------------------------------------------------------------------------

const inDialog = (form, name) => form.querySelector(`[data-file-dialog] [data-${name}]`);

function openFiles(form, files = null) {
  const dialog = form.querySelector("[data-file-dialog]");
  const field = inDialog(form, "file");
  field.value = "";
  inDialog(form, "alt").value = "";
  if (files) field.files = files;
  tell(form, "");
  showAlt(form);
  dialog.showModal();
}

function showAlt(form) {
  const [file] = inDialog(form, "file").files;
  inDialog(form, "alt-field").hidden = !file?.type.startsWith("image/");
}

function tell(form, sentence) {
  const line = inDialog(form, "file-error");
  line.hidden = !sentence;
  line.querySelector("span").textContent = sentence;
}

async function sendFile(form) {
  const told = wordsOf(form);
  const [file] = inDialog(form, "file").files;
  const alt = inDialog(form, "alt").value.trim();
  if (!file) { tell(form, told.choose); inDialog(form, "file").focus(); return; }
  if (file.type.startsWith("image/") && !alt) { tell(form, told.alt); inDialog(form, "alt").focus(); return; }
  const button = inDialog(form, "file-send");
  button.setAttribute("aria-busy", "true");
  const body = new FormData();
  body.set("upload", file);
  body.set("alt", alt);
  try {
    const response = await ask(told.files, body);
    const sent = await response.json();
    if (!response.ok) {
      tell(form, sent.error);
      // The server knows an image that this device does not tell by its name.
      if (sent.code === "alt") { inDialog(form, "alt-field").hidden = false; inDialog(form, "alt").focus(); }
      return;
    }
    form.querySelector("[data-file-dialog]").close();
    const name = (sent.alt || sent.name).replace(/[[\]\\]/g, "\\$&");
    const area = textOf(form);
    area.setSelectionRange(area.selectionEnd, area.selectionEnd); // what is chosen stays
    const words = sent.is_image ? `\n![${name}](${sent.url})\n` : `[${name}](${sent.url})`;
    write(area, words, words.length, 0);
  } catch {
    tell(form, told.failed);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("change", ({ target }) => {
  if (target.matches?.("[data-file-dialog] [data-file]")) showAlt(composerOf(target));
});
for (const kind of ["paste", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = composerOf(event.target);
    const files = (event.clipboardData ?? event.dataTransfer)?.files;
    if (!form || !files?.length || event.target !== textOf(form) || !form.querySelector("[data-file-dialog]")) return;
    event.preventDefault();
    openFiles(form, files);
  });
}

wake();
document.addEventListener("htmx:load", ({ target }) => wake(target.parentElement ?? document));
