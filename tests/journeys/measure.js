/* What can be measured on a page that the rules of axe leave open? Each answers with what is wrong. */
(function () {
  "use strict";
  function name(one) {
    const classes = typeof one.className === "string" && one.className ? "." + one.className.trim().split(/\s+/).join(".") : "";
    return one.tagName.toLowerCase() + (one.id ? "#" + one.id : "") + classes;
  }
  function shown(one) {
    return one.checkVisibility({ checkVisibilityCSS: true }) && one.getClientRects().length > 0;
  }
  /* For ears only: cut away on purpose. */
  function forEars(one) {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    return style.clipPath !== "none" || style.clip !== "auto" || (box.width <= 1 && box.height <= 1);
  }

  /* WCAG 1.4.10: nothing lies beyond the side of the page. */
  function sideways() {
    const page = document.scrollingElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const beyond = Array.from(document.querySelectorAll("body *")).filter(function (one) {
      return shown(one) && one.getBoundingClientRect().right > page.clientWidth + 1;
    });
    return ["scrolls sideways: " + page.scrollWidth + " px in " + page.clientWidth + " px, " + beyond.slice(0, 4).map(name)];
  }

  /* WCAG 2.1.1: what scrolls inside itself can be reached by keyboard and has a name. */
  function unreachable() {
    return Array.from(document.querySelectorAll("body *")).filter(function (one) {
      const style = getComputedStyle(one);
      return /auto|scroll/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1 && shown(one)
        && one.tagName !== "TEXTAREA" && !(one.tabIndex === 0 && (one.getAttribute("aria-label") || one.getAttribute("aria-labelledby")));
    }).map(function (one) { return name(one) + " scrolls and has no focus or name"; });
  }

  /* WCAG 1.4.12: more space between letters, words and lines cuts nothing off. */
  const spaced = new CSSStyleSheet();
  spaced.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
  function cutOff() {
    return Array.from(document.querySelectorAll("body *")).filter(function (one) {
      if (!one.textContent.trim() || one instanceof SVGElement || /^(SELECT|OPTION|TEXTAREA)$/.test(one.tagName)) return false;
      const style = getComputedStyle(one);
      const wide = /hidden|clip/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
      const high = /hidden|clip/.test(style.overflowY) && one.scrollHeight > one.clientHeight + 1;
      return (wide || high) && shown(one) && !forEars(one) && !one.closest("[hidden]");
    }).map(function (one) { return name(one) + " is cut off: " + one.textContent.trim().slice(0, 40); });
  }
  function underSpacing() {
    document.adoptedStyleSheets = [spaced];
    const found = cutOff().concat(sideways());
    document.adoptedStyleSheets = [];
    return found.map(function (one) { return "with more space, " + one; });
  }

  /* Who wants no motion gets none. */
  function moving() {
    const found = [];
    function seconds(list) { return Math.max.apply(null, list.split(",").map(parseFloat)); }
    document.querySelectorAll("*").forEach(function (one) {
      [null, "::before", "::after"].forEach(function (part) {
        const style = getComputedStyle(one, part);
        const long = Math.max(seconds(style.transitionDuration), style.animationName === "none" ? 0 : seconds(style.animationDuration));
        if (long > 0.01) found.push(name(one) + (part || "") + " moves for " + long + " s");
      });
    });
    if (getComputedStyle(document.documentElement).scrollBehavior === "smooth") found.push("the page scrolls smoothly");
    return Array.from(new Set(found));
  }

  /* WCAG 2.4.7 and 2.4.11: what has the focus shows it, and nothing lies over it. */
  const STOPS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  function hidden() {
    const found = [];
    Array.from(document.querySelectorAll(STOPS)).filter(function (one) {
      return one.tabIndex >= 0 && !one.disabled && shown(one);
    }).forEach(function (one) {
      one.focus();
      if (document.activeElement !== one) return;
      if (!ring(one)) found.push(name(one) + " does not show that it has the focus");
      if (!seen(one)) found.push(name(one) + " has the focus and lies behind something");
    });
    if (document.activeElement) document.activeElement.blur();
    scrollTo(0, 0);
    return Array.from(new Set(found));
  }
  /* A row that is one link wears the ring for it, and the face of a choice for its hidden button. */
  function ring(one) {
    return [one, one.closest("li"), one.nextElementSibling].some(function (place) {
      const style = place && getComputedStyle(place);
      return place && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
  }
  function seen(one) {
    const label = one.labels && one.labels[0];
    return Array.from(one.getClientRects()).some(function (box) {
      return [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].some(function (part) {
        const x = box.left + box.width * part[0], y = box.top + box.height * part[1];
        const top = document.elementFromPoint(x, y);
        return top && (one.contains(top) || top.contains(one) || (label && label.contains(top)));
      });
    });
  }

  window.measure = { sideways, unreachable, underSpacing, moving, hidden, ring, seen };
})();
