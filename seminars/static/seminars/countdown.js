// How long until a session begins, kept fresh; the page comes again when its room opens. Without it, the words are
// those of the moment the page was asked for.

const STEPS = [["day", 86_400_000, 2], ["hour", 3_600_000, 2], ["minute", 60_000, 1]];
const format = new Intl.RelativeTimeFormat(document.documentElement.lang || "fr", { numeric: "always" });

function words(until) {
  const [unit, size] = STEPS.find(([, one, from]) => until >= one * from) ?? STEPS.at(-1);
  const count = unit === "minute" ? Math.ceil(until / size) : Math.floor(until / size);
  return format.format(Math.max(1, count), unit);
}

function refresh() {
  const place = document.querySelector("[data-countdown]");
  if (!place) return;
  const until = new Date(place.dataset.countdown) - Date.now();
  const said = until > 0 ? place.dataset.words.replace("{when}", words(until)) : place.dataset.begun;
  if (place.textContent !== said) place.textContent = said;
  if (place.dataset.opens && Date.now() >= new Date(place.dataset.opens)) {
    delete place.dataset.opens;
    location.reload();
  }
}

refresh();
setInterval(refresh, 15_000);
