// A report being written: the draft is kept by the server as it is typed; once it is saved, nothing of it stays here.
import { autosave, keyOf } from "../courses/autosave.js";

const form = document.querySelector("form[data-report]");
if (form) {
  autosave(form, { delay: 2000, extra: { draft: "1" } });
  document.querySelector("[data-focus]")?.focus();
}

const saved = document.querySelector("[data-report-saved]");
if (saved) localStorage.removeItem(keyOf(new URL(saved.dataset.reportSaved, location.href)));
