// The room: one connection, each event to the part it concerns, and a page that says how things stand.
//
// stage.js brings sound and picture: `start(live, room)`. Every event is told on the room's element as well, as
// `live` (its detail is the event), and the state of the connection as `live-state` (open, connecting, waiting).
import { announce } from "academy";
import { Live } from "../kit/live.js";
import { Chat } from "./chat.js";
import { Desk } from "./desk.js";
import { find, findAll, path, say, secondsUntil, setClock, tellNews, words } from "./dom.js";
import { Hands, People, Poll, Questions } from "./panels.js";
import { start } from "./stage.js";
import { Captions, Groups, Handouts, Notes, Slides, showReactions } from "./stage_parts.js";

// What scripts ask by themselves: nobody pressed anything, and they ask again.
const UNASKED = ["typing", "decks", "pages", "stage", "resume", "ping", "subscribe", "unsubscribe", "receive", "offer", "answer", "candidate", "devices", "unpublish"];
const SIGN_WITHIN = 45_000; // ms
const room = document.querySelector("main.room");
const signing = find("signing");
const runs = Boolean(find("desk"));
const presents = !find("hand");
let hello = null;
let isLive = false;
let known = null; // the state of the room that was last heard

const live = new Live(path, { onEvent: hear, onState: tellConnection, onRefused: leaveSoon });
const chat = new Chat(live);
const questions = new Questions(live);
const hands = new Hands(live);
const people = new People(live);
const poll = new Poll(live);
const slides = new Slides(live, presents);
const captions = new Captions();
const groups = new Groups(live, { onEnter: (group) => chat.enter(group) });
const notes = new Notes(live);
const handouts = new Handouts();
const desk = runs ? new Desk(live, people) : null;
for (const part of [chat, questions, hands, people, groups, poll]) Object.assign(part, { runs, presents, onRemove: (person) => desk?.remove(person) });

for (const part of findAll("unscripted")) part.hidden = true;

// --- What the server says -----------------------------------------------------------------------------------------------------

const heard = {
  hello(event) {
    hello = event;
    setClock(event.now);
    signInTime();
    for (const part of [chat, questions, hands, people, groups]) part.me = event.person;
    chat.myName = event.name;
    chat.ready(event.person);
    notes.ready();
    poll.ready();
    heard.room(event.room);
    slides.hear(event.slide);
    people.count(event.count);
  },
  snapshot(event) {
    people.staff = event.staff;
    for (const part of [chat, questions, hands, poll]) part.fill(event);
    groups.fill(event);
    heard.room(event.room);
    slides.hear(event.slide);
    slides.hearDecks(event.decks);
    handouts.hear(event.handouts);
    notes.hear(event.notes);
    if (event.caption) captions.hear(event.caption);
    people.count(event.count);
    desk?.fill(event);
  },
  room(event) {
    const opens = event.state === "live" && !isLive && hello;
    isLive = event.state === "live";
    find("lobby").hidden = isLive;
    captions.live(isLive);
    flag("recording", event.recording);
    flag("locked", event.locked);
    find("paused").hidden = !event.paused;
    if (known && isLive) for (const what of ["recording", "locked", "paused"]) if (known[what] !== event[what]) tellNews(words.turned[what][Number(event[what])]);
    known = event;
    const state = document.querySelector('[data-flag="state"]');
    state.classList.toggle("now", isLive);
    state.lastElementChild.textContent = words[isLive ? "live" : "not_open"];
    if (opens && !find("lobby").dataset.told) announce(words.opened);
    find("lobby").dataset.told = "yes";
    desk?.hearRoom(event);
  },
  presence(event) {
    people.hear(event);
    desk?.come(event.came ?? []);
    find("waiting").textContent = isLive ? "" : event.count > 1 ? say("in_lobby", event) : words.in_lobby_one;
  },
  people(event) {
    if (event.silent) desk?.silent(event);
    else {
      people.showPage(event);
      desk?.choose(event);
    }
  },
  message: (event) => chat.hear(event),
  earlier: (event) => chat.earlier(event),
  said: (event) => chat.said(event.id),
  typing: (event) => chat.typing(event),
  question: (event) => questions.hear(event),
  votes: (event) => questions.votes(event.votes),
  voted: (event) => questions.voteHeard(event),
  asked: (event) => questions.asked(event.id),
  hand: (event) => hands.hear(event),
  removed: (event) => hands.gone(event.person),
  reactions: showReactions,
  poll(event) {
    if (desk) desk.poll(event);
    if (!event.results || event.shown) poll.hear(event);
  },
  "poll-answered": (event) => poll.answered(event),
  "poll-prepared": (event) => desk?.prepared("poll-open", event.id),
  "round-prepared": (event) => desk?.prepared("round-open", event.id),
  round(event) {
    groups.hearRound(event);
    desk?.hearRound(event);
  },
  "round-removed": (event) => desk?.roundGone(event.id),
  group: (event) => groups.hearGroup(event),
  moved: (event) => groups.moved(event),
  broadcast(event) {
    const box = find("broadcast");
    box.lastElementChild.textContent = say("broadcast", event);
    box.hidden = false;
    clearTimeout(heard.hides);
    heard.hides = setTimeout(() => { box.hidden = true; }, 30_000);
  },
  slide: (event) => slides.hear(event),
  decks: (event) => slides.hearDecks(event.decks),
  handouts: (event) => handouts.hear(event.handouts),
  pages: (event) => slides.hearPages(event),
  caption: (event) => captions.hear(event),
  notes: (event) => notes.hear(event),
  "notes-saved": (event) => notes.notesSaved(event.version),
  noted: () => announce(words.noted),
  sheet: (event) => desk?.sheet(event),
  removal: (event) => desk?.removal(event),
  refused(event) {
    if (event.code === "notes-conflict") notes.conflict(event);
    else if (event.of === "notes") notes.again();
    else if (event.of === "say") chat.refused(event);
    else if (event.of === "edit") chat.editRefused();
    else if (event.of === "note") notes.noteRefused();
    else if (event.of === "ask") questions.refused();
    else if (event.of === "poll-answer") poll.refused(event);
    else desk?.refused(event);
    if (!UNASKED.includes(event.of)) trouble(sentenceOf(event), 8_000);
  },
};

function hear(event) {
  heard[event.type]?.(event);
  room.dispatchEvent(new CustomEvent("live", { detail: event }));
}

function tellConnection(state) {
  if (state === "open") trouble("");
  else if (hello) trouble(words.waiting);
  room.dispatchEvent(new CustomEvent("live-state", { detail: state }));
}

function sentenceOf({ of, code }) {
  return (of === "publish" && words.stage[`refused_${code}`]) || words.refused[code] || words.refused.failed;
}

/** As each half-day ends, what one has to sign is asked for: by a thousand within the minute. */
function signInTime() {
  for (const at of signing.dataset.halfEnds.split(" ").filter(Boolean)) {
    setTimeout(() => signing.dispatchEvent(new Event("half-over")), Math.max(0, secondsUntil(at)) * 1_000 + Math.random() * SIGN_WITHIN);
  }
  signing.dataset.halfEnds = "";
}

/** The page knows what is true now (it is over, one was sent out); a thousand do not ask at the same instant. */
function leaveSoon() {
  setTimeout(() => location.reload(), Math.random() * 3_000);
}

function flag(name, on) {
  document.querySelector(`[data-flag="${name}"]`).hidden = !on;
}

let clearing;
function trouble(sentence, ms = 0) {
  const box = find("trouble");
  clearTimeout(clearing);
  box.hidden = !sentence;
  if (box.lastElementChild.textContent !== sentence) box.lastElementChild.textContent = sentence;
  if (ms) clearing = setTimeout(() => { box.hidden = true; }, ms);
}

// --- Parts of the room --------------------------------------------------------------------------------------------------------

const tabs = [...document.querySelectorAll(".side .tabs a")];

function choose(tab) {
  for (const other of tabs) {
    const chosen = other === tab;
    document.querySelector(other.hash).hidden = !chosen;
    if (chosen) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  if (tab.hash === "#room-chat") chat.seen();
  if (tab.hash === "#room-people") people.open();
  else people.close();
  if (tab.hash === "#room-docs") handouts.seen();
  else handouts.close();
}

for (const tab of tabs) {
  tab.addEventListener("click", (event) => {
    event.preventDefault();
    choose(tab);
    document.querySelector(tab.hash).focus();
  });
}
choose(tabs[0]);

for (const react of findAll("react")) {
  react.addEventListener("click", () => {
    live.send("react", { kind: react.dataset.react });
    react.closest("details").open = false;
  });
}
for (const form of findAll("post")) {
  form.addEventListener("submit", (event) => {
    if (live.send("room", { what: new FormData(form).get("do") })) event.preventDefault();
  });
}
signing.addEventListener("htmx:afterSettle", ({ detail: { requestConfig, successful } }) => {
  const title = signing.querySelector("h2");
  if (requestConfig?.verb === "post" && successful) tellNews(words.signed);
  else if (title) announce(title.textContent);
});
signing.addEventListener("click", ({ target }) => { if (target.closest("[data-later]")) signing.replaceChildren(); });
for (const leave of findAll("leave")) leave.addEventListener("click", () => live.close());

start(live, room);
live.open();
