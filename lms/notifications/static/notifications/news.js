// News as they happen: the number beside the bell, and a sentence at the foot of the screen. Without it, a page shows
// what was there when it was opened.

import { toast } from "academy";

const bell = document.querySelector("[data-news]");
const count = bell.querySelector(".bell-count");
const PAUSE = 3000; // ms between two sentences: whoever listens is not talked over
const LONGEST = 30000;
const PATIENCE = 5; // times in a row that the door may stay shut (signed out, no sockets here) before we let it be

let socket = null;
let last = 0; // the number of the last event we know
let refusals = 0;
let waiting = [];
let said = 0;
let timer = null;

function show(unread) {
  count.hidden = unread === 0;
  count.querySelector("b").textContent = unread;
}

function say() {
  timer = null;
  if (!waiting.length) return;
  toast(waiting.length === 1 ? waiting[0] : bell.dataset.many.replace("{count}", waiting.length));
  waiting = [];
  said = Date.now();
}

function hear(event) {
  if (event.type === "hello") {
    // What was missed while we were away is asked for by its number.
    if (last && event.seq !== last) socket.send(JSON.stringify({ type: "resume", since: last }));
    last ||= event.seq;
  } else if (event.type === "resync") {
    socket.send(JSON.stringify({ type: "resume", since: 0 }));
  }
  if (event.seq && event.type !== "hello") last = event.seq;
  if ("unread" in event) show(event.unread);
  if (event.type === "news") {
    waiting.push(event.title);
    timer ??= setTimeout(say, Math.max(0, said + PAUSE - Date.now()));
  }
}

function connect() {
  const address = new URL("/ws/notifications/", location.href);
  address.protocol = location.protocol.replace("http", "ws");
  socket = new WebSocket(address);
  socket.addEventListener("open", () => { refusals = 0; });
  socket.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
  socket.addEventListener("close", () => {
    socket = null;
    refusals += 1;
    if (refusals <= PATIENCE) setTimeout(again, Math.random() * Math.min(LONGEST, 500 * 2 ** refusals) + 500);
  });
}

// A browser that told news before she signed out, or was signed out, does again: said once after each signing in.
async function renew() {
  if (sessionStorage.getItem("push-renewed") || globalThis.Notification?.permission !== "granted") return;
  const subscription = await (await navigator.serviceWorker?.getRegistration())?.pushManager?.getSubscription();
  if (!subscription) return;
  const page = new DOMParser().parseFromString(await (await fetch(bell.dataset.choices)).text(), "text/html");
  const body = new URLSearchParams({
    endpoint: subscription.endpoint,
    csrfmiddlewaretoken: page.querySelector("[name=csrfmiddlewaretoken]").value,
  });
  const answer = await fetch(bell.dataset.renew, { method: "POST", body });
  if (answer.ok) sessionStorage.setItem("push-renewed", "1");
}
renew().catch(() => {}); // the next page tries again

function again() {
  if (!socket && document.visibilityState === "visible") connect();
}

document.addEventListener("visibilitychange", () => { if (refusals <= PATIENCE) again(); });
// A page kept for the Back button may not hold a socket.
addEventListener("pagehide", () => { refusals = PATIENCE + 1; socket?.close(); });
addEventListener("pageshow", ({ persisted }) => { if (persisted) { refusals = 0; again(); } });
again();
