// The desk of those who run a session: run sheet, polls, groups, captions, who is silent, the state of the room.
import { announce } from "academy";
import { Rows, badge, button, countdown, find, findAll, make, say, secondsUntil, tellNews, words } from "./dom.js";

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const numbered = (count) => Array.from({ length: count }, (_, place) => say("group_number", { number: place + 1 }));

export class Desk {
  constructor(live, people) {
    Object.assign(this, { live, people, room: null, round: null, removals: new Map() });
    this.polls = new Rows(find("polls"), (poll) => this.#poll(poll), () => 0);
    if (find("rounds")) this.rounds = new Rows(find("rounds"), (round) => this.#round(round), () => 0);
    find("poll-new")?.addEventListener("submit", (event) => this.#preparePoll(event));
    find("round-new")?.addEventListener("submit", (event) => this.#prepareRound(event));
    find("round-close")?.addEventListener("click", () => live.send("round-close"));
    find("seat-form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      live.send("round-seat", { room: event.target.elements.room.value, person: event.target.elements.person.value });
    });
    find("tell").addEventListener("submit", (event) => this.#send(event, "round-tell", ({ text }) => ({ text: text.value }), ["text"]));
    find("caption-form").addEventListener("submit", (event) => this.#send(event, "caption", ({ text, speaker }) => ({ text: text.value, speaker: speaker.value }), ["text"]));
    find("silent-look").addEventListener("click", () => live.send("people", { page: 1, silent: true }));
    for (const control of findAll("room-do")) control.addEventListener("click", () => live.send("room", { what: control.dataset.roomDo }));
    find("record")?.addEventListener("click", () => live.send("record", { on: !this.room?.recording }));
    document.querySelector("main.room").addEventListener("live", ({ detail: { type, backend } }) => {
      if (find("needs-server") && (type === "stage" || type === "media")) find("needs-server").hidden = backend === "janus";
    });
    find("end")?.addEventListener("submit", (event) => {
      if (!confirm(words.end_sure)) event.preventDefault();
    });
    setInterval(() => this.#time(), 5_000);
  }

  fill({ desk, round }) {
    this.polls.set(desk.polls);
    this.rounds?.set(desk.rounds);
    this.sheet(desk);
    this.removals = new Map(desk.removals.map((one) => [one.person, one]));
    this.#drawRemovals();
    this.hearRound(round);
  }

  hearRoom(room) {
    this.room = room;
    const told = [words[room.state === "live" ? "room_live" : "room_waiting"], words[room.recording ? "room_recorded" : "room_not_recorded"]];
    const trouble = words.troubles[room.trouble];
    if (trouble) told.push(trouble);
    if (trouble && trouble !== this.trouble) announce(trouble);
    this.trouble = trouble;
    if (room.locked) told.push(words.room_locked);
    if (room.paused) told.push(words.paused);
    find("desk-state").textContent = told.join(" ");
    for (const control of findAll("room-do")) {
      const is = control.dataset.roomDo;
      const next = is === "pause" || is === "resume" ? (room.paused ? "resume" : "pause") : room.locked ? "unlock" : "lock";
      control.dataset.roomDo = next;
      control.querySelector("[data-word]").textContent = words[next];
    }
    if (find("record")) find("record").querySelector("[data-word]").textContent = words[room.recording ? "record_stop" : "record"];
    this.#time();
  }

  poll(poll) { if (poll.results) this.polls.put(poll); } // that of the staff always carries them

  hearRound(round) {
    if (!this.rounds) return;
    if (round?.state === "prepared") {
      this.rounds.put(round);
      this.#seats();
      return;
    }
    this.round = round?.state === "open" ? round : null;
    if (round) this.rounds.remove(round.id);
    find("round-open").hidden = !this.round;
    find("round-new").hidden = Boolean(this.round);
    if (this.round) find("round-rooms").replaceChildren(...round.rooms.map((room) => this.#room(room)));
    this.#seats();
    this.#time();
  }

  sheet({ sheet, items = sheet }) {
    find("sheet-empty").hidden = items.length > 0;
    find("sheet").replaceChildren(...items.map((item, place) => {
      const row = make("li");
      const label = make("label", "", "check");
      const box = make("input");
      Object.assign(box, { type: "checkbox", checked: item.done });
      box.addEventListener("change", () => this.live.send("sheet", { place: place + 1, done: box.checked }));
      const text = make("span");
      text.append(make("span", item.title), " ", make("span", say("minutes", { count: item.minutes }), "fine"));
      label.append(box, text);
      row.append(label);
      if (item.notes) row.append(make("p", item.notes, "meta"));
      return row;
    }));
  }

  removal(one) {
    if (one.standing) this.removals.set(one.person, one);
    else this.removals.delete(one.person);
    this.#drawRemovals();
  }

  silent({ people, more }) {
    const rows = people.map((person) => this.people.draw(person));
    find("silent").replaceChildren(...(rows.length ? rows : [make("li", words.nobody_silent)]), ...(more ? [make("li", "…")] : []));
  }

  /** What was refused comes back to be mended. */
  refused({ of }) {
    if (of !== this.sent?.type) return;
    for (const [field, text] of this.sent.texts) if (!field.value) field.value = text;
  }

  prepared(kind, id) {
    if (!this.later) this.live.send(kind, { id });
    this.later = false;
  }

  /** Ask why, then send out. */
  remove(person) {
    const dialog = find("remove-dialog");
    const form = dialog.querySelector("form");
    dialog.querySelector("h2").textContent = say("remove_title", person);
    form.reset();
    dialog.onclose = () => {
      const reason = form.elements.reason.value.trim();
      if (dialog.returnValue === "remove" && reason) this.live.send("remove", { person: person.person, reason });
      else if (dialog.returnValue === "remove") tellNews(words.refused["no-reason"]);
    };
    dialog.returnValue = "";
    dialog.showModal();
  }

  // --- Forms ------------------------------------------------------------------------------------------------------------

  #send(event, type, fields, cleared) {
    event.preventDefault();
    const { elements } = event.target;
    if (!this.live.send(type, fields(elements))) {
      announce(words.waiting);
      return;
    }
    this.sent = { type, texts: cleared.map((name) => [elements[name], elements[name].value]) };
    for (const name of cleared) elements[name].value = "";
    elements[cleared[0]].focus();
  }

  #preparePoll(event) {
    const choices = lines(event.target.elements.choices.value);
    const right = choices.flatMap((choice, place) => (choice.startsWith("*") ? [place] : []));
    this.later = event.submitter?.value === "later";
    const fields = ({ question, multiple }) => ({ question: question.value, choices: choices.map((choice) => choice.replace(/^\*\s*/, "")), right, multiple: multiple.checked });
    this.#send(event, "poll-prepare", fields, ["question", "choices"]);
  }

  #prepareRound(event) {
    this.later = event.submitter?.value === "later";
    this.#send(event, "round-prepare", ({ names, count, minutes }) => ({ names: lines(names.value).length ? lines(names.value) : numbered(Number(count.value)), minutes: Number(minutes.value) }), ["names"]);
  }

  // --- Rows -------------------------------------------------------------------------------------------------------------

  #poll(poll) {
    const row = make("li");
    const state = { prepared: words.poll_prepared, open: say("poll_is_open", { count: poll.voters }), closed: say("poll_is_closed", { count: poll.voters }) }[poll.state];
    const head = make("p");
    head.append(make("b", poll.question), " ", make("span", state, `tag${poll.state === "open" ? " now" : ""}`));
    row.append(head);
    if (poll.state !== "prepared") {
      const results = make("ul", "", "results");
      for (const choice of poll.choices) results.append(make("li", `${choice.right ? "✓ " : ""}${choice.text}${words.colon} ${poll.results[choice.id]}`));
      row.append(results);
    }
    const acts = make("p", "", "cluster");
    if (poll.state === "open") acts.append(button(words.poll_close_it, () => this.live.send("poll-close", { id: poll.id })));
    else acts.append(button(words.poll_open_it, () => this.live.send("poll-open", { id: poll.id })));
    if (poll.state !== "prepared") acts.append(button(words[poll.shown ? "poll_hide_it" : "poll_show_it"], () => this.live.send("poll-show", { id: poll.id, shown: !poll.shown })));
    row.append(acts);
    return row;
  }

  #round(round) {
    const row = make("li");
    row.append(make("p", `${round.rooms.map((room) => `${room.name} (${room.seats})`).join(", ")}. ${say("minutes", { count: round.minutes })}`));
    row.append(button(words.open_groups, () => this.live.send("round-open", { id: round.id })));
    return row;
  }

  #room(room) {
    const row = make("li");
    row.append(make("b", room.name), ` ${say("seats", { count: room.seats })} `, button(words.visit, () => this.live.send("group", { id: room.id })));
    return row;
  }

  /** To put somebody into a group: the people who are here, the groups that are prepared or open. */
  #seats() {
    const rooms = [...(this.round ? this.round.rooms : []), ...[...this.rounds.things.values()].flatMap((round) => round.rooms)];
    const form = find("seat-form");
    form.hidden = !rooms.length;
    const ids = rooms.map((room) => room.id).join();
    if (!rooms.length || ids === this.offered) return;
    this.offered = ids;
    form.elements.room.replaceChildren(...rooms.map((room) => new Option(room.name, room.id)));
    this.live.send("people", { page: 1, silent: false });
  }

  /** A page of who is here; the last choice brings the next one. */
  choose({ page, people, more }) {
    const field = find("seat-form")?.elements.person;
    if (!field) return;
    if (page === 1) field.replaceChildren();
    field.querySelector("[value=more]")?.remove();
    this.come(people);
    if (more) field.append(new Option(words.more_people, "more"));
    field.onchange = () => { if (field.value === "more") this.live.send("people", { page: page + 1, silent: false }); };
  }

  /** Whoever comes in can be given a group. */
  come(people) {
    const field = find("seat-form")?.elements.person;
    for (const { name, person } of field ? people : []) if (![...field.options].some(({ value }) => value === person)) field.add(new Option(name, person), field.querySelector("[value=more]"));
  }

  roundGone(id) {
    this.rounds?.remove(id);
    if (this.rounds) this.#seats();
  }

  #drawRemovals() {
    badge("removals", this.removals.size);
    find("removals-empty").hidden = this.removals.size > 0;
    find("removals").replaceChildren(...[...this.removals.values()].map((one) => {
      const row = make("li");
      const text = make("span");
      text.append(make("b", one.name), ` ${one.reason}`);
      row.append(text, button(words.let_back, () => this.live.send("let-back", { person: one.person })));
      return row;
    }));
  }

  #time() {
    if (!this.room) return;
    const left = secondsUntil(this.room.ends_at);
    const minutes = say("minutes", { count: Math.max(1, Math.round(Math.abs(left) / 60)) });
    find("desk-left").textContent = this.room.state !== "live" ? "" : say(left > 0 ? "session_left" : "session_over", { time: minutes });
    if (this.round) find("round-state").textContent = say("groups_open", { time: countdown(secondsUntil(this.round.ends_at)) });
  }
}
