"""How many queries does an evaluation cost? The same with one score as with thirty."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from referrals.actions.evaluation import draft_evaluation, sign_evaluation
from referrals.models import Evaluation, Referral, User

Door = Callable[[User], Client]
Count = Callable[..., Any]
PAGES = {"evaluation_list": 9, "evaluation_write": 10, "referral_sign_evaluation": 9}


def fill(cast: Any, referral: Referral, draft: Evaluation, rows: int, at: datetime) -> None:
    score = {"instrument": "bot_2", "scale": "composite", "score": "39"}
    draft_evaluation(
        id=draft.pk, referral=referral, by=cast.therapist, at=at, scores=[score] * rows
    )


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("name", "queries"), PAGES.items())
def test_a_page_of_the_draft(
    name: str, queries: int, rows: int, cast: Any, begun: Referral, drafted: Evaluation,
    later: datetime, client_of: Door, django_assert_num_queries: Count,
) -> None:  # fmt: skip
    fill(cast, begun, drafted, rows, later)
    door = client_of(cast.therapist)
    with django_assert_num_queries(queries):
        assert door.get(reverse(name, args=[begun.pk])).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("who", "queries"), [("pediatrician", 10), ("family", 9)])
def test_the_report(
    who: str, queries: int, rows: int, cast: Any, begun: Referral, drafted: Evaluation,
    later: datetime, client_of: Door, django_assert_num_queries: Count,
) -> None:  # fmt: skip
    fill(cast, begun, drafted, rows, later)
    sign_evaluation(referral=begun, by=cast.therapist, at=later)
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(queries):
        page = door.get(reverse("evaluation_detail", args=[begun.pk, drafted.pk]))
    assert page.content.count(b"Composite") == rows
