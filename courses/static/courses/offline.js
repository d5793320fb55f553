// Modules kept in this browser for when there is no network, in a cache of one person: it is filled when she asks for it,
// follows what is hers to read, and goes when she signs out. The worker (/sw.js) opens what is here.
//
// A module is kept by its plan, what its address `…/offline/` answers: { title, lessons, parts: [{ url, version }] }. The
// plan is in the cache too, under that address; with `done` once all its parts are.

const NAME = `saved:${document.body.dataset.person}`;
const OFTEN = 10 * 60_000; // ms between two looks at what the academy says of what is kept

const pathOf = ({ url }) => new URL(url).pathname;
const store = () => caches.open(NAME);

// The plans of what is kept, by their addresses.
export async function plans() {
  if (!(await caches.has(NAME))) return new Map();
  const cache = await store();
  const kept = (await cache.keys()).map(pathOf).filter((path) => path.endsWith("/offline/") && path !== "/offline/");
  return new Map(await Promise.all(kept.map(async (path) => [path, await (await cache.match(path)).json()])));
}

// What of a module can be opened now: a saving may have been cut short.
export async function openable(plan) {
  const cache = await store();
  const found = await Promise.all(plan.lessons.map(({ url }) => cache.match(url)));
  return plan.lessons.filter((_, rank) => found[rank]);
}

// The questions kept of a lesson, those of the attempt that was open, in their order.
export async function questions(lesson) {
  const urls = [...(await plans()).values()].flatMap(({ parts }) => parts.map(({ url }) => url));
  const start = urls.indexOf(lesson) + 1;
  const after = urls.findIndex((url, rank) => rank >= start && url.startsWith("/lessons/"));
  return start ? urls.slice(start, after < 0 ? urls.length : after).filter((url) => url.startsWith("/attempts/")) : [];
}

export async function ask(address) {
  const response = await fetch(address, { redirect: "manual" });
  if (response.type === "opaqueredirect") location.reload(); // to sign in again, and back
  if (!response.ok) throw Object.assign(new Error("refused"), { status: response.status });
  return response.json();
}

// Fetches what is missing or was changed, in the order of the plan; `tell` hears the rank of each lesson as it begins.
// Raises where the network or the room ends: what came before stays, and the next call goes on from there.
export async function save(address, plan, tell = () => {}) {
  const cache = await store();
  const keep = (done) => cache.put(address, new Response(JSON.stringify({ ...plan, done })));
  const before = await plans();
  if (!before.has(address)) {
    await keep(false);
    before.set(address, plan);
  }
  const versions = new Map([...before.values()].flatMap(({ parts }) => parts.map(({ url, version }) => [url, version])));
  for (const { url, version } of plan.parts) {
    const rank = plan.lessons.findIndex((lesson) => lesson.url === url);
    if (rank >= 0) tell(rank + 1);
    const known = versions.get(url) === version;
    if (known && (await cache.match(url))) continue;
    const response = await fetch(url, { redirect: "error", cache: known ? "default" : "reload" });
    if (response.ok) await cache.put(url, response);
    else if (response.status !== 404) throw new Error(`refused ${response.status}`); // a file that is gone is not missed
  }
  await keep(true);
  await tidy(cache);
}

export async function remove(address) {
  const cache = await store();
  await cache.delete(address);
  await tidy(cache);
}

// Only what some plan names stays; the cache itself goes with the last one.
async function tidy(cache) {
  const kept = await plans();
  if (!kept.size) {
    await caches.delete(NAME);
    return;
  }
  const named = new Set([...kept].flatMap(([address, { parts }]) => [address, ...parts.map(({ url }) => url)]));
  for (const request of await cache.keys()) if (!named.has(pathOf(request))) await cache.delete(request);
}

// Asks the academy, now and then, what is still hers: what is not goes, what was changed comes anew.
export async function refresh() {
  if (Date.now() - Number(sessionStorage.getItem("refreshed")) < OFTEN) return;
  for (const [address, plan] of await plans()) {
    try {
      const now = await ask(address);
      if (plan.done) await save(address, now);
    } catch ({ status }) {
      if (status !== 404) return; // the network left: next time
      await remove(address);
    }
  }
  sessionStorage.setItem("refreshed", Date.now());
}
