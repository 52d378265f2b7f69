"""Can a family share on two pages and close in two clicks, and does nobody else?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.guardian import change_guardian
from referrals.models import Consent, Guardian, Seat, User
from referrals.models.record import new_id

Door = Callable[[User], Client]


def typed(cast: Any, **changes: Any) -> dict[str, Any]:
    last_on = timezone.localdate() + timedelta(days=90)
    return {
        "id": str(new_id()), "organization": str(cast.school.pk), "scopes": ["goals", "visits"],
        "purpose": "So that school helps the same way.", "last_on": last_on.isoformat(),
    } | changes  # fmt: skip


@pytest.fixture
def new(cast: Any) -> str:
    return reverse("consent_new", args=[cast.child.pk])


def test_what_will_and_will_not_be_seen_is_read_before_it_is_signed(
    cast: Any, client_of: Door, new: str
) -> None:
    page = client_of(cast.family).post(new, typed(cast, do="look"))
    text = page.content.decode()
    will, will_not = text.split("They will not see")
    assert page.status_code == 200
    assert "Maple School will see" in will
    assert "Days and times of visits" in will
    assert "The evaluation report" in will_not
    assert not Consent.objects.exists()


@pytest.mark.parametrize("results", [False, True])
def test_a_telephone_is_promised_to_stay_hidden_only_where_no_letter_can_tell_it(
    results: bool, cast: Any, client_of: Door, new: str
) -> None:
    """The letter to a public programme, which this part lets go, holds how to reach who agreed."""
    scopes = ["goals", *(["results"] if results else [])]
    page = client_of(cast.family).post(new, typed(cast, scopes=scopes)).content.decode()
    assert ("Your address and telephone" in page) is not results
    assert ("says how to reach you" in page.split("They will not see")[0]) is results


def test_signing_opens_it(cast: Any, client_of: Door, new: str) -> None:
    door = client_of(cast.family)
    answer = door.post(new, typed(cast, do="give", signed_name="Rosa Fontaine"))
    assert answer["Location"] == reverse("consent_list", args=[cast.child.pk])
    assert Seat.objects.get(role="partner").rights == ["goals", "visits"]
    assert "Maple School" in door.get(answer["Location"]).content.decode()


def test_who_is_asked_who_they_are_reads_it_over_again_and_has_typed_nothing_twice(
    cast: Any, client_of: Door, new: str, settings: Any
) -> None:
    settings.REAUTHENTICATION_MINUTES = 15
    door = client_of(cast.family)  # this session knows no time
    asked = door.post(new, typed(cast, do="give", signed_name="Rosa Fontaine"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    page = door.get(new).content.decode()
    assert "Maple School will see" in page
    assert "So that school helps the same way." in page
    assert not Consent.objects.exists()


@pytest.mark.parametrize("name", ["", "Somebody Else"])
def test_another_name_is_refused_and_all_stays(
    cast: Any, client_of: Door, new: str, name: str
) -> None:
    page = client_of(cast.family).post(new, typed(cast, do="give", signed_name=name))
    assert page.status_code == 422
    assert "So that school helps the same way." in page.content.decode()
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scopes": []}, "Tick at least one thing to share."),
        ({"last_on": "2031-01-01"}, "at most a year away"),
        ({"last_on": "2020-01-01"}, "from today on"),
        ({"organization": ""}, "This field is required."),
        ({"purpose": ""}, "This field is required."),
    ],
)
def test_what_lacks_is_said_and_what_was_typed_stays(
    cast: Any, client_of: Door, new: str, changes: dict[str, Any], sentence: str
) -> None:
    page = client_of(cast.family).post(new, typed(cast, do="look") | changes)
    assert page.status_code == 422
    # Above the form, and where it is put right.
    assert page.content.decode().count(sentence) == 2


def test_changing_something_leads_back_with_all_that_was_typed(
    cast: Any, client_of: Door, new: str
) -> None:
    text = client_of(cast.family).post(new, typed(cast, do="change")).content.decode()
    assert "Look it over" in text
    assert "So that school helps the same way." in text


def test_a_practice_cannot_be_chosen(cast: Any, client_of: Door, new: str) -> None:
    page = client_of(cast.family).post(new, typed(cast, organization=str(cast.clinic.pk)))
    assert page.status_code == 422


def test_closing_takes_two_clicks(cast: Any, client_of: Door, partner_seat: Seat) -> None:
    door = client_of(cast.family)
    path = reverse("consent_revoke", args=[cast.child.pk, partner_seat.ground_id])
    assert "What ends now" in door.get(path).content.decode()
    assert door.post(path)["Location"] == reverse("consent_list", args=[cast.child.pk])
    assert Consent.objects.get().revoked_by == cast.family
    assert "It has ended already" in door.get(path).content.decode()


def test_an_adult_without_the_right_reads_the_list_and_who_can(
    cast: Any, client_of: Door, partner_seat: Seat, guardian: Guardian, now: datetime
) -> None:
    Guardian.objects.filter(pk=guardian.pk).update(may_share=False)
    guardian.refresh_from_db()
    change_guardian(guardian=guardian, by=cast.admin, at=now)
    door = client_of(cast.family)
    text = door.get(reverse("consent_list", args=[cast.child.pk])).content.decode()
    assert "Maple School" in text
    assert "This adult may not share any more" in text
    assert "Close it" not in text
    assert door.get(reverse("consent_new", args=[cast.child.pk])).status_code == 403


def test_a_clinician_reads_the_list_and_shares_nothing(
    cast: Any, client_of: Door, partner_seat: Seat, sent: Any
) -> None:
    door = client_of(cast.therapist)
    text = door.get(reverse("consent_list", args=[cast.child.pk])).content.decode()
    assert "Maple School" in text
    assert "Who may share or close: Rosa Fontaine." in text


def test_the_consent_of_another_child_is_not_found(
    cast: Any, client_of: Door, partner_seat: Seat
) -> None:
    path = reverse("consent_revoke", args=[cast.other_child.pk, partner_seat.ground_id])
    assert client_of(cast.other_family).post(path).status_code == 404
