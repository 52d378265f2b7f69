"""How does another computer system come in, how far, and how is it shut out?"""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from referrals.access import children_visible_to, referrals_visible_to, threads_visible_to
from referrals.actions.refusal import Refused
from referrals.actions.system import close_system, open_system, renew_secret
from referrals.models import Organization, System, User
from tests.conftest import Cast

READ = "system/Patient.read"


@pytest.fixture
def let_in(cast: Cast, admin: User, now: datetime) -> tuple[System, str]:
    return open_system(
        organization=cast.practice, name="Records of Elm", scopes=[READ], by=admin, at=now
    )


def token(system: System, secret: str, **asked: str) -> dict[str, object]:
    answer = Client().post(
        "/oauth/token/",
        {
            "grant_type": "client_credentials",
            "client_id": system.application.client_id,
            "client_secret": secret,
            **asked,
        },
    )
    return {"status": answer.status_code, **answer.json()}


def test_a_system_gets_a_token_for_what_it_was_let_do(let_in: tuple[System, str]) -> None:
    given = token(*let_in)
    assert (given["status"], given["scope"], given["expires_in"]) == (200, READ, 600)
    assert AccessToken.objects.get().token == ""
    assert let_in[1] not in Application.objects.get().client_secret


def test_it_cannot_ask_for_more(let_in: tuple[System, str]) -> None:
    assert token(*let_in, scope="system/*.read")["error"] == "invalid_scope"


def test_a_token_ends_where_the_clock_was_set_back(let_in: tuple[System, str]) -> None:
    bearer = {"Authorization": f"Bearer {token(*let_in)['access_token']}"}
    told = []
    for minutes in (0, 9, -60):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            told.append(Client().get("/fhir/R4/Patient", headers=bearer).status_code)
    assert told == [200, 200, 401]


def test_a_wrong_secret_a_closed_system_and_an_ended_secret_get_nothing(
    let_in: tuple[System, str], admin: User, now: datetime
) -> None:
    system, secret = let_in
    assert token(system, "guessed")["error"] == "invalid_client"
    token(system, secret)
    fresh = renew_secret(system=system, by=admin, at=now)
    assert AccessToken.objects.count() == 0
    assert token(system, secret)["error"] == "invalid_client"
    assert token(system, fresh)["status"] == 200
    close_system(system=system, by=admin, at=now)
    assert AccessToken.objects.count() == 0
    assert token(system, fresh)["error"] == "unauthorized_client"


def test_it_sees_what_its_organisation_sees(
    let_in: tuple[System, str], cast: Cast, admin: User, now: datetime
) -> None:
    account = let_in[0].user
    assert list(children_visible_to(account)) == list(children_visible_to(cast.pediatrician))
    assert referrals_visible_to(account).count() == 0
    assert threads_visible_to(account).count() == 0
    elsewhere, _ = open_system(
        organization=cast.other_practice, name="Other", scopes=[READ], by=admin, at=now
    )
    assert not children_visible_to(elsewhere.user).filter(pk__in=children_visible_to(account))
    close_system(system=let_in[0], by=admin, at=now)
    account = User.objects.get(pk=account.pk)
    assert children_visible_to(account).count() == 0


def test_nobody_signs_in_as_a_system(let_in: tuple[System, str]) -> None:
    assert let_in[0].user.has_usable_password() is False


def test_a_school_connects_no_system(school: Organization, admin: User, now: datetime) -> None:
    with pytest.raises(Refused, match="Only practices and clinics"):
        open_system(organization=school, name="S", scopes=[READ], by=admin, at=now)


def test_a_scope_that_does_not_exist_is_refused(cast: Cast, admin: User, now: datetime) -> None:
    with pytest.raises(Refused, match="Choose what"):
        open_system(organization=cast.clinic, name="S", scopes=["admin"], by=admin, at=now)
