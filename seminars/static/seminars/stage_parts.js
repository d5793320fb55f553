// What is on stage beside sound and picture: the slide, the captions, the group one is in, reactions, notes.
import { announce } from "academy";
import { badge, countdown, find, make, say, secondsUntil, tellNews, words } from "./dom.js";

const WARNED = [10, 60]; // seconds before groups close
const LOOK_AGAIN = 5_000; // ms between two looks at slides that are being made
const NOTES_PAUSE = 1_200; // ms without typing before the notes are saved

// --- Slides: followed, or turned at one's own pace ----------------------------------------------------------------------------

export class Slides {
  constructor(live, presents) {
    Object.assign(this, { live, presents, shown: null, own: null });
    this.pages = JSON.parse(document.getElementById("pages").textContent);
    this.box = find("slide");
    for (const turn of this.box.querySelectorAll("[data-page]")) turn.addEventListener("click", () => this.#turn(Number(turn.dataset.page)));
    find("follow").addEventListener("click", () => { this.own = null; this.#show(); });
    find("jump")?.addEventListener("change", ({ target }) => {
      const [deck, page] = target.value.split("/");
      live.send("slide", deck ? { deck, page: Number(page) } : { deck: null, page: 1 });
    });
    find("show-first")?.addEventListener("click", () => live.send("slide", { deck: this.pages[0].deck, page: this.pages[0].page }));
    if (presents) document.addEventListener("keydown", (event) => {
      if (event.target.matches("input, textarea, select, [contenteditable]") || event.altKey || event.ctrlKey || event.metaKey) return;
      if (this.shown && ["PageDown", "PageUp"].includes(event.key)) this.#turn(event.key === "PageDown" ? 1 : -1);
    });
  }

  /** Slides that came or went since the page was loaded; a thousand do not ask for them at the same instant. */
  hearDecks(decks) {
    clearTimeout(this.waits);
    if (this.presents && decks.some(({ coming }) => coming)) this.waits = setTimeout(() => this.live.send("decks", { ready: this.decks.map(({ deck }) => deck) }), LOOK_AGAIN);
    const known = this.decks;
    this.decks = decks.filter(({ pages }) => pages);
    this.#sortPages();
    for (const { deck, title, pages } of this.decks) {
      if (this.pages.filter((page) => page.deck === deck).length === pages) continue;
      if (known && !known.some((one) => one.deck === deck)) tellNews(say("deck_new", { title }));
      setTimeout(() => this.live.send("pages", { deck }), this.presents ? 0 : Math.random() * 3_000);
    }
  }

  hearPages({ deck, pages }) {
    this.pages = [...this.pages.filter((page) => page.deck !== deck), ...pages];
    this.#sortPages();
  }

  #sortPages() {
    const place = new Map(this.decks.map(({ deck }, order) => [deck, order]));
    this.pages = this.pages.filter(({ deck }) => place.has(deck)).sort((a, b) => place.get(a.deck) - place.get(b.deck) || a.page - b.page);
    find("jump")?.replaceChildren(find("jump").options[0], ...this.pages.map(({ deck, page, heading }) => new Option(`${page}. ${heading.slice(0, 40)}`, `${deck}/${page}`)));
    this.#show();
  }

  hear(slide) {
    this.shown = slide.deck ? slide : null;
    if (this.own?.deck !== slide.deck) this.own = null;
    this.#show();
  }

  #turn(step) {
    const now = this.own ?? this.shown;
    const place = this.pages.findIndex((page) => page.deck === now.deck && page.page === now.page);
    const next = this.pages[place + step];
    if (!next) return;
    if (this.presents) this.live.send("slide", { deck: next.deck, page: next.page });
    else {
      this.own = next.deck === this.shown.deck && next.page === this.shown.page ? null : next;
      this.#show();
    }
  }

  #show() {
    const slide = this.own ?? this.shown;
    this.box.hidden = !slide;
    const none = find("slide-none");
    if (none) none.hidden = Boolean(slide) || !this.pages.length;
    if (find("jump")) find("jump").value = this.shown ? `${this.shown.deck}/${this.shown.page}` : "";
    if (!slide) return;
    const values = { page: slide.page, count: this.shown.pages, other: this.shown.page };
    const image = find("slide-image");
    image.alt = say("slide", values);
    if (image.getAttribute("src") !== slide.image) {
      Object.assign(image, { src: slide.image, width: slide.width, height: slide.height });
      this.#fetchNext(slide);
    }
    find("slide-place").textContent = say(this.own ? "slide_own" : "slide", values);
    find("slide-text").textContent = slide.text;
    find("follow").hidden = !this.own;
  }

  #fetchNext(slide) {
    const place = this.pages.findIndex((page) => page.deck === slide.deck && page.page === slide.page);
    if (this.pages[place + 1]) new Image().src = this.pages[place + 1].image;
  }
}

// --- Documents that are handed out ----------------------------------------------------------------------------------------------

export class Handouts {
  constructor() {
    Object.assign(this, { list: find("handouts"), fresh: 0 });
  }

  /** What came or went since the page was loaded: the page is asked what it says, and what one reads stays open. */
  hear(handouts) {
    const ids = new Set(handouts.map(({ id }) => id));
    for (const row of [...this.list.children]) if (!ids.has(row.dataset.id)) row.remove();
    find("handouts-empty").hidden = ids.size > 0;
    const added = handouts.filter(({ id }) => !this.#row(id));
    if (!added.length) return;
    tellNews(say("document_new", { title: added.map(({ title }) => title).join(", ") }));
    clearTimeout(this.waits);
    this.waits = setTimeout(() => this.#fetch(), Math.random() * 3_000);
  }

  /** The panel is opened. */
  seen() {
    this.isOpen = true;
    this.fresh = 0;
    badge("docs", 0);
  }

  close() { this.isOpen = false; }

  async #fetch() {
    const answer = await fetch(this.list.dataset.handouts).catch(() => null);
    if (!answer?.ok) {
      this.waits = setTimeout(() => this.#fetch(), LOOK_AGAIN);
      return;
    }
    const rows = new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html").querySelectorAll("ul > [data-id]");
    const added = [...rows].filter((row) => !this.#row(row.dataset.id));
    this.list.append(...added);
    if (this.isOpen) return;
    this.fresh += added.length;
    badge("docs", this.fresh);
  }

  #row(id) { return this.list.querySelector(`:scope > [data-id="${id}"]`); }
}

// --- Captions -------------------------------------------------------------------------------------------------------------------

export class Captions {
  constructor() {
    this.box = find("captions");
    this.wanted = localStorage.getItem("captions") !== "off";
    const toggle = find("captions-toggle");
    toggle.addEventListener("click", () => {
      this.wanted = !this.wanted;
      localStorage.setItem("captions", this.wanted ? "on" : "off");
      announce(words[this.wanted ? "captions_on" : "captions_off"]);
      this.#show();
    });
    this.toggle = toggle;
  }

  live(isLive) {
    this.isLive = isLive;
    this.#show();
  }

  hear({ speaker, text }) {
    const line = find("caption");
    line.replaceChildren();
    if (speaker) line.append(make("b", `${speaker}${words.colon} `));
    line.append(text);
    find("caption-none").hidden = true;
  }

  #show() {
    this.box.hidden = !this.wanted || !this.isLive;
    this.toggle.setAttribute("aria-pressed", String(this.wanted));
  }
}

// --- Groups ---------------------------------------------------------------------------------------------------------------------

export class Groups {
  constructor(live, { onEnter }) {
    Object.assign(this, { live, onEnter, round: null, group: null });
    find("group-leave").addEventListener("click", () => live.send("group", { id: null }));
    setInterval(() => this.#time(), 1_000);
  }

  fill({ round, group }) {
    this.round = round;
    this.#enter(group);
    if (round && !group && !this.runs) this.#go();
  }

  hearRound(round) {
    if (round.state === "prepared") return;
    const wasOpen = this.round?.state === "open";
    this.round = round;
    if (round.state === "open" && !wasOpen && !this.runs) this.#go();
    if (round.state === "closed" && this.group) this.#go();
  }

  moved({ person }) { if (person === this.me) this.#go(); }

  hearGroup(group) {
    const had = this.group;
    this.#enter(group.id ? group : null);
    if (this.group && this.group.id !== had?.id) announce(say("group", group));
    else if (had && !this.group) tellNews(words.group_back);
  }

  /** Everybody moves at the same word, not at the same instant. */
  #go() { setTimeout(() => this.live.send("group", { id: null }), Math.random() * 1_500); }

  #enter(group) {
    this.group = group;
    find("group").hidden = !group;
    if (group) {
      find("group-name").textContent = say("group", group);
      const names = group.people.filter((one) => one.person !== this.me).map((one) => one.name);
      find("group-people").textContent = names.length ? say("with", { names: names.join(", ") }) : "";
      find("group-leave").hidden = !this.runs;
    }
    this.onEnter(group);
    this.#time();
  }

  #time() {
    if (this.round?.state !== "open") return;
    const left = secondsUntil(this.round.ends_at);
    if (this.group) find("group-left").textContent = left > 0 ? say("left", { time: countdown(left) }) : words.over;
    this.#warn(left);
  }

  /** Once a minute before the end and once ten seconds before; who comes in later is not told what is past. */
  #warn(left) {
    const { id, before } = this.counted ?? {};
    this.counted = { id: this.round.id, before: left };
    const crossed = WARNED.find((seconds) => id === this.round.id && before > seconds && left <= seconds && left > 0);
    if (crossed) tellNews(words.groups_end[crossed]);
  }
}

// --- Reactions: gathered by the server, shown as words with their number --------------------------------------------------------

const reacted = new Map();
let reactionsGo;

/** The three kinds that came last; they go together, once nobody has reacted for a while, so that nothing moves about. */
export function showReactions({ counts }) {
  for (const [kind, count] of Object.entries(counts)) {
    const all = (reacted.get(kind) ?? 0) + count;
    if (!reacted.has(kind) && reacted.size === 3) reacted.delete([...reacted.keys()].find((other) => !(other in counts)) ?? reacted.keys().next().value);
    reacted.set(kind, all);
  }
  const box = find("reactions");
  box.replaceChildren(...[...reacted].map(([kind, all]) => make("span", all > 1 ? `${words.reactions[kind]} × ${all}` : words.reactions[kind], "tag info")));
  clearTimeout(reactionsGo);
  reactionsGo = setTimeout(() => {
    reacted.clear();
    box.replaceChildren();
  }, 5_000);
}

// --- Shared notes ---------------------------------------------------------------------------------------------------------------

export class Notes {
  constructor(live) {
    Object.assign(this, { live, version: 0, saved: undefined, theirs: null });
    this.field = find("notes");
    this.field?.addEventListener("input", () => this.#noted());
    for (const choice of document.querySelectorAll("[data-keep]")) choice.addEventListener("click", () => this.#keep(choice.dataset.keep));
    find("note")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = event.target.elements.text;
      this.line = field.value;
      if (live.send("note", { text: field.value })) field.value = "";
      else announce(words.waiting);
    });
  }

  ready() { if (this.field) this.field.readOnly = false; }

  hear({ text, version }) {
    if (version < this.version) return;
    if (!this.field) {
      this.version = version;
      find("notes-read").textContent = text;
      find("notes-empty").hidden = Boolean(text);
      return;
    }
    if (text === this.sending || (version === this.version && this.saved !== undefined)) return;
    if (this.saved !== undefined && this.field.value !== this.saved) {
      if (this.sending === undefined) this.conflict({ text, version });
      return;
    }
    const first = this.saved === undefined;
    Object.assign(this, { version, saved: text });
    this.field.value = text;
    if (!first) find("notes-state").textContent = words.notes_changed;
  }

  notesSaved(version) {
    this.saved = this.sending;
    this.sending = undefined;
    this.version = Math.max(this.version, version);
    if (this.field.value === this.saved) find("notes-state").textContent = words.notes_saved;
    else this.#save();
  }

  conflict({ text, version }) {
    this.theirs = { text, version };
    this.sending = undefined;
    find("theirs").textContent = text;
    find("conflict").hidden = false;
  }

  noteRefused() {
    const field = find("note").elements.text;
    if (!field.value) field.value = this.line;
  }

  again() {
    this.sending = undefined;
    setTimeout(() => this.#save(), 3 * NOTES_PAUSE);
  }

  #noted() {
    find("notes-state").textContent = words.notes_waiting;
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.#save(), NOTES_PAUSE);
  }

  #save() {
    if (this.theirs || this.sending !== undefined) return;
    if (this.live.send("notes", { text: this.field.value, version: this.version })) this.sending = this.field.value;
  }

  #keep(choice) {
    const { text, version } = this.theirs;
    Object.assign(this, { theirs: null, version, saved: text });
    this.field.value = choice === "both" ? `${text}\n\n${this.field.value}` : text;
    find("conflict").hidden = true;
    this.field.focus();
    if (choice === "both") this.#save();
  }
}
