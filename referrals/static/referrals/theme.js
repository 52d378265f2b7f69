/* Light or dark? The sheet itself follows the system, and the server draws what somebody chose. */
(function () {
  "use strict";
  var KEY = "theme", root = document.documentElement;
  function chosen() {
    var found = document.cookie.match(/(?:^|; )theme=(dark|light)(?:;|$)/);
    return found ? found[1] : "auto";
  }
  // The administration's own switch keeps its choice there: it is one with ours.
  function stored() {
    try { return localStorage.getItem(KEY) || "auto"; } catch (e) { return "auto"; }
  }
  function keep(want) {
    document.cookie = "theme=" + (want === "auto" ? "" : want) + "; path=/; samesite=lax; max-age=" +
      (want === "auto" ? 0 : 365 * 24 * 60 * 60) + (location.protocol === "https:" ? "; secure" : "");
    try { localStorage.setItem(KEY, want); } catch (e) { /* then the cookie alone says it */ }
  }
  function apply() {
    var want = chosen();
    if (want === "auto") root.removeAttribute("data-bs-theme");
    else root.setAttribute("data-bs-theme", want);
    document.querySelectorAll("button[data-theme]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === want));
    });
  }
  if (chosen() === "auto" && /^(dark|light)$/.test(stored())) keep(stored());
  apply();
  window.addEventListener("storage", apply);  // it was chosen in another window
  window.addEventListener("pageshow", apply);
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-choice]").forEach(function (group) { group.hidden = false; });
    apply();
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-theme], .theme-toggle");
    if (!button) return;
    keep(button.dataset.theme || stored());
    apply();
  });
})();
