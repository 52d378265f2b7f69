"""Has a goal stood still for so long that somebody should look at it?"""

from collections.abc import Sequence
from datetime import date
from typing import Final

#: Ours, no published rule: enough ratings, over enough time, not to take a bad week for it.
FEWEST: Final = 3
LEAST_DAYS: Final = 28
EXPECTED: Final = 0


def plateau(ratings: Sequence[tuple[date, int]]) -> bool:
    """Whether one rater's latest ratings, three or more over 28 days or more, never rose.

    `ratings` are (day, level) of one rater, in the order of time. Falls count as not rising.
    A goal that has reached what was expected (level 0) is no plateau, however long it stays.
    Source: ours; a flag for a person to judge by, never a finding.
    Raises ValueError for ratings that are not in the order of time.
    """
    days = [on for on, _ in ratings]
    if days != sorted(days):
        raise ValueError("Ratings must be in the order of time.")
    if not ratings or ratings[-1][1] >= EXPECTED:
        return False
    first = len(ratings) - 1
    while first > 0 and ratings[first - 1][1] >= ratings[first][1]:
        first -= 1
    run = ratings[first:]
    return len(run) >= FEWEST and (run[-1][0] - run[0][0]).days >= LEAST_DAYS
