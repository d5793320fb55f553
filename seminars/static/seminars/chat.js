// The chat: of the room, or of the small group one is in. What others wrote is shown as text, never as HTML.
import { announce } from "academy";
import { avatar, badge, button, clock, find, lineMenu, make, say, words } from "./dom.js";

const SAY_AGAIN = 3_000; // ms between two announcements
const KEPT = 300; // lines in the page
const SENT = 100; // lines that the server sends at once
const log = find("log"), list = find("chat"), form = find("say"), pinned = find("pinned");

export class Chat {
  constructor(live, me) {
    Object.assign(this, { live, me, staff: {}, group: null, lines: new Map(), oldest: new Map(), waiting: new Map(), fresh: [], reply: null, unread: 0 });
    form.addEventListener("submit", (event) => this.#say(event));
    form.elements.text.addEventListener("input", () => this.#typing());
    find("reply-stop").addEventListener("click", () => this.#replyTo(null));
    find("earlier").addEventListener("click", (event) => {
      event.preventDefault();
      this.live.send("earlier", { before: this.oldest.get(this.#place).n });
    });
  }

  fill({ messages, pinned: kept, staff, group }) {
    this.staff = staff;
    this.lines.clear();
    for (const line of [...messages, ...kept]) this.lines.set(line.id, line);
    this.oldest.clear();
    this.#begins(null, messages);
    this.enter(group);
  }

  /** Show the lines of a group, or (null) of the room. */
  enter(group) {
    this.group = group?.id ? group : null;
    for (const line of group?.messages ?? []) this.lines.set(line.id, line);
    if (this.group) this.#begins(group.id, group.messages);
    for (const id of this.waiting.keys()) if (this.lines.has(id)) this.waiting.delete(id); // only its receipt was lost
    list.replaceChildren();
    for (const line of [...this.lines.values()].sort((a, b) => a.n - b.n)) this.#draw(line);
    for (const [id, { text }] of this.waiting) this.#drawWaiting(id, text);
    this.#drawPinned();
    this.#empty();
    this.#offerEarlier();
    log.scrollTop = log.scrollHeight;
  }

  /** What was said before comes above, and what is read stays where it is. */
  earlier({ group, messages, more }) {
    for (const line of messages) this.lines.set(line.id, line);
    this.#begins(group, messages, more);
    if (group !== this.#place) return;
    const below = log.scrollHeight - log.scrollTop;
    for (const line of messages) this.#draw(line);
    this.#offerEarlier();
    log.scrollTop = log.scrollHeight - below;
    if (!more) log.focus({ preventScroll: true });
    announce(messages.length ? say("earlier_shown", { count: messages.length }) : words.earlier_none);
  }

  /** Back on line: what was not sent leaves now. */
  ready(person) {
    this.me = person;
    for (const [id, fields] of this.waiting) this.live.send("say", { id, ...fields });
  }

  hear(line) {
    const isNew = !this.lines.has(line.id);
    this.lines.set(line.id, line);
    this.waiting.delete(line.id);
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    this.#draw(line);
    this.#drawPinned();
    this.#empty();
    if (atEnd) this.#forgetOldest();
    if (atEnd || line.person === this.me) log.scrollTop = log.scrollHeight;
    if (isNew && line.person !== this.me && this.#isHere(line)) this.#announce(line);
  }

  said(id) { this.waiting.delete(id); }

  typing({ names, count }) {
    const others = names.filter((name) => name !== this.myName);
    const more = count - (names.length - others.length) - 1; // beside the first of the others
    const key = more > 1 ? "typing_many" : more === 1 && others[1] ? "typing_two" : "typing_one";
    find("typing").textContent = others.length ? say(key, { name: others[0], other: others[1], count: more }) : "";
    clearTimeout(this.typingGoes);
    this.typingGoes = setTimeout(() => { find("typing").textContent = ""; }, 5_000);
  }

  refused({ code }) {
    if (code === "too-often") setTimeout(() => { for (const [id, fields] of this.waiting) this.live.send("say", { id, ...fields }); }, 2_000);
    else this.#takeBack();
  }

  /** What was corrected too late can still be copied. */
  editRefused() {
    const line = this.lines.get(this.edited?.id);
    const row = line && list.querySelector(`[data-id="${line.id}"]`);
    if (row && !line.deleted) this.#edit({ ...line, text: this.edited.text }, row);
  }

  seen() {
    this.unread = 0;
    badge("chat", 0);
    log.scrollTop = log.scrollHeight;
  }

  // --- Writing ----------------------------------------------------------------------------------------------------------

  #say(event) {
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (!text) return;
    const id = crypto.randomUUID();
    const fields = { text, reply: this.reply };
    this.waiting.set(id, fields);
    this.#drawWaiting(id, text);
    log.scrollTop = log.scrollHeight;
    this.live.send("say", { id, ...fields });
    form.elements.text.value = "";
    this.#replyTo(null);
    form.elements.text.focus();
  }

  #takeBack() {
    for (const [id, { text }] of this.waiting) {
      list.querySelector(`[data-id="${id}"]`)?.remove();
      if (!form.elements.text.value) form.elements.text.value = text;
    }
    this.waiting.clear();
  }

  #typing() {
    if (Date.now() - (this.typedAt ?? 0) < 4_000) return;
    this.typedAt = Date.now();
    this.live.send("typing");
  }

  #replyTo(line) {
    this.reply = line?.id ?? null;
    const box = find("replying");
    box.hidden = !line;
    if (line) {
      box.firstElementChild.textContent = `${say("replying_to", { name: line.name })} ${line.text.slice(0, 60)}`;
      form.elements.text.focus();
    }
  }

  // --- Showing ----------------------------------------------------------------------------------------------------------

  get #place() { return this.group?.id ?? null; }

  /** From where on the lines of a place (a group, or null: the room) are here. */
  #begins(place, messages, more = messages.length === SENT) {
    this.oldest.set(place, { n: messages[0]?.n ?? this.oldest.get(place)?.n ?? 0, more });
  }

  #offerEarlier() { find("earlier").parentElement.hidden = !this.oldest.get(this.#place)?.more; }

  /** Whoever reads at the end has the last lines; the others can be asked for. */
  #forgetOldest() {
    if (list.children.length <= KEPT) return;
    while (list.children.length > KEPT) {
      const { id } = list.firstElementChild.dataset;
      if (!this.lines.get(id)?.pinned) this.lines.delete(id);
      list.firstElementChild.remove();
    }
    this.oldest.set(this.#place, { n: Number(list.firstElementChild.dataset.n), more: true });
    this.#offerEarlier();
  }

  #isHere(line) { return (line.group ?? null) === (this.group?.id ?? null); }

  #drawWaiting(id, text) {
    const row = make("li", "", "waiting");
    row.dataset.id = id;
    row.append(make("span", text, "said"), make("span", words.not_sent, "fine"));
    list.append(row);
  }

  #draw(line) {
    const old = list.querySelector(`[data-id="${line.id}"]`);
    // One that is pinned may be older than all that is here: it stands above, not in the log.
    if (!this.#isHere(line) || line.n < (this.oldest.get(this.#place)?.n ?? 0)) {
      old?.remove();
      return;
    }
    const row = make("li");
    row.dataset.id = line.id;
    row.dataset.n = line.n;
    const head = make("span");
    head.append(make("b", line.person === this.me ? words.you : line.name), " ");
    if (this.staff[line.person]) head.append(make("span", words.roles[this.staff[line.person]], "role"), " ");
    head.append(clock(line.at));
    if (line.edited && !line.deleted) head.append(make("span", ` (${words.edited})`, "fine"));
    const body = make("span", "", "said");
    if (line.reply && !line.deleted) body.append(make("q", say("answers", { name: line.reply.name, text: line.reply.text })));
    body.append(line.deleted ? make("i", words.removed) : line.text);
    row.append(avatar(line), head, body);
    if (!line.deleted) row.append(this.#menu(line, row));
    if (old && old.dataset.n) old.replaceWith(row);
    else {
      old?.remove();
      list.insertBefore(row, [...list.children].find((other) => !other.dataset.n || Number(other.dataset.n) > line.n) ?? null);
    }
  }

  #menu(line, row) {
    const acts = [];
    const add = (key, act) => acts.push([words[key], act]);
    add("reply", () => this.#replyTo(line));
    if (line.person === this.me) add("edit", () => this.#edit(line, row));
    if (this.runs && !line.group) add(line.pinned ? "unpin" : "pin", () => this.live.send("pin", { id: line.id, pinned: !line.pinned }));
    if (line.person === this.me || this.runs) add("delete", () => this.live.send("delete", { id: line.id }));
    if (this.runs && line.person !== this.me && !this.staff[line.person]) add("remove_person", () => this.onRemove(line));
    return lineMenu(say("more_for", { name: line.person === this.me ? words.you : line.name }), acts);
  }

  #edit(line, row) {
    const edit = make("form", "", "edit");
    const field = make("input");
    Object.assign(field, { value: line.text, maxLength: 1000, required: true });
    field.setAttribute("aria-label", words.new_text);
    const save = make("button", words.save, "btn secondary");
    edit.append(field, save, button(words.cancel, () => this.#draw(this.lines.get(line.id))));
    edit.addEventListener("submit", (event) => {
      event.preventDefault();
      this.edited = { id: line.id, text: field.value };
      if (this.live.send("edit", this.edited)) this.#draw(this.lines.get(line.id));
    });
    row.querySelector(".said").replaceChildren(edit);
    field.focus();
  }

  #drawPinned() {
    const kept = this.group ? [] : [...this.lines.values()].filter((line) => line.pinned);
    pinned.hidden = !kept.length;
    pinned.replaceChildren(...kept.map((line) => {
      const row = make("li");
      row.append(make("b", `${line.name}${words.colon} `), line.text);
      if (this.runs) row.append(" ", button(words.unpin, () => this.live.send("pin", { id: line.id, pinned: false })));
      return row;
    }));
  }

  #empty() { find("chat-empty").hidden = list.children.length > 0; }

  #announce(line) {
    if (document.getElementById("room-chat").hidden) badge("chat", ++this.unread);
    if (!find("announce").checked) return;
    this.fresh.push(line);
    this.announcing ??= setTimeout(() => {
      const last = this.fresh.at(-1);
      announce(this.fresh.length === 1 ? say("new_message", last) : say("new_messages", { count: this.fresh.length, name: last.name }));
      this.fresh = [];
      this.announcing = null;
    }, SAY_AGAIN);
  }
}
