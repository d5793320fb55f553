// Behaviour of the frame, on every page. Without it, everything still works: links lead, forms post.

const root = document.documentElement;
const status = document.getElementById("status");
const toasts = document.getElementById("toasts");

/** Say a short sentence to screen readers, through the page's only status region. */
export function announce(sentence) {
  status.textContent = "";
  setTimeout(() => { status.textContent = sentence; }, 100);
}

/** Show a sentence at the foot of the screen, and say it. It goes after `seconds`, unless one is on it. */
export function toast(sentence, seconds = 10) {
  const box = document.createElement("p");
  box.className = "toast";
  box.dataset.seconds = seconds;
  const words = document.createElement("span");
  words.textContent = sentence;
  box.append(words);
  toasts.append(box);
  announce(sentence);
}

// --- Toasts leave by themselves, never under a pointer or the keyboard's focus ---------------------------------------

function schedule(box) {
  let timer;
  const leave = () => {
    if (box.contains(document.activeElement)) document.getElementById("main").focus();
    box.remove();
  };
  const start = () => { timer = setTimeout(leave, Number(box.dataset.seconds) * 1000); };
  const stop = () => clearTimeout(timer);
  for (const event of ["pointerenter", "focusin"]) box.addEventListener(event, stop);
  for (const event of ["pointerleave", "focusout"]) box.addEventListener(event, () => { stop(); start(); });
  start();
}

toasts.querySelectorAll("[data-seconds]").forEach(schedule);
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (node.dataset?.seconds) schedule(node);
  }
}).observe(toasts, { childList: true });

// --- Fragments: busy while waiting, focus kept, failures told ---------------------------------------------------------

let held = null; // The swapped element that held the focus.

document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.target.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.target.removeAttribute("aria-busy"));
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  held = detail.target.contains(document.activeElement) ? detail.target : null;
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  // htmx gives the focus back to an element of the same id; otherwise it is lost, and goes to what the fragment names.
  if (!held || (document.activeElement && document.activeElement !== document.body)) return;
  held = null;
  const place = detail.elt.isConnected ? detail.elt : document.getElementById(detail.elt.id);
  const next = place?.querySelector("[data-focus], [role=alert], h1, h2, h3") ?? place;
  if (!next) return;
  if (!next.hasAttribute("tabindex")) next.setAttribute("tabindex", "-1");
  next.focus({ preventScroll: false });
});
for (const event of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  // What a page asks for by itself, as it is read, is not missed.
  document.addEventListener(event, ({ detail }) => {
    if (detail.requestConfig.triggeringEvent?.type !== "intersect") toast(status.dataset.failed);
  });
}

// --- Disclosures that float: Escape and a click elsewhere close them --------------------------------------------------

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

// --- Show what is typed in a password field ---------------------------------------------------------------------------

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-reveals]")) return;
  for (const field of target.form.querySelectorAll("[name*=password]")) field.type = target.checked ? "text" : "password";
});

// --- What only works with a script is shown by the script ---------------------------------------------------------------

for (const part of document.querySelectorAll("[data-scripted]")) {
  const { scripted } = part.dataset;
  part.hidden = (scripted === "passkey" && !window.PublicKeyCredential) || (scripted === "offline" && !navigator.serviceWorker);
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  toast(document.querySelector("[data-passkey-failed]").dataset.passkeyFailed);
});

// --- Colours of a stranger: a cookie, so that the next page is drawn right at once ------------------------------------

const themeSwitch = document.querySelector("[data-theme-switch]");
if (themeSwitch) {
  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => { themeSwitch.textContent = isDark() ? themeSwitch.dataset.light : themeSwitch.dataset.dark; };
  themeSwitch.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
    name();
  });
  name();
  themeSwitch.hidden = false;
}

// --- Without a network: said in words; what was kept here is of one person, and what waited leaves when it is back ---

const { person } = document.body.dataset;
try {
  if (!person) sessionStorage.removeItem("push-renewed"); // news.js says it again after the next signing in
} catch {
  // a browser that keeps nothing
}
const network = document.getElementById("network");

async function wipe(whose = "") {
  for (const name of (await window.caches?.keys()) ?? []) {
    if (name.startsWith("saved:") && name !== `saved:${whose}`) await caches.delete(name);
  }
}

function waiting() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`draft:${person}:`)).length;
  } catch {
    return 0; // a browser that keeps nothing
  }
}

function showNetwork() {
  network.querySelector("p")?.remove();
  if (!("offline" in document.body.dataset)) return;
  const count = waiting();
  const badge = network.querySelector("template").content.cloneNode(true);
  if (count) badge.querySelector("span").textContent = (count === 1 ? network.dataset.one : network.dataset.many).replace("{count}", count);
  network.append(badge);
}

async function catchUp() {
  if (waiting() && (await (await import("waiting")).send())) toast(network.dataset.left);
  if (await window.caches?.has(`saved:${person}`)) await (await import("offline")).refresh();
}

// A network that comes back is often there a moment after it says so, and a phone may well believe that it has one.
let search = null;
async function find(pause = 1000) {
  clearTimeout(search);
  try {
    const { ok } = await fetch("/sw.js", { method: "HEAD", cache: "no-store" });
    if (!ok) throw new Error("unavailable");
  } catch {
    if (navigator.onLine) search = setTimeout(find, pause, Math.min(2 * pause, 60_000));
    return;
  }
  delete document.body.dataset.offline;
  showNetwork();
  dispatchEvent(new Event("back"));
  look();
}

const look = () => catchUp().catch(() => {}); // the network left again: next time

// Whoever is here now finds no page of somebody else, nor of a session that is over.
wipe(person);
if (network) {
  const lose = () => {
    document.body.dataset.offline = "";
    showNetwork();
  };
  addEventListener("offline", lose);
  addEventListener("online", () => find());
  addEventListener("waiting", showNetwork);
  // What was said once, when the copy was made.
  if ("offline" in document.body.dataset) document.getElementById("messages")?.replaceChildren();
  if (!navigator.onLine) lose();
  showNetwork();
  if (!("offline" in document.body.dataset)) look();
  else if (navigator.onLine) find();
}

// --- Whoever signs out is told no more on this browser, and leaves no page in it -------------------------------------

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[action$='/accounts/logout/']");
  if (!form || !navigator.serviceWorker) return;
  event.preventDefault();
  const late = new Promise((done) => { setTimeout(done, 2000); });
  const stop = async () => (await (await navigator.serviceWorker.getRegistration())?.pushManager?.getSubscription())?.unsubscribe();
  await Promise.race([Promise.allSettled([stop(), wipe()]), late]);
  form.submit();
});
