"""Does the database itself refuse nonsense, whoever writes it?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from referrals.actions.concern import share_concern
from referrals.actions.referral import ask_referral
from referrals.models import (
    Appointment,
    Child,
    ChildIdentifier,
    ClockSetting,
    Concern,
    CourtLimit,
    Guardian,
    Membership,
    Organization,
    Question,
    Referral,
    Role,
    Seat,
    User,
)
from referrals.models.record import NO_DUE_DATE, new_id

A_TIME = datetime(2026, 3, 2, tzinfo=UTC)


def refuses(model, pk, **nonsense):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=pk).update(**nonsense)


def doubles(make, **fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**fields)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "nonsense"},
        {"state": ""},
        {"next_step": "none"},
        {"next_due_on": NO_DUE_DATE},
        {"is_open": False},
        {"is_open": False, "next_step": "none"},
        {"is_open": False, "next_step": "none", "next_due_on": NO_DUE_DATE},
        {"state": "declined"},
        {
            "state": "declined",
            "closed_at": A_TIME,
            "closing_reason": "x",
            "closing_suggestion": "y",
        },
        {"closed_at": A_TIME},
        {"closed_at": A_TIME, "closed_by": F("author"), "closing_reason": "So"},
        {"closing_reason": "So", "closed_by": F("author")},
        {"state": "closed_not_eligible", "closed_at": A_TIME, "closed_by": F("author")},
        {"state": "declined", "closed_at": A_TIME, "closed_by": F("author"), "closing_reason": "x"},
        {"acknowledged_at": A_TIME},
        {"acknowledged_by": F("author")},
        {"sent_at": None},
        {"sent_by": None},
        {"sent_at": None, "sent_by": None},
        {"clinic": None},
        {"owner": None},
        {"owner_organization": None},
        {"next_due_on": None},
    ],
    ids=str,
)
def test_a_sent_referral_is_never_nonsense(sent, nonsense):
    refuses(Referral, sent.pk, **nonsense)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "sent"},
        {"state": "accepted"},
        {"state": "in_therapy"},
        {"sent_at": A_TIME},
    ],
    ids=str,
)
def test_a_draft_is_not_moved_past_its_sending(draft, nonsense):
    refuses(Referral, draft.pk, **nonsense)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"closing_reason": ""},
        {"closing_suggestion": ""},
        {"closed_by": None},
        {"state": "received"},
        {"is_open": False, "next_step": "none", "next_due_on": NO_DUE_DATE},
    ],
    ids=str,
)
def test_an_ended_referral_keeps_its_reason_and_waits_to_be_acknowledged(declined, nonsense):
    refuses(Referral, declined.pk, **nonsense)


def test_what_is_plausible_is_let_through(sent):
    Referral.objects.filter(pk=sent.pk).update(state="received", next_due_on=date(2030, 1, 1))


@pytest.fixture
def concern(child, family, now):
    return share_concern(id=new_id(), child=child, signs=["tod.sensory"], by=family, at=now)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "nonsense"},
        {"is_open": False},
        {"next_due_on": NO_DUE_DATE},
        {"state": "answered", "is_open": False, "next_due_on": NO_DUE_DATE},
        {"state": "referred"},
        {"answered_at": A_TIME},
        {"owner": None},
    ],
    ids=str,
)
def test_a_concern_is_never_nonsense(concern, nonsense):
    refuses(Concern, concern.pk, **nonsense)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"status": "nonsense"},
        {"minutes": 0},
        {"minutes": 14},
        {"minutes": 241},
        {"booked_at": None},
        {"booked_by": None},
        {"booked_at": None, "booked_by": None},
        {"ended_at": A_TIME},
    ],
    ids=str,
)
def test_a_visit_is_never_nonsense(scheduled, nonsense):
    refuses(Appointment, scheduled.appointments.get().pk, **nonsense)


def twin(model, pk, **changes):
    """Write the same row once more, changed."""
    row = model.objects.get(pk=pk)
    row.pk = new_id()
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def test_a_referral_has_one_booked_visit(scheduled, now):
    visit = scheduled.appointments.get()
    doubles(twin, model=Appointment, pk=visit.pk, starts_at=now + timedelta(days=30))


def test_a_therapist_has_one_booked_visit_at_a_time(scheduled, child, clinic, pediatrician, now):
    from tests.factories.referral import sent_for

    other = sent_for(child, clinic, by=pediatrician, at=now)
    doubles(twin, model=Appointment, pk=scheduled.appointments.get().pk, referral=other)


def test_a_referral_has_one_open_question(received, therapist, now):
    ask_referral(referral=received, question="Why?", by=therapist, at=now)
    question = Question.objects.get(referral=received)
    doubles(twin, model=Question, pk=question.pk)
    for nonsense in ({"text": ""}, {"answered_at": A_TIME},
                     {"answered_at": A_TIME, "answered_by": F("asked_by")}):  # fmt: skip
        refuses(Question, question.pk, **nonsense)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"until": A_TIME - timedelta(days=9000)},
        {"user": F("organization")},
        {"organization": None},
    ],
    ids=str,
)
def test_a_seat_has_one_holder_and_ends_after_it_begins(sent, clinic, nonsense):
    refuses(Seat, Seat.objects.get(organization=clinic).pk, **nonsense)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"gestation_weeks": 21},
        {"gestation_weeks": 45},
        {"gestation_days": 3},
        {"gestation_weeks": 30, "gestation_days": 7},
        {"pediatrician": None},
        {"practice": None},
    ],
    ids=str,
)
def test_a_child_is_never_nonsense(child, nonsense):
    refuses(Child, child.pk, **nonsense)


def test_a_number_belongs_to_one_child_of_a_place(child, other_child, practice, other_practice):
    ChildIdentifier.objects.create(child=child, organization=practice, value="4711")
    ChildIdentifier.objects.create(child=child, organization=other_practice, value="4711")
    doubles(ChildIdentifier.objects.create, child=other_child, organization=practice, value="4711")


def test_a_guardianship_is_one_and_its_invitation_whole(guardian, family, child):
    refuses(Guardian, guardian.pk, invited_at=None)
    doubles(twin, model=Guardian, pk=guardian.pk)


def test_a_court_limit_ends_after_it_begins(guardian):
    doubles(
        CourtLimit.objects.create, guardian=guardian, kind="record",
        since=date(2026, 3, 2), until=date(2026, 3, 1),
    )  # fmt: skip


@pytest.mark.parametrize("days", [0, 367])
def test_a_clock_is_set_to_at_least_a_day_and_at_most_a_year(clinic, days):
    doubles(ClockSetting.objects.create, organization=clinic, clock="triage", days=days)


def test_a_clock_is_set_once(clinic):
    ClockSetting.objects.create(organization=clinic, clock="triage", days=3)
    doubles(ClockSetting.objects.create, organization=clinic, clock="triage", days=4)


def test_only_a_clinic_takes_referrals(practice):
    refuses(Organization, practice.pk, takes_referrals=True)


def test_a_person_holds_a_role_once_at_a_time(clinic, therapist, now):
    doubles(
        Membership.objects.create,
        user=therapist,
        organization=clinic,
        role=Role.THERAPIST,
        since=now,
    )
    Membership.objects.filter(user=therapist).update(until=now)
    Membership.objects.create(user=therapist, organization=clinic, role=Role.THERAPIST, since=now)


def test_a_place_names_one_intake(clinic, therapist, coordinator):
    doubles(Membership.objects.filter(user=therapist).update, takes_intake=True)


def test_a_membership_ends_after_it_begins(therapist):
    doubles(Membership.objects.filter(user=therapist).update, until=F("since") - timedelta(days=1))


def test_an_address_belongs_to_one_person_in_any_case(family):
    doubles(User.objects.create, email="ROSA@example.org", given_name="R", family_name="F")
