"""How long is each bar of a drawing, and where do the published numbers stand in it?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from referrals.clinical.benchmarks import Benchmark
from referrals.clinical.small_numbers import FEWEST, Shown
from referrals.clinical.spread import Spread

#: A row is its words and, below them, its bar.
_WIDTH, _PITCH, _BAR, _BELOW, _HEAD, _FOOT = 620, 48, 16, 22, 30, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: words on the left, a figure on the right, and below them a bar of some length.

    Where the number is hidden the bar is too: an outline of the same length for all that are.
    """

    y: int
    label: str
    figure: str
    width: int
    hidden: bool = False
    mark: int | None = None

    @property
    def top(self) -> int:
        return self.y + _BELOW


@dataclass(frozen=True, slots=True)
class Line:
    """A published number: across every bar, with its words above them."""

    x: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars, drawn on the server: they print, zoom and need no script."""

    kind: str
    width: int
    height: int
    bar: int
    rows: list[Bar]
    lines: list[Line]
    sentence: str


def bars(
    counted: Iterable[tuple[str, Shown, str]], whole: int | None, against: Sequence[Benchmark] = ()
) -> Bars:
    """(label, count, figure) of each row, as shares of the `whole` or, without, of the longest."""
    counted = list(counted)
    longest = whole or max([2 * FEWEST, *(shown.high for _, shown, _ in counted)])
    head = _HEAD if against else 0
    rows = [
        Bar(
            y=head + n * _PITCH,
            label=label,
            figure=figure,
            width=_long(shown.high, longest),
            hidden=shown.value is None,
        )
        for n, (label, shown, figure) in enumerate(counted)
    ]
    # The words of a line stand to that side of it where there is more room.
    lines = [
        Line(_long(b.share, 1), b.label, "end" if b.share < 0.5 else "start")
        for b in against
        if b.share is not None
    ]
    sentence = "; ".join(f"{label}: {figure}" for label, _, figure in counted)
    if lines:
        sentence += ". Published: " + ", ".join(line.label for line in lines)
    return _whole("share", rows, lines, head, sentence)


def ranges(measured: Iterable[tuple[str, Spread, str]]) -> Bars:
    """(label, spread, figure) of each row: a bar to nine in ten, a mark on half."""
    measured = [one for one in measured if one[1].median is not None]
    longest = max((of.ninetieth or of.median or 0 for _, of, _ in measured), default=0) or 1
    rows = [
        Bar(
            y=n * _PITCH,
            label=label,
            figure=figure,
            width=_long(of.ninetieth or 0, longest),
            mark=max(_long(of.median or 0, longest) - _BAR // 2, _BAR // 2),
        )
        for n, (label, of, figure) in enumerate(measured)
    ]
    return _whole(
        "range", rows, [], 0, "; ".join(f"{label}: {figure}" for label, _, figure in measured)
    )


def _long(part: float, whole: float) -> int:
    return round(_WIDTH * part / whole)


def _whole(kind: str, rows: list[Bar], lines: list[Line], head: int, sentence: str) -> Bars:
    height = head + len(rows) * _PITCH - (_PITCH - _BELOW - _BAR) + _FOOT
    return Bars(kind, _WIDTH, height, _BAR, rows, lines, sentence)
