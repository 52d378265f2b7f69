"""Which numbers about children are too small to be shown, and what is said in their place?

A count of one to four could point to a child. It is shown as “fewer than 5”. Where a sum would
betray it, the sum becomes the range that the shown counts leave open, and no share is made of
either: from all that is shown, each hidden count could still be one of several.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: The smallest count of children that is shown; none at all points to nobody.
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A count as it may be read: from `low` to `high`, the same where it is shown.

    Raises ValueError where the two are out of order or negative.
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError("A count lies between two numbers in their order.")

    @property
    def value(self) -> int | None:
        """The count; None where it is hidden."""
        return self.low if self.low == self.high else None

    def __str__(self) -> str:
        if self.value is not None:
            return str(self.value)
        if (self.low, self.high) == (1, FEWEST - 1):
            return f"fewer than {FEWEST}"
        return f"{self.low} to {self.high}"


HIDDEN: Final = Shown(1, FEWEST - 1)


def shown(count: int) -> Shown:
    """The count of children, hidden from 1 to 4."""
    return HIDDEN if 0 < count < FEWEST else Shown(count, count)


def span(parts: Iterable[Shown]) -> Shown:
    """The sum, as far as the parts that are shown leave it open: it betrays none that is hidden."""
    parts = list(parts)
    return Shown(sum(part.low for part in parts), sum(part.high for part in parts))


def total(counts: Iterable[int]) -> Shown:
    """The sum of counts that are shown one by one, whole only where it betrays none of the hidden.

    One hidden count is the sum less the others; several are betrayed where all are one, or all four.
    A sum that is small itself is hidden like any small count.
    """
    counts = list(counts)
    hidden = [count for count in counts if shown(count) == HIDDEN]
    least, most = len(hidden) * HIDDEN.low, len(hidden) * HIDDEN.high
    betrayed = len(hidden) == 1 or (hidden and sum(hidden) in (least, most))
    whole = shown(sum(counts))
    return span(map(shown, counts)) if betrayed or whole == HIDDEN else whole


def share(part: Shown, whole: Shown) -> float | None:
    """`part` of `whole`, 0 to 1; None where either is hidden, or the whole is none."""
    if part.value is None or not whole.value:
        return None
    return part.value / whole.value


def shares(part: Shown, whole: Shown) -> tuple[float, float] | None:
    """Between which two shares it lies, `part` being among `whole`; None where that says nothing.

    The rest of the whole is what varies: with more of it, the share falls.
    """
    if not part.low or whole.low < FEWEST:
        return None
    rest_low, rest_high = whole.low - part.low, whole.high - part.high
    return part.low / (part.low + rest_high), part.high / (part.high + rest_low)
