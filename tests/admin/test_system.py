"""How does an administrator let another system in, give it a new secret, and shut it out?"""

import re
from datetime import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from referrals.actions.invitation import invite_person
from referrals.actions.refusal import Refused
from referrals.actions.system import open_system
from referrals.models import System
from tests.conftest import Cast

ADD = "admin:referrals_system_add"


@pytest.fixture
def system(cast: Cast, now: datetime) -> System:
    scopes = ["system/Task.read"]
    return open_system(
        organization=cast.clinic, name="Records", scopes=scopes, by=cast.admin, at=now
    )[0]


def token(system: System, secret: str) -> int:
    return (
        Client()
        .post(
            "/oauth/token/",
            {
                "grant_type": "client_credentials",
                "client_id": system.application.client_id,
                "client_secret": secret,
            },
        )
        .status_code
    )


def secret_on(page: str) -> str:
    found = re.search(r'aria-label="Secret">(\S+)</textarea>', page)
    assert found is not None
    return found[1]


def test_a_system_is_let_in_and_its_secret_is_shown_once(site: Client, cast: Cast) -> None:
    typed = {
        "organization": cast.clinic.pk, "name": "Records of Harbor", "scopes": ["system/Task.read"],
    }  # fmt: skip
    answer = site.post(reverse(ADD), typed)
    system = System.objects.get()
    assert (system.name, system.scopes) == ("Records of Harbor", ["system/Task.read"])
    assert (system.opened_by, system.organization) == (cast.admin, cast.clinic)
    secret = secret_on(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert token(system, secret) == 200
    for kept in (
        *(one.get_decoded() for one in Session.objects.all()), *LogEntry.objects.values_list()
    ):  # fmt: skip
        assert secret not in str(kept)
    page = site.get(reverse("admin:referrals_system_change", args=[system.pk])).content.decode()
    assert system.application.client_id in page
    assert secret not in page


def test_of_a_school_and_without_a_scope_none_is_let_in(site: Client, cast: Cast) -> None:
    for wrong in (
        {"organization": cast.school.pk, "name": "X", "scopes": ["system/Task.read"]},
        {"organization": cast.clinic.pk, "name": "X", "scopes": []},
    ):
        assert site.post(reverse(ADD), wrong).status_code == 200
    assert System.objects.count() == 0


def test_a_new_secret_ends_the_old_one(site: Client, system: System) -> None:
    at = reverse("admin:referrals_system_renew", args=[system.pk])
    assert "Give it a new secret?" in site.get(at).content.decode()
    first = secret_on(site.post(at).content.decode())
    second = secret_on(site.post(at).content.decode())
    assert (token(system, first), token(system, second)) == (401, 200)


def test_shut_out_it_gets_nothing_and_is_shut_out_once(site: Client, system: System) -> None:
    renew = reverse("admin:referrals_system_renew", args=[system.pk])
    close = reverse("admin:referrals_system_close", args=[system.pk])
    secret = secret_on(site.post(renew).content.decode())
    assert site.get(close).status_code == 200
    assert System.objects.get().closed_at is None
    page = site.post(close, follow=True).content.decode()
    assert "is shut out." in page
    assert token(system, secret) == 400
    assert (site.post(close).status_code, site.post(renew).status_code) == (404, 404)


def test_nobody_else_does_any_of_it(system: System, cast: Cast, client: Client) -> None:
    client.force_login(cast.pediatrician)
    for name in ("renew", "close"):
        at = reverse(f"admin:referrals_system_{name}", args=[system.pk])
        assert client.post(at).status_code == 302
    assert System.objects.get().closed_at is None


def test_a_system_is_nobody_among_the_people(system: System, cast: Cast, now: datetime) -> None:
    door = Client()
    door.force_login(cast.admin)
    page = reverse("admin:referrals_user_change", args=[system.user.pk])
    assert door.get(page).status_code == 302
    assert (
        "system.invalid"
        not in door.get(reverse("admin:referrals_user_changelist")).content.decode()
    )
    with pytest.raises(Refused, match="has no e-mail to which a link could go"):
        invite_person(person=system.user, by=cast.admin, at=now)
