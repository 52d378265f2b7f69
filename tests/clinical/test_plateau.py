"""Is a goal that stands still flagged, and one that moves left alone?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.plateau import plateau

START = date(2026, 3, 2)


def rated(*levels: int, every: int = 14) -> list[tuple[date, int]]:
    return [(START + timedelta(days=n * every), level) for n, level in enumerate(levels)]


@pytest.mark.parametrize(
    ("ratings", "stands_still"),
    [
        (rated(-2, -2, -2), True),
        (rated(-1, -1, -2), True),
        (rated(-2, -1, -1, -1), True),
        (rated(-2, -2), False),
        (rated(-2, -2, every=99), False),
        (rated(-2, -2, -2, every=13), False),
        (rated(-2, -2, -1), False),
        (rated(-2, -1, -2, -1), False),
        (rated(0, 0, 0), False),
        (rated(1, 1, 1, 1), False),
        (rated(0, -1, -1), True),
        ([], False),
    ],
)
def test_three_ratings_over_28_days_without_a_rise_below_the_goal(
    ratings: list[tuple[date, int]], stands_still: bool
) -> None:
    assert plateau(ratings) is stands_still


def test_ratings_out_of_the_order_of_time_are_refused() -> None:
    with pytest.raises(ValueError, match="order of time"):
        plateau(rated(-2, -2)[::-1])


@given(st.lists(st.integers(-2, 2), max_size=12), st.integers(1, 60))
def test_a_rise_today_ends_every_plateau(levels: list[int], every: int) -> None:
    before = levels[-1] if levels else -2
    if before < 2:
        assert not plateau(rated(*levels, before + 1, every=every))


@given(st.lists(st.integers(-2, -1), min_size=1, max_size=12))
def test_what_came_before_a_plateau_does_not_end_it(levels: list[int]) -> None:
    assert plateau(rated(*levels, -2, -2, -2))
