// What Django's administration leaves unsaid: a choice that is searched is named by its label, both
// fields of a moment and every field in a table have a name, and what scrolls does so by the keyboard.
(() => {
  const name = (select) => {
    const box = select.nextElementSibling?.querySelector("[role=combobox]");
    const label = select.labels?.[0];
    if (!box || !label) return;
    label.id ||= `${select.id}-label`;
    const chosen = box.querySelector("[role=textbox]");
    box.setAttribute("aria-labelledby", `${label.id} ${chosen?.id ?? ""}`);
    chosen?.setAttribute("aria-labelledby", label.id);
  };
  const half = (input, at) => {
    const asked = input.closest("fieldset")?.querySelector("legend")?.textContent.trim().replace(/:$/, "");
    input.setAttribute("aria-label", `${asked ?? ""} ${["date", "time"][at % 2]}`.trim());
  };
  // In a table of forms the head of the column is the only label there is.
  const cell = (field) => {
    const column = [...field.closest("td").classList].find((one) => one.startsWith("field-"));
    const head = field.closest("table").querySelector(`th.column-${column?.slice("field-".length)}`);
    if (head && !field.labels?.length) field.setAttribute("aria-label", head.firstChild.textContent.trim());
  };
  const reach = (part) => {
    if (part.scrollWidth <= part.clientWidth && part.scrollHeight <= part.clientHeight) return;
    part.tabIndex = 0;
    part.setAttribute("role", "region");
    part.setAttribute("aria-label", document.querySelector("h1")?.textContent.trim() || document.title);
  };
  const all = () => {
    document.querySelectorAll("select.admin-autocomplete").forEach(name);
    document.querySelectorAll("p.datetime input").forEach(half);
    document.querySelectorAll(".tabular td > input:not([type=hidden]), .tabular td > select").forEach(cell);
    document.querySelectorAll(".results, .tabular").forEach(reach);
  };
  // Django opens a calendar to the right of its sign, also where the window ends there.
  const inside = () => {
    for (const box of document.querySelectorAll(".calendarbox, .clockbox")) {
      const over = box.getBoundingClientRect().right - document.documentElement.clientWidth;
      if (over > 0) box.style.left = `${parseFloat(box.style.left) - over}px`;
    }
  };
  document.addEventListener("click", () => setTimeout(inside), true);
  // After Django's own, which waits for the page in its own way.
  document.addEventListener("DOMContentLoaded", () => (window.django?.jQuery ?? setTimeout)(all));
  addEventListener("resize", all);
  document.addEventListener("formset:added", () => setTimeout(all));
})();
