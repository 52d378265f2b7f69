"""How many visits does a frequency ask for?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical import dosage
from referrals.clinical.adherence import delivery

START = date(2026, 1, 5)
PERS = st.sampled_from(sorted(dosage.A_WEEK))
VISITS, WEEKS, DAYS = st.integers(1, 14), st.integers(1, 104), st.integers(0, 900)


def test_two_a_week_for_twelve_weeks_with_week_six_over():
    due = dosage.to_date(2, "week", 12, START, START + timedelta(weeks=6))
    assert due == 12
    share = delivery(10, due)
    assert share is not None
    assert f"{share:.1%}" == "83.3%"


def test_a_week_counts_once_it_is_over():
    assert dosage.to_date(2, "week", 12, START, START + timedelta(days=6)) == 0
    assert dosage.to_date(2, "week", 12, START, START + timedelta(days=7)) == 2


def test_before_the_start_nothing_is_due():
    assert dosage.to_date(2, "week", 12, START, START - timedelta(days=30)) == 0


def test_without_an_end_it_goes_on():
    assert dosage.to_date(1, "week", None, START, START + timedelta(weeks=60)) == 60


def test_a_month_is_a_twelfth_of_a_year():
    assert dosage.in_all(1, "month", 52) == pytest.approx(12)
    assert dosage.in_all(3, "fortnight", 12) == 18


@pytest.mark.parametrize("per", ["", "day", "year"])
def test_a_time_that_is_not_known_is_refused(per):
    with pytest.raises(ValueError, match="no frequency"):
        dosage.in_all(1, per, 4)


@given(VISITS, PERS, WEEKS, DAYS)
def test_what_is_due_never_passes_the_whole_and_reaches_it_at_the_end(visits, per, weeks, days):
    whole = dosage.in_all(visits, per, weeks)
    assert 0 <= dosage.to_date(visits, per, weeks, START, START + timedelta(days=days)) <= whole
    assert dosage.to_date(visits, per, weeks, START, START + timedelta(weeks=weeks)) == whole


@given(VISITS, PERS, WEEKS, DAYS, DAYS)
def test_what_is_due_never_falls(visits, per, weeks, first, more):
    early = START + timedelta(days=first)
    late = early + timedelta(days=more)
    assert dosage.to_date(visits, per, weeks, START, early) <= dosage.to_date(
        visits, per, weeks, START, late
    )
