// An open thread: what others write, change, take back and answer comes by itself. Events change nothing the second
// time; after a cut the page says what it shows, and gets what it missed.
import { announce } from "academy";
import { token } from "../courses/post.js";
import { Live } from "../kit/live.js";
import "./composer.js";

const TYPING_SENT = 3000; // ms between two words that I am writing
const TYPING_SHOWN = 6000; // ms that the word of somebody else holds
const POLLS = 3000; // ms, at random up to that: a whole room does not ask at once
const { lang } = document.documentElement;

let root = document.getElementById("thread");
let me = null;
const writing = new Map();

const posts = () => [...root.querySelectorAll("[data-post]")];
const find = (id) => root.querySelector(`[data-post="${CSS.escape(id)}"]`);
const words = () => root.querySelector("[data-thread-words]")?.dataset ?? {};
const isRead = (article) => Boolean(article.querySelector("[data-prose]")); // else one sees only that a message stood here
const can = (what) => (root.dataset.can ?? "").split(" ").includes(what);
const htmlOf = (event) => event[`html_${lang}`] ?? event.html;

const live = root && new Live(root.dataset.live, { onEvent: hear, onState: tellState });
if (live) {
  posts().forEach(personal);
  live.open();
}

// --- What the others and the server say ------------------------------------------------------------------------------------

function hear(event) {
  if (event.type === "hello") [me] = event.client.split(".");
  else if (event.type === "snapshot") catchUp();
  else if (event.type === "post") arrive(event);
  else if (event.type === "changed") change(event);
  else if (event.type === "gone") leave(event);
  else if (event.type === "counts") count(find(event.id), event.counts);
  else if (event.type === "poll") setTimeout(() => refreshPoll(event), Math.random() * POLLS);
  else if (event.type === "typing") showTyping(event);
  head(event);
}

/** How many answers, and which one solves: said with each event that changes it. */
function head({ answers, solved }) {
  const line = root.querySelector("[data-head]");
  if (!line || answers === undefined) return;
  const pattern = words()[new Intl.PluralRules(lang).select(answers) === "one" ? "answersOne" : "answersOther"];
  line.querySelector("[data-answers]").textContent = (pattern ?? "{n}").replace("{n}", answers);
  for (const tag of line.querySelectorAll("[data-solved]")) tag.hidden = !solved;
  for (const tag of line.querySelectorAll("[data-unsolved]")) tag.hidden = Boolean(solved);
  for (const shown of root.querySelectorAll("[data-accepted]")) if (shown.dataset.accepted !== solved) shown.remove();
}

function tellState(state) {
  root.dataset.away = state === "waiting" ? "1" : "";
  const line = root.querySelector("[data-live-state]");
  if (line) line.hidden = state !== "waiting";
}

function arrive(event) {
  const known = find(event.id);
  if (known) {
    // A message that comes back where one stood says no version: it is the one that stood there.
    if (event.version !== undefined) change(event);
    else if (!isRead(known)) change({ ...event, version: Number(known.dataset.version) });
    return;
  }
  const shown = posts();
  const later = shown.find((post) => Number(post.dataset.number) > event.number);
  if (later === shown[0] && shown.length) return; // it came back on an earlier page
  if (!later && root.dataset.end !== "1") { more(); return; }
  const article = drawn(htmlOf(event));
  if (!article) return;
  if (later) later.before(article);
  else root.querySelector("[data-posts]").append(article);
  ready(article);
  stopTyping(article.dataset.author);
  const name = article.querySelector("[data-name]")?.textContent ?? article.querySelector("header b")?.textContent ?? "";
  if (isRead(article) && article.dataset.author !== root.dataset.me) announce((words().arrived ?? "").replace("{name}", name));
}

function change(event) {
  const old = find(event.id);
  if (!old || event.version === undefined || Number(old.dataset.version) > event.version) return;
  const article = drawn(htmlOf(event));
  if (!article) return;
  const hadFocus = old.contains(document.activeElement);
  const pressed = [...old.querySelectorAll("[data-kind][aria-pressed=true]")].map((button) => button.dataset.kind);
  const poll = old.querySelector("[data-poll]"); // hers: her vote, her right to close it
  old.replaceWith(article);
  ready(article);
  press(article, pressed);
  if (poll) article.querySelector("[data-poll]")?.replaceWith(poll);
  if (hadFocus) { article.tabIndex = -1; article.focus({ preventScroll: true }); }
}

/** Where a message stood, one sees that it did. */
function leave(event) {
  const known = find(event.id);
  if (known && isRead(known)) change({ ...event, version: Number(known.dataset.version) });
}

/** A page in the middle of a thread does not grow: it says that there is more. */
function more() {
  const line = root.querySelector("[data-more]");
  if (line) line.hidden = false;
}

/** After a cut: tell what is shown, get what is not. */
async function catchUp() {
  const all = posts().slice(-300);
  const shown = all.map((post) => `${post.dataset.number}.${isRead(post) ? post.dataset.version : 0}`);
  const span = all.length ? `${all[0].dataset.number}-${all.at(-1).dataset.number}` : "";
  const accepted = root.querySelector("[data-post].accepted")?.dataset.number ?? "";
  const query = new URLSearchParams({ have: shown.join(","), span, accepted, end: root.dataset.end ?? "" });
  const response = await fetch(`${root.dataset.since}?${query}`, { redirect: "manual" }).catch(() => null);
  if (!response?.ok) return; // away again: the next connection asks again
  const missed = await response.json();
  for (const number of missed.gone) root.querySelector(`[data-number="${number}"]`)?.remove();
  for (const post of missed.posts) arrive(post);
  for (const [id, counts] of Object.entries(missed.counts)) {
    count(find(id), counts);
    press(find(id), missed.mine[id] ?? []);
  }
  if (missed.more) more();
  head(missed);
}

// --- One post --------------------------------------------------------------------------------------------------------------

function drawn(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.querySelector("[data-post]");
}

function ready(article) {
  personal(article);
  window.htmx?.process(article);
}

/** What came for everybody alike becomes the reader's own: her buttons, her token, her marks. */
function personal(article) {
  const mine = article.dataset.author === root.dataset.me;
  for (const part of article.querySelectorAll("[data-for]")) {
    const asks = part.dataset.for.split(" ");
    if (asks.some((one) => (one === "author" && mine) || (one === "others" && !mine) || can(one))) part.hidden = false;
    else if (asks.includes("others")) part.hidden = true;
  }
  for (const form of article.querySelectorAll("form[method=post]")) {
    if (form.elements.csrfmiddlewaretoken) continue;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "csrfmiddlewaretoken", value: token() });
    form.prepend(field);
  }
  const reactions = mine && article.querySelector("[data-reactions] form");
  if (reactions) {
    for (const button of reactions.querySelectorAll("button[data-kind]")) {
      const tag = document.createElement("span");
      tag.className = "tag";
      tag.dataset.kind = button.dataset.kind;
      tag.hidden = button.hidden;
      tag.append(...button.childNodes);
      reactions.before(tag);
    }
    reactions.remove();
  }
}

function count(article, counts) {
  if (!article) return;
  for (const part of article.querySelectorAll("[data-reactions] [data-kind]")) {
    const number = counts[part.dataset.kind] ?? 0;
    part.querySelector("[data-count]").textContent = number;
    part.hidden = number === 0;
  }
}

function press(article, kinds) {
  for (const button of article?.querySelectorAll("[data-reactions] button") ?? []) {
    const mine = kinds.includes(button.dataset.kind ?? button.dataset.choice);
    button.name = mine ? "remove" : "add";
    if (button.dataset.kind) button.setAttribute("aria-pressed", String(mine));
  }
}

async function refreshPoll({ id, open }) {
  const poll = document.getElementById(`poll-${id}`);
  if (!poll || poll.contains(document.activeElement)) return; // never under the reader's fingers
  if (open && !poll.hasAttribute("data-results")) return; // who has not voted sees nothing of it before it is closed
  const response = await fetch(poll.dataset.poll, { redirect: "manual" }).catch(() => null);
  if (!response?.ok) return;
  const holder = document.createElement("template");
  holder.innerHTML = await response.text();
  const fresh = holder.content.querySelector("[data-poll]");
  if (!fresh || !poll.isConnected) return;
  poll.replaceWith(fresh);
  window.htmx?.process(fresh);
}

// --- Who is writing ----------------------------------------------------------------------------------------------------------

let told = 0;
document.addEventListener("composer:typing", () => {
  if (!live?.isOpen || Date.now() - told < TYPING_SENT) return;
  told = Date.now();
  live.send("typing");
});

function showTyping({ client, name }) {
  const [person] = client.split(".");
  if (person === me) return;
  clearTimeout(writing.get(person)?.timer);
  writing.set(person, { name, timer: setTimeout(() => stopTyping(person), TYPING_SHOWN) });
  drawTyping();
}

function stopTyping(person) {
  clearTimeout(writing.get(person)?.timer);
  if (writing.delete(person)) drawTyping();
}

function drawTyping() {
  const line = root.querySelector("[data-typing]");
  if (!line) return;
  const names = [...writing.values()].map(({ name }) => name);
  const pattern = names.length > 2 ? words().typingMany : words()[names.length === 2 ? "typingTwo" : "typingOne"];
  line.textContent = names.length ? (pattern ?? "").replace("{name}", names[0]).replace("{other}", names[1] ?? "") : "";
}

// --- A page whose thread was drawn again (an answer was sent) ---------------------------------------------------------------

document.addEventListener("htmx:afterSettle", () => {
  const now = document.getElementById("thread");
  if (!live || !now || now === root) return;
  root = now;
  drawTyping();
  if (live.isOpen) catchUp();
});
