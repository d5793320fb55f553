// Questions, hands, people and the poll: what participants do beside the chat.
import { announce } from "academy";
import { Rows, avatar, badge, button, find, lineMenu, make, say, tellNews, words } from "./dom.js";

const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });

/** A button of a row, which keeps the focus when the row is drawn again. */
function act(key, onClick, className) {
  const element = button(words[key], onClick, className);
  element.dataset.act = key;
  return element;
}

// --- Questions ------------------------------------------------------------------------------------------------------------

export class Questions {
  constructor(live) {
    Object.assign(this, { live, me: "", voted: new Set(), waiting: new Map() });
    this.rows = new Rows(find("questions"), (question) => this.#draw(question), (question) => (question.answered ? 1e6 : 0) - question.votes);
    const form = find("ask");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = form.elements.text.value.trim();
      if (!text) return;
      const id = crypto.randomUUID();
      this.waiting.set(id, text);
      if (this.live.send("ask", { id, text })) form.elements.text.value = "";
      else announce(words.waiting);
    });
  }

  fill({ questions, voted }) {
    this.voted = new Set(voted);
    this.rows.set(questions);
    this.#count();
  }

  hear(question) {
    if (question.dismissed) {
      if (question.person === this.me) tellNews(question.answer ? say("dismissed_with", question) : words.dismissed);
      this.rows.remove(question.id);
    } else {
      if (question.person === this.me && !this.rows.things.has(question.id)) this.voted.add(question.id);
      this.rows.put(question);
    }
    this.#count();
  }

  votes(counts) {
    for (const [id, votes] of Object.entries(counts)) {
      const question = this.rows.things.get(id);
      if (question) this.rows.put({ ...question, votes });
    }
  }

  asked(id) { this.waiting.delete(id); }

  voteHeard({ id, wanted }) {
    if (wanted) this.voted.add(id);
    else this.voted.delete(id);
    const question = this.rows.things.get(id);
    if (question) this.rows.put(question);
  }

  refused() {
    const field = find("ask").elements.text;
    if (!field.value) field.value = [...this.waiting.values()].at(-1) ?? "";
    this.waiting.clear();
  }

  #count() {
    const open = [...this.rows.things.values()].filter((question) => !question.answered);
    badge("questions", open.length);
    find("questions-empty").hidden = this.rows.things.size > 0;
  }

  #draw(question) {
    const row = make("li");
    const who = question.person === this.me ? words.you : question.name;
    row.append(make("p", question.text, "said"));
    const meta = make("p", "", "meta");
    meta.append(`${who}. ${say("wanted", { count: question.votes })}`);
    if (question.answered) meta.append(" ", make("span", words[question.live ? "answered_live" : "answered_written"], "tag ok"));
    row.append(meta);
    if (question.answer) {
      const answer = make("p", "", "answer");
      answer.append(make("b", `${question.by}${words.colon} `), question.answer);
      row.append(answer);
    }
    const acts = make("p", "", "cluster");
    if (!question.answered && question.person !== this.me) {
      const wants = this.voted.has(question.id);
      const vote = act(wants ? "wanted_by_you" : "want", () => this.live.send("vote", { id: question.id, wanted: !wants }), "btn secondary small");
      vote.setAttribute("aria-pressed", String(wants));
      acts.append(vote);
    }
    if (this.runs) {
      if (!question.answered) acts.append(act("say_answered", () => this.live.send("answer-question", { id: question.id, text: "", live: true })));
      acts.append(act("write_answer", () => this.#write(question, row)));
      if (!question.answered) acts.append(act("dismiss", () => this.live.send("dismiss-question", { id: question.id, text: "" })));
    }
    if (acts.children.length) row.append(acts);
    return row;
  }

  #write(question, row) {
    if (row.querySelector("form")) return;
    const form = make("form", "", "stack gap-2");
    const field = make("textarea");
    Object.assign(field, { maxLength: 2000, rows: 3, required: true, value: question.answer });
    field.setAttribute("aria-label", words.your_answer);
    form.append(field, make("button", words.send, "btn secondary"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.live.send("answer-question", { id: question.id, text: field.value, live: false });
    });
    row.append(form);
    field.focus();
  }
}

const AT_DESK = 3; // hands that stand at the desk too

// --- Hands ------------------------------------------------------------------------------------------------------------------

export class Hands {
  constructor(live) {
    Object.assign(this, { live, me: "", hands: new Map() });
    this.button = find("hand");
    this.button?.addEventListener("click", () => live.send("hand", { up: !this.mine }));
    find("to-stage").addEventListener("click", () => live.send("to-stage"));
    find("decline").addEventListener("click", () => live.send("hand", { up: false }));
    this.desk = find("desk-hands");
    this.lists = [find("hands"), this.desk].filter(Boolean);
  }

  get mine() { return [...this.hands.values()].find((hand) => hand.person === this.me); }

  fill({ hands }) {
    this.hands = new Map(hands.map((hand) => [hand.id, hand]));
    this.#show();
  }

  hear(hand) {
    if (hand.state === "lowered") this.hands.delete(hand.id);
    else this.hands.set(hand.id, hand);
    this.#show();
    if (this.runs && hand.state === "raised") announce(`${hand.name}${words.colon} ${words.hand_raise}`);
  }

  gone(person) {
    for (const hand of this.hands.values()) if (hand.person === person) this.hands.delete(hand.id);
    this.#show();
  }

  #show() {
    const queue = [...this.hands.values()].sort((a, b) => a.at.localeCompare(b.at));
    for (const list of this.lists) {
      const held = document.activeElement?.dataset.act && list.contains(document.activeElement) && [document.activeElement.closest("li").dataset.id, document.activeElement.dataset.act];
      list.replaceChildren(...queue.slice(0, list === this.desk ? AT_DESK : undefined).map((hand) => this.#draw(hand)));
      if (held) list.querySelector(`[data-id="${held[0]}"] [data-act]`)?.focus();
    }
    find("hands-empty").hidden = queue.length > 0;
    if (this.desk) {
      find("desk-hands-empty").hidden = queue.length > 0;
      find("desk-hands-more").textContent = queue.length > AT_DESK ? say("more_hands", { count: queue.length - AT_DESK }) : "";
    }
    badge("hands", queue.length);
    badge("desk-hands", queue.length);
    const { mine } = this;
    if (this.button) {
      this.button.setAttribute("aria-pressed", String(Boolean(mine)));
      this.button.querySelector("[data-word]").textContent = words[mine?.state === "speaking" ? "step_down" : mine ? "hand_lower" : "hand_raise"];
    }
    if (mine?.state !== this.told) {
      this.told = mine?.state;
      if (mine?.state === "raised") announce(say("hand_place", { place: queue.indexOf(mine) + 1 }));
      if (mine?.state === "speaking") announce(words.hand_speaking);
      if (mine?.state === "invited") announce(find("invited").querySelector("h2").textContent);
    }
    find("invited").hidden = mine?.state !== "invited";
  }

  #draw(hand) {
    const row = make("li");
    row.dataset.id = hand.id;
    const who = make("p");
    who.append(make("b", hand.person === this.me ? words.you : hand.name), " ", make("span", words[`state_${hand.state}`], `tag${hand.state === "speaking" ? " ok" : hand.state === "invited" ? " info" : ""}`));
    row.append(who);
    const acts = make("p", "", "cluster");
    if (this.presents && hand.state === "raised") acts.append(act("invite", () => this.live.send("invite", { person: hand.person }), "btn secondary small"));
    if (this.runs) acts.append(act(hand.state === "speaking" ? "take_down" : "lower", () => this.live.send("lower", { id: hand.id })));
    if (acts.children.length) row.append(acts);
    return row;
  }
}

// --- People -----------------------------------------------------------------------------------------------------------------

export class People {
  constructor(live) {
    Object.assign(this, { live, page: 0, staff: {}, isOpen: false });
    find("people-more").firstElementChild.addEventListener("click", () => this.#ask(this.page + 1));
    this.list = find("people");
  }

  /** The panel is opened: who is here now, by pages. */
  open() {
    this.isOpen = true;
    this.#ask(1);
  }

  close() { this.isOpen = false; }

  count(count) { find("count").textContent = count; }

  hear({ count, came = [], went = [] }) {
    this.count(count);
    if (!this.isOpen) return;
    for (const person of went) this.list.querySelector(`[data-person="${person}"]`)?.remove();
    for (const person of came) if (!this.list.querySelector(`[data-person="${person.person}"]`)) this.list.append(this.draw(person));
  }

  showPage({ page, people, more }) {
    if (page === 1) this.list.replaceChildren();
    this.page = page;
    this.list.append(...people.map((person) => this.draw(person)));
    find("people-more").hidden = !more;
  }

  draw(person) {
    const row = make("li");
    row.dataset.person = person.person;
    const role = this.staff[person.person];
    const name = make("span");
    name.append(make("b", person.person === this.me ? words.you : person.name));
    if (role) name.append(" ", make("span", words.roles[role], "role"));
    row.append(avatar(person), name);
    if (!role && person.person !== this.me) {
      const acts = [];
      if (this.presents) acts.push([words.invite, () => this.live.send("invite", { person: person.person })]);
      if (this.runs) acts.push([words.remove_person, () => this.onRemove(person)]);
      if (acts.length) row.append(lineMenu(say("more_with", person), acts));
    }
    return row;
  }

  #ask(page) { this.live.send("people", { page, silent: false }); }
}

// --- The poll on everybody's screen -------------------------------------------------------------------------------------------

export class Poll {
  constructor(live) {
    Object.assign(this, { live, poll: null, mine: new Set(), changing: false, waiting: null });
    this.box = find("poll");
    find("poll-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const choices = [...new FormData(event.target).getAll("choice")];
      if (!choices.length) return;
      this.waiting = { id: this.poll.id, choices };
      this.live.send("poll-answer", this.waiting);
      this.#show();
    });
    find("poll-change").addEventListener("click", () => { this.changing = true; this.#show(); });
    find("poll-hide").addEventListener("click", () => { this.hidden = this.poll.id; this.#show(); });
  }

  fill({ poll, answered }) {
    this.mine = new Set(answered);
    this.poll = poll;
    this.#show();
  }

  hear(poll) {
    const isNew = poll.state === "open" && poll.id !== this.poll?.id;
    if (isNew) {
      this.hidden = null;
      this.changing = false;
      announce(say(poll.kind, poll));
    }
    if (poll.state === "open" || poll.id === this.poll?.id || poll.shown) this.poll = poll;
    this.#show();
  }

  /** Back on line: an answer without a receipt leaves again; given twice, it counts once. */
  ready() {
    if (this.waiting) this.live.send("poll-answer", this.waiting);
  }

  refused({ code }) {
    if (code === "too-often") setTimeout(() => this.ready(), 2_000);
    else this.waiting = null;
    this.#show();
  }

  answered({ id, choices }) {
    if (String(choices) === String(this.waiting?.choices)) this.waiting = null; // else this one was changed since
    if (id === this.poll?.id) for (const choice of this.poll.choices) this.mine.delete(choice.id);
    for (const choice of choices) this.mine.add(choice);
    this.changing = false;
    this.#show();
  }

  #show() {
    const { poll } = this;
    this.box.hidden = !poll || this.hidden === poll.id || (poll.state === "closed" && !poll.shown);
    if (this.box.hidden) return;
    const answered = poll.choices.some((choice) => this.mine.has(choice.id));
    const waits = this.waiting?.id === poll.id;
    const asks = poll.state === "open" && (!answered || this.changing);
    find("poll-title").textContent = say(poll.kind, poll);
    find("poll-legend").textContent = words[poll.multiple ? "poll_legend_many" : "poll_legend_one"];
    const checked = new Set([...this.box.querySelectorAll(":checked")].map((box) => box.value));
    find("poll-choices").replaceChildren(...poll.choices.map((choice) => (asks ? this.#choice(choice, checked) : this.#result(choice))));
    find("poll-choices").classList.toggle("asks", asks);
    const state = poll.state === "closed" ? "poll_closed" : waits ? "poll_waiting" : answered ? "poll_answered" : "poll_open";
    find("poll-state").textContent = say(state, { count: poll.voters });
    find("poll-send").hidden = !asks;
    find("poll-change").hidden = asks || poll.state !== "open";
    find("poll-hide").hidden = asks && !this.runs;
  }

  #choice(choice, checked) {
    const row = make("li", "", "ask");
    const label = make("label", "", "check");
    const box = make("input");
    Object.assign(box, { type: this.poll.multiple ? "checkbox" : "radio", name: "choice", value: choice.id });
    box.checked = checked.size ? checked.has(choice.id) : this.mine.has(choice.id);
    label.append(box, make("span", choice.text));
    row.append(label);
    return row;
  }

  #result(choice) {
    const row = make("li", "", this.mine.has(choice.id) ? "mine" : "");
    const { results } = this.poll;
    const total = this.poll.voters;
    if (results) {
      const share = total ? Math.round((100 * results[choice.id]) / total) : 0;
      const bar = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      bar.setAttribute("aria-hidden", "true");
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      rect.setAttribute("width", `${share}%`);
      rect.setAttribute("height", "100%");
      bar.append(rect);
      row.append(bar, this.#name(choice), make("b", percent.format(share / 100)));
    } else row.append(this.#name(choice));
    return row;
  }

  #name(choice) {
    const name = make("span", choice.text);
    if (this.mine.has(choice.id)) name.append(" ", make("span", words.your_choice, "fine"));
    if (choice.right) name.append(" ", make("span", `✓ ${words.right}`, "right"));
    return name;
  }
}
