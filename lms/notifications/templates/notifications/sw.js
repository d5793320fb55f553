// Shows the academy's news on a closed screen, and leads to it. It keeps no page and answers no request.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

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
