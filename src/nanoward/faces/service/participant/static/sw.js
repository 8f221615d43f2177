"use strict";
// Keeps the shell alone: the page without anybody's data, its style and its script.
const NAME = "shell-VERSION";
const SHELL = ["/me/", "/me/static/me.css?v=VERSION", "/me/static/me.js?v=VERSION", "/me/static/icon.svg"];
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((box) => box.addAll(SHELL)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const one of await caches.keys()) if (one !== NAME) await caches.delete(one);
    await self.clients.claim();
  })());
});
const inTime = async (request, wait) => {
  const late = new AbortController(), timer = setTimeout(() => late.abort(), wait);
  try { return await fetch(request, { signal: late.signal }); } finally { clearTimeout(timer); }
};
self.addEventListener("fetch", (event) => {
  const request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (SHELL.includes(address.pathname + address.search) && address.pathname !== "/me/") {
    event.respondWith(caches.match(request).then((found) => found || fetch(request)));
  } else if (request.mode === "navigate" && address.pathname.startsWith("/me/")) {
    event.respondWith((async () => {
      try {
        const answer = await inTime(request, 4000);
        if (address.pathname === "/me/" && answer.ok)
          await (await caches.open(NAME)).put("/me/", answer.clone());
        if (answer.status < 500) return answer;
        throw new Error("the clinic's page is down");
      } catch { return caches.match("/me/"); }
    })());
  }
});
