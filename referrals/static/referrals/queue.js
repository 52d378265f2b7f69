/* What waits on this phone: kept until the server has answered for each entry by itself.
   Used by the pages and by the worker behind them. */
(function (scope) {
  "use strict";

  const AT_ONCE = 50;
  let opened = null;

  function database() {
    opened = opened || new Promise(function (done, fail) {
      const asked = indexedDB.open("ferry", 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("queue", { keyPath: "id" });
        asked.result.createObjectStore("snapshot", { keyPath: "key" });
      };
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = function () { opened = null; fail(asked.error); };
    });
    return opened;
  }

  /* Done means written to disk: the browser may be closed the moment after. */
  async function within(store, mode, act) {
    const db = await database();
    return new Promise(function (done, fail) {
      const change = db.transaction(store, mode, { durability: "strict" });
      const asked = act(change.objectStore(store));
      change.oncomplete = function () { done(asked && asked.result); };
      change.onabort = change.onerror = function () { fail(change.error); };
    });
  }

  async function all() {
    const found = await within("queue", "readonly", function (s) { return s.getAll(); });
    return found.sort(function (a, b) { return a.tapped_at < b.tapped_at ? -1 : 1; });
  }
  function put(entry) { return within("queue", "readwrite", function (s) { return s.put(entry); }); }
  function drop(id) { return within("queue", "readwrite", function (s) { return s.delete(id); }); }
  function snapshot() { return within("snapshot", "readonly", function (s) { return s.get("today"); }); }
  function keep(user, items) {
    const kept = { key: "today", user: user, items: items };
    return within("snapshot", "readwrite", function (s) { return s.put(kept); });
  }
  function forget() { return within("snapshot", "readwrite", function (s) { return s.clear(); }); }

  /* One sender at a time, over all tabs and the worker; should two meet, the ids make it once. */
  function alone(act) {
    const locks = scope.navigator && scope.navigator.locks;
    return locks ? locks.request("ferry-send", act) : act();
  }

  /* A page instead of an answer is the log-in: the session has ended. */
  function isAnswer(response) {
    const kind = response.headers.get("Content-Type") || "";
    return !response.redirected && kind.indexOf("application/json") === 0;
  }

  async function ask(url, more) {
    const calm = Object.assign({ credentials: "same-origin", cache: "no-store" }, more);
    if (scope.AbortSignal && AbortSignal.timeout) calm.signal = AbortSignal.timeout(20000);
    return fetch(url, calm);
  }

  /* Resolves to {state, sent}: idle, sent, offline, signed-out, another or failed. Never throws. */
  async function sendNow(url) {
    let sent = 0;
    try {
      for (;;) {
        const waiting = (await all()).filter(function (one) { return !one.refused; });
        if (!waiting.length) return { state: sent ? "sent" : "idle", sent: sent };
        const who = await ask(url);
        if (!isAnswer(who)) return { state: who.status < 500 ? "signed-out" : "failed", sent: sent };
        const now = await who.json();
        const own = waiting.filter(function (one) { return one.user === now.user; }).slice(0, AT_ONCE);
        if (!own.length) return { state: sent ? "sent" : "another", sent: sent };
        const response = await ask(url, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": now.token },
          body: JSON.stringify({ user: now.user, phone_now: new Date().toISOString(), entries: own })
        });
        if (!isAnswer(response)) return { state: "failed", sent: sent };
        if (!response.ok) return { state: response.status === 409 ? "another" : "failed", sent: sent };
        const answers = (await response.json()).answers;
        let settled = 0;
        for (const answer of answers) {
          const entry = own.find(function (one) { return one.id === answer.id; });
          if (!entry) continue;
          settled += 1;
          if (answer.status === "refused") {
            entry.refused = answer.sentence;
            await put(entry);
          } else {
            await drop(entry.id);
            sent += 1;
          }
        }
        if (!settled) return { state: "failed", sent: sent };
      }
    } catch (e) {
      return { state: "offline", sent: sent };
    }
  }

  scope.Queue = {
    all: all, put: put, drop: drop, alone: alone, snapshot: snapshot, keep: keep, forget: forget,
    send: function (url) { return alone(function () { return sendNow(url); }); }
  };
})(self);
