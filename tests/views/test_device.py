"""Does somebody see where they are signed in, and is who is signed out from here out at once?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.models import User
from tests.factories.person import PASSWORD

Door = Callable[[User], Client]
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"
)
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1"


def signed_in(person: User, agent: str) -> Client:
    door = Client(headers={"User-Agent": agent})
    door.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return door


def is_in(door: Client) -> bool:
    return door.get(reverse("home")).status_code == 200


def marks(door: Client) -> list[str]:
    return [row["mark"] for row in door.get(reverse("sign_in_list")).context["rows"]]


def end(door: Client, which: str) -> int:
    return door.post(reverse("sign_in_list"), {"which": which}).status_code


@pytest.fixture
def desk(therapist: User) -> Client:
    return signed_in(therapist, CHROME)


@pytest.fixture
def phone(therapist: User, desk: Client) -> Client:
    return signed_in(therapist, SAFARI)


def test_each_device_is_told_in_short_words_and_nothing_else_of_it(
    desk: Client, phone: Client
) -> None:
    answer = desk.get(reverse("sign_in_list"))
    found = [(row["device"], row["here"]) for row in answer.context["rows"]]
    assert found == [("Chrome on Windows", True), ("Safari on iPhone", False)]
    page = answer.content.decode()
    kept = [str(dict(door.session.items())) for door in (desk, phone)]
    for secret in (desk.session.session_key, phone.session.session_key, "Mozilla", "127.0.0.1"):
        assert secret not in page
    assert [word for word in ("Mozilla", "127.0.0.1") if word in "".join(kept)] == []


def test_one_of_them_is_out_with_its_next_page(desk: Client, phone: Client) -> None:
    here, there = marks(desk)
    assert end(desk, there) == 302
    assert (is_in(desk), is_in(phone)) == (True, False)
    assert marks(desk) == [here]


def test_everywhere_else_is_out_and_nobody_else(
    desk: Client, phone: Client, family: User, client_of: Door
) -> None:
    third, other = client_of(desk.get(reverse("home")).wsgi_request.user), client_of(family)
    assert end(desk, "others") == 302
    assert [is_in(door) for door in (desk, phone, third, other)] == [True, False, False, True]


def test_nobody_ends_anothers_or_is_asked_by_a_link(
    desk: Client, phone: Client, family: User, client_of: Door
) -> None:
    other = client_of(family)
    assert [end(other, mark) for mark in marks(desk)] == [404, 404]
    desk.get(reverse("sign_in_list"), {"which": "others"})
    assert (is_in(desk), is_in(phone)) == (True, True)


def test_where_somebody_was_away_too_long_is_not_told(
    desk: Client, phone: Client, settings: Any
) -> None:
    settings.SESSION_IDLE_MINUTES = 30
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        assert is_in(desk)
    with time_machine.travel(timezone.now() + timedelta(minutes=40)):
        assert len(marks(desk)) == 1


def test_a_changed_password_or_a_shut_account_ends_them(
    therapist: User, desk: Client, phone: Client
) -> None:
    new = "a-new-heron-on-the-lake-9"
    answer = desk.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert (answer.status_code, is_in(desk), is_in(phone)) == (302, True, False)
    assert len(marks(desk)) == 1
    User.objects.filter(pk=therapist.pk).update(is_active=False)
    assert not is_in(desk)


def test_a_page_that_stands_open_can_tell_who_is_signed_in_now(
    therapist: User, family: User
) -> None:
    """By a cookie, with the log-in itself; it goes with whom it names."""
    door = signed_in(therapist, CHROME)
    assert door.cookies["ferry_person"].value == str(therapist.pk)
    assert f'data-person="{therapist.pk}"' in door.get(reverse("home")).content.decode()
    assert "ferry_person" not in door.get(reverse("home")).cookies
    door.post(reverse("account_logout"))
    assert door.cookies["ferry_person"].value == ""
    door.post(reverse("account_login"), {"login": family.email, "password": PASSWORD})
    assert door.cookies["ferry_person"].value == str(family.pk)
