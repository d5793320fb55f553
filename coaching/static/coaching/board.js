// Chat, list and notes: what is written in the room. Everything others wrote is shown as text, never as HTML.
import { announce } from "academy";

const NOTES_PAUSE = 1_200; // ms without typing before the notes are saved
const SAY_AGAIN = 3_000; // ms between two announcements

const find = (name) => document.querySelector(`[data-${name}]`);
const make = (tag, text, className) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
};

export class Board {
  constructor(live, words, zone) {
    Object.assign(this, { live, words, zone, me: "", version: 0, theirs: null, loaded: false });
    this.waiting = new Map(); // messages the server has not confirmed
    this.fresh = []; // messages to announce
    this.store = `notes:${location.pathname}`;
    this.notes = find("notes");
    find("say").addEventListener("submit", (event) => this.#say(event));
    find("add").addEventListener("submit", (event) => this.#add(event));
    find("say").elements.text.addEventListener("input", () => this.#typing());
    this.notes.addEventListener("input", () => this.#noted());
    for (const button of document.querySelectorAll("[data-keep]")) button.addEventListener("click", () => this.#keep(button.dataset.keep));
  }

  /** The fields open when the connection is there for the first time; they never close again. */
  ready(hello) {
    this.me = hello.person;
    find("before").hidden = true;
    for (const field of document.querySelectorAll(".board :disabled")) field.disabled = false;
    for (const [id, text] of this.waiting) this.live.send("say", { id, text });
    if (this.loaded && this.notes.value !== this.saved) this.#save();
  }

  hear(event) {
    if (event.type === "snapshot") this.#fill(event);
    else if (event.type === "message") this.#show(event, true);
    else if (event.type === "said") this.#said(event.id);
    else if (event.type === "item") this.#item(event);
    else if (event.type === "item-removed") this.#removed(event.id);
    else if (event.type === "notes") this.#theirNotes(event);
    else if (event.type === "notes-saved") this.#notesSaved(event.version);
    else if (event.type === "typing") this.#theirTyping(event.name);
    else if (event.type === "refused") this.#refused(event);
  }

  #fill(snapshot) {
    for (const message of snapshot.messages) this.#show(message, false);
    const ids = new Set(snapshot.items.map((item) => item.id));
    for (const row of [...find("items").children]) if (!ids.has(row.dataset.id)) row.remove();
    for (const item of snapshot.items) this.#item(item);
    this.#listed();
    this.#theirNotes(snapshot.notes);
    if (!this.loaded) this.#recover();
    this.loaded = true;
  }

  // --- Chat -----------------------------------------------------------------------------------------------------------

  #say(event) {
    event.preventDefault();
    const field = event.target.elements.text;
    const text = field.value.trim();
    if (!text) return;
    const id = crypto.randomUUID();
    this.waiting.set(id, text);
    const row = make("li", "", "waiting");
    row.dataset.id = id;
    row.append(make("span", text), make("span", this.words.not_sent, "fine"));
    find("chat").append(row);
    row.scrollIntoView({ block: "nearest" });
    this.live.send("say", { id, text });
    field.value = "";
    field.focus();
  }

  #said(id) { this.waiting.delete(id); }

  #show(message, isNew) {
    const list = find("chat");
    const known = [...list.children].find((row) => row.dataset.id === message.id);
    if (known && !known.classList.contains("waiting")) return;
    known?.remove();
    this.waiting.delete(message.id);
    const row = make("li");
    row.dataset.id = message.id;
    row.dataset.n = message.n;
    const sign = make("span", message.initials, "avatar");
    sign.setAttribute("aria-hidden", "true");
    const head = make("span");
    const time = make("time", new Date(message.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: this.zone }));
    time.dateTime = message.at;
    head.append(make("b", message.person === this.me ? this.words.you : message.name), " ", time);
    row.append(sign, head, make("span", message.text, "said"));
    const after = [...list.children].find((other) => !other.dataset.n || Number(other.dataset.n) > message.n);
    list.insertBefore(row, after ?? null);
    row.scrollIntoView({ block: "nearest" });
    if (isNew && message.person !== this.me) this.#newMessage(message);
  }

  #newMessage(message) {
    find("typing").textContent = "";
    if (find("unread").closest("a").getAttribute("aria-current") === null) {
      find("unread").dataset.count = Number(find("unread").dataset.count ?? 0) + 1;
      find("unread").textContent = ` (${find("unread").dataset.count})`;
    }
    if (!find("announce").checked) return;
    this.fresh.push(message);
    this.announcing ??= setTimeout(() => {
      const last = this.fresh.at(-1);
      announce(this.fresh.length === 1
        ? this.words.new_message.replace("{name}", last.name).replace("{text}", last.text)
        : this.words.new_messages.replace("{count}", this.fresh.length).replace("{name}", last.name));
      this.fresh = [];
      this.announcing = null;
    }, SAY_AGAIN);
  }

  #typing() {
    if (Date.now() - (this.typedAt ?? 0) < 3_000) return;
    this.typedAt = Date.now();
    this.live.send("typing");
  }

  #theirTyping(name) {
    find("typing").textContent = this.words.typing.replace("{name}", name);
    clearTimeout(this.typingGoes);
    this.typingGoes = setTimeout(() => { find("typing").textContent = ""; }, 5_000);
  }

  // --- List -----------------------------------------------------------------------------------------------------------

  #add(event) {
    event.preventDefault();
    const field = event.target.elements.text;
    const text = field.value.trim();
    if (text && this.live.send("add-item", { text })) field.value = "";
    else if (text) announce(this.words.socket_waiting);
    field.focus();
  }

  #item(item) {
    const list = find("items");
    let row = [...list.children].find((one) => one.dataset.id === item.id);
    if (!row) {
      row = make("li");
      row.dataset.id = item.id;
      row.dataset.order = item.order;
      const label = make("label", "", "check");
      const box = make("input");
      box.type = "checkbox";
      box.addEventListener("change", () => {
        if (!this.live.send("tick-item", { id: item.id, done: box.checked })) box.checked = !box.checked;
      });
      label.append(box, make("span", item.text));
      const remove = make("button", this.words.remove, "linklike");
      remove.type = "button";
      remove.append(make("span", ` ${item.text}`, "visually-hidden"));
      remove.addEventListener("click", () => this.live.send("remove-item", { id: item.id }));
      row.append(label, remove);
      list.insertBefore(row, [...list.children].find((other) => Number(other.dataset.order) > item.order) ?? null);
    }
    row.querySelector("input").checked = item.done;
    this.#listed();
  }

  #removed(id) {
    const row = [...find("items").children].find((one) => one.dataset.id === id);
    if (!row) return;
    const held = row.contains(document.activeElement);
    row.remove();
    this.#listed();
    if (held) find("add").elements.text.focus();
  }

  #listed() { find("list-empty").hidden = find("items").children.length > 0; }

  // --- Notes: saved while they are typed; what the other one wrote meanwhile is never overwritten ------------------------

  #noted() {
    find("notes-state").textContent = this.words.notes_waiting;
    sessionStorage.setItem(this.store, this.notes.value);
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.#save(), NOTES_PAUSE);
  }

  #save() {
    if (this.theirs || this.sending !== undefined) return; // a choice, or an answer, is awaited
    if (this.live.send("write-notes", { text: this.notes.value, version: this.version })) this.sending = this.notes.value;
  }

  #notesSaved(version) {
    this.saved = this.sending;
    this.sending = undefined;
    this.version = Math.max(this.version, version);
    if (this.notes.value !== this.saved) this.#save();
    else {
      sessionStorage.removeItem(this.store);
      find("notes-state").textContent = this.words.notes_saved;
    }
  }

  #theirNotes({ text, version }) {
    if (version < this.version || (version === this.version && this.loaded)) return;
    if (text === this.sending) return; // our own, on their way back
    const touched = this.saved !== undefined && this.notes.value !== this.saved;
    if (touched) {
      if (this.sending === undefined) this.#conflict(text, version);
      return; // else the answer to what we have just sent says it
    }
    this.version = version;
    this.saved = text;
    this.notes.value = text;
    if (this.loaded) find("notes-state").textContent = this.words.notes_changed.replace("{name}", this.words.somebody);
  }

  #recover() {
    const kept = sessionStorage.getItem(this.store);
    if (kept === null || kept === this.saved) return;
    const theirs = this.saved;
    this.notes.value = kept;
    if (theirs) this.#conflict(theirs, this.version);
    else this.#save();
  }

  #conflict(text, version) {
    this.theirs = { text, version };
    this.sending = undefined;
    find("theirs").textContent = text;
    find("conflict").hidden = false;
    find("notes-state").textContent = this.words.notes_waiting;
  }

  #keep(choice) {
    const { text, version } = this.theirs;
    this.theirs = null;
    this.version = version;
    this.saved = text;
    this.notes.value = choice === "both" ? `${text}\n\n${this.notes.value}` : text;
    find("conflict").hidden = true;
    this.notes.focus();
    if (choice === "both") this.#save();
    else {
      sessionStorage.removeItem(this.store);
      find("notes-state").textContent = this.words.notes_saved;
    }
  }

  #refused({ code, of, text, version }) {
    if (code === "notes-conflict") this.#conflict(text, version);
    else if (of === "write-notes") {
      this.sending = undefined;
      this.saving = setTimeout(() => this.#save(), 3 * NOTES_PAUSE);
    } else if (code === "too-often" && of === "say") {
      setTimeout(() => { for (const [id, words] of this.waiting) this.live.send("say", { id, text: words }); }, 2_000);
    } else if (code === "checklist-full") announce(this.words.full);
    else if (["add-item", "tick-item", "remove-item", "say"].includes(of)) announce(this.words.refused);
  }
}
