"""Does every door open to those, and only those, to whom a plain telling of the facts opens it?

Small worlds are drawn and played through the actions; what pages, lists, files, search, interface
and administration answer is compared with what `tests.world` tells from the facts.
"""

import csv
from io import StringIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings

from referrals.fhir.interface import KINDS
from referrals.models import User
from tests.factories.person import UserFactory
from tests.factories.system import token_of
from tests.world import (
    CHILDREN,
    EVERYTHING,
    FAMILY_NAME,
    SCHOOL,
    WORLD,
    Stage,
    World,
    is_listed,
    lists_referral,
    place_reads,
    played,
    reads_record,
    saves_record,
    sees_child,
)


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return sorted(
        row[0] for row in list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))[1:]
    )


def named(stage: Stage, which: list[bool]) -> list[str]:
    return sorted(
        f"{child.given_name} {FAMILY_NAME}"
        for child, said in zip(stage.children, which, strict=True)
        if said
    )


def within(stage: Stage, text: str) -> list[bool]:
    return [str(child.pk) in text for child in stage.children]


def unseen(stage: Stage, text: str, sees: list[bool]) -> list[Any]:
    """The children who are on this page, by id or by name, though it is opened by who may not see them."""
    return [
        child.pk
        for child, seen in zip(stage.children, sees, strict=True)
        if not seen and (str(child.pk) in text or f"{child.given_name} {FAMILY_NAME}" in text)
    ]


def person_s_doors(world: World, stage: Stage, number: int) -> None:
    """Page, lists, files, search and home of one person."""
    client = Client()
    client.force_login(stage.people[number])
    lives = world.children
    sees = [sees_child(world, life, number) for life in lives]
    reads = [reads_record(world, life, number) for life in lives]
    saves = [saves_record(world, life, number) for life in lives]
    listed = [is_listed(world, life, number) for life in lives]
    lists = [lists_referral(world, life, number) for life in lives]
    if not world.active[number]:
        assert client.get(reverse("child_list")).status_code == 302  # to the log-in
        return

    for child, seen, read, saved in zip(stage.children, sees, reads, saves, strict=True):
        page = client.get(reverse("child_detail", args=[child.pk]))
        assert page.status_code == (200 if read else 302 if seen else 404)
        told = client.get(reverse("timeline_export", args=[child.pk, "csv"]))
        assert told.status_code == (200 if saved else 403 if seen else 404)
    for referral, open_to in zip(stage.referrals, lists, strict=True):
        if referral is not None:
            page = client.get(reverse("referral_detail", args=[referral.pk]))
            assert page.status_code == (200 if open_to else 404)
    assert within(stage, client.get(reverse("child_list")).content.decode()) == sees
    assert names(client.get(reverse("child_export", args=["csv"]))) == named(stage, listed)
    found = client.post(reverse("search"), {"q": FAMILY_NAME}).content.decode()
    assert within(stage, found) == sees
    saved = [one and may for one, may in zip(lists, listed, strict=True)]
    assert names(client.get(reverse("referral_export", args=["csv"]))) == named(stage, saved)
    worklist = client.get(reverse("referral_list")).content.decode()
    assert [bool(r) and str(r.pk) in worklist for r in stage.referrals] == lists
    home = client.get(reverse("home")).content.decode()
    told_of = zip(within(stage, home), stage.children, sees, strict=True)
    assert [child for there, child, seen in told_of if there and not seen] == []
    # Whatever else somebody opens, nobody is on it whom they may not see.
    for name in ("message_list", "statistics", "practice_today", "plan_list", "reminder_edit"):
        page = client.get(reverse(name)).content.decode()
        assert unseen(stage, page, sees) == [], name
    for model in ("child", "referral", "event", "message", "notice", "user"):
        assert client.get(reverse(f"admin:referrals_{model}_changelist")).status_code == 302


def system_s_doors(world: World, stage: Stage, place: int) -> None:
    """What the computer system of a practice or clinic is told over the interface."""
    bearer = {"Authorization": f"Bearer {token_of(stage.systems[place], stage.now, EVERYTHING)}"}
    client = Client()

    def ask(path: str) -> Any:
        return client.get(f"/fhir/R4/{path}", headers=bearer)

    if not world.open[place]:
        assert ask("Patient").status_code == 401
        return
    reads = [place_reads(life, place) for life in world.children]
    for child, read in zip(stage.children, reads, strict=True):
        assert ask(f"Patient/{child.pk}").status_code == (200 if read else 404)
    told = {one["resource"]["id"] for one in ask("Task").json().get("entry", [])}
    assert told == {
        str(referral.pk)
        for referral, life, read in zip(stage.referrals, world.children, reads, strict=True)
        if referral and read and life.referral != "draft"
    }
    assert within(stage, ask(f"Patient?family={FAMILY_NAME}").content.decode()) == reads
    # Each place asks for its share of the types: together they ask for all, in every world.
    for kind in [kind for kind, rule in KINDS.items() if rule.patient][place::SCHOOL]:
        found = ask(kind)
        assert found.status_code == 200, kind
        assert unseen(stage, found.content.decode(), reads) == [], kind


@pytest.fixture
def elsewhere(db: None) -> User:
    return UserFactory(is_staff=True, is_superuser=True)


# A world that fails is short enough to be read as it was drawn: to make it smaller takes minutes.
@settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None,
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
@given(world=WORLD)
def test_whatever_the_world_every_door_opens_as_the_facts_say(
    elsewhere: User, world: World
) -> None:
    with transaction.atomic():
        stage = played(world, elsewhere, timezone.now())
        for number in range(len(stage.people)):
            person_s_doors(world, stage, number)
        for place in range(SCHOOL):
            system_s_doors(world, stage, place)
        office = Client()
        office.force_login(elsewhere)
        listed = office.get(reverse("admin:referrals_child_changelist")).content.decode()
        assert within(stage, listed) == [True] * CHILDREN
        assert (
            within(stage, office.get(reverse("child_list")).content.decode()) == [False] * CHILDREN
        )
        transaction.set_rollback(True)
