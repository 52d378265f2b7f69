/* Comfort only: every page works without this file. */
(function () {
  "use strict";

  var WORDS = JSON.parse(document.body.dataset.words || "{}"); // in the language of the page
  var SIGNED_OUT = WORDS.signed_out, NO_ANSWER = WORDS.no_answer, FAILED = WORDS.failed;
  var PAUSE = 2000; // ms without typing before a draft is saved
  var AGAIN = 10000; // ms before a save that met no connection is tried once more
  var STOPPED = 30000; // ms after which a form that led to no page, as if stopped, can be sent again

  function say(text) {
    var live = document.getElementById("live");
    if (live && live.textContent !== text) live.textContent = text;
  }

  /* The log-in, or a page that asks for a second factor or who it is: what was sent was not taken. */
  function isLogin(url) {
    try {
      var place = new URL(url, location.href).pathname, page = document.body.dataset;
      return [page.login].concat((page.again || "").split(" ")).some(function (door) {
        return door && place.indexOf(door) === 0;
      });
    } catch (e) { return false; }
  }

  function cookie(name) {
    var found = document.cookie.match("(?:^|;\\s*)(?:__\\w+-)?" + name + "=([^;]+)");
    return found ? decodeURIComponent(found[1]) : "";
  }
  /* Somebody else has signed in in another tab: nothing of this page is written in their name. */
  function another() {
    var page = document.body.dataset.person, now = cookie("ferry_person");
    if (!page || !now || page === now) return false;
    say(WORDS.another);
    return true;
  }

  /* Signing in again in another tab changes the token: take the one of now. */
  function token() { return cookie("csrftoken"); }
  function freshToken(form) {
    var field = form.elements.namedItem("csrfmiddlewaretoken"), now = token();
    if (field && now) field.value = now;
    return field ? field.value : now;
  }

  // --- A form is sent once -------------------------------------------------------------------

  function buttons(form) {
    return Array.prototype.filter.call(form.elements, function (one) {
      return one.type === "submit" && (one.tagName === "BUTTON" || one.tagName === "INPUT");
    });
  }
  var stopped = new Map(); // when each is released, should it lead to no page
  function release(form) {
    delete form.dataset.sent;
    clearTimeout(stopped.get(form));
    buttons(form).forEach(function (one) {
      if (one.dataset.held) { one.disabled = false; delete one.dataset.held; }
    });
  }
  /* What is kept nowhere before it is sent asks first: if nobody answers, or the session has ended, the text stays. */
  function asksFirst(form) {
    var typed = form.querySelector("textarea, input[type=text]") && !drafts.has(form);
    if (form.dataset.asked || isLogin(location.href) || !form.requestSubmit) return false;
    return document.body.dataset.asks && (typed || navigator.onLine === false);
  }
  function stillSignedIn() {
    var calm = { credentials: "same-origin", cache: "no-store" };
    if (window.AbortSignal && AbortSignal.timeout) calm.signal = AbortSignal.timeout(AGAIN);
    return fetch(document.body.dataset.asks, calm)
      .then(function (response) {
        var out = response.redirected && isLogin(response.url), fine = !out && response.ok;
        say(fine ? "" : out ? SIGNED_OUT : FAILED);
        return fine;
      }).catch(function () { say(FAILED); return false; });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target === "_blank") return;
    if (form.dataset.sent || another()) { event.preventDefault(); return; }
    freshToken(form);
    var draft = drafts.get(form);
    if (draft && draft.unsaved() && form.requestSubmit) {
      /* Save first: if the session has ended, the page with the text must not go away. */
      event.preventDefault();
      var submitter = event.submitter;
      draft.save().then(function (fine) {
        if (fine) form.requestSubmit(submitter || undefined);
      });
      return;
    }
    if (asksFirst(form)) {
      event.preventDefault();
      var pressed = event.submitter;
      stillSignedIn().then(function (fine) {
        if (!fine) return;
        form.dataset.asked = "1";
        form.requestSubmit(pressed || undefined);
        delete form.dataset.asked;
      });
      return;
    }
    form.dataset.sent = "1";
    stopped.set(form, setTimeout(release, STOPPED, form));
    setTimeout(function () { // later, so that the button's own value is sent
      buttons(form).forEach(function (one) {
        if (!one.disabled) { one.disabled = true; one.dataset.held = "1"; }
      });
    }, 0);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // --- Drafts save themselves ----------------------------------------------------------------

  var drafts = new Map();

  function Draft(form) {
    var timer = null, running = null, dirty = false, changes = 0;
    var lost = null; // sent, and not known to have come: it goes once more, as it was, before what is newer

    function body() {
      var all = new FormData(form), kept = new FormData();
      all.forEach(function (value, name) { if (typeof value === "string") kept.append(name, value); });
      return kept;
    }

    function answer(response, sent) {
      if (response.redirected && isLogin(response.url) || response.status === 401) {
        say(SIGNED_OUT);
        return false;
      }
      return response.text().then(function (text) {
        var plain = /^text\/plain/.test(response.headers.get("Content-Type") || "");
        if (response.ok && !plain) { say(FAILED); return false; } // a page from elsewhere: nothing was kept
        // The site itself has answered, if only that these words break it.
        if (response.status <= 500 && (response.ok || sent === lost)) lost = null;
        if (!response.ok) {
          say(plain && text ? text.slice(0, 300) : FAILED);
          if (response.status === 503) timer = setTimeout(save, AGAIN);
          return response.status < 500 && response.status !== 403; // a conflict is shown by the page itself
        }
        var version = response.headers.get("X-Version"), field = form.elements.namedItem("version");
        if (version && field) field.value = version;
        var where = response.headers.get("X-Where"); // loaded anew, it is this draft and no second one
        if (where && where !== location.pathname + location.search) history.replaceState(null, "", where);
        var hint = form.querySelector("[data-hint]"), advice = response.headers.get("X-Hint");
        if (hint && advice !== null) {
          hint.hidden = !advice;
          hint.querySelector("p").textContent = advice;
        }
        var meter = response.headers.get("X-Meter"), bars = form.querySelectorAll("[data-meter]");
        if (meter) meter.split(",").forEach(function (pair, n) {
          var parts = pair.split("/"), bar = bars[n];
          if (!bar) return;
          bar.max = parts[1]; bar.value = parts[0];
          bar.nextElementSibling.textContent = parts[0] + " of " + parts[1];
        });
        var note = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
        if (note) note.textContent = text.slice(0, 200);
        say("");
        return true;
      });
    }

    /* Resolves to true when it is safe to leave the page. */
    function save(leaving) {
      clearTimeout(timer);
      if (running) return running.then(function (fine) { return fine && dirty ? save() : fine; });
      if (!dirty) return Promise.resolve(true);
      if (another()) return Promise.resolve(false);
      dirty = false;
      var headers = { "X-Autosave": "1", "X-CSRFToken": freshToken(form) };
      // Whoever closes the page waits for no second answer: then what is newest goes by itself.
      var again = lost !== null && leaving !== true, sent = again ? lost : body();
      if (again) sent.set("csrfmiddlewaretoken", token());
      lost = lost || sent;
      var seen = changes;
      running = fetch(form.dataset.autosave, {
        method: "POST", body: sent, headers: headers, credentials: "same-origin", keepalive: leaving === true
      }).then(function (response) { return answer(response, sent); }).catch(function () {
        say(NO_ANSWER);
        dirty = true;
        timer = setTimeout(save, AGAIN);
        return false;
      }).then(function (fine) {
        running = null;
        if (!fine || again || lost) dirty = true;
        if (!fine && changes !== seen) timer = setTimeout(save, PAUSE); // typed meanwhile: another try
        return fine && again ? save() : fine;
      });
      return running;
    }

    function touched(event) {
      if (event.target.type === "file") return;
      dirty = true;
      changes += 1;
      clearTimeout(timer);
      timer = setTimeout(save, PAUSE);
    }

    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
    form.addEventListener("focusout", function () { if (dirty) save(); });
    return { save: save, unsaved: function () { return dirty || running !== null; } };
  }

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") drafts.forEach(function (draft) { draft.save(true); });
  });
  window.addEventListener("online", function () { drafts.forEach(function (draft) { draft.save(); }); });

  // --- Partial updates (htmx) ----------------------------------------------------------------

  document.addEventListener("htmx:configRequest", function (event) {
    var now = token(), sent = event.detail.parameters;
    if (another()) { event.preventDefault(); return; }
    if (now) event.detail.headers["X-CSRFToken"] = now;
    if (now && sent.csrfmiddlewaretoken) sent.csrfmiddlewaretoken = now;
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (isLogin(event.detail.xhr.responseURL)) {
      event.detail.shouldSwap = false;
      say(SIGNED_OUT);
    }
    /* What was chosen while the answer was on its way is not chosen anew. */
    var choice = event.target.querySelector("select"), sent = event.detail.requestConfig.parameters;
    if (choice && sent[choice.name] !== undefined && sent[choice.name] !== choice.value) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:responseError", function (event) {
    say(event.detail.xhr.status === 401 ? SIGNED_OUT : FAILED);
  });
  /* Not the whole new part is read aloud, only what it says of itself; the focus stays where it was. */
  document.addEventListener("htmx:afterSwap", function (event) {
    var says = event.target.querySelector("[data-says]"), heard = document.getElementById("heard");
    if (says && heard) heard.textContent = says.textContent;
  });
  document.addEventListener("htmx:sendError", function () { say(NO_ANSWER); });
  document.addEventListener("htmx:afterOnLoad", function (event) {
    if (event.detail.successful && !isLogin(event.detail.xhr.responseURL)) say("");
  });

  // --- A diagnosis found is added to the codes ---------------------------------------------

  document.addEventListener("click", function (event) {
    var found = event.target.closest("[data-add-code]"), field = document.getElementById("id_diagnoses");
    if (!found || !field) return;
    var codes = field.value.split(/[\s,;]+/).filter(Boolean);
    if (codes.indexOf(found.dataset.addCode) < 0) codes.push(found.dataset.addCode);
    field.value = codes.join(", ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    say(found.dataset.addCode + " is added.");
  });

  /* Enter in a search that stands inside a form must not send the form. */
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.matches("[data-scripted] input")) event.preventDefault();
  });

  // --- The account menu closes as menus do ---------------------------------------------------

  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    });
  });

  // --- A page is printed ---------------------------------------------------------------------

  document.querySelectorAll("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // --- What is of use only with this file ---------------------------------------------------

  document.querySelectorAll("[data-scripted]").forEach(function (part) { part.hidden = false; });

  // --- On load -------------------------------------------------------------------------------

  document.querySelectorAll("form[data-autosave]").forEach(function (form) { drafts.set(form, Draft(form)); });
  var summary = document.querySelector(".error-summary");
  if (summary) {
    summary.focus();
    summary.addEventListener("click", function (event) {
      var link = event.target.closest("a[href^='#']"), place = link && document.getElementById(link.hash.slice(1));
      var field = place && (place.matches("input,select,textarea") ? place : place.querySelector("input,select,textarea"));
      if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
    });
  }
  document.querySelectorAll("form[data-submit-on-load]").forEach(function (form) { form.requestSubmit(); });
})();
