"""How does the family see the change in the things that matter to them?"""

from collections.abc import Sequence
from dataclasses import dataclass

RATINGS = range(1, 11)
MOST_PROBLEMS = 5
IMPORTANT_FROM = 2.0


@dataclass(frozen=True)
class Change:
    """Change per problem, in points; show `per_problem` first, then `mean`.

    `important` says that the mean change, up or down, is at least the clinically important one.
    `mixed` says that some problems rose and others fell: print that beside the mean, always.
    """

    per_problem: tuple[int, ...]
    mean: float
    important: bool
    mixed: bool


def change(
    before: Sequence[int],
    after: Sequence[int],
    *,
    important_from: float = IMPORTANT_FROM,
) -> Change:
    """Change between two family ratings of the same one to five problems.

    Ratings are whole numbers 1 to 10, in the same order both times; performance and satisfaction
    are compared separately. A fall of two points matters as much as a rise: both are important.
    Source: COPM-style rating, where 2 points is clinically important (`important_from`).
    Raises ValueError for other ratings, no or over five problems, lists of different length, or
    an `important_from` that is not above 0.
    """
    if len(before) != len(after):
        raise ValueError("Both ratings must list the same problems.")
    if not 1 <= len(before) <= MOST_PROBLEMS:
        raise ValueError("There must be one to five problems.")
    for rating in (*before, *after):
        if isinstance(rating, bool) or rating not in RATINGS:
            raise ValueError(f"A rating must be a whole number from 1 to 10, not {rating!r}.")
    if not important_from > 0:
        raise ValueError("The important change must be above 0.")
    per_problem = tuple(int(b) - int(a) for a, b in zip(before, after, strict=True))
    mean = sum(per_problem) / len(per_problem)
    return Change(
        per_problem=per_problem,
        mean=mean,
        important=abs(mean) >= important_from,
        mixed=min(per_problem) < 0 < max(per_problem),
    )
