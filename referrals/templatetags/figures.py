"""How do the numbers of a table look, and the drawing beside them? A page has nine of each: each is a few strings put together."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from referrals.queries.bars import Bar, Bars

register = template.Library()

#: From the top of a row to the foot of its words, and from the top of a bar to its middle.
_WORDS, _MIDDLE = 15, 8


@register.simple_tag
def number_rows(rows: Iterable[Sequence[str]]) -> SafeString:
    """The lines of a table; a cell without a number says so with a dash."""
    lines = (
        f'<tr><th scope="row">{escape(head)}</th>'
        + "".join(f"<td>{escape(cell or '–')}</td>" for cell in cells)
        + "</tr>"
        for head, *cells in rows
    )
    # Safe: every cell is escaped.
    return mark_safe("".join(lines))  # nosec B308 B703


@register.simple_tag
def bars(chart: "Bars", title: str) -> SafeString:
    """Counts as bars, or days as bars with a mark on half; the same numbers stand in the table beside it."""
    lines = "".join(
        f'<text class="bars-line-name is-{line.anchor}" x="{line.x}" y="18">{escape(line.label)}</text>'
        for line in chart.lines
    )
    rows = "".join(_bar(row, chart) for row in chart.rows)
    # Safe: words are escaped, all else is numbers.
    return mark_safe(  # nosec B308 B703
        f'<svg class="bars bars-{chart.kind}" viewBox="0 0 {chart.width} {chart.height}" role="img"'
        f' aria-label="{escape(title)}. {escape(chart.sentence)}.">\n  {lines}\n  {rows}</svg>\n'
    )


def _bar(row: "Bar", chart: "Bars") -> str:
    words = row.y + _WORDS
    drawn = (
        f'<text class="bars-name" x="0" y="{words}">{escape(row.label)}</text>'
        f'<text class="bars-figure" x="{chart.width}" y="{words}">{escape(row.figure)}</text>'
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
