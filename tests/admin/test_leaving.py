"""Can an administrator close the account of somebody who leaves, and hand steps on?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from referrals.models import Event, Referral, User
from tests.conftest import Cast
from tests.factories.referral import draft_for

REFERRALS = "admin:referrals_referral_changelist"


def page(person: User) -> str:
    return reverse("admin:referrals_user_close", args=[person.pk])


def test_the_page_shows_what_is_owed_and_who_may_take_it(
    site: Client, cast: Cast, scheduled: Referral
) -> None:
    there = reverse("admin:referrals_user_change", args=[cast.therapist.pk])
    assert page(cast.therapist) in site.get(there).content.decode()
    words = site.get(page(cast.therapist)).content.decode()
    assert "Who takes over at Harbor Therapy?" in words
    assert "Mina Fontaine: visit" in words
    assert "Cora Singh" in words
    assert "Kofi Mensah" not in words


def test_all_goes_at_once_and_their_open_page_is_shut(
    site: Client, cast: Cast, scheduled: Referral, client_of: Callable[[User], Client]
) -> None:
    theirs = client_of(cast.therapist)
    said = {str(cast.clinic.pk): cast.colleague.pk, "reason": "Moves away."}
    answer = site.post(page(cast.therapist), said, follow=True)
    assert "The account of Thea Marsh is closed." in answer.content.decode()
    scheduled.refresh_from_db()
    assert scheduled.owner == cast.colleague
    assert LogEntry.objects.get(object_id=cast.therapist.pk).get_change_message().startswith("Left")
    User.objects.filter(pk=cast.therapist.pk).update(is_active=True)
    assert theirs.get(reverse("home")).status_code == 302


def test_without_somebody_chosen_nothing_happens(
    site: Client, cast: Cast, accepted: Referral
) -> None:
    answer = site.post(page(cast.therapist), {"reason": "x"})
    assert "Choose who takes over at Harbor Therapy." in answer.content.decode()
    assert User.objects.get(pk=cast.therapist.pk).is_active


def test_where_nobody_is_left_it_says_so(site: Client, cast: Cast, accepted: Referral) -> None:
    cast.colleague.memberships.update(is_assistant=True)
    words = site.get(page(cast.therapist)).content.decode()
    assert "Nobody else does their work at Harbor Therapy." in words
    assert "Hand over and close" not in words


def test_only_an_administrator(
    cast: Cast, nobody: User, client_of: Callable[[User], Client]
) -> None:
    nobody.is_staff = True
    nobody.save(update_fields=["is_staff"])
    assert client_of(nobody).get(page(cast.therapist)).status_code == 403


@pytest.fixture
def other_draft(cast: Cast, now: Any) -> Referral:
    return draft_for(cast.other_child, cast.clinic, by=cast.stranger_pediatrician, at=now)


# --- Several next steps at once -----------------------------------------------------------------


def hand_over(site: Client, *referrals: Referral, **said: Any) -> Any:
    chosen = {"action": "hand_over", "_selected_action": [str(r.pk) for r in referrals]}
    return site.post(reverse(REFERRALS), chosen | said, follow=True)


def test_the_chosen_are_shown_with_whoever_may_take_them(
    site: Client, cast: Cast, sent: Referral
) -> None:
    words = hand_over(site, sent).content.decode()
    assert "now with Kofi Mensah (Harbor Therapy)" in words
    assert "Cora Singh" in words
    assert "Ben Lindqvist" not in words


def test_one_reason_and_one_owner_for_all_of_them(site: Client, cast: Cast, sent: Referral) -> None:
    said = {"sent": "yes", "owner": cast.colleague.pk, "reason": "Kofi is ill."}
    answer = hand_over(site, sent, **said)
    assert "Cora Singh has the next step of 1 referral." in answer.content.decode()
    sent.refresh_from_db()
    assert sent.owner == cast.colleague
    event = Event.objects.get(kind="referral_handed_over")
    assert (event.by, event.data) == (
        cast.admin, {"owner": "Cora Singh", "reason": "Kofi is ill."},
    )  # fmt: skip


def test_one_that_cannot_go_is_named_and_holds_up_no_other(
    site: Client, cast: Cast, sent: Referral, other_draft: Referral
) -> None:
    said = {"sent": "yes", "owner": cast.colleague.pk, "reason": "Kofi is ill."}
    words = hand_over(site, other_draft, sent, **said).content.decode()
    assert "Sami Haddad: Cora Singh does not work at Hill Pediatrics in this role." in words
    assert "Cora Singh has the next step of 1 referral." in words


def test_not_without_a_reason(site: Client, cast: Cast, sent: Referral) -> None:
    answer = hand_over(site, sent, sent="yes", owner=cast.colleague.pk, reason="")
    assert answer.context["form"].errors == {"reason": ["This field is required."]}
    assert not Event.objects.filter(kind="referral_handed_over").exists()
