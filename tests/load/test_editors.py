"""Is nothing lost where twenty people edit the same thing at one moment?

Each adds a word of their own to the text that they were shown. So a save that was acknowledged is
found in all that was saved behind it, and one over which another went is not.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from referrals.models import Child, Plan, Referral, User
from tests.conftest import Cast
from tests.journeys.visit import yesterday

from .visitor import Answer

pytestmark = pytest.mark.django_db(transaction=True)
EDITORS, TURNS = 20, 2
WORD = re.compile(r"editor\d+turn\d")


@dataclass
class Save:
    word: str
    status: int
    typed: set[str]
    shown: set[str]


def words(text: str) -> set[str]:
    return set(WORD.findall(text))


def edited(
    path: str, field: str, editors: list[User], client_of: Callable[[User], Client], **also: str
) -> list[Save]:
    """What became of every save; in each turn all send at once what they made of one text."""
    doors = [client_of(editors[number % len(editors)]) for number in range(EDITORS)]
    all_have_read = Barrier(EDITORS, timeout=60)

    def edit(number: int) -> list[Save]:
        found = []
        try:
            for turn in range(TURNS):
                page = Answer(200, path, doors[number].get(path).content.decode())
                (form,) = (one for one in page.forms(path) if field in one.fields)
                word = f"editor{number}turn{turn}"
                text = f"{form.fields[field]} {word}".strip()
                connection.close()  # there are fewer than people who read
                all_have_read.wait()
                answer = doors[number].post(path, form.fields | also | {field: text})
                shown = words(answer.content.decode())
                found.append(Save(word, answer.status_code, words(text), shown))
                connection.close()
                all_have_read.wait()
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(EDITORS) as pool:
        return [save for saves in pool.map(edit, range(EDITORS)) for save in saves]


def check(saves: list[Save], stands: str, status: int = 302) -> None:
    kept = [save for save in saves if save.status == status]
    refused = [save for save in saves if save.status == 409]
    assert len(saves) == EDITORS * TURNS == len(kept) + len(refused)
    # In each turn one was the fastest, and the others were shown that.
    assert len(kept) == TURNS
    assert {save.word for save in kept} == words(stands)
    for save in refused:
        assert save.word in save.shown, "what was typed is gone"
        assert save.shown - save.typed, "what is saved is not beside it"


@pytest.fixture
def now() -> datetime:
    return yesterday()


def test_of_a_childs_details(cast: Cast, client_of: Callable[[User], Client]) -> None:
    path = reverse("child_edit", args=[cast.child.pk])
    editors = [cast.pediatrician, cast.practice_colleague]
    saves = edited(path, "adaptive_equipment", editors, client_of)
    check(saves, Child.objects.get(pk=cast.child.pk).adaptive_equipment)


def test_of_a_plan_that_is_written_as_every_paper_is(
    cast: Cast, planned: Referral, client_of: Callable[[User], Client]
) -> None:
    path = reverse("plan_write", args=[planned.pk])
    saves = edited(path, "accommodations", [cast.therapist, cast.colleague], client_of)
    check(saves, Plan.objects.get().accommodations)


def test_of_a_goal(cast: Cast, aimed: Referral, client_of: Callable[[User], Client]) -> None:
    goal: Any = aimed.goals.get()
    path = reverse("goal_edit", args=[aimed.pk, goal.pk])
    editors = [cast.therapist, cast.colleague, cast.pediatrician, cast.family]
    saves = edited(path, "statement", editors, client_of, reason="Said better.", do="propose")
    goal.refresh_from_db()
    check(saves, goal.versions.get(number=goal.number).statement)
