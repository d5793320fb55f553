// Small words of the room's scripts: finding, making, filling in, telling the time.
import { announce } from "academy";

export const find = (name, root = document) => root.querySelector(`[data-${name}]`);
export const findAll = (name) => [...document.querySelectorAll(`[data-${name}]`)];
export const words = JSON.parse(document.getElementById("words").textContent);
export const { room: path, zone } = find("room").dataset;

export function make(tag, text, className) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}

export function button(text, onClick, className = "linklike") {
  const element = make("button", text, className);
  element.type = "button";
  element.addEventListener("click", onClick);
  return element;
}

/** The words of `key` with `{name}` and the like filled in. */
export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

const TONES = ["", " b", " c", " d"];

/** The round sign of a person; the same colour for the same person. */
export function avatar({ person, initials }) {
  const tone = TONES[[...person].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % TONES.length];
  const sign = make("span", initials, `avatar${tone}`);
  sign.setAttribute("aria-hidden", "true");
  return sign;
}

export function clock(at) {
  const time = make("time", new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }));
  time.dateTime = at;
  return time;
}

/** What can be done with a line of a list, behind three dots; `acts` are `[words, act]`. */
export function lineMenu(label, acts) {
  const menu = make("details", "", "menu line-menu");
  const summary = make("summary", "⋯");
  summary.setAttribute("aria-label", label);
  const box = make("div");
  for (const [text, act] of acts) box.append(button(text, () => { menu.open = false; act(); }, ""));
  menu.addEventListener("toggle", () => { if (menu.open) box.scrollIntoView({ block: "nearest" }); });
  menu.append(summary, box);
  return menu;
}

/** Seconds as people read a countdown: 9:05. */
export function countdown(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// A phone's clock may be minutes off: the server's counts.
let ahead = 0;
export const setClock = (now) => { ahead = Date.now() - new Date(now); };
export const secondsUntil = (at) => (new Date(at) - Date.now() + ahead) / 1000;

/** Say what has just changed, and show it for a while above the room: nothing moves, nothing is covered for good. */
export function tellNews(sentence) {
  announce(sentence);
  const box = find("news");
  box.textContent = sentence;
  clearTimeout(tellNews.goes);
  tellNews.goes = setTimeout(() => { box.textContent = ""; }, 10_000);
}

/** Rows of a list by id, kept in the order of `sort(thing)`. */
export class Rows {
  constructor(list, draw, sort) {
    Object.assign(this, { list, draw, sort, things: new Map() });
  }

  set(things) {
    this.things = new Map(things.map((thing) => [thing.id, thing]));
    this.list.replaceChildren();
    for (const thing of things) this.put(thing);
  }

  put(thing) {
    this.things.set(thing.id, thing);
    const old = this.row(thing.id);
    const row = this.draw(thing);
    row.dataset.id = thing.id;
    row.dataset.sort = this.sort(thing);
    const held = old?.contains(document.activeElement) && document.activeElement.dataset.act;
    if (old && old.dataset.sort === row.dataset.sort) old.replaceWith(row);
    else {
      old?.remove();
      this.list.insertBefore(row, [...this.list.children].find((other) => Number(other.dataset.sort) > Number(row.dataset.sort)) ?? null);
    }
    if (held) row.querySelector(`[data-act="${held}"]`)?.focus();
    return row;
  }

  remove(id) {
    this.things.delete(id);
    this.row(id)?.remove();
  }

  row(id) { return this.list.querySelector(`:scope > [data-id="${id}"]`); }
}

/** A number beside the word of a tab. */
export function badge(name, count) {
  for (const place of findAll("badge")) if (place.dataset.badge === name) place.textContent = count || "";
}
