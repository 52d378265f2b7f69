"""By when is each step due, literally, on the day it is where the owner is?"""

from datetime import UTC, date, datetime

import pytest

from referrals.actions.clock import due_on, local_date
from referrals.models import ClockSetting

#: What each clock says of Monday, 2 March 2026.
FROM_MONDAY = {
    "send": date(2026, 3, 3),
    "receive": date(2026, 3, 4),
    "triage": date(2026, 3, 9),
    "triage_urgent": date(2026, 3, 4),
    "answer": date(2026, 3, 5),
    "first_contact": date(2026, 3, 9),
    "next_attempt": date(2026, 3, 5),
    "schedule_again": date(2026, 3, 5),
    "review_concern": date(2026, 3, 9),
    "acknowledge_closing": date(2026, 3, 9),
    "confirm_cancellation": date(2026, 3, 4),
    "report": date(2026, 4, 1),
    "acknowledge_report": date(2026, 4, 1),
    "agree_plan": date(2026, 3, 16),
    "progress_report": date(2026, 4, 1),
    "access_after_decline": date(2026, 4, 1),
}


@pytest.mark.parametrize("clock", sorted(FROM_MONDAY))
def test_each_clock_from_a_monday(clinic, now, clock):
    assert due_on(clock, organization=clinic, at=now) == FROM_MONDAY[clock]


@pytest.mark.parametrize("clock", sorted(FROM_MONDAY))
def test_an_organisation_s_own_setting_replaces_any_of_them(clinic, other_clinic, now, clock):
    ClockSetting.objects.create(organization=clinic, clock=clock, days=1)
    assert due_on(clock, organization=clinic, at=now) == date(2026, 3, 3)
    assert due_on(clock, organization=other_clinic, at=now) == FROM_MONDAY[clock]


def test_working_days_pass_over_a_weekend(clinic):
    friday = datetime(2026, 3, 6, 15, tzinfo=UTC)
    assert due_on("receive", organization=clinic, at=friday) == date(2026, 3, 10)


def test_what_comes_in_on_a_saturday_counts_from_monday(clinic):
    saturday = datetime(2026, 3, 7, 15, tzinfo=UTC)
    assert due_on("receive", organization=clinic, at=saturday) == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", date(2026, 3, 2)),
        ("Pacific/Auckland", date(2026, 3, 3)),
        ("Pacific/Honolulu", date(2026, 3, 2)),
    ],
)
def test_the_day_is_the_local_one(clinic, now, zone, day):
    clinic.time_zone = zone
    assert local_date(now, clinic) == day


def test_late_in_the_evening_it_is_still_today(clinic):
    # 03:30 in London, 22:30 the day before in New York.
    assert local_date(datetime(2026, 3, 3, 3, 30, tzinfo=UTC), clinic) == date(2026, 3, 2)
