"""Does a copied region hold together, and does the benchmark see what a page costs and what misses its budget?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.db.models import F
from django.utils import timezone

from ot_coord.wsgi import application
from referrals.actions.listed import lists_amiss
from referrals.actions.reminder import raise_reminders
from referrals.actions.seat import spellings_amiss, words_amiss
from referrals.models import Activity, Child, Event, Practice, Referral, Seat, Task, User
from referrals.models.child import FEWEST_LETTERS
from referrals.queries import worklist
from referrals.queries.search import find_children, find_misspelt
from tests.factories.child import ChildFactory
from tests.factories.referral import sent_for

from . import region
from .__main__ import missed
from .measure import Visitor, again, cost_of

SIZE = 50


@pytest.fixture
def copied(cast: Any, activity: Activity, now: datetime) -> None:
    """Fifty children of one sent referral each, and once the child who practises."""
    child = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now)
    sent_for(child, cast.clinic, by=cast.pediatrician, at=now)
    region.grow(SIZE)


@pytest.fixture
def doctor(copied: None, cast: Any) -> User:
    return User.objects.get(email=f"0.{cast.pediatrician.email}")


def test_what_hung_together_hangs_together_in_the_copy(cast: Any, doctor: User) -> None:
    place = doctor.memberships.get().organization
    theirs = Child.objects.filter(practice=place)
    assert place.pk != cast.practice.pk
    # Thirty of the children at one place, and the family's child; the rest at the next.
    assert theirs.count() == region.COPIES + 1
    assert Seat.objects.filter(organization=place, child__in=theirs).count() == theirs.count()
    assert Referral.objects.filter(practice=place).exclude(child__in=theirs).count() == 0
    assert set(Event.objects.filter(child__in=theirs).values_list("organization", flat=True)) == {
        place.pk
    }


def schema() -> list[Any]:
    """All that was made of our tables, in the database's own words."""
    said = {
        "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master",
        "postgresql": (
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " UNION SELECT pg_get_triggerdef(oid) FROM pg_trigger UNION SELECT"
            " conrelid::text || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(said[connection.vendor])
        return sorted(cursor.fetchall(), key=str)


def test_a_region_has_every_index_and_trigger_that_was_migrated(cast: Any) -> None:
    before = schema()
    region.grow(SIZE)
    assert schema() == before
    assert len(before) > 200


def test_a_copy_is_found_by_its_own_name(doctor: User) -> None:
    child = Child.objects.filter(practice=doctor.memberships.get().organization).earliest("pk")
    assert child in find_children(doctor, f"{child.given_name} {child.family_name}")


def test_a_copy_is_found_by_its_own_name_with_a_mistake_in_it(doctor: User) -> None:
    for child in Child.objects.filter(practice=doctor.memberships.get().organization):
        for name in (child.given_name, child.family_name):
            assert len(name) < FEWEST_LETTERS or child in find_misspelt(doctor, name + "q")
    assert spellings_amiss(mend=False) == (0, 0)
    assert words_amiss(mend=False) == (0, 0)


def test_its_referrals_stand_in_everybody_s_lists(doctor: User) -> None:
    assert lists_amiss(at=timezone.now(), mend=False) == (0, 0)
    assert worklist.page(doctor, "open", timezone.localdate())[0]


def test_what_has_risen_says_so_of_its_own_clinic(cast: Any, activity: Activity) -> None:
    now = timezone.now()
    Task.objects.filter(is_open=True).update(from_on="2026-01-02", due_on="2026-01-02")
    raise_reminders(at=now)
    before = Task.objects.filter(clinic__isnull=False).count()
    region.grow(SIZE)
    risen = Task.objects.filter(clinic__isnull=False)
    assert risen.count() > before > 0
    assert risen.exclude(clinic=F("referral__clinic")).count() == 0


def test_one_child_is_given_as_much_as_is_asked_for(
    cast: Any, activity: Activity, now: datetime
) -> None:
    Practice.objects.create(
        activity=activity, child=cast.child, organization=cast.practice, result="did",
        done_on=now.date(), told_at=now, received_at=now, by=cast.family,
    )  # fmt: skip
    region.enrich(cast.child, events=200, ratings=20, logs=40)
    assert (cast.child.events.count(), cast.child.practices.count()) == (200, 40)


@pytest.fixture
def kept_open() -> Iterator[None]:
    """A request would close the connection of the test behind it, as a server's may."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_page_is_measured_and_a_miss_is_told(
    doctor: User, settings: Any, kept_open: None
) -> None:
    settings.ROOT_URLCONF = "tests.benchmarks.floor"
    settings.ALLOWED_HOSTS = ["testserver"]
    visitor = Visitor(application, doctor)
    floor = cost_of("floor", lambda: visitor.ask("/floor/"), lambda: visitor.ask("/floor/"), 3)
    worklist = cost_of(
        "worklist", lambda: visitor.ask("/referrals/"), lambda: visitor.ask("/floor/"), 3
    )
    assert (floor.queries, worklist.queries) == (2, 3)
    fine = worklist.told() | {"ratio": 1.0, "touched": 0}
    assert missed({"worklist": fine}, {"worklist": fine}) == []
    slow = fine | {"queries": 7, "touched": 251, "ratio": 2.4}
    assert missed({"worklist": slow}, {"worklist": fine}) == [
        ("worklist", "7 queries of 6"), ("worklist", "251 pages touched of 250"),
        ("worklist", "ratio 2.40 of 2.0"), ("worklist", "growth 2.40 of 1.2"),
    ]  # fmt: skip


def test_what_is_asked_once_a_row_shows() -> None:
    asked = [f"SELECT a FROM b WHERE id = '{n}'" for n in range(3)]
    assert again([*asked, "SELECT 1"]) == ["3 times SELECT a FROM b WHERE id = ?"]
