"""Is every order signed, chained to the one before, and its end known in time?"""

from datetime import date, timedelta

import pytest

from referrals.actions.appointment import book_appointment, offer_appointments, pick_appointment
from referrals.actions.prescription import sign_prescription, suggested
from referrals.actions.referral import accept_referral, send_referral
from referrals.actions.signing import standing
from referrals.models import Appointment, Prescription, Task, covers
from referrals.models.record import new_id
from tests.actions.outcome import kinds, outrun, refused, told
from tests.stages import fresh

FIRST, LAST = date(2026, 3, 2), date(2027, 3, 2)


def order(**changes):
    return {
        "id": new_id(), "service": "evaluate_and_treat", "valid_from": date(2026, 3, 2),
        "valid_until": date(2026, 9, 1), "reason": "She needs more", "visits": 1, "per": "week",
        "weeks": 12,
    } | changes  # fmt: skip


def warnings(referral):
    tasks = Task.objects.filter(referral=referral, duty__endswith="prescription", is_open=True)
    return [
        (t.duty, t.owner.given_name, t.about, t.from_on, t.due_on) for t in tasks.order_by("duty")
    ]


# --- Sending writes the first -------------------------------------------------------------------


def test_sending_the_referral_is_the_first_order(sent):
    first = Prescription.objects.get()
    assert (first.number, first.status, first.service) == (1, "final", "evaluate_and_treat")
    assert (first.valid_from, first.valid_until) == (FIRST, LAST)
    assert (first.signature, first.replaces, first.frequency) == ("Ada Okafor, MD", None, "")
    assert kinds(sent.pk) == ["referral_drafted", "referral_sent"]


def test_a_pediatrician_without_credentials_still_sends(draft, pediatrician, now):
    pediatrician.credentials = ""
    pediatrician.save()
    send_referral(referral=draft, by=pediatrician, at=now)
    assert Prescription.objects.get().signature == "Ada Okafor"


def test_its_end_is_told_to_both_sides_two_weeks_before(sent):
    first, from_on = Prescription.objects.get().pk, date(2027, 2, 16)
    assert [(duty, *rest) for duty, _, *rest in warnings(sent)] == [
        ("ask_prescription", first, from_on, LAST),
        ("renew_prescription", first, from_on, LAST),
    ]


def test_the_warning_follows_the_therapist_who_is_named(received, colleague, therapist, now):
    accept_referral(referral=received, therapist=colleague, by=therapist, at=now)
    assert [who for _, who, *_ in warnings(received)] == ["Cora", "Ada"]


# --- Renewing -----------------------------------------------------------------------------------


def test_a_renewal_takes_the_place_of_the_one_before(accepted, pediatrician, now):
    at = now + timedelta(hours=3)
    made = sign_prescription(referral=accepted, by=pediatrician, at=at, **order())
    first = Prescription.objects.get(number=1)
    assert (made.number, made.replaces, first.status) == (2, first, "amended")
    assert standing(accepted.prescriptions) == made
    assert made.frequency == "1 visit a week, for 12 weeks"
    assert kinds(accepted.pk)[-1] == "prescription_signed"
    assert told("prescription_signed") == ["Rosa", "Thea"]
    assert warnings(accepted) == [
        ("ask_prescription", "Thea", made.pk, date(2026, 8, 18), date(2026, 9, 1)),
        ("renew_prescription", "Ada", made.pk, date(2026, 8, 18), date(2026, 9, 1)),
    ]


def test_a_second_click_writes_no_second_order(accepted, pediatrician, now):
    words = order()
    for _ in range(2):
        sign_prescription(referral=accepted, by=pediatrician, at=now, **words)
    assert Prescription.objects.count() == 2
    assert kinds(accepted.pk).count("prescription_signed") == 1


def test_a_form_is_of_one_person(accepted, pediatrician, practice_colleague, now):
    words = order()
    sign_prescription(referral=accepted, by=pediatrician, at=now, **words)
    with outrun("already used"):
        sign_prescription(referral=accepted, by=practice_colleague, at=now, **words)


def test_of_two_who_renew_the_second_is_told(accepted, pediatrician, practice_colleague, now):
    sign_prescription(referral=accepted, by=pediatrician, at=now, seen=1, **order())
    with outrun("Somebody has written a prescription meanwhile."):
        sign_prescription(referral=accepted, by=practice_colleague, at=now, seen=1, **order())


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"service": "cure"}, "service", "Choose the service"),
        ({"valid_until": date(2026, 3, 1)}, "valid_until", "It ends before it begins."),
        ({"valid_until": date(2028, 4, 1)}, "valid_until", "two years at most"),
        ({"valid_from": date(2026, 3, 1)}, "valid_from", "before the referral was sent"),
        ({"visits": 2, "per": ""}, "per", "how many visits"),
        ({"visits": None, "per": "week"}, "visits", "how many visits"),
        ({"reason": " "}, "reason", "Say why"),
        ({"valid_from": date(2026, 3, 9)}, "valid_from", "no visit is covered until then"),
    ],
)
def test_what_contradicts_itself_is_refused(wrong, field, sentence, accepted, pediatrician, now):
    with refused(field, sentence):
        sign_prescription(referral=accepted, by=pediatrician, at=now, **order(**wrong))
    assert Prescription.objects.count() == 1


def test_what_would_have_ended_is_refused(accepted, pediatrician, now):
    with refused("valid_until", "It would have ended already."):
        sign_prescription(
            referral=accepted, by=pediatrician, at=now + timedelta(days=300), **order()
        )


def test_without_credentials_nobody_renews(accepted, pediatrician, now):
    pediatrician.credentials = ""
    pediatrician.save()
    with refused(sentence="your credentials are not in your profile"):
        sign_prescription(referral=accepted, by=pediatrician, at=now, **order())


@pytest.mark.parametrize("who", ["therapist", "coordinator", "family", "stranger_pediatrician"])
def test_only_the_pediatrician_prescribes(who, cast, accepted, now):
    with refused(sentence="Only the pediatrician can write a prescription here."):
        sign_prescription(referral=accepted, by=getattr(cast, who), at=now, **order())


def test_the_next_order_begins_with_the_dose_of_the_plan(plan_sent, later):
    start = suggested(plan_sent, later)
    assert (start["visits"], start["per"], start["weeks"]) == (2, "week", 12)
    assert (start["valid_from"], start["valid_until"]) == (date(2026, 3, 9), date(2027, 3, 9))


# --- What it covers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "on", "treatment", "covered"),
    [
        ("evaluate", date(2026, 3, 2), False, True),
        ("evaluate", date(2026, 9, 1), False, True),
        ("evaluate", date(2026, 3, 1), False, False),
        ("evaluate", date(2026, 9, 2), False, False),
        ("evaluate", date(2026, 3, 2), True, False),
        ("evaluate_and_treat", date(2026, 3, 2), True, True),
        ("evaluate_and_treat", date(2026, 9, 2), True, False),
    ],
)
def test_an_order_covers_its_service_in_its_time(service, on, treatment, covered):
    one = Prescription(service=service, valid_from=date(2026, 3, 2), valid_until=date(2026, 9, 1))
    assert covers(one, on, treatment=treatment) is covered


def test_nothing_ordered_covers_nothing():
    assert covers(None, FIRST, treatment=False) is False


@pytest.fixture
def short(accepted, pediatrician, now):
    """The order that stands ends on 9 March."""
    sign_prescription(
        referral=accepted, by=pediatrician, at=now, **order(valid_until=date(2026, 3, 9))
    )
    return accepted


def book(referral, therapist, by, now, days, **more):
    return book_appointment(
        referral=referral, starts_at=now + timedelta(days=days), therapist=therapist, minutes=60,
        place="clinic", by=by, at=now + timedelta(hours=4), **more,
    )  # fmt: skip


def test_a_visit_on_the_last_day_is_covered(short, therapist, coordinator, now):
    book(short, therapist, coordinator, now, 7, beyond_reason="Not needed")
    assert Appointment.objects.get().beyond_reason == ""


def test_a_visit_beyond_the_order_needs_a_reason(short, therapist, coordinator, now):
    with refused("beyond_reason", "The prescription ends on 9 Mar 2026."):
        book(short, therapist, coordinator, now, 8)
    book(short, therapist, coordinator, now, 8, beyond_reason="The renewal was promised today")
    assert Appointment.objects.get().beyond_reason == "The renewal was promised today"


def test_without_an_order_every_visit_needs_one(accepted, therapist, coordinator, now):
    Prescription.objects.update(status="amended")
    with refused("beyond_reason", "The prescription is missing."):
        book(accepted, therapist, coordinator, now, 3)


def test_of_the_times_offered_only_those_beyond_keep_the_reason(
    short, therapist, coordinator, family, now
):
    times = [now + timedelta(days=3), now + timedelta(days=8)]
    visit = {"therapist": therapist, "minutes": 60, "place": "clinic", "by": coordinator}
    at = now + timedelta(hours=4)
    with refused("beyond_reason", "ends on 9 Mar 2026"):
        offer_appointments(referral=fresh(short), times=times, at=at, **visit)
    offer_appointments(referral=short, times=times, beyond_reason="Renewed soon", at=at, **visit)
    near, far = Appointment.objects.order_by("starts_at")
    assert (near.beyond_reason, far.beyond_reason) == ("", "Renewed soon")
    pick_appointment(referral=short, appointment=far, by=family, at=at)
    assert Appointment.objects.get(status="booked").beyond_reason == "Renewed soon"
