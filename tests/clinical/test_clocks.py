"""Does every clock run out on the right day?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.clocks import (
    CLOCKS,
    Clock,
    UnknownClock,
    due,
    due_by,
    due_working,
)

MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
SATURDAY = date(2026, 3, 7)
SUNDAY = date(2026, 3, 8)


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        (date(2026, 3, 2), 45, date(2026, 4, 16)),
        (date(2028, 1, 15), 90, date(2028, 4, 14)),
        (date(2026, 1, 15), 180, date(2026, 7, 14)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_calendar_days_end_as_the_worked_case_says(
    received: date, days: int, expected: date
) -> None:
    assert due(received, days) == expected


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (MONDAY, 1, date(2026, 3, 3)),
        (MONDAY, 5, date(2026, 3, 9)),
        (FRIDAY, 0, FRIDAY),
        (FRIDAY, 1, date(2026, 3, 9)),
        (FRIDAY, 6, date(2026, 3, 16)),
        (SATURDAY, 0, date(2026, 3, 9)),
        (SATURDAY, 1, date(2026, 3, 10)),
        (SUNDAY, 5, date(2026, 3, 16)),
    ],
)
def test_working_days_skip_weekends(start: date, days: int, expected: date) -> None:
    assert due_working(start, days) == expected


def test_a_due_date_never_lies_before_its_start() -> None:
    with pytest.raises(ValueError, match="before its start"):
        due(MONDAY, -1)
    with pytest.raises(ValueError, match="before its start"):
        due_working(MONDAY, -1)


def test_the_clocks_and_their_defaults_are_these() -> None:
    assert {code: (clock.days, clock.unit) for code, clock in CLOCKS.items()} == {
        "send": (1, "working"),
        "receive": (2, "working"),
        "triage": (5, "working"),
        "triage_urgent": (2, "working"),
        "answer": (3, "working"),
        "first_contact": (5, "working"),
        "next_attempt": (3, "working"),
        "schedule_again": (3, "working"),
        "review_concern": (5, "working"),
        "acknowledge_closing": (7, "calendar"),
        "confirm_cancellation": (2, "working"),
        "report": (30, "calendar"),
        "acknowledge_report": (30, "calendar"),
        "plan_recertified": (90, "calendar"),
        "progress_report": (30, "calendar"),
        "agree_plan": (14, "calendar"),
        "access_after_decline": (30, "calendar"),
        "early_intervention_referral": (7, "calendar"),
        "early_intervention_evaluation": (45, "calendar"),
        "school_evaluation": (60, "calendar"),
        "school_meeting": (30, "calendar"),
        "revise_plan": (5, "working"),
        "tell_profile": (14, "calendar"),
        "order_valid": (365, "calendar"),
        "warn_before_end": (14, "calendar"),
        "session_note": (2, "working"),
        "return_open": (90, "calendar"),
        "answer_correction": (60, "calendar"),
        "due_soon": (2, "working"),
        "rise_to_coordinator": (3, "working"),
        "consent_ends_soon": (14, "calendar"),
        "answer_results": (10, "working"),
        "results_asked": (14, "calendar"),
        "programme_receipt": (7, "calendar"),
        "programme_consent": (15, "calendar"),
        "school_referral": (7, "calendar"),
        "review_emergency": (1, "working"),
    }


@pytest.mark.parametrize("code", CLOCKS)
def test_every_clock_has_a_label_and_a_source(code: str) -> None:
    assert CLOCKS[code].code == code
    assert CLOCKS[code].label.strip() != ""
    assert CLOCKS[code].source.strip() != ""


def test_a_clock_counts_in_its_own_unit() -> None:
    assert due_by("triage", FRIDAY) == date(2026, 3, 13)
    assert due_by("early_intervention_evaluation", MONDAY) == date(2026, 4, 16)


def test_a_setting_overrides_the_default_but_not_the_unit() -> None:
    assert due_by("triage", FRIDAY, days=1) == date(2026, 3, 9)
    assert due_by("report", FRIDAY, days=0) == FRIDAY


def test_an_unknown_clock_is_refused() -> None:
    with pytest.raises(UnknownClock, match="no clock 'tea'"):
        due_by("tea", MONDAY)


def test_a_clock_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="not complete"):
        Clock("tea", "Tea", 1, "working", "")


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 300))
def test_working_days_are_what_counting_one_by_one_gives(start: date, days: int) -> None:
    day = start
    while day.weekday() > 4:
        day += timedelta(days=1)
    left = days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    assert due_working(start, days) == day
