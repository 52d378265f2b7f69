"""What does a person read when something is not there, not theirs, or broken?"""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from referrals.models import User
from referrals.models.record import new_id
from referrals.views.error import bad_request, server_error

Door = Callable[[User], Client]


@pytest.mark.parametrize("name", ["child_detail", "referral_detail", "concern_detail"])
def test_what_is_not_there_and_what_is_not_yours_look_the_same(
    name: str, client_of: Door, stranger: User, child: object, sent: object
) -> None:
    door = client_of(stranger)
    real = {"child_detail": child, "referral_detail": sent}.get(name, sent)
    door.get(reverse("home"))
    pages, costs = [], []
    for pk in (real.pk, new_id()):  # type: ignore[attr-defined]
        with CaptureQueriesContext(connection) as asked:
            pages.append(door.get(reverse(name, args=[pk])))
        costs.append(len(asked))
    assert [page.status_code for page in pages] == [404, 404]
    # Nor does a header or the work behind the answer tell one from the other.
    told = [{k: v for k, v in page.items() if k != "X-Request-ID"} for page in pages]
    assert (told[0], costs[0]) == (told[1], costs[1])
    texts = [page.content.decode().split("<main")[1] for page in pages]
    assert texts[0] == texts[1]
    assert "This page does not exist, or it is not yours to see." in texts[0]


@pytest.mark.parametrize(
    ("who", "name", "sentence"),
    [
        ("family", "referral_accept", "Only the therapist can accept here."),
        ("coordinator", "referral_decline", "Only the therapist can decline here."),
        ("therapist", "referral_cancel", "Only the pediatrician can cancel the referral here."),
        ("pediatrician", "referral_receive", "Only the therapist or the clinic&#x27;s coordinator can take in here."),
        ("therapist", "referral_mark_error", "Only the pediatrician or an administrator can mark as entered in error here."),
    ],
)  # fmt: skip
def test_a_refusal_says_whose_it_is(
    who: str,
    name: str,
    sentence: str,
    request: pytest.FixtureRequest,
    client_of: Door,
    received: object,
) -> None:
    page = client_of(request.getfixturevalue(who)).get(reverse(name, args=[received.pk]))  # type: ignore[attr-defined]
    assert page.status_code == 403
    assert sentence in page.content.decode()


def test_a_role_is_named(client_of: Door, therapist: User) -> None:
    page = client_of(therapist).get(reverse("child_new"))
    assert page.status_code == 403
    assert "Only a pediatrician can do this." in page.content.decode()


def test_an_address_that_is_none(client_of: Door, pediatrician: User) -> None:
    for path in ("/nowhere/", "/children/x/", "/referrals/1/accept/"):
        assert client_of(pediatrician).get(path).status_code == 404, path


def test_what_is_broken_is_said_without_asking_the_database() -> None:
    request = RequestFactory().get("/")
    page = server_error(request)
    assert page.status_code == 500
    assert "Nothing you saved before is lost." in page.content.decode()


def test_a_request_that_cannot_be_read(client_of: Door, pediatrician: User) -> None:
    request = client_of(pediatrician).get("/").wsgi_request
    assert bad_request(request, ValueError()).status_code == 400


def test_the_probes_ask_for_no_log_in(client: Client, db: None) -> None:
    assert client.get("/healthz").content == client.get("/readyz").content == b"ok"
