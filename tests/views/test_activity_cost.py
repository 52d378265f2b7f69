"""How many queries do the pages of practice at home cost? The same with one row as with thirty."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.models import Activity, CheckIn, Pause, Reaction, Referral, User
from tests.factories.activity import given
from tests.factories.practice import practised

Door = Callable[[User], Client]
Count = Callable[..., Any]


def much(cast: Any, referral: Referral, rows: int) -> Activity:
    """So many activities, pauses and questions, and so many entries of the first activity."""
    now = timezone.now()
    first = None
    for n in range(rows):
        activity = given(referral, by=cast.therapist, at=now, beyond_few="To count.")
        first = first or activity
        practice = practised(first, by=cast.family, at=now - timedelta(days=n))
        Reaction.objects.create(practice=practice, sign="seen", by=cast.therapist, at=now)
        day = now.date() + timedelta(days=n)
        Pause.objects.create(
            referral=referral, first_on=day, last_on=day, reason="Ill.", status="asked",
            asked_by=cast.family, asked_as="family", asked_at=now,
        )  # fmt: skip
        CheckIn.objects.create(
            referral=referral, activity=first, asked_as="family", asked_by=cast.family,
            asked_at=now, text="Which hand?",
        )  # fmt: skip
    assert first is not None
    return first


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "family"])
def test_the_pages_cost_the_same(
    who: str, rows: int, cast: Any, aimed: Referral, client_of: Door,
    django_assert_num_queries: Count,
) -> None:  # fmt: skip
    """Four for the door and one for the log of looks; then what the page shows."""
    first = much(cast, aimed, rows)
    door = client_of(getattr(cast, who))
    for name, keys, queries in (
        ("activity_list", [aimed.pk], 8),  # activities, goals, pauses
        (
            "activity_detail",
            [aimed.pk, first.pk],
            8,
        ),  # with what was asked, doses with goals, entries
        ("check_in_list", [aimed.pk], 6),
        ("activity_handout_print", [aimed.pk], 6),
    ):
        with django_assert_num_queries(queries):
            page = door.get(reverse(name, args=keys))
        assert page.status_code == 200
        assert len(page.content) < 100_000, name


@pytest.mark.parametrize("rows", [1, 30])
def test_the_forms_cost_the_same(
    rows: int, cast: Any, aimed: Referral, client_of: Door, django_assert_num_queries: Count
) -> None:
    first = much(cast, aimed, rows)
    ot = client_of(cast.therapist)
    with django_assert_num_queries(8):  # the goals, the activities there are, the clinic’s own
        ot.get(reverse("activity_new", args=[aimed.pk]))
    with django_assert_num_queries(8):  # the activity, what it serves, the goals
        ot.get(reverse("activity_edit", args=[aimed.pk, first.pk]))
