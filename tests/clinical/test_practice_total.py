"""Is the practice of many families counted as that of one is?"""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.adherence import practice
from referrals.clinical.practice_total import Counted, counted_weeks
from referrals.clinical.practice_weeks import Dosed, Entry, Homework, monday_of, practised

MONDAY = date(2026, 3, 2)
days = st.integers(0, 69).map(lambda n: MONDAY + timedelta(days=n))


def weeks(*done: int) -> dict[date, int]:
    return {MONDAY + timedelta(weeks=n): times for n, times in enumerate(done)}


def share(one: Counted, first: date, last: date) -> float | None:
    return practice(counted_weeks(one, first, last))


def test_five_a_week_done_five_four_three_two_is_seventy_per_cent() -> None:
    one = Counted([Dosed(MONDAY, 5, 10)], weeks(5, 4, 3, 2))
    assert share(one, MONDAY, MONDAY + timedelta(days=27)) == pytest.approx(0.7)


def test_a_busy_week_never_makes_up_for_an_empty_one() -> None:
    one = Counted([Dosed(MONDAY, 5, 10)], weeks(8, 2))
    assert share(one, MONDAY, MONDAY + timedelta(days=13)) == pytest.approx(0.7)


def test_after_therapy_has_ended_nothing_is_asked() -> None:
    one = Counted([Dosed(MONDAY, 7, 10)], weeks(7), ended_on=MONDAY + timedelta(days=6))
    assert counted_weeks(one, MONDAY, MONDAY + timedelta(days=60)) == [(7, 7)]


def test_what_ended_before_the_time_began_is_not_counted() -> None:
    one = Counted([Dosed(MONDAY, 7, 10)], weeks(7), ended_on=MONDAY + timedelta(days=2))
    assert counted_weeks(one, MONDAY + timedelta(days=4), MONDAY + timedelta(days=60)) == []
    assert counted_weeks(Counted(), MONDAY, MONDAY + timedelta(days=60)) == []


@given(
    doses=st.lists(st.tuples(days, st.integers(0, 7)), min_size=1, max_size=4),
    done=st.lists(days, max_size=60),
    pauses=st.lists(st.tuples(days, st.integers(0, 20)), max_size=2),
    first=days,
    length=st.integers(0, 60),
)
def test_it_is_what_looking_at_each_day_gives(
    doses: list[tuple[date, int]],
    done: list[date],
    pauses: list[tuple[date, int]],
    first: date,
    length: int,
) -> None:
    """The same share as the page of one child shows, whatever began, changed, paused or ended."""
    last = first + timedelta(days=length)
    dosed = [Dosed(on, times, 10) for on, times in sorted(doses)]
    paused = [(on, on + timedelta(days=n)) for on, n in pauses]
    inside = [on for on in sorted(done) if first <= on <= last]
    one = Counted(dosed, dict(Counter(monday_of(on) for on in inside)), paused)
    entries = [Entry(on, "did") for on in inside]
    expected = practised([Homework(dosed, entries)], paused, first, last).adherence
    found = share(one, first, last)
    assert found == (expected if expected is None else pytest.approx(expected))
