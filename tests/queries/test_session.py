"""Are visits listed, counted and looked at as they are, and is what is due said before the child comes?"""

from datetime import date, timedelta

import pytest

from referrals.actions.attendance import cancel_session, miss_session
from referrals.actions.prescription import sign_prescription
from referrals.actions.series import record_authorisation
from referrals.actions.session import draft_session
from referrals.models import Authorisation, Plan, Prescription, Rating, Referral, Session
from referrals.models.course import course_of
from referrals.models.record import new_id
from referrals.queries.due import due
from referrals.queries.goal import goals_of
from referrals.queries.session import figures, listing, worksheet
from tests.session_stages import attended, noted, planned_series, signed, visits_of
from tests.stages import fresh


def end_of(referral):
    return max(visit.ends_at for visit in visits_of(referral))


def test_attendance_leaves_out_what_the_clinic_cancelled_and_what_lies_ahead(cast, booked):
    visits = visits_of(booked)
    for visit in visits[:3]:
        attended(visit, cast.therapist)
    miss_session(appointment=visits[3], by=cast.therapist, at=visits[3].ends_at)
    for visit, who in ((visits[4], "clinic"), (visits[5], "family"), (visits[7], "family")):
        cancel_session(
            appointment=visit, cancelled_by=who, reason="x", by=cast.therapist, at=visits[3].ends_at
        )
    of = figures(booked, visits[6].starts_at)
    assert (of.scheduled, of.attended, of.missed) == (6, 3, 1)
    assert (of.cancelled_by_clinic, of.cancelled_by_family) == (1, 1)
    assert of.share == 60.0
    assert figures(booked, visits[0].starts_at - timedelta(days=1)).share is None
    assert figures(booked, visits[6].starts_at, since=visits[3].starts_at).attended == 0


def test_the_list_and_the_progress_count_the_same_visits(cast, booked):
    visits = visits_of(booked)
    attended(visits[0], cast.therapist)
    at = visits[1].starts_at - timedelta(hours=3)
    cancel_session(
        appointment=visits[1], cancelled_by="family", reason="Ill.", by=cast.therapist, at=at
    )
    today = visits[1].local_start.date()
    listed = listing(booked, at, for_family=False).figures
    kept = course_of(booked, since=today).kept(date.min, today)
    assert (listed.scheduled, listed.attended, listed.cancelled_by_family) == (2, 1, 1)
    assert (kept.scheduled, kept.attended, kept.by_family) == (2, 1, 1)
    assert listed.share == 100 * kept.attendance


def test_each_visit_stands_once_with_what_is_owed_for_it(cast, booked):
    visits = visits_of(booked)
    noted(visits[0], by=cast.therapist)
    attended(visits[1], cast.therapist)
    at = visits[2].ends_at
    page = listing(booked, at, for_family=False)
    assert [(row.visit, row.owes) for row in page.to_do] == [
        (visits[1], "write"), (visits[2], "hold"),
    ]  # fmt: skip
    assert [row.visit for row in page.coming] == visits[3:]
    assert [(row.visit, row.word) for row in page.past] == [
        (visits[1], "Note to be finished"), (visits[0], "Attended"),
    ]  # fmt: skip
    assert page.past[1].note == Session.objects.get()
    assert listing(booked, at, for_family=True).to_do == []
    assert [(s.visits, s.left) for s in page.series] == [(8, 5)]


def test_pages_of_visits_follow_one_another_without_a_gap(cast, in_therapy, later):
    planned_series(
        in_therapy, weekdays=range(7), visits=60, by=cast.coordinator, beyond_reason="x",
        at=later + timedelta(hours=7),
    )  # fmt: skip
    visits = visits_of(in_therapy)
    for visit in visits[:30]:
        miss_session(appointment=visit, by=cast.therapist, at=visit.ends_at)
    at = visits[29].ends_at
    first = listing(in_therapy, at, for_family=False)
    second = listing(
        in_therapy, at, after=first.more_coming, before=first.more_past, for_family=False
    )
    assert [r.visit for r in [*first.coming, *second.coming]] == visits[30:50]
    assert [r.visit for r in [*first.past, *second.past]] == visits[:30][::-1]
    assert second.more_past == ""
    for nonsense in ("x", "2026-01-01~y", "~"):
        same = listing(in_therapy, at, after=nonsense, before=nonsense, for_family=False)
        assert [r.visit for r in same.coming] == [r.visit for r in first.coming]


def test_a_family_reads_an_assistants_note_once_it_is_co_signed(cast, assistant, booked):
    note = noted(visits_of(booked)[0], by=assistant)
    at = note.signed_at
    assert listing(booked, at, for_family=True).past[0].note is None
    Session.objects.update(cosigned_by=cast.therapist, cosigned_at=at, cosignature="Thea Marsh")
    assert listing(booked, at, for_family=True).past[0].note == note


def test_a_note_offers_the_goals_that_are_agreed_with_the_last_level(cast, note_signed):
    goal = note_signed.goals.get()
    first, second, *_ = visits_of(note_signed)
    [sheet] = worksheet(second)
    assert (sheet.key, sheet.last, sheet.start) == (str(goal.pk), -1, -2)
    assert sheet.words[0] == "Fastens 3 of 5 buttons"
    assert worksheet(first)[0].last is None


def test_a_note_written_late_looks_back_from_its_own_day(cast, booked):
    goal, (first, second, third, *_) = booked.goals.get(), visits_of(booked)
    for visit, level in ((first, -1), (third, 1)):
        noted(visit, by=cast.therapist, worked_on=[{"goal": str(goal.pk), "level": level}])
    assert worksheet(second)[0].last == -1


def test_of_two_ratings_from_one_visit_the_later_one_counts(cast, note_signed):
    note, goal = Session.objects.get(), note_signed.goals.get()
    new = draft_session(
        id=new_id(), appointment=note.appointment, reason="Miscounted.", by=cast.therapist,
        worked_on=[{"goal": str(goal.pk), "level": 1}], at=note.signed_at + timedelta(days=1),
    )  # fmt: skip
    signed(new, by=cast.therapist)
    assert Rating.objects.count() == 2
    [shown] = goals_of([note_signed.pk], for_family=False)[note_signed.pk]
    assert [mark.value for mark in shown.marks] == [1]
    assert [track.points for track in shown.tracks] == [[(note.appointment.local_start.date(), 1)]]


# --- What is due ----------------------------------------------------------------------------------


def lines(referral, visit, today=None):
    day = visit.local_start.date()
    return {one.label: (one.word, one.tone) for one in due(fresh(referral), day, today or day)}


def test_the_panel_says_what_is_due(cast, booked):
    first = visits_of(booked)[0]
    assert lines(booked, first) == {
        "Prescription": ("Valid", "good"),
        "Planned visits": ("24 left", "good"),
        "Plan certified": ("In time", "good"),
        "Plan review": ("In time", "good"),
        "Progress report": ("In time", "good"),
        "Visit notes": ("All signed", "good"),
    }


def test_a_visit_is_judged_by_the_order_that_held_on_its_day(cast, booked):
    early, late = visits_of(booked)[0], visits_of(booked)[3]
    renewed = late.local_start.date() - timedelta(days=1)
    order = sign_prescription(
        id=new_id(), referral=booked, service="evaluate_and_treat", valid_from=renewed,
        valid_until=renewed + timedelta(days=10), reason="Renewed.", by=cast.pediatrician,
        at=late.starts_at - timedelta(days=1),
    )  # fmt: skip
    assert order.number == 2
    assert lines(booked, early)["Prescription"] == ("Valid", "good")
    assert lines(booked, late)["Prescription"] == ("Ends soon", "warn")
    assert lines(booked, visits_of(booked)[7])["Prescription"] == ("Ended", "bad")
    # Where none had begun, the one that stands is named.
    Prescription.objects.update(valid_from=late.local_start.date() + timedelta(days=1))
    assert lines(booked, early)["Prescription"] == ("Not begun", "info")


def test_authorised_visits_count_down_within_their_days(cast, booked):
    visits = visits_of(booked)
    day = visits[1].local_start.date()
    record_authorisation(
        id=new_id(), referral=booked, visits=4, valid_from=day,
        valid_until=day + timedelta(days=60), by=cast.coordinator, at=visits[0].starts_at,
    )  # fmt: skip
    attended(visits[0], cast.therapist)  # before its first day
    assert "Authorised visits" not in lines(booked, visits[0])
    assert lines(booked, visits[1])["Authorised visits"] == ("4 left", "good")
    attended(visits[1], cast.therapist)
    assert lines(booked, visits[2])["Authorised visits"] == ("3 left", "warn")
    Authorisation.objects.update(visits=1)
    assert lines(booked, visits[2])["Authorised visits"] == ("None left", "bad")


def test_what_has_ended_or_is_late_is_said(cast, booked):
    visit = visits_of(booked)[3]
    day = visit.local_start.date()
    Prescription.objects.update(valid_until=day - timedelta(days=1))
    Plan.objects.update(valid_until=day + timedelta(days=3), review_on=day - timedelta(days=1))
    Referral.objects.update(next_due_on=day - timedelta(days=1))
    attended(visits_of(booked)[0], cast.therapist)
    said = lines(booked, visit)
    assert said["Prescription"] == ("Ended", "bad")
    assert said["Plan certified"] == ("Soon", "warn")
    assert said["Plan review"] == ("Overdue", "bad")
    assert said["Progress report"] == ("Overdue", "bad")
    assert said["Visit notes"] == ("1 to be signed", "warn")


@pytest.mark.parametrize(
    ("change", "label", "said"),
    [
        ({"service": "evaluate"}, "Prescription", ("Evaluation only", "bad")),
        ({"status": "amended"}, "Prescription", ("Missing", "bad")),
    ],
)
def test_an_order_that_orders_no_therapy(change, label, said, cast, booked):
    Prescription.objects.update(**change)
    assert lines(booked, visits_of(booked)[0])[label] == said


def test_without_a_dose_it_stays_open(cast, booked):
    Plan.objects.update(visits=None, per="", valid_until=None, valid_from=None, certified_at=None, certified_by=None)  # fmt: skip
    said = lines(booked, visits_of(booked)[0])
    assert said["Visits left"] == ("Open", "info")
    assert said["Plan certified"] == ("Not certified", "warn")
