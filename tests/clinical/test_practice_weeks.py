"""Is the practice of a week counted as it was asked for, day by day, and never against a pause?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.adherence import practice
from referrals.clinical.practice_weeks import (
    Dosed,
    Entry,
    Homework,
    Practised,
    dose_on,
    first_day,
    minutes_of,
    monday_of,
    practised,
    weeks_of,
)

MONDAY = date(2026, 3, 2)
FOUR_WEEKS = MONDAY + timedelta(days=27)
FIVE_A_WEEK = (Dosed(MONDAY, 5, 10),)


def done(*weeks: int, result: str = "did", minutes: int | None = None) -> tuple[Entry, ...]:
    """So many entries in each week, the first ones on its first days, several on a day if need be."""
    return tuple(
        Entry(MONDAY + timedelta(days=7 * week + n % 7), result, minutes)
        for week, times in enumerate(weeks)
        for n in range(times)
    )


def of(*weeks: int, pauses: tuple[tuple[date, date], ...] = ()) -> Practised:
    last = MONDAY + timedelta(days=7 * len(weeks) - 1)
    return practised([Homework(FIVE_A_WEEK, done(*weeks))], pauses, MONDAY, last)


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


# --- The worked cases -------------------------------------------------------------------------


def test_five_a_week_done_five_four_three_and_two_times_is_70_percent() -> None:
    assert of(5, 4, 3, 2).adherence == 0.7


def test_a_busy_week_does_not_make_up_for_an_empty_one() -> None:
    assert of(8, 2).adherence == 0.7


def test_dose_is_minutes_and_not_capped() -> None:
    assert of(8, 2).dose == 1.0
    twice = Homework(FIVE_A_WEEK, done(5, minutes=20))
    assert practised([twice], (), MONDAY, day(6)).dose == 2.0


def test_coverage_is_the_share_of_days_with_any_entry() -> None:
    told = Homework(FIVE_A_WEEK, (Entry(day(0), "not_today"), Entry(day(3), "did")))
    found = practised([told], (), MONDAY, day(6))
    assert (found.coverage, found.days_told, found.days_practised, found.days) == (2 / 7, 2, 1, 7)


# --- Entries ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "own", "minutes"),
    [("did", None, 15), ("partly", None, 7), ("not_today", None, 0), ("did", 4, 4),
     ("partly", 4, 4), ("not_today", 4, 0), ("did", 0, 0)],
)  # fmt: skip
def test_minutes_are_the_familys_own_or_the_doses(
    result: str, own: int | None, minutes: int
) -> None:
    assert minutes_of(Entry(day(1), result, own), (Dosed(MONDAY, 5, 15),)) == minutes


def test_partly_counts_and_not_today_does_not() -> None:
    entries = (Entry(day(0), "did"), Entry(day(1), "partly"), Entry(day(2), "not_today"))
    (week,) = weeks_of(Homework(FIVE_A_WEEK, entries), (), MONDAY, day(6))
    assert (week.done, week.asked, week.minutes_done, week.minutes_asked) == (2, 5, 15, 50)


def test_what_came_after_the_activity_was_retired_counts_for_nothing() -> None:
    homework = Homework(FIVE_A_WEEK, (Entry(day(1), "did", late=True),))
    assert practised([homework], (), MONDAY, day(6)).done == 0


# --- Part weeks, doses, pauses ----------------------------------------------------------------


def test_a_part_week_counts_by_days() -> None:
    (week,) = weeks_of(Homework((Dosed(day(4), 7, 10),), ()), (), MONDAY, day(6))
    assert week.asked == 3


def test_the_week_of_today_asks_for_no_more_than_its_days_so_far() -> None:
    (week,) = weeks_of(Homework((Dosed(MONDAY, 7, 10),), ()), (), MONDAY, day(2))
    assert week.asked == 3


def test_a_dose_that_changes_in_the_middle_of_a_week_counts_from_its_day() -> None:
    doses = (Dosed(MONDAY, 7, 10), Dosed(day(3), 14, 5))
    (week,) = weeks_of(Homework(doses, ()), (), MONDAY, day(6))
    assert (week.asked, week.minutes_asked) == (3 + 8, 30 + 40)


def test_a_dose_of_no_times_ends_the_activity() -> None:
    ended = (Dosed(MONDAY, 7, 10), Dosed(day(3), 0, 10))
    assert dose_on(ended, day(2)) == ended[0]
    assert dose_on(ended, day(3)) is None
    found = practised([Homework(ended, ())], (), MONDAY, day(13))
    assert ([week.asked for week in found.weeks], found.days) == ([3, 0], 3)


def test_of_two_doses_of_one_day_the_later_counts() -> None:
    assert dose_on((Dosed(MONDAY, 5, 10), Dosed(MONDAY, 3, 10)), day(0)) == Dosed(MONDAY, 3, 10)


def test_a_week_that_was_wholly_paused_is_left_out() -> None:
    found = of(5, 3, 2, pauses=((day(7), day(13)),))
    assert [week.asked for week in found.weeks] == [5, None, 5]
    assert found.adherence == 0.7
    assert found.days == 14


def test_a_week_paused_in_part_counts_by_the_days_that_were_not() -> None:
    found = of(3, pauses=((day(3), day(6)),))
    assert found.weeks[0].asked == pytest.approx(15 / 7)
    assert found.adherence == 1.0


def test_one_activity_never_makes_up_for_another() -> None:
    much = Homework(FIVE_A_WEEK, done(10))
    nothing = Homework(FIVE_A_WEEK, ())
    assert practised([much, nothing], (), MONDAY, day(6)).adherence == 0.5


def test_nothing_asked_gives_no_value() -> None:
    found = practised([], (), MONDAY, FOUR_WEEKS)
    assert (found.adherence, found.dose, found.coverage, found.asked) == (None, None, None, None)


def test_twelve_weeks_are_this_one_and_eleven_before() -> None:
    assert first_day(date(2026, 5, 20)) == date(2026, 3, 2)
    assert monday_of(date(2026, 5, 24)) == date(2026, 5, 18)


# --- Whatever happens -------------------------------------------------------------------------

days = st.integers(0, 41).map(day)
entries = st.lists(
    st.builds(
        Entry, days, st.sampled_from(["did", "partly", "not_today"]),
        st.none() | st.integers(0, 240), st.booleans(),
    ),
    max_size=40,
)  # fmt: skip
doses = st.lists(st.builds(Dosed, days, st.integers(0, 14), st.integers(1, 60)), max_size=4).map(
    lambda found: sorted(found, key=lambda one: one.from_on)
)
homework = st.builds(Homework, doses, entries)
pauses = st.lists(st.tuples(days, days).map(lambda pair: (min(pair), max(pair))), max_size=3)


@given(st.lists(homework, max_size=3), pauses, days, days)
def test_every_share_stays_where_it_belongs(
    activities: list[Homework], paused: list[tuple[date, date]], one: date, other: date
) -> None:
    found = practised(activities, paused, min(one, other), max(one, other))
    for share in (found.adherence, found.coverage):
        assert share is None or 0 <= share <= 1
    assert found.dose is None or found.dose >= 0
    assert 0 <= found.days_practised <= found.days_told <= found.days


@given(homework, pauses)
def test_no_week_looks_worse_for_a_pause(one: Homework, paused: list[tuple[date, date]]) -> None:
    plain = weeks_of(one, (), MONDAY, day(41))
    for before, after in zip(plain, weeks_of(one, paused, MONDAY, day(41)), strict=True):
        was, is_now = (practice([(w.done, w.asked)]) for w in (before, after))
        assert was is None or is_now is None or is_now >= was - 1e-9


@given(doses, entries)
def test_a_pause_over_weeks_without_practice_never_lowers_the_whole(
    asked: list[Dosed], told: list[Entry]
) -> None:
    early = [entry for entry in told if entry.on < day(21)]
    activity = Homework(asked, early)
    plain = practised([activity], (), MONDAY, day(41)).adherence
    paused = practised([activity], [(day(21), day(41))], MONDAY, day(41)).adherence
    assert plain is None or paused is None or paused >= plain - 1e-9


@given(homework, pauses, st.integers(0, 41))
def test_another_entry_never_lowers_anything(
    one: Homework, paused: list[tuple[date, date]], n: int
) -> None:
    more = Homework(one.doses, [*one.entries, Entry(day(n), "did")])
    before = practised([one], paused, MONDAY, day(41))
    after = practised([more], paused, MONDAY, day(41))
    for name in ("adherence", "dose", "coverage"):
        was, now = getattr(before, name), getattr(after, name)
        assert (was is None) == (now is None)
        assert was is None or now >= was


@given(homework)
def test_half_the_weeks_and_the_other_half_are_all_of_them(one: Homework) -> None:
    halves = weeks_of(one, (), MONDAY, day(20)) + weeks_of(one, (), day(21), day(41))
    assert halves == weeks_of(one, (), MONDAY, day(41))
