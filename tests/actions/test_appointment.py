"""Is a time offered, picked or booked once, with nobody in two places, and found again when missed?"""

from datetime import date, timedelta

import pytest

from referrals.actions.appointment import (
    book_appointment,
    booked_visit,
    cancel_appointment,
    miss_appointment,
    offer_appointments,
    pick_appointment,
)
from referrals.actions.guardian import change_guardian
from referrals.actions.referral import accept_referral, receive_referral
from referrals.models import Appointment, ContactAttempt, Event, Guardian
from tests.actions.outcome import kinds, outrun, owed, refused, told
from tests.conftest import read
from tests.factories.referral import sent_for

DAY = timedelta(days=1)


@pytest.fixture
def visit(therapist, coordinator, now):
    return {
        "therapist": therapist, "minutes": 60, "place": "clinic", "by": coordinator,
        "at": now + timedelta(hours=4),
    }  # fmt: skip


@pytest.fixture
def offered(accepted, visit, now):
    times = [now + 7 * DAY, now + 8 * DAY, now + 9 * DAY]
    offer_appointments(referral=accepted, times=times, **visit)
    return read(accepted)


@pytest.fixture
def elsewhere(cast, now):
    """Another child's referral, accepted by the same clinic."""
    from tests.factories.child import ChildFactory

    sister = ChildFactory(given_name="Lola", practice=cast.practice, by=cast.pediatrician, at=now)
    referral = sent_for(sister, cast.clinic, by=cast.pediatrician, at=now)
    receive_referral(referral=referral, by=cast.coordinator, at=now)
    return read(
        accept_referral(referral=referral, therapist=cast.therapist, by=cast.therapist, at=now)
    )


def statuses(referral):
    return [visit.status for visit in Appointment.objects.filter(referral=referral)]


# --- Offering ---------------------------------------------------------------------------------


def test_offered_times_wait_for_the_family_which_is_told(offered, now):
    assert offered.state == "contacting"
    assert owed(offered) == ("reach_family", "Kofi", date(2026, 3, 5))
    assert statuses(offered) == ["proposed"] * 3
    assert told("appointment_offered") == ["Rosa"]
    assert Event.objects.get(kind="appointment_offered").data == {"times": 3}


def test_an_offer_counts_as_an_attempt_to_reach_the_family(offered, coordinator, now):
    attempt = ContactAttempt.objects.get(referral=offered)
    assert (attempt.channel, attempt.result, attempt.by, attempt.at) == (
        "portal", "waiting", coordinator, now + timedelta(hours=4),
    )  # fmt: skip


def test_the_same_time_twice_is_offered_once(accepted, visit, now):
    offer_appointments(referral=accepted, times=[now + DAY, now + DAY], **visit)
    assert statuses(accepted) == ["proposed"]


def test_an_offer_without_times_is_refused(accepted, visit):
    with refused("times", "Offer at least one time"):
        offer_appointments(referral=accepted, times=[], **visit)


def test_new_offers_withdraw_the_earlier_ones(offered, visit, now):
    offer_appointments(referral=offered, times=[now + 10 * DAY], **visit)
    assert statuses(offered) == ["cancelled"] * 3 + ["proposed"]
    withdrawn = Appointment.objects.filter(referral=offered, status="cancelled")
    assert {v.reason for v in withdrawn} == {"Other times were offered"}


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_time_lies_ahead_within_a_year(accepted, visit, days):
    starts_at = visit["at"] + days * DAY
    with refused("starts_at", "from now on, within a year"):
        offer_appointments(referral=accepted, times=[starts_at], **visit)
    with refused("starts_at", "from now on, within a year"):
        book_appointment(referral=read(accepted), starts_at=starts_at, **visit)


def test_one_bad_time_among_good_ones_offers_none(offered, visit, now):
    with refused("starts_at"):
        offer_appointments(referral=offered, times=[now + DAY, now - DAY], **visit)
    assert statuses(offered) == ["proposed"] * 3


@pytest.mark.parametrize("who", ["stranger", "coordinator", "pediatrician"])
def test_the_visit_is_with_a_therapist_of_the_clinic(accepted, visit, now, who, request):
    visit |= {"therapist": request.getfixturevalue(who)}
    with refused("therapist", "does not work at Harbor Therapy"):
        offer_appointments(referral=accepted, times=[now + DAY], **visit)
    with refused("therapist", "does not work at Harbor Therapy"):
        book_appointment(referral=accepted, starts_at=now + DAY, **visit)


# --- Picking ----------------------------------------------------------------------------------


def test_the_family_picks_one_and_the_others_are_withdrawn(offered, family, therapist, now):
    _first, second, _third = offered.appointments.all()
    at = now + DAY
    pick_appointment(referral=offered, appointment=second, by=family, at=at)
    assert statuses(offered) == ["cancelled", "booked", "cancelled"]
    second.refresh_from_db()
    assert (second.booked_by, second.booked_at) == (family, at)
    assert owed(offered) == ("evaluate", "Thea", date(2026, 3, 10))
    assert read(offered).state == "scheduled"
    assert told("appointment_picked") == ["Ada", "Thea"]
    assert kinds(offered.pk)[-1] == "appointment_picked"


def test_the_strip_says_who_scheduled(offered, family, now):
    pick_appointment(
        referral=offered, appointment=offered.appointments.first(), by=family, at=now + DAY
    )
    assert read(offered).loop["4"] == ["2026-03-03", "Rosa Fontaine"]


def test_a_time_is_picked_once(offered, family, now):
    first = offered.appointments.first()
    pick_appointment(referral=offered, appointment=first, by=family, at=now)
    with outrun("it is now “scheduled”"):
        pick_appointment(referral=read(offered), appointment=first, by=family, at=now)


def test_a_withdrawn_time_is_not_picked(offered, visit, family, now):
    first = offered.appointments.first()
    offer_appointments(referral=offered, times=[now + 10 * DAY], **visit)
    with outrun("no longer offered"):
        pick_appointment(referral=read(offered), appointment=first, by=family, at=now)


def test_a_time_that_has_passed_is_not_picked(offered, family, now):
    with outrun("This time has passed"):
        pick_appointment(
            referral=offered, appointment=offered.appointments.first(), by=family, at=now + 7 * DAY
        )


def test_a_time_that_another_family_took_is_not_picked(offered, elsewhere, visit, family, now):
    book_appointment(referral=elsewhere, starts_at=now + 7 * DAY + timedelta(minutes=30), **visit)
    with outrun("has just been taken"):
        pick_appointment(
            referral=offered, appointment=offered.appointments.first(), by=family, at=now
        )


def test_a_time_of_another_referral_is_not_picked(offered, elsewhere, visit, family, now):
    offer_appointments(referral=elsewhere, times=[now + 3 * DAY], **visit)
    with outrun("no longer offered"):
        pick_appointment(
            referral=offered, appointment=elsewhere.appointments.get(), by=family, at=now
        )


@pytest.mark.parametrize(
    "who", ["pediatrician", "therapist", "coordinator", "other_family", "stranger", "partner"]
)
def test_only_the_family_picks(offered, partner_seat, who, request, now):
    with refused(None, "Only the family can pick this time here"):
        pick_appointment(
            referral=offered, appointment=offered.appointments.first(),
            by=request.getfixturevalue(who), at=now,
        )  # fmt: skip


def test_an_adult_who_may_not_agree_does_not_pick_and_is_not_asked_to(
    accepted, guardian, admin, family, visit, now
):
    Guardian.objects.filter(pk=guardian.pk).update(may_agree=False)
    guardian.refresh_from_db()
    change_guardian(guardian=guardian, by=admin, at=now)
    offer_appointments(referral=accepted, times=[now + DAY], **visit)
    assert told("appointment_offered") == []
    # Nobody could pick: it was no attempt to reach the family either.
    assert not ContactAttempt.objects.filter(referral=accepted).exists()
    with refused(None, "Only the family can pick this time here"):
        pick_appointment(
            referral=read(accepted), appointment=accepted.appointments.get(), by=family, at=now
        )


# --- Booking ----------------------------------------------------------------------------------


def test_a_booked_visit_is_owed_by_its_therapist_on_its_day(scheduled, therapist, coordinator, now):
    assert owed(scheduled) == ("evaluate", "Thea", date(2026, 3, 9))
    visit = booked_visit(scheduled)
    assert (visit.starts_at, visit.ends_at, visit.therapist, visit.booked_by) == (
        now + 7 * DAY, now + 7 * DAY + timedelta(hours=1), therapist, coordinator,
    )  # fmt: skip
    assert told("appointment_booked") == ["Ada", "Rosa", "Thea"]
    assert Event.objects.get(kind="appointment_booked").data == {
        "starts_at": "2026-03-09T15:00:00+00:00", "place": "clinic", "therapist": "Thea Marsh",
    }  # fmt: skip


def test_a_visit_with_a_colleague_makes_the_colleague_the_therapist(
    accepted, visit, colleague, now
):
    book_appointment(referral=accepted, starts_at=now + DAY, **visit | {"therapist": colleague})
    assert owed(accepted) == ("evaluate", "Cora", date(2026, 3, 3))
    assert read(accepted).therapist == colleague


def test_booking_withdraws_what_was_offered(offered, visit, now):
    book_appointment(referral=offered, starts_at=now + 20 * DAY, **visit)
    assert statuses(offered) == ["cancelled"] * 3 + ["booked"]


@pytest.mark.parametrize("minutes", [-239, -59, -1, 0, 1, 59])
def test_a_therapist_is_not_in_two_places(scheduled, elsewhere, visit, now, minutes):
    """The other visit is an hour long from day 7; this one, four hours when it begins before."""
    length = 240 if minutes < 0 else 60
    starts_at = now + 7 * DAY + timedelta(minutes=minutes)
    with refused("starts_at", "Thea Marsh already has a visit at that time"):
        book_appointment(referral=elsewhere, starts_at=starts_at, **visit | {"minutes": length})
    with refused("starts_at", "already has a visit"):
        offer_appointments(referral=elsewhere, times=[starts_at], **visit | {"minutes": length})


@pytest.mark.parametrize("minutes", [-60, 60])
def test_one_visit_begins_when_the_other_ends(scheduled, elsewhere, visit, now, minutes):
    starts_at = now + 7 * DAY + timedelta(minutes=minutes)
    book_appointment(referral=elsewhere, starts_at=starts_at, **visit)
    assert read(elsewhere).state == "scheduled"


def test_a_colleague_is_free_at_the_same_time(scheduled, elsewhere, visit, colleague, now):
    book_appointment(
        referral=elsewhere, starts_at=now + 7 * DAY, **visit | {"therapist": colleague}
    )
    assert read(elsewhere).state == "scheduled"


def test_a_cancelled_visit_frees_its_time(scheduled, elsewhere, visit, coordinator, now):
    cancel_appointment(
        referral=scheduled, cancelled_by="family", reason="Ill", by=coordinator, at=now
    )
    book_appointment(referral=elsewhere, starts_at=now + 7 * DAY, **visit)
    assert read(elsewhere).state == "scheduled"


def test_a_second_visit_is_not_booked_beside_the_first(scheduled, visit, now):
    with outrun("it is now “scheduled”"):
        book_appointment(referral=scheduled, starts_at=now + 20 * DAY, **visit)


@pytest.mark.parametrize("who", ["pediatrician", "family", "stranger", "partner"])
def test_only_the_clinic_books(accepted, partner_seat, visit, who, request, now):
    with refused(None, "Only the therapist or the clinic's coordinator can book a visit here"):
        book_appointment(
            referral=accepted, starts_at=now + DAY, **visit | {"by": request.getfixturevalue(who)}
        )


# --- Missing and cancelling -----------------------------------------------------------------------


def test_a_missed_visit_owes_a_new_time_in_three_working_days(scheduled, coordinator, now):
    at = now + 7 * DAY
    miss_appointment(referral=scheduled, note="Nobody came", by=coordinator, at=at)
    assert read(scheduled).state == "missed"
    assert owed(scheduled) == ("schedule_again", "Kofi", date(2026, 3, 12))
    visit = Appointment.objects.get(referral=scheduled)
    assert (visit.status, visit.reason, visit.ended_by, visit.ended_at) == (
        "noshow", "Nobody came", coordinator, at,
    )  # fmt: skip
    assert told("appointment_missed") == ["Ada", "Rosa"]
    assert booked_visit(scheduled) is None


def test_a_visit_that_has_not_begun_is_not_missed(scheduled, coordinator, now):
    with refused(None, "has not begun yet"):
        miss_appointment(
            referral=scheduled, by=coordinator, at=now + 7 * DAY - timedelta(minutes=1)
        )


def test_a_cancelled_visit_owes_a_new_time_and_says_by_whom(scheduled, therapist, now):
    cancel_appointment(
        referral=scheduled, cancelled_by="clinic", reason="I am ill", by=therapist, at=now
    )
    assert read(scheduled).state == "visit_cancelled"
    assert owed(scheduled) == ("schedule_again", "Kofi", date(2026, 3, 5))
    visit = Appointment.objects.get(referral=scheduled)
    assert (visit.status, visit.cancelled_by, visit.reason) == ("cancelled", "clinic", "I am ill")
    assert told("appointment_cancelled") == ["Ada", "Kofi", "Rosa"]
    assert Event.objects.get(kind="appointment_cancelled").data == {"cancelled_by": "clinic"}


def test_cancelling_a_visit_needs_a_reason(scheduled, therapist, now):
    with refused("reason", "Say why the visit is cancelled"):
        cancel_appointment(
            referral=scheduled, cancelled_by="clinic", reason="", by=therapist, at=now
        )


def test_after_a_missed_visit_another_is_booked(scheduled, visit, coordinator, now):
    miss_appointment(referral=scheduled, by=coordinator, at=now + 8 * DAY)
    book_appointment(
        referral=read(scheduled), starts_at=now + 14 * DAY, **visit | {"at": now + 8 * DAY}
    )
    assert statuses(scheduled) == ["noshow", "booked"]
    assert read(scheduled).loop["4"] == ["2026-03-10", "Kofi Mensah"]
