"""What does a visit that took place, was missed or cancelled, leave behind?"""

from datetime import timedelta

import pytest

from referrals.act import Duty
from referrals.actions.attendance import (
    attend_session,
    cancel_session,
    miss_session,
    undo_session,
    visits_since_report,
)
from referrals.actions.clock import local_date
from referrals.models import Event, Report, Task
from tests.actions.outcome import kinds, outrun, owed, refused, told
from tests.session_stages import attended, noted, planned_series, visits_of, written
from tests.stages import fresh


def tasks(referral, duty=Duty.SIGN_SESSION):
    return list(Task.objects.filter(referral=referral, duty=duty, is_open=True))


def test_attending_owes_the_note_to_who_saw_the_child(cast, booked):
    visit = visits_of(booked)[0]
    attended(visit, cast.coordinator)
    assert [v.status for v in visits_of(booked)][:2] == ["fulfilled", "booked"]
    [task] = tasks(booked)
    assert (task.owner, task.about) == (cast.therapist, visit.pk)
    assert kinds(booked.pk)[-1] == "session_attended"


def test_the_second_click_attends_once_and_somebody_elses_is_told(cast, booked):
    visit = visits_of(booked)[0]
    attended(visit, cast.therapist)
    attended(visit, cast.therapist)
    assert kinds(booked.pk).count("session_attended") == 1
    with outrun("Somebody has recorded this visit already: it is “attended”."):
        attended(visit, cast.coordinator)


@pytest.mark.parametrize("action", [attend_session, miss_session])
def test_nothing_took_place_before_it_began(action, cast, booked):
    visit = visits_of(booked)[0]
    with refused(None, "has not begun yet"):
        action(appointment=visit, by=cast.therapist, at=visit.starts_at - timedelta(minutes=1))
    action(appointment=visit, by=cast.therapist, at=visit.starts_at)


def test_a_missed_visit_keeps_its_note_and_owes_nothing(cast, booked):
    visit = visits_of(booked)[0]
    miss_session(appointment=visit, note="No call.", by=cast.coordinator, at=visit.ends_at)
    first = visits_of(booked)[0]
    assert (first.status, first.reason) == ("noshow", "No call.")
    assert tasks(booked) == []
    assert told("session_missed") == ["Rosa", "Thea"]


def test_a_cancelled_visit_says_by_whom_and_why(cast, booked, later):
    visit = visits_of(booked)[3]
    with refused("cancelled_by"):
        cancel_session(
            appointment=visit, cancelled_by="practice", reason="x", by=cast.therapist, at=later
        )
    with refused("reason"):
        cancel_session(
            appointment=visit, cancelled_by="clinic", reason="", by=cast.therapist, at=later
        )
    cancel_session(
        appointment=visit, cancelled_by="clinic", reason="Flu.", by=cast.therapist, at=later
    )
    after = visits_of(booked)[3]
    assert (after.status, after.cancelled_by, after.reason) == ("cancelled", "clinic", "Flu.")
    assert told("session_cancelled") == ["Rosa"]


def test_neither_family_nor_pediatrician_records_a_visit(cast, booked):
    visit = visits_of(booked)[0]
    for person in (cast.family, cast.pediatrician, cast.stranger):
        with refused():
            attend_session(appointment=visit, by=person, at=visit.ends_at)


def test_the_visit_for_the_evaluation_is_not_recorded_here(cast, booked):
    visit = booked.appointments.get(purpose="evaluation")
    with refused(None, "for the evaluation"):
        attend_session(appointment=visit, by=cast.therapist, at=visit.ends_at)


# --- Taking it back -------------------------------------------------------------------------------


def test_a_wrong_attendance_is_taken_back_on_the_same_day(cast, held):
    visit = visits_of(held)[0]
    undo_session(appointment=visit, by=cast.coordinator, at=visit.ends_at + timedelta(minutes=9))
    first = visits_of(held)[0]
    assert (first.status, first.ended_at, first.ended_by) == ("booked", None, None)
    assert tasks(held) == []
    assert kinds(held.pk)[-1] == "session_reopened"


def test_not_on_the_next_day_and_not_once_the_note_is_signed(cast, held):
    visit = visits_of(held)[0]
    with refused(None, "same day only"):
        undo_session(appointment=visit, by=cast.therapist, at=visit.ends_at + timedelta(days=1))
    noted(visits_of(held)[0], by=cast.therapist)
    with refused(None, "signed"):
        undo_session(appointment=visit, by=cast.therapist, at=visit.ends_at)


def test_a_cancelled_visit_is_not_taken_back(cast, booked, later):
    visit = visits_of(booked)[0]
    cancel_session(
        appointment=visit, cancelled_by="clinic", reason="Flu.", by=cast.therapist, at=later
    )
    with outrun():
        undo_session(appointment=visit, by=cast.therapist, at=later)


# --- The progress report --------------------------------------------------------------------------


@pytest.fixture
def daily(cast, in_therapy, later):
    """Twelve visits on twelve days in a row: ten of them before the thirty days are over."""
    planned_series(
        in_therapy, weekdays=range(7), visits=12, by=cast.coordinator,
        at=later + timedelta(hours=7),
    )  # fmt: skip
    return fresh(in_therapy)


def day(visit):
    return local_date(visit.starts_at, visit.organization)


def test_the_tenth_visit_brings_the_report_forward_and_says_why(cast, daily):
    _, _, before = owed(daily)
    visits = visits_of(daily)
    for visit in visits[:9]:
        attended(visit, cast.therapist)
    assert owed(daily)[2] == before
    attended(visits[9], cast.therapist)
    tenth = day(visits[9])
    assert owed(daily) == ("report_progress", "Thea", tenth)
    event = Event.objects.get(kind="session_report_due")
    assert (event.data["visits"], event.data["before"], event.data["after"]) == (
        10, before.isoformat(), tenth.isoformat(),
    )  # fmt: skip
    attended(visits[10], cast.therapist)
    assert owed(daily)[2] == tenth


def test_what_a_wrong_tenth_visit_brought_forward_goes_back_with_it(cast, daily):
    _, _, before = owed(daily)
    visits = visits_of(daily)
    for visit in visits[:10]:
        attended(visit, cast.therapist)
    undo_session(appointment=visits[9], by=cast.therapist, at=visits[9].ends_at)
    assert owed(daily)[2] == before


def test_a_report_begins_the_count_anew_and_an_interim_one_does_not(cast, daily, later):
    visits = visits_of(daily)
    for visit in visits[:9]:
        attended(visit, cast.therapist)
    assert visits_since_report(daily) == 9

    def report(number, until, **more):
        Report.objects.create(
            referral=daily, number=number, from_on=day(visits[0]), until_on=until, author=cast.therapist,
            created_at=later, saved_at=later, status="final", signed_by=cast.therapist,
            signed_at=later, signature="Thea Marsh, OTR/L", **more,
        )  # fmt: skip

    report(1, day(visits[4]), interim=True)
    assert visits_since_report(daily) == 9
    report(2, day(visits[4]))
    assert visits_since_report(daily) == 4
    attended(visits[9], cast.therapist)
    assert not Event.objects.filter(kind="session_report_due").exists()


def test_a_child_that_came_back_begins_the_count_anew(cast, daily):
    visits = visits_of(daily)
    for visit in visits[:6]:
        attended(visit, cast.therapist)
    daily.__class__.objects.filter(pk=daily.pk).update(state_since=visits[4].starts_at)
    assert visits_since_report(fresh(daily)) == 2


def test_a_report_that_is_due_already_stays_where_it_is(cast, daily):
    visits = visits_of(daily)
    for visit in visits[:9]:
        attended(visit, cast.therapist)
    daily.__class__.objects.filter(pk=daily.pk).update(next_due_on=day(visits[0]))
    attended(visits[9], cast.therapist)
    assert owed(daily)[2] == day(visits[0])


def test_a_draft_that_is_left_behind_by_a_visit_taken_back_harms_nobody(cast, held):
    visit = visits_of(held)[0]
    written(visit, by=cast.therapist)
    undo_session(appointment=visit, by=cast.therapist, at=visit.ends_at + timedelta(minutes=9))
    assert tasks(held) == []
    noted_again = attended(visits_of(held)[0], cast.therapist)
    assert noted_again.notes.get().is_draft
