// Asks the browser, once its person has pressed the button, to show news; tells the academy where to send them.

import { toast } from "academy";

const form = document.querySelector("[data-push-key]");
form.hidden = !("serviceWorker" in navigator && "PushManager" in window);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  try {
    if (await Notification.requestPermission() !== "granted") {
      toast(form.dataset.refused);
      return;
    }
    await navigator.serviceWorker.register("/sw.js");
    const worker = await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.pushKey });
    const { endpoint, keys } = subscription.toJSON();
    const body = new FormData(form);
    for (const [name, value] of Object.entries({ endpoint, ...keys })) body.set(name, value);
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body) });
    if (!answer.ok) throw new Error(answer.status);
    toast(form.dataset.done);
  } catch {
    toast(form.dataset.failed);
  } finally {
    button.removeAttribute("aria-busy");
  }
});
