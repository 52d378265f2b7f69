"""How many queries does practice at home cost? The same with one child as with three."""

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.practice import log_practice
from referrals.models import Activity, Practice, Referral, User
from referrals.models.record import new_id
from tests.factories.child import ChildFactory, guardian_of
from tests.factories.phone import an_activity, reaction_to
from tests.factories.referral import sent_for

Door = Callable[[User], Client]
Count = Callable[..., Any]


@pytest.fixture
def now() -> datetime:
    then = timezone.localtime() - timedelta(days=10, hours=9)
    return then.replace(minute=0, second=0, microsecond=0)


def practise(cast: Any, referral: Referral, activities: int = 3, entries: int = 5) -> Activity:
    activity = None
    begun = timezone.now() - timedelta(days=2)
    for _ in range(activities):
        activity = an_activity(referral, by=cast.therapist, at=begun)
        for _ in range(entries):
            entry = log_practice(
                id=new_id(), activity=activity, result="did", by=cast.family, at=timezone.now()
            )
            reaction_to(entry, by=cast.therapist, at=timezone.now())
    assert activity is not None
    return activity


def more_children(cast: Any, children: int) -> None:
    """Other children of the same family, as far along as logging needs."""
    at = timezone.now() - timedelta(days=3)
    for _ in range(children):
        child = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=at)
        guardian_of(child, cast.family, by=cast.pediatrician, at=at)
        referral = sent_for(child, cast.clinic, by=cast.pediatrician, at=at)
        Referral.objects.filter(pk=referral.pk).update(state="in_therapy")
        practise(cast, Referral.objects.get(pk=referral.pk))


@pytest.mark.parametrize("children", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("home", 7), ("practice_today", 5)])
def test_the_familys_pages(
    page: str, queries: int, children: int, cast: Any, in_therapy: Referral, client_of: Door,
    django_assert_num_queries: Count,
) -> None:  # fmt: skip
    """Session, person and jobs; then the seats, the referrals, and all that was practised at once."""
    practise(cast, in_therapy)
    more_children(cast, children - 1)
    door = client_of(cast.family)
    with django_assert_num_queries(queries):
        answer = door.get(reverse(page))
    assert answer.content.count(b"data-may-log") == 3 * children
    assert len(answer.content) < 200_000


@pytest.mark.parametrize("entries", [0, 30])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_one_tap(
    headers: dict[str, str], entries: int, cast: Any, in_therapy: Referral, client_of: Door,
    django_assert_num_queries: Count,
) -> None:  # fmt: skip
    """Session, person, jobs; referral, team, the look; activity; begin, key, entry, event, commit."""
    activity = practise(cast, in_therapy, activities=1, entries=entries)
    door = client_of(cast.family)
    said = {"id": new_id(), "result": "did", "days_ago": 0, "back": "home"}
    there = reverse("practice_log", args=[activity.referral_id, activity.pk])
    with django_assert_num_queries(11):
        answer = door.post(there, said, headers=headers)
    assert answer.status_code == (200 if headers else 302)
    assert Practice.objects.count() == entries + 1


@pytest.mark.parametrize(("entries", "queries"), [(1, 9), (3, 19)])
def test_what_a_phone_sends_at_once(
    entries: int, queries: int, cast: Any, in_therapy: Referral, client_of: Door,
    django_assert_num_queries: Count,
) -> None:  # fmt: skip
    """Five for all, and five for each that is new: begin, key, entry, event, commit."""
    activity, now = practise(cast, in_therapy, 1, 0), timezone.now().isoformat()
    said = {
        "user": str(cast.family.pk), "phone_now": now,
        "entries": [
            {"id": str(new_id()), "activity": str(activity.pk), "result": "did", "tapped_at": now}
            for _ in range(entries)
        ],
    }  # fmt: skip
    door = client_of(cast.family)
    with django_assert_num_queries(queries):
        door.post(reverse("practice_queue"), said, content_type="application/json")
    assert Practice.objects.count() == entries


def test_our_scripts_stay_small_on_their_way_to_the_phone() -> None:
    folder = Path(__file__).parents[2] / "referrals" / "static" / "referrals"
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in folder.glob("*.js")}
    assert sum(sizes.values()) < 20_000, sizes
