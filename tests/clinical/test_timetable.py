"""On which days do the visits of a series fall?"""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from referrals.clinical.timetable import HORIZON, DoesNotFit, days_of

MONDAY = date(2026, 3, 2)


def test_twice_a_week():
    assert days_of(MONDAY, {0, 3}, 5) == [
        date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 16),
    ]  # fmt: skip


def test_it_begins_on_the_first_told_weekday_from_the_first_day_on():
    assert days_of(date(2026, 3, 4), {1, 3}, 2) == [date(2026, 3, 5), date(2026, 3, 10)]


def test_every_second_week_counts_from_the_week_of_the_first_day():
    assert days_of(date(2026, 3, 5), {0, 3}, 3, every_weeks=2) == [
        date(2026, 3, 5), date(2026, 3, 16), date(2026, 3, 19),
    ]  # fmt: skip


def test_what_falls_on_a_closed_day_is_made_up_at_the_end():
    spring = (date(2026, 3, 9), date(2026, 3, 13))
    assert days_of(MONDAY, {0}, 3, closed=[spring]) == [
        date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 23),
    ]  # fmt: skip


def test_two_weeks_on_and_three_off():
    found = days_of(MONDAY, {0}, 5, block_weeks=2, rest_weeks=3)
    assert [(day - MONDAY).days // 7 for day in found] == [0, 1, 5, 6, 10]


def test_a_year_that_is_too_short_says_how_far_it_reaches():
    with pytest.raises(DoesNotFit) as no:
        days_of(MONDAY, {0}, 60)
    assert len(no.value.days) == 53
    assert str(no.value) == "Only 53 of 60 visits find a day within a year."


def test_where_every_day_is_closed_it_ends():
    with pytest.raises(DoesNotFit):
        days_of(MONDAY, {0}, 1, closed=[(date(2026, 1, 1), date(2028, 1, 1))])


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": set()}, {"weekdays": {7}}, {"weekdays": {-1}}, {"visits": 0},
        {"visits": 105}, {"every_weeks": 0}, {"block_weeks": 3}, {"rest_weeks": 3},
        {"block_weeks": 0, "rest_weeks": 1}, {"block_weeks": 1, "rest_weeks": 0},
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_timetable_is_refused(wrong):
    told = {"first_on": MONDAY, "weekdays": {0}, "visits": 4} | wrong
    with pytest.raises(ValueError, match=r"[a-z]"):
        days_of(**told)


@st.composite
def timetables(draw):
    first = draw(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
    closed = []
    for _ in range(draw(st.integers(0, 4))):
        begin = first + timedelta(days=draw(st.integers(-10, 200)))
        closed.append((begin, begin + timedelta(days=draw(st.integers(0, 20)))))
    blocks = draw(st.none() | st.tuples(st.integers(1, 8), st.integers(1, 8)))
    return {
        "first_on": first,
        "weekdays": draw(st.sets(st.integers(0, 6), min_size=1)),
        "visits": draw(st.integers(1, 60)),
        "every_weeks": draw(st.integers(1, 4)),
        "block_weeks": blocks[0] if blocks else None,
        "rest_weeks": blocks[1] if blocks else None,
        "closed": closed,
    }


def lies_open(day, told):
    return not any(first <= day <= last for first, last in told["closed"])


def as_many(told):
    """The days there are, and whether they are as many as visits."""
    try:
        return days_of(**told), True
    except DoesNotFit as no:
        return no.days, False


def cycle_of(told):
    return (told["block_weeks"] or 0) + (told["rest_weeks"] or 0)


@given(timetables())
def test_every_visit_has_a_day_of_its_own_that_keeps_all_that_was_told(told):
    found, fits = as_many(told)
    assert (len(found) == told["visits"]) is fits
    first = told["first_on"]
    monday = first - timedelta(days=first.weekday())
    assert found == sorted(set(found))
    for day in found:
        assert day.weekday() in told["weekdays"]
        assert lies_open(day, told)
        assert first <= day <= first + timedelta(days=HORIZON)
        week = (day - monday).days // 7
        if told["block_weeks"]:
            week %= cycle_of(told)
            assert week < told["block_weeks"]
        assert week % told["every_weeks"] == 0


@given(timetables())
def test_no_day_that_could_have_been_taken_is_left_out(told):
    assume(told["block_weeks"] is None and told["every_weeks"] == 1)
    found, _ = as_many(told)
    assume(found)
    span = (found[-1] - told["first_on"]).days
    days = [told["first_on"] + timedelta(days=n) for n in range(span + 1)]
    assert found == [d for d in days if d.weekday() in told["weekdays"] and lies_open(d, told)]
