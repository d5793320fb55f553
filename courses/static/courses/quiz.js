// A question being answered: each choice is saved as it is made, a final answer waits for the network if it must.
import { autosave, tries } from "./autosave.js";

function enhance() {
  const form = document.querySelector("form[data-outbox]");
  document.querySelector("[data-focus]")?.focus();
  if (!form) return;
  const draft = autosave(form, { delay: 400, extra: { save: "1" } });

  const retry = tries(() => form.isConnected && form.requestSubmit());

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    retry.stop();
    const button = form.querySelector(".submit .btn");
    button.setAttribute("aria-busy", "true");
    try {
      if (await send(form)) draft.forget();
    } catch {
      draft.wait();
      form.querySelector("[data-next]").hidden = false; // the others can be answered meanwhile
      // The same answer twice is one answer for the server: it is safe to send again.
      retry.wait();
      button.removeAttribute("aria-busy");
    }
  });
  if (draft.final) form.requestSubmit();
  form.dataset.ready = ""; // from here on, losing the network loses nothing
}

// True once the server has the answer; false when it asks to sign in again: the draft then waits in this browser.
async function send(form) {
  const response = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    credentials: "same-origin",
    headers: { "HX-Request": "true" },
  });
  if (response.status >= 500) throw new Error("unavailable");
  if (response.status === 403 || !new URL(response.url).pathname.startsWith("/attempts/")) {
    location.reload(); // the question's own address: by way of signing in, and back
    return false;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  document.getElementById("question").replaceWith(document.adoptNode(page.getElementById("question")));
  enhance();
  return true;
}

enhance();
