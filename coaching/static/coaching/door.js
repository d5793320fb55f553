// Opens the room when its time has come: the page is asked again, and answers with the room.
const opens = new Date(document.querySelector("[data-opens-at]").dataset.opensAt);
const LONGEST = 60_000; // a laptop that slept is asked again soon after it wakes

function wait() {
  const left = opens - Date.now();
  if (left <= 0) location.reload();
  else setTimeout(wait, Math.min(left + 500, LONGEST));
}
wait();
