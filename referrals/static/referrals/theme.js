/* Light or dark? Runs before the page is drawn, so that nothing flashes. */
(function () {
  "use strict";
  var KEY = "theme", root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return localStorage.getItem(KEY) || "auto"; } catch (e) { return "auto"; }
  }
  function apply() {
    var want = chosen();
    root.setAttribute("data-bs-theme", want === "dark" || (want !== "light" && dark.matches) ? "dark" : "light");
    document.querySelectorAll("[data-theme]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === want));
    });
  }
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-choice]").forEach(function (group) { group.hidden = false; });
    apply();
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-theme]");
    if (!button) return;
    try {
      if (button.dataset.theme === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, button.dataset.theme);
    } catch (e) { return; }
    apply();
  });
})();
