"""What does each person's home say first, and does it say it to them alone?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.appointment import offer_appointments
from referrals.models import Membership, Referral, Role, User
from referrals.queries.worklist import PAGE
from tests.factories.child import ChildFactory
from tests.factories.person import MembershipFactory, UserFactory
from tests.factories.referral import sent_for

Door = Callable[[User], Client]


def home(client_of: Door, user: User, **asked: str) -> str:
    return client_of(user).get(reverse("home"), asked).content.decode()


@pytest.mark.parametrize(
    ("who", "state", "verb"),
    [
        ("pediatrician", "draft", "Finish and send"),
        ("coordinator", "sent", "Take in"),
        ("coordinator", "accepted", "Contact the family"),
        ("coordinator", "contacting", "Agree a time"),
        ("therapist", "scheduled", "Evaluate"),
        ("pediatrician", "declined", "Take note of the ending"),
    ],
)
def test_who_owes_the_next_step_reads_it_as_theirs(
    who: str, state: str, verb: str, request: pytest.FixtureRequest, client_of: Door
) -> None:
    request.getfixturevalue(state)
    text = home(client_of, request.getfixturevalue(who))
    assert f"<strong>{verb}</strong>" in text
    assert "Your turn" in text


def test_everybody_else_reads_whom_it_waits_for(
    client_of: Door, pediatrician: User, family: User, sent: Referral
) -> None:
    text = home(client_of, pediatrician)
    assert "The clinic takes the referral in" in text
    assert "Kofi Mensah, Harbor Therapy" in text
    assert "Sent to the therapy clinic" in home(client_of, family)


def test_a_family_sees_its_offers_and_then_its_visit(
    cast: Any, client_of: Door, accepted: Referral
) -> None:
    offer_appointments(
        referral=accepted, times=[timezone.now() + timedelta(days=3)], therapist=cast.therapist,
        minutes=45, place="clinic", by=cast.coordinator, at=timezone.now(),
    )  # fmt: skip
    assert "The clinic offers you 1 time." in home(client_of, cast.family)
    offer = accepted.appointments.get()
    typed = {"version": accepted.version, "appointment": offer.pk}
    door = client_of(cast.family)
    assert door.post(reverse("referral_pick", args=[accepted.pk]), typed).status_code == 302
    text = home(client_of, cast.family)
    assert "Your next visit" in text
    assert "It takes 45 minutes." in text


def test_of_two_who_read_the_same_rows_each_reads_their_own_part(
    cast: Any, client_of: Door, accepted: Referral
) -> None:
    other = UserFactory()
    MembershipFactory(user=other, organization=cast.clinic, role=Role.COORDINATOR)
    for _ in range(2):
        assert "<strong>Contact the family</strong>" in home(client_of, cast.coordinator)
        text = home(client_of, other)
        assert cast.child.family_name in text
        assert "<strong>Contact the family</strong>" not in text


def test_a_day_late_is_said_to_be(client_of: Door, coordinator: User, sent: Referral) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        assert "late" in home(client_of, coordinator)


def test_who_wears_several_hats_changes_between_them(
    client_of: Door, pediatrician: User, clinic: Any, sent: Referral, now: datetime
) -> None:
    MembershipFactory(user=pediatrician, organization=clinic, role=Role.THERAPIST)
    assert Membership.objects.filter(user=pediatrician).count() == 2
    assert "Waiting for you" in home(client_of, pediatrician)
    assert "Your day" in home(client_of, pediatrician, **{"as": "therapist"})
    assert "Intake" not in home(client_of, pediatrician, **{"as": "coordinator"})


def test_an_administrator_is_led_to_people_and_places(client_of: Door, admin: User) -> None:
    answer = client_of(admin).get(reverse("home"))
    assert answer["Location"] == reverse("admin:index")


def test_somebody_without_a_child_is_told_what_to_do(client_of: Door, nobody: User) -> None:
    assert "No child is linked to your account yet" in home(client_of, nobody)


def test_a_home_stays_a_page_however_much_waits(
    cast: Any, client_of: Door, coordinator: User, now: datetime
) -> None:
    for _ in range(PAGE + 1):
        child = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now)
        sent_for(child, cast.clinic, by=cast.pediatrician, at=now)
    text = home(client_of, coordinator)
    assert text.count("<strong>Take in</strong>") == PAGE
    assert '<span class="count">25+</span>' in text
    assert f'href="{reverse("referral_list")}?show=mine"' in text
