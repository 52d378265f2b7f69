"""Is half of the children, and nine in ten, reckoned as anybody can check it?"""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.spread import Spread, percentile, spread


@pytest.mark.parametrize(
    ("days", "median", "ninetieth"),
    [
        # 0.9 of the way over nine gaps is place 8.1: 9 + 0.1 of the way to 10.
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5.5, 9.1),
        # Place 5 and place 9 of eleven are whole.
        ([3, 4, 4, 5, 6, 7, 9, 12, 15, 21, 60], 7, 21),
        ([7] * 10, 7, 7),
        ([0] * 9 + [100], 0, 10),
    ],
)
def test_both_are_as_in_the_worked_cases(days: list[int], median: float, ninetieth: float) -> None:
    found = spread(reversed(days))
    assert (found.count, found.median) == (len(days), median)
    assert found.ninetieth == pytest.approx(ninetieth)


def test_of_fewer_than_five_nothing_is_said_and_of_fewer_than_ten_only_half() -> None:
    assert spread([]) == Spread(0, None, None)
    assert spread([1, 2, 3, 4]) == Spread(4, None, None)
    assert spread([1, 2, 3, 4, 9]) == Spread(5, 3, None)
    assert spread(range(9)) == Spread(9, 4, None)
    assert spread(range(10)).ninetieth == pytest.approx(8.1)


def test_one_value_is_every_percentile_of_itself() -> None:
    assert [percentile([4], share) for share in (0, 0.5, 1)] == [4, 4, 4]


@pytest.mark.parametrize(("ordered", "share"), [([], 0.5), ([2, 1], 0.5), ([1], 1.1), ([1], -0.1)])
def test_what_has_no_percentile_is_refused(ordered: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="in their order"):
        percentile(ordered, share)


def test_a_step_before_the_one_before_it_is_refused() -> None:
    with pytest.raises(ValueError, match="before the one before"):
        spread([3, -1])


@given(st.lists(st.integers(0, 400), min_size=10, max_size=60))
def test_a_second_opinion_agrees(days: list[int]) -> None:
    found = spread(days)
    assert found.median == pytest.approx(statistics.median(days))
    tenths = statistics.quantiles(days, n=10, method="inclusive")
    assert found.ninetieth == pytest.approx(tenths[-1])
