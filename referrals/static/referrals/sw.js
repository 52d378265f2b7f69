/* Between the phone and the network: network first; without one, an empty page and our own files. */
importScripts(self.FERRY.core);
const KEPT = "ferry-" + self.FERRY.files.join().split("").reduce(function (n, c) {
  return (n * 31 + c.charCodeAt(0)) >>> 0;
}, 7);

self.addEventListener("install", function (event) {
  // Without the session: the page that is kept can be nobody's.
  const files = [self.FERRY.shell].concat(self.FERRY.files).map(function (url) {
    return new Request(url, { credentials: "omit", cache: "reload" });
  });
  event.waitUntil(caches.open(KEPT).then(function (kept) { return kept.addAll(files); }).then(function () {
    return self.skipWaiting();
  }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) {
      return name.startsWith("ferry-") && name !== KEPT;
    }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

self.addEventListener("fetch", function (event) {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(function () { return caches.match(self.FERRY.shell); }));
  } else if (self.FERRY.files.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(function () { return caches.match(url.pathname); }));
  }
});

/* The signal is back while no page is open: send what waits. A throw asks the browser to try again. */
self.addEventListener("sync", function (event) {
  if (event.tag !== "practice") return;
  event.waitUntil(self.Queue.send(self.FERRY.queue).then(async function (result) {
    const pages = await self.clients.matchAll();
    pages.forEach(function (page) { page.postMessage(result); });
    if (result.state === "offline" || result.state === "failed") throw new Error(result.state);
  }));
});
