"""Do the clinic and the family come to a time, whoever is faster?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.appointment import book_appointment, offer_appointments
from referrals.actions.guardian import change_guardian
from referrals.actions.referral import accept_referral, receive_referral
from referrals.models import Referral, User
from tests.factories.child import ChildFactory
from tests.factories.referral import sent_for

from .typed import a_visit, an_offer, local, soon

Door = Callable[[User], Client]


def offer(cast: Any, referral: Referral, *days: int) -> None:
    offer_appointments(
        referral=referral, times=[soon(d) for d in days], therapist=cast.therapist, minutes=60,
        place="clinic", by=cast.coordinator, at=timezone.now(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts_at": "2001-01-01T10:00"}, "Choose a time from now on, within a year."),
        ({"starts_at": "2999-01-01T10:00"}, "Choose a time from now on, within a year."),
        ({"starts_at": "2026-02-31T10:00"}, "Enter a valid date/time."),
        ({"starts_at": "tomorrow"}, "Enter a valid date/time."),
        ({"minutes": 5}, "greater than or equal to 15"),
        ({"minutes": 900}, "less than or equal to 240"),
        ({"place": "moon"}, "Select a valid choice."),
        ({"place": "telehealth"}, "Say where: the video link, or which school."),
        ({"address": "a" * 241}, "at most 240 characters"),
        ({"therapist": "x"}, "is not a valid UUID"),
    ],
)
def test_a_visit_that_cannot_be_is_said_to_be(
    changes: dict[str, Any], sentence: str, cast: Any, client_of: Door, accepted: Referral
) -> None:
    typed = a_visit(accepted, cast.therapist, address="Room 4") | changes
    if changes == {"place": "telehealth"}:
        typed["address"] = ""
    path = reverse("referral_book", args=[accepted.pk])
    page = client_of(cast.coordinator).post(path, typed)
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    for name in ("starts_at", "minutes", "address"):
        assert str(typed[name]) in text
    assert accepted.appointments.count() == 0


def test_a_therapist_is_at_one_place_at_a_time(
    cast: Any, client_of: Door, scheduled: Referral, now: datetime
) -> None:
    visit = scheduled.appointments.get()
    child = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now)
    second = sent_for(child, cast.clinic, by=cast.pediatrician, at=now)
    receive_referral(referral=second, by=cast.coordinator, at=now)
    accept_referral(referral=second, therapist=cast.therapist, by=cast.therapist, at=now)
    typed = a_visit(
        second, cast.therapist, starts_at=local(visit.starts_at + timedelta(minutes=30))
    )
    page = client_of(cast.coordinator).post(reverse("referral_book", args=[second.pk]), typed)
    assert page.status_code == 422
    assert "Thea Marsh already has a visit at that time." in page.content.decode()


def test_times_are_offered_and_one_is_picked(
    cast: Any, client_of: Door, accepted: Referral
) -> None:
    path = reverse("referral_offer", args=[accepted.pk])
    answer = client_of(cast.coordinator).post(path, an_offer(accepted, cast.therapist))
    assert answer.status_code == 302
    offered = list(accepted.appointments.all())
    door = client_of(cast.family)
    pick = reverse("referral_pick", args=[accepted.pk])
    assert door.get(pick).content.count(b'name="appointment"') == 2
    version = Referral.objects.get(pk=accepted.pk).version
    answer = door.post(pick, {"version": version, "appointment": offered[1].pk})
    assert answer.status_code == 302
    assert [a.status for a in accepted.appointments.all()] == ["cancelled", "booked"]


def test_the_same_time_twice_is_one_offer(cast: Any, client_of: Door, accepted: Referral) -> None:
    typed = an_offer(accepted, cast.therapist)
    typed["time_2"] = typed["time_1"]
    path = reverse("referral_offer", args=[accepted.pk])
    client_of(cast.coordinator).post(path, typed)
    assert accepted.appointments.count() == 1


def test_who_picks_a_time_that_is_gone_is_told(
    cast: Any, client_of: Door, accepted: Referral
) -> None:
    offer(cast, accepted, 7)
    gone = accepted.appointments.get()
    offer(cast, accepted, 8)
    path = reverse("referral_pick", args=[accepted.pk])
    page = client_of(cast.family).post(path, {"version": accepted.version, "appointment": gone.pk})
    assert page.status_code == 409
    assert "This time is no longer offered." in page.content.decode()


def test_an_adult_who_may_not_agree_cannot_pick(
    cast: Any, client_of: Door, accepted: Referral, guardian: Any
) -> None:
    offer(cast, accepted, 7)
    guardian.may_agree = False
    guardian.save()
    change_guardian(guardian=guardian, by=cast.admin, at=timezone.now())
    page = client_of(cast.family).get(reverse("referral_pick", args=[accepted.pk]))
    assert page.status_code == 403
    assert (
        "Another adult of the family picks one." in client_of(cast.family).get("/").content.decode()
    )


def test_a_visit_to_come_cannot_have_been_missed(
    cast: Any, client_of: Door, scheduled: Referral
) -> None:
    path = reverse("referral_miss", args=[scheduled.pk])
    typed = {"version": scheduled.version, "note": "Nobody came."}
    page = client_of(cast.coordinator).post(path, typed)
    assert page.status_code == 422
    assert "This visit has not begun yet" in page.content.decode()
    assert "Nobody came." in page.content.decode()


def test_a_visit_is_cancelled_with_a_reason(
    cast: Any, client_of: Door, scheduled: Referral
) -> None:
    door = client_of(cast.coordinator)
    path = reverse("referral_cancel_visit", args=[scheduled.pk])
    typed = {"version": scheduled.version, "cancelled_by": "weather", "reason": "Snow."}
    page = door.post(path, typed)
    assert page.status_code == 422
    assert "Snow." in page.content.decode()
    assert door.post(path, typed | {"cancelled_by": "clinic"}).status_code == 302
    assert scheduled.appointments.get().status == "cancelled"


def test_the_calendar_file_names_neither_the_child_nor_the_reason(
    cast: Any, client_of: Door, scheduled: Referral
) -> None:
    visit = scheduled.appointments.get()
    path = reverse("appointment_calendar", args=[scheduled.pk, visit.pk])
    answer = client_of(cast.family).get(path)
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Content-Disposition"] == 'attachment; filename="visit.ics"'
    assert "SUMMARY:Appointment" in text
    for secret in ("Mina", "Fontaine", "therap", "Therap", "Marsh", "Harbor", "evaluat"):
        assert secret not in text, secret


def test_only_a_booked_visit_has_a_calendar_file(
    cast: Any, client_of: Door, accepted: Referral
) -> None:
    offer(cast, accepted, 7)
    visit = accepted.appointments.get()
    path = reverse("appointment_calendar", args=[accepted.pk, visit.pk])
    assert client_of(cast.family).get(path).status_code == 404


def test_times_are_those_of_the_place(cast: Any, client_of: Door, accepted: Referral) -> None:
    type(cast.practice).objects.filter(pk=cast.practice.pk).update(time_zone="America/Los_Angeles")
    book_appointment(
        referral=accepted, starts_at=soon(7, hour=15), therapist=cast.therapist, minutes=60,
        place="clinic", by=cast.coordinator, at=timezone.now(),
    )  # fmt: skip
    path = reverse("referral_detail", args=[accepted.pk])
    assert "15:00" in client_of(cast.coordinator).get(path).content.decode()
    assert "12:00" in client_of(cast.pediatrician).get(path).content.decode()
