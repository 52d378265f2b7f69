"""How do the numbers of a page look: tables, the drawings beside them, and what chooses the time? A page has nine of each: each is a few strings put together."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .care import icon

if TYPE_CHECKING:
    from django.forms import BoundField, Form

    from referrals.clinical.benchmarks import Benchmark
    from referrals.queries.bars import Bar, Bars
    from referrals.queries.statistics import Page, Table

register = template.Library()

#: From the top of a row to the foot of its words, and from the top of a bar to its middle.
_WORDS, _MIDDLE = 15, 8
#: What is said below a drawing.
_PUBLISHED_LINES = (
    "The dashed lines are published shares of children with a concern, not of referrals: see below."
)
_RANGES = "The dot is half of the children, the end of the bar nine in ten."


# --- The tables of a page -------------------------------------------------------------------------


@register.simple_tag
def figures(page: "Page", asked: str) -> SafeString:
    """Each table with its drawing and the file of what was `asked`; below what was lost, what is published."""
    drawn = []
    for table in page.tables.values():
        if table.code != "funnel" or not page.is_empty:
            drawn.append(_table(table, asked))
        if table.code == "lost":
            drawn.append(_published(page.benchmarks, page.never_reached))
    # Safe: `_table` and `_published` escape every word.
    return mark_safe("\n".join(drawn))  # nosec B308 B703


def _table(table: "Table", asked: str) -> str:
    code = escape(table.code)
    file = ""
    if table.rows:
        before, after = _file(table.code, table.title)
        file = f"{before}?{escape(asked)}{after}"
    return (
        f'<section class="card-calm figures" aria-labelledby="{code}"><div class="section-head">'
        f'<h2 id="{code}">{escape(table.title)}</h2>{file}</div>\n'
        f'<p class="meta">{escape(table.note)}</p>\n{_numbers(table, code)}</section>'
    )


@lru_cache(maxsize=32)
def _file(code: str, title: str) -> tuple[str, str]:
    """The link to a file, before what is asked and after it."""
    where = reverse("statistics_table", args=[code])
    return (
        f'<a class="figures-file" href="{escape(where)}',
        f'">{icon("download")} CSV<span class="visually-hidden"> of {escape(title)}</span></a>',
    )


def _numbers(table: "Table", code: str) -> str:
    if not table.rows:
        return f'<p class="figures-none">{escape(table.without)}</p>'
    drawing, alone = "", " is-alone"
    if table.chart:
        drawing, alone = _drawing(table.chart, table.title), ""
    return (
        f'<div class="figures-two{alone}">\n{drawing}'
        f'<div class="table-frame" tabindex="0" role="group" aria-labelledby="{code}">'
        f'<table class="numbers-table"><thead><tr>{_columns(table.columns)}</tr></thead>\n'
        f"<tbody>{_rows(table.rows)}</tbody></table></div></div>"
    )


def _drawing(chart: "Bars", title: str) -> str:
    said = _PUBLISHED_LINES if chart.lines else _RANGES if chart.kind == "range" else ""
    below = f'<figcaption class="meta">{said}</figcaption>' if said else ""
    return f'<figure class="figures-drawing">{_bars(chart, title)}{below}</figure>\n'


@lru_cache(maxsize=32)
def _columns(columns: tuple[str, ...]) -> str:
    return "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)


def _rows(rows: Iterable[Sequence[str]]) -> str:
    """The lines of a table; a cell without a number says so with a dash."""
    return "".join(
        f'<tr><th scope="row">{_word(head)}</th>'
        + "".join(f"<td>{_word(cell or '–')}</td>" for cell in cells)
        + "</tr>"
        for head, *cells in rows
    )


@lru_cache(maxsize=2048)
def _word(word: str) -> str:
    """Escaped; the same few numbers and labels stand in every table."""
    return escape(word)


def _published(benchmarks: "Sequence[Benchmark]", never_reached: str) -> str:
    ours = f" <strong>{escape(never_reached)}</strong>"
    lines = "".join(
        f"<div><dt>{_word(one.label)}</dt><dd>{_word(one.text)}"
        f"{ours if one.code == 'never_contacted' else ''}"
        f' <span class="meta">{_word(one.source)}</span></dd></div>'
        for one in benchmarks
    )
    return (
        '<section class="card-calm figures" aria-labelledby="published">'
        f'<h2 id="published">What is published</h2>\n<dl class="published">{lines}</dl></section>'
    )


# --- What chooses the time ------------------------------------------------------------------------


@register.simple_tag
def choices(form: "Form") -> SafeString:
    """The fields of a form in which nothing is wrong, as crispy draws them: days, and what is chosen
    from a list. To open its templates for each takes as long as all the tables."""
    # Safe: `_field` escapes what anybody typed, and the names of places.
    return mark_safe(" ".join(map(_field, form)))  # nosec B308 B703


def _field(field: "BoundField") -> str:
    name, label = escape(field.html_name), escape(field.label)
    needed, star, must = "", "", ""
    if field.field.required:
        needed, must = " requiredField", " required"
        star = '<span class="asteriskField">*</span>'
    return (
        f'<div id="div_id_{name}" class="mb-3"> <label for="id_{name}" class="form-label{needed}">'
        f"{label}{star}</label> {_input(field, name, must)} </div>"
    )


def _input(field: "BoundField", name: str, must: str) -> str:
    widget: Any = field.field.widget
    value = str(field.value() or "")
    if not hasattr(widget, "choices"):
        return (
            f'<input type="{widget.input_type}" name="{name}" value="{escape(value)}"'
            f' class="dateinput form-control"{must} id="id_{name}">'
        )
    offered = "".join(
        f'<option value="{escape(code)}"{" selected" if str(code) == value else ""}>'
        f"{escape(words)}</option>"
        for code, words in widget.choices
    )
    return (
        f'<select name="{name}" class="select form-select"{must} id="id_{name}">{offered}</select>'
    )


# --- A drawing ------------------------------------------------------------------------------------


def _bars(chart: "Bars", title: str) -> str:
    """Counts as bars, or days as bars with a mark on half; the same numbers stand in the table beside it."""
    lines = "".join(
        f'<text class="bars-line-name is-{line.anchor}" x="{line.x}" y="18">{escape(line.label)}</text>'
        for line in chart.lines
    )
    rows = "".join(_bar(row, chart) for row in chart.rows)
    return (
        f'<svg class="bars bars-{chart.kind}" viewBox="0 0 {chart.width} {chart.height}" role="img"'
        f' aria-label="{escape(title)}. {escape(chart.sentence)}.">\n  {lines}\n  {rows}</svg>\n'
    )


def _bar(row: "Bar", chart: "Bars") -> str:
    words = row.y + _WORDS
    drawn = (
        f'<text class="bars-name" x="0" y="{words}">{_word(row.label)}</text>'
        f'<text class="bars-figure" x="{chart.width}" y="{words}">{_word(row.figure)}</text>'
        f'<rect class="bars-ground" x="0" y="{row.top}" width="{chart.width}" height="{chart.bar}" rx="3"/>'
    )
    if row.width:
        kind = "hidden" if row.hidden else "bar"
        drawn += (
            f'<rect class="bars-{kind}" x="0" y="{row.top}" width="{row.width}"'
            f' height="{chart.bar}" rx="3"/>'
        )
    if row.mark is not None:
        at = f'cx="{row.mark + _MIDDLE}" cy="{row.top + _MIDDLE}"'
        drawn += f'<circle class="bars-mark" {at} r="{_MIDDLE}"/>'
    for line in chart.lines:
        across = f'd="M{line.x} {row.top - 3}v22"'
        drawn += f'<path class="bars-line-ground" {across}/><path class="bars-line" {across}/>'
    return drawn
