/* Practice without a signal: keep each tap on the phone, show it, send it once. */
(function () {
  "use strict";
  if (!("indexedDB" in window)) return;

  const page = document.body.dataset, offline = "offline" in page, Queue = window.Queue;
  const WORDS = JSON.parse(page.words || "{}"), SAYS = WORDS; // in the language of the page
  const AGAIN = 15000; // ms until what could not be sent is tried once more
  const box = document.getElementById("queue"), list = document.getElementById("queue-list");
  const state = document.getElementById("queue-state");
  let user = page.person || "", last = "", timer = null;
  const day = new Date().toDateString(); // a page that stood open overnight speaks of yesterday
  let leaving = null; // who goes, or signs out, is not called back by what was sent meanwhile

  function el(tag, wishes, inside) {
    const made = document.createElement(tag);
    Object.keys(wishes || {}).forEach(function (name) {
      if (name === "text") made.textContent = wishes.text;
      else if (name === "does") made.addEventListener(tag === "form" ? "submit" : "click", wishes.does);
      else made.setAttribute(name, wishes[name]);
    });
    (inside || []).forEach(function (one) { if (one) made.append(one); });
    return made;
  }
  function count(what, n) { return n === 1 ? WORDS[what + "_one"] : WORDS[what].replace("{n}", n); }
  function about(title) { return WORDS.how_did_it_go.replace("{title}", title); }
  /* What somebody is typing here, or has typed and not sent. */
  function isTyped(one) {
    if (one === document.activeElement) return true;
    return one.tagName !== "SELECT" && one.type !== "hidden" && one.value !== one.defaultValue;
  }
  function typed(place) { return Array.from(place.querySelectorAll("input, textarea, select")).some(isTyped); }
  function key() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, function (c) {
      return (c ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> c / 4).toString(16);
    });
  }

  // --- What is shown ---------------------------------------------------------------------------

  /* Not while it is being sent: what was changed then would be lost with the entry. */
  async function change(entry, news, act) {
    const there = await Queue.alone(async function () {
      const kept = (await Queue.all()).some(function (one) { return one.id === entry.id; });
      if (kept) await act();
      return kept;
    });
    show(there ? news : WORDS.sent_meanwhile);
  }

  function details(entry) {
    const minutes = el("input", { "class": "form-control", type: "number", min: 0, max: 240, inputmode: "numeric", id: "minutes-" + entry.id });
    const word = el("input", { "class": "form-control", type: "text", maxlength: 240, id: "word-" + entry.id });
    minutes.defaultValue = entry.minutes === null ? "" : entry.minutes;
    word.defaultValue = entry.word;
    const timed = entry.result !== "not_today";
    return el("details", { "class": "more logged-more" }, [
      el("summary", { text: timed ? WORDS.add_more : WORDS.add_word }),
      el("form", { "class": "logged-form", does: function (event) {
        event.preventDefault();
        if (!event.target.reportValidity()) return;
        entry.minutes = timed && minutes.value !== "" ? Number(minutes.value) : null;
        entry.word = word.value.trim();
        change(entry, WORDS.kept, function () {
          minutes.defaultValue = minutes.value;
          word.defaultValue = word.value;
          return Queue.put(entry);
        });
      } }, [
        timed && el("div", {}, [el("label", { "class": "form-label", "for": minutes.id, text: WORDS.minutes }), minutes]),
        el("div", { "class": "grow" }, [el("label", { "class": "form-label", "for": word.id, text: WORDS.word }), word]),
        el("button", { "class": "btn btn-quiet", type: "submit", text: WORDS.save })
      ])
    ]);
  }

  function waitingBox(entry) {
    const said = SAYS[entry.result] + (entry.minutes === null ? "" : " · " + WORDS.minutes_said.replace("{n}", entry.minutes));
    const day = entry.days_ago ? " · " + WORDS.yesterday : "";
    return el("div", { "class": "logged is-waiting", "data-waits": entry.id }, [
      el("span", { "class": "waiting-mark" }),
      el("div", { "class": "logged-text" }, [
        el("p", {}, [el("strong", { text: said }), el("span", { "class": "logged-by", text: day + " · " + WORDS.waits_here })]),
        entry.word && el("p", { "class": "logged-word", text: "“" + entry.word + "”" })
      ]),
      el("button", { "class": "btn btn-link logged-undo", type: "button", "aria-label": WORDS.undo + ": " + entry.title + ", " + said, text: WORDS.undo, does: function () {
        change(entry, WORDS.taken_back, function () { return Queue.drop(entry.id); });
      } }),
      details(entry)
    ]);
  }

  function refusedRow(entry) {
    return el("li", {}, [
      el("span", {}, [el("strong", { text: entry.title + ", " + SAYS[entry.result] + ": " }), entry.refused]),
      el("button", { "class": "btn btn-quiet", type: "button", "aria-label": WORDS.dismiss + ": " + entry.title, text: WORDS.dismiss, does: async function () {
        await Queue.drop(entry.id);
        show(WORDS.dismissed);
      } })
    ]);
  }

  /* One sentence on how things stand, and each entry where it belongs. */
  async function show(news) {
    if (!box) return;
    const everything = await Queue.all();
    const own = everything.filter(function (one) { return one.user === user; });
    const wait = own.filter(function (one) { return !one.refused; });
    const no = own.filter(function (one) { return one.refused; });
    const theirs = everything.filter(function (one) { return one.user !== user && !one.refused; }).length;
    const says = [];
    if (news) says.push(news);
    if (wait.length && last === "signed-out") says.push(count("sign_in_to_send", wait.length));
    else if (wait.length) says.push(count("waits", wait.length));
    if (no.length) says.push(count("not_saved", no.length));
    if (theirs && user) says.push(count("of_another", theirs));
    const text = says.join(" ");
    if (state.textContent !== text) state.textContent = text;
    box.classList.toggle("has-news", !!text);
    box.classList.toggle("is-good", !wait.length && !no.length && !theirs);
    const held = document.activeElement || document.body, was = held.closest("[data-waiting]");
    const mine = was || list.contains(held);
    list.replaceChildren();
    no.forEach(function (one) { list.append(refusedRow(one)); });
    document.querySelectorAll("[data-waits]").forEach(function (one) { if (!typed(one)) one.remove(); });
    wait.forEach(function (one) {
      const place = document.querySelector('[data-waiting="' + one.activity + '"]');
      if (!place) list.append(el("li", {}, [el("span", { text: one.title + ", " + SAYS[one.result] })]));
      else if (!place.querySelector('[data-waits="' + one.id + '"]')) place.append(waitingBox(one));
    });
    if (wait.length && last === "signed-out") {
      list.append(el("li", {}, [el("a", { "class": "btn btn-primary btn-wide", href: page.login + "?next=" + encodeURIComponent(page.start), text: WORDS.sign_in })]));
    }
    if (mine && !held.isConnected) settle(was);
  }

  /* What had the focus is gone: it goes to the next tap of the same card, else to what was said. */
  function settle(place) {
    const card = place && place.closest("article"), next = card && card.querySelector(".tap-more > summary, .tap-button");
    if (!next) state.tabIndex = -1;
    (next || state).focus();
  }

  // --- A tap is kept ---------------------------------------------------------------------------

  async function log(activity, title, result, days, id, tapped) {
    await Queue.put({
      id: id || key(), user: user, activity: activity, title: title, result: result, days_ago: days,
      minutes: null, word: "", tapped_at: tapped || new Date().toISOString(), refused: ""
    });
    await show();
    const live = document.getElementById("live");
    if (live) live.textContent = "";
    wake();
    send();
  }

  /* Where the browser can, it sends later even with no page open. */
  function wake() {
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.ready.then(function (worker) {
      return worker.sync && worker.sync.register("practice");
    }).catch(function () {});
  }

  async function send() {
    clearTimeout(timer);
    done(await Queue.send(page.queue));
  }
  async function done(result) {
    last = result.state;
    if (result.state === "offline" || result.state === "failed") timer = setTimeout(send, AGAIN);
    const news = result.sent ? count("was_sent", result.sent) : "";
    if (result.sent && !typed(document) && !leaving && (offline || document.querySelector("[data-snapshot]"))) {
      sessionStorage.setItem("ferry-news", news);
      return location.reload();
    }
    if (offline && result.state === "idle" && navigator.onLine && shell && !leaving) return location.reload();
    return show(news);
  }

  // --- The page without a signal ---------------------------------------------------------------

  let shell = false; // whether this page came from the phone, in place of one that could not be had

  function offlineCard(item) {
    function button(result, more) {
      return el("button", { "class": "tap-button" + more, type: "button", text: SAYS[result], does: function () {
        log(item.id, item.title, result, 0);
      } });
    }
    return el("article", { "class": "card-calm activity", "aria-labelledby": "title-" + item.id }, [
      el("h2", { id: "title-" + item.id, text: item.title }),
      el("div", { "data-waiting": item.id }),
      el("div", { "class": "tap" }, [el("div", { "class": "tap-row", role: "group", "aria-label": about(item.title) }, [
        button("did", " tap-did"), button("partly", ""), button("not_today", "")
      ])])
    ]);
  }

  async function fill() {
    const kept = await Queue.snapshot();
    user = kept ? kept.user : "";
    const cards = document.getElementById("offline-cards"), items = kept ? kept.items : [];
    const children = Array.from(new Set(items.map(function (one) { return one.child; })));
    items.forEach(function (item, n) {
      // No name is kept on the phone: two children are told apart by their order.
      if (children.length > 1 && (!n || items[n - 1].child !== item.child)) {
        cards.append(el("p", { "class": "child-name", text: WORDS.child.replace("{n}", children.indexOf(item.child) + 1) }));
      }
      cards.append(offlineCard(item));
    });
    document.getElementById("offline-none").hidden = items.length > 0;
  }

  // --- The page with one -----------------------------------------------------------------------

  /* Titles and ids of what can be logged today, and nothing else. */
  async function remember() {
    const kept = await Queue.snapshot();
    if (kept && kept.user !== user) await Queue.forget();
    if (!document.querySelector("[data-snapshot]")) return;
    const cards = document.querySelectorAll("[data-activity][data-may-log]");
    await Queue.keep(user, Array.from(cards, function (card) {
      return { id: card.dataset.activity, title: card.dataset.title, child: card.dataset.child };
    }));
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.matches("form[data-tap]") && event.submitter && !form.matches(".htmx-request")) {
      form.dataset.result = event.submitter.value;
      form.dataset.tapped = new Date().toISOString();
    }
    if (form.getAttribute("action") && /\/logout\/$/.test(form.action) && !form.dataset.cleared) leave(event, form);
  }, true);

  /* Signing out takes the snapshot off the phone; what waits stays for whose it is. */
  function leave(event, form) {
    event.preventDefault();
    event.stopPropagation();
    leaves();
    Queue.all().then(function (entries) {
      const wait = entries.filter(function (one) { return one.user === user && !one.refused; }).length;
      if (wait && !confirm(count("leave", wait))) return stays();
      return Queue.forget().then(go);
    }).catch(go);
    function go() {
      leaves();
      form.dataset.cleared = "1";
      if (form.requestSubmit) form.requestSubmit();
      else form.submit();
    }
  }
  /* For a while: a call, a file that is saved and a refused sign-out leave nothing. */
  function leaves() {
    clearTimeout(leaving);
    leaving = setTimeout(stays, AGAIN);
  }
  function stays() {
    clearTimeout(leaving);
    leaving = null;
  }

  function unanswered(event) {
    const form = event.target.closest && event.target.closest("form[data-tap]");
    const asked = event.detail.xhr, status = asked ? asked.status : 0;
    if (form && !isElsewhere(asked, form) && (!status || status >= 500)) keep(form);
  }
  /* Where the log-in answered a tap, nobody is signed in. */
  function isElsewhere(asked, form) { return asked && asked.responseURL && asked.responseURL !== form.action; }
  function keep(form) {
    const field = form.elements.namedItem("id"), id = field.value;
    field.value = key();
    // The same key as the server may have seen: should it have been saved, it is known there.
    log(form.dataset.activityId, form.dataset.title, form.dataset.result, Number(form.elements.namedItem("days_ago").value), id, form.dataset.tapped);
  }
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    document.addEventListener(name, unanswered);
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    const asked = event.detail.xhr, status = asked.status, form = event.detail.requestConfig.elt;
    if (!event.target.matches("[data-tapping]")) return;
    if (isElsewhere(asked, form)) {
      event.detail.shouldSwap = false;
      keep(form);
    } else if (status === 409 || status === 422) {
      event.detail.shouldSwap = true; // the sentence that says why
      event.detail.isError = false;
    }
  });

  // --- On load ---------------------------------------------------------------------------------

  window.addEventListener("online", send);
  window.addEventListener("beforeunload", leaves);
  window.addEventListener("pageshow", stays);
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) return;
    if (day !== new Date().toDateString() && navigator.onLine && !typed(document) && document.querySelector("form[data-tap]")) location.reload();
    else send();
  });
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.addEventListener("message", function (event) { done(event.data); });
    if (page.worker) navigator.serviceWorker.register(page.worker, { scope: "/" }).catch(function () {});
  }
  (async function () {
    const news = sessionStorage.getItem("ferry-news") || "";
    sessionStorage.removeItem("ferry-news");
    if (offline) {
      await fill();
      shell = location.pathname.indexOf("/offline/") < 0;
    } else await remember();
    await show(news);
    if ((await Queue.all()).some(function (one) { return !one.refused; })) send();
  })();
})();
