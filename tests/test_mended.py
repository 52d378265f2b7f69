"""What did garbled requests once break? Each is refused now, and stays so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from referrals.models import Referral, User

Door = Callable[[User], Client]


def test_a_tick_that_is_no_key_is_refused(cast: Any, client_of: Door) -> None:
    ticked = {"action": "merge", "select_across": "0", "_selected_action": "<script>"}
    answer = client_of(cast.admin).post(reverse("admin:referrals_child_changelist"), ticked)
    assert answer.status_code == 400


def test_a_choice_that_is_no_key_is_shown_as_wrong(cast: Any, client_of: Door) -> None:
    typed = {"organization": "1_000"}
    answer = client_of(cast.admin).post(reverse("admin:referrals_ownactivity_add"), typed)
    assert (answer.status_code, "errorlist" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("name", ["evaluation_write"])
def test_nothing_at_all_sent_is_no_draft(
    name: str, cast: Any, scheduled: Referral, client_of: Door
) -> None:
    answer = client_of(cast.therapist).post(reverse(name, args=[scheduled.pk]), {})
    assert answer.status_code == 422


def test_a_number_of_rows_too_long_to_read_is_none(
    cast: Any, scheduled: Referral, client_of: Door
) -> None:
    typed = {"findings": "9" * 5000, "scores": "9" * 5000}
    there = reverse("evaluation_write", args=[scheduled.pk])
    assert client_of(cast.therapist).post(there, typed).status_code == 422
