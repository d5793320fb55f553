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
  document.addEventListener(event, () => toast(status.dataset.failed));
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
  part.hidden = part.dataset.scripted === "passkey" && !window.PublicKeyCredential;
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

// --- Whoever signs out is told no more on this browser ----------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[action$='/accounts/logout/']");
  if (!form || !navigator.serviceWorker) return;
  event.preventDefault();
  const late = new Promise((done) => { setTimeout(done, 2000); });
  const stop = async () => (await (await navigator.serviceWorker.getRegistration())?.pushManager?.getSubscription())?.unsubscribe();
  await Promise.race([stop().catch(() => {}), late]);
  form.submit();
});
