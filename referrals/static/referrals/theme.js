/* Light or dark? The sheet itself follows the system, and the server draws what somebody chose. */
(function () {
  "use strict";
  var root = document.documentElement;
  function chosen() {
    var found = document.cookie.match(/(?:^|; )theme=(dark|light)(?:;|$)/);
    return found ? found[1] : "auto";
  }
  function apply() {
    var want = chosen();
    if (want === "auto") root.removeAttribute("data-bs-theme");
    else root.setAttribute("data-bs-theme", want);
    document.querySelectorAll("[data-theme]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === want));
    });
  }
  function keep(want) {
    document.cookie = "theme=" + (want === "auto" ? "" : want) + "; path=/; samesite=lax; max-age=" +
      (want === "auto" ? 0 : 365 * 24 * 60 * 60) + (location.protocol === "https:" ? "; secure" : "");
  }
  apply();
  document.addEventListener("visibilitychange", apply);  // it was chosen on another page meanwhile
  window.addEventListener("pageshow", apply);
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-choice]").forEach(function (group) { group.hidden = false; });
    apply();
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-theme]");
    if (!button) return;
    keep(button.dataset.theme);
    apply();
  });
})();
