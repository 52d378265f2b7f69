"""Is every age the one a therapist would write?"""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.ages import (
    Age,
    add_months,
    adjusted_age,
    ages,
    chronological_age,
)

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("born", "on", "written"),
    [
        (date(2019, 9, 18), date(2026, 3, 5), "6;5;15"),
        (date(2016, 10, 4), date(2021, 3, 15), "4;5;11"),
        (date(2020, 8, 31), date(2024, 3, 1), "3;6;1"),
        (date(2022, 1, 31), date(2022, 3, 1), "0;1;1"),
        (date(2024, 2, 29), date(2025, 2, 28), "1;0;0"),
        (date(2024, 5, 1), date(2024, 5, 1), "0;0;0"),
    ],
)
def test_chronological_age_is_written_as_the_worked_case_says(
    born: date, on: date, written: str
) -> None:
    assert str(chronological_age(born, on)) == written


@pytest.mark.parametrize(
    ("born", "on", "weeks", "gestation_days", "written"),
    [
        (date(2024, 1, 10), date(2024, 5, 1), 34, 0, "0;2;10"),
        (date(2024, 6, 15), date(2025, 9, 15), 30, 5, "1;0;22"),
    ],
)
def test_adjusted_age_is_written_as_the_worked_case_says(
    born: date, on: date, weeks: int, gestation_days: int, written: str
) -> None:
    assert str(adjusted_age(born, on, weeks, gestation_days)) == written


def test_a_child_born_at_37_weeks_is_not_adjusted() -> None:
    assert adjusted_age(date(2023, 3, 1), date(2023, 9, 1), 37, 0) is None


def test_a_child_born_at_36_weeks_and_6_days_is_adjusted_by_four_weeks() -> None:
    assert adjusted_age(date(2023, 3, 1), date(2023, 9, 1), 36, 6) == Age(0, 5, 3)


@pytest.mark.parametrize("part", range(7))
def test_only_completed_weeks_of_gestation_count(part: int) -> None:
    assert adjusted_age(date(2024, 6, 15), date(2025, 9, 15), 25, part) == Age(0, 11, 18)


def test_the_last_day_before_24_months_is_adjusted_and_the_next_is_not() -> None:
    born = date(2022, 5, 10)
    assert adjusted_age(born, date(2024, 5, 9), 32) == Age(1, 10, 4)
    assert adjusted_age(born, date(2024, 5, 10), 32) is None


def test_until_when_to_adjust_is_a_setting() -> None:
    born, on = date(2022, 5, 10), date(2024, 8, 10)
    assert adjusted_age(born, on, 32, until_months=36) == Age(2, 1, 5)
    assert adjusted_age(born, on, 32, until_months=24) is None


def test_before_the_day_of_full_term_the_adjusted_age_is_zero() -> None:
    assert adjusted_age(date(2024, 1, 10), date(2024, 2, 1), 30) == Age(0, 0, 0)


def test_the_adjusted_age_decides_where_there_is_one() -> None:
    both = ages(date(2024, 6, 15), date(2025, 9, 15), 30, 5)
    assert str(both.chronological) == "1;3;0"
    assert str(both.adjusted) == "1;0;22"
    assert both.used == "adjusted"
    assert both.for_bands == Age(1, 0, 22)


@pytest.mark.parametrize("weeks", [None, 37, 40])
def test_the_chronological_age_decides_where_no_adjustment_applies(
    weeks: int | None,
) -> None:
    both = ages(date(2024, 6, 15), date(2025, 9, 15), weeks, None)
    assert both.adjusted is None
    assert both.used == "chronological"
    assert both.for_bands == Age(1, 3, 0)


def test_gestation_in_weeks_alone_is_enough() -> None:
    assert ages(date(2024, 1, 10), date(2024, 5, 1), 34, None).adjusted == Age(0, 2, 10)


@pytest.mark.parametrize("weeks", [37, 34])
def test_a_day_before_birth_has_no_age(weeks: int) -> None:
    with pytest.raises(ValueError, match="before the date of birth"):
        chronological_age(date(2024, 1, 2), date(2024, 1, 1))
    with pytest.raises(ValueError, match="before the date of birth"):
        adjusted_age(date(2024, 1, 2), date(2024, 1, 1), weeks)


@pytest.mark.parametrize(
    ("weeks", "gestation_days"), [(19, 0), (46, 0), (-1, 0), (34, 7), (34, -1)]
)
def test_an_impossible_gestation_is_refused(weeks: int, gestation_days: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        adjusted_age(date(2024, 1, 1), date(2024, 6, 1), weeks, gestation_days)


@pytest.mark.parametrize("parts", [(-1, 0, 0), (0, 12, 0), (0, -1, 0), (0, 1, -2), (0, 0, 31)])
def test_an_impossible_age_is_refused(parts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="Not an age"):
        Age(*parts)


def test_ages_are_ordered_and_count_their_months() -> None:
    assert Age(0, 11, 30) < Age(1, 0, 0) < Age(1, 0, 1)
    assert Age(2, 3, 29).total_months == 27


@given(days, days)
def test_adding_an_age_to_the_birth_date_reaches_the_day(one: date, other: date) -> None:
    born, on = sorted((one, other))
    age = chronological_age(born, on)
    assert add_months(born, age.total_months) + timedelta(days=age.days) == on


@given(days, days)
def test_an_age_is_the_one_that_dateutil_finds(one: date, other: date) -> None:
    born, on = sorted((one, other))
    delta = relativedelta(on, born)
    assert chronological_age(born, on) == Age(delta.years, delta.months, delta.days)


@given(days, st.integers(0, 800), st.integers(20, 45), st.integers(0, 6))
def test_the_adjusted_age_is_never_above_the_chronological_one(
    born: date, old: int, weeks: int, gestation_days: int
) -> None:
    both = ages(born, born + timedelta(days=old), weeks, gestation_days)
    assert both.for_bands <= both.chronological
    assert (both.adjusted is None) == (weeks >= 37 or both.chronological.total_months >= 24)
