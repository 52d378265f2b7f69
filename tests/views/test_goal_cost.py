"""How many queries do the pages of goals cost? The same with one goal as with thirty."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.models import Goal, Rating, Referral, User
from tests.factories.goal import agreed

Door = Callable[[User], Client]
Count = Callable[..., Any]


def aim(cast: Any, referral: Referral, goals: int, ratings: int) -> Goal:
    """So many goals, each agreed and rated so many times."""
    now = timezone.now()
    three = (cast.therapist, cast.family, cast.pediatrician)
    goal = None
    for _ in range(goals):
        goal = agreed(referral, three, at=now)
        Rating.objects.bulk_create(
            Rating(
                goal=goal, party=("therapist", "family")[n % 2], level=n % 5 - 2,
                rated_on=now.date() + timedelta(days=n), by=three[n % 2], at=now,
            )
            for n in range(ratings)
        )  # fmt: skip
    assert goal is not None
    return goal


@pytest.mark.parametrize("goals", [1, 30])
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "family"])
def test_goal_list(
    who: str, goals: int, cast: Any, evaluated: Referral, client_of: Door,
    django_assert_num_queries: Count,
) -> None:  # fmt: skip
    """Five for the door and one for the log of looks; then versions, positions, ratings."""
    aim(cast, evaluated, goals, 3)
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(8):
        page = door.get(reverse("goal_list", args=[evaluated.pk]))
    assert page.content.count(b'class="ladder"') == min(goals, 10)
    assert page.content.count(b"</a></h2>") == goals
    assert len(page.content) < 100_000


@pytest.mark.parametrize("ratings", [1, 500])
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "family"])
def test_goal_page(
    who: str, ratings: int, cast: Any, evaluated: Referral, client_of: Door,
    django_assert_num_queries: Count,
) -> None:  # fmt: skip
    """All that was said about all versions is one query, all ratings are the other."""
    goal = aim(cast, evaluated, 1, ratings)
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(7):
        page = door.get(reverse("goal_detail", args=[evaluated.pk, goal.pk]))
    assert f"All ratings ({ratings})" in page.content.decode()
    assert len(page.content) < 100_000


@pytest.mark.parametrize("goals", [1, 30])
def test_proposing_and_answering_pages(
    goals: int, cast: Any, evaluated: Referral, client_of: Door, django_assert_num_queries: Count,
    now: datetime,
) -> None:  # fmt: skip
    goal = aim(cast, evaluated, goals, 1)
    door = client_of(cast.family)
    with django_assert_num_queries(7):  # the clinic’s own goals to start from
        door.get(reverse("goal_new", args=[evaluated.pk]))
    with django_assert_num_queries(8):
        door.get(reverse("goal_answer", args=[evaluated.pk, goal.pk]))
