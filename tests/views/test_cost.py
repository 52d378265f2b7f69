"""How many queries does a page cost? The same with one row as with thirty."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.appointment import book_appointment
from referrals.actions.concern import share_concern
from referrals.actions.guardian import add_guardian
from referrals.actions.referral import (
    accept_referral,
    answer_referral,
    ask_referral,
    contact_referral,
    receive_referral,
)
from referrals.models import Referral, User
from referrals.models.record import new_id
from tests.factories.child import ChildFactory, guardian_of
from tests.factories.consent import shared
from tests.factories.referral import sent_for

Door = Callable[[User], Client]
Count = Callable[..., Any]


def make(cast: Any, rows: int, now: datetime, *, taken_in: bool = True) -> Referral:
    """So many children of the cast's practice, each with a concern, a referral and all of the cast."""
    referral = None
    for _ in range(rows):
        child = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now)
        guardian_of(child, cast.family, by=cast.pediatrician, at=now)
        share_concern(
            id=new_id(), child=child, signs=[], words="She hides.", by=cast.family, at=now
        )
        shared(child, cast.school, by=cast.family, at=now)
        referral = sent_for(child, cast.clinic, by=cast.pediatrician, at=now)
        if taken_in:
            receive_referral(referral=referral, by=cast.coordinator, at=now)
    assert referral is not None
    return referral


def fill(cast: Any, referral: Referral, rows: int, now: datetime) -> None:
    """So many of everything that hangs on one referral and its child."""
    for n in range(rows):
        at = now + timedelta(minutes=n)
        ask_referral(referral=referral, question=f"What about {n}?", by=cast.therapist, at=at)
        answer_referral(referral=referral, answer="Nothing.", by=cast.pediatrician, at=at)
        add_guardian(
            child=referral.child, given_name="Aunt", family_name=str(n), relationship="other",
            by=cast.pediatrician, at=at,
        )  # fmt: skip
        share_concern(id=new_id(), child=referral.child, signs=[], words="x", by=cast.family, at=at)
    at = now + timedelta(hours=1)
    accept_referral(referral=referral, therapist=cast.therapist, by=cast.therapist, at=at)
    for _ in range(rows):
        contact_referral(
            referral=referral, attempted_at=at, channel="phone", result="no_answer",
            by=cast.coordinator, at=at,
        )  # fmt: skip
    book_appointment(
        referral=referral, starts_at=timezone.now() + timedelta(hours=1), therapist=cast.therapist,
        minutes=60, place="clinic", by=cast.coordinator, at=timezone.now(),
    )  # fmt: skip


HOMES = {"pediatrician": 5, "therapist": 5, "coordinator": 5, "partner": 4, "family": 6}


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("who", "queries"), HOMES.items())
def test_home(
    who: str, queries: int, rows: int, cast: Any, now: datetime, client_of: Door,
    django_assert_num_queries: Count,
) -> None:  # fmt: skip
    make(cast, rows, now, taken_in=who != "coordinator")
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(queries):
        page = door.get(reverse("home"))
    assert page.content.count(b"Fontaine") >= min(rows, 25)
    # Nobody has thirty children of their own; a clinic has, and its pages stay small.
    assert len(page.content) < 100_000 or (who, rows) == ("family", 30)


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator", "family"])
def test_lists(
    who: str, rows: int, cast: Any, now: datetime, client_of: Door, django_assert_num_queries: Count
) -> None:
    make(cast, rows, now)
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(3):
        page = door.get(reverse("referral_list"))
    assert page.content.count(b'class="worklist-row"') == min(rows, 25)
    with django_assert_num_queries(3):
        door.get(reverse("child_list"))


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("words", ["fontaine", "chi fon", "born"])
def test_search(
    words: str,
    rows: int,
    cast: Any,
    now: datetime,
    client_of: Door,
    django_assert_num_queries: Count,
) -> None:
    made = make(cast, rows, now)
    door = client_of(cast.pediatrician)
    asked = made.child.date_of_birth.isoformat() if words == "born" else words
    with django_assert_num_queries(3):
        page = door.post(reverse("search"), {"q": asked})
    assert page.content.count(b'class="worklist-row"') >= rows


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "family"])
def test_child_page(
    who: str, rows: int, cast: Any, now: datetime, client_of: Door, django_assert_num_queries: Count
) -> None:
    """With the line in the log of who looked."""
    fill(cast, make(cast, 1, now), rows, now)
    child = Referral.objects.get().child
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(10):
        door.get(reverse("child_detail", args=[child.pk]))


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(
    ("who", "queries"), [("pediatrician", 18), ("therapist", 18), ("family", 17)]
)
def test_referral_page(
    who: str,
    queries: int,
    rows: int,
    cast: Any,
    now: datetime,
    client_of: Door,
    django_assert_num_queries: Count,
) -> None:
    """For a clinician one more: what a court limits stands at the head of the page."""
    referral = make(cast, 1, now)
    fill(cast, referral, rows, now)
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(queries):
        door.get(reverse("referral_detail", args=[referral.pk]))
