// The academy's one worker in this browser: two on one scope would replace each other. It shows news on a closed screen and
// leads to it; and without a network, it opens what somebody has saved here. The copies are made by offline.js, when she
// asks for them: this opens them, and keeps those fresh that she reads.

const SAVED = "saved:"; // what the cache is called, before the public id of the one person it belongs to
const PATIENCE = 3000; // ms that the network has to answer, before a copy does
const FILES = /^\/(static|files|documents|recordings)\//;
const HASHED = /\.[0-9a-f]{12}\.\w+$/; // a name that never leads to something else

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// --- Without a network -----------------------------------------------------------------------------------------------

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (origin !== self.location.origin || pathname.startsWith("/admin/")) return;
  if (method === "GET" && FILES.test(pathname)) event.respondWith(file(event.request, pathname));
  else if (mode === "navigate" && (method === "GET" || pathname.startsWith("/lessons/"))) event.respondWith(page(event, pathname));
});

async function saved() {
  const name = (await caches.keys()).find((key) => key.startsWith(SAVED));
  return name && caches.open(name);
}

// The network first; its copy when it fails, or is too slow; else the page that says what is saved.
async function page(event, pathname) {
  const { request } = event;
  const cache = await saved();
  if (!cache) return fetch(request);
  const copy = request.method === "GET" ? await cache.match(pathname) : undefined;
  const answer = fetch(request);
  if (copy) event.waitUntil(answer.then((response) => follow(cache, pathname, response.clone())).catch(() => {}));
  try {
    const response = await (copy ? Promise.race([answer, late()]) : answer);
    if (!copy || response.status < 500) return response;
  } catch {
    // Opened from here.
  }
  return away(copy ?? (await cache.match("/offline/")));
}

const late = () => new Promise((_, fail) => { setTimeout(fail, PATIENCE); });

// What the academy says of a page that is saved here.
async function follow(cache, pathname, response) {
  if (response.type === "opaqueredirect") await wipe(); // to sign in: whoever comes next may be somebody else
  else if (response.status === 403 || response.status === 404) await cache.delete(pathname); // no longer hers to read
  else if (response.ok) await cache.put(pathname, response);
}

async function wipe() {
  for (const key of await caches.keys()) if (key.startsWith(SAVED)) await caches.delete(key);
}

// The frame of the page says that it is a copy.
async function away(copy) {
  if (!copy) return Response.error();
  const html = await copy.text();
  return new Response(html.replace("<body", "<body data-offline"), { headers: copy.headers });
}

async function file(request, pathname) {
  const cache = await saved();
  const copy = cache && request.cache !== "reload" && (await cache.match(pathname));
  if (!copy) return fetch(request);
  if (pathname.startsWith("/static/") && !HASHED.test(pathname)) return fetch(request).catch(() => copy);
  return part(copy, request.headers.get("Range"));
}

// A sound is asked for by pieces (RFC 9110, section 14).
async function part(copy, range) {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? "");
  if (!asked) return copy;
  const whole = await copy.blob();
  const first = Number(asked[1]);
  const last = Math.min(asked[2] ? Number(asked[2]) : Infinity, whole.size - 1);
  if (first > last) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  const headers = new Headers(copy.headers);
  headers.set("Content-Range", `bytes ${first}-${last}/${whole.size}`);
  headers.set("Content-Length", last - first + 1);
  return new Response(whole.slice(first, last + 1), { status: 206, headers });
}

// --- News ------------------------------------------------------------------------------------------------------------

self.addEventListener("push", (event) => {
  const news = event.data.json();
  event.waitUntil(self.registration.showNotification(news.site, {
    body: news.title, tag: news.tag, lang: news.lang, icon: news.icon, data: { url: news.url },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data.url, self.location.origin);
  if (address.origin !== self.location.origin) return;
  event.waitUntil((async () => {
    const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const open = windows.find((one) => one.url === address.href);
    await (open ? open.focus() : self.clients.openWindow(address.href));
  })());
});
