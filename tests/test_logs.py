"""Does no line of the log hold a name, an id, an address or a word that somebody typed?

Every address is asked with a mark in all that a person can send; the log must not hold the mark.
"""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, path, reverse

from referrals.models import Referral, User
from referrals.models.record import new_id
from referrals.urls import urlpatterns as ours
from tests.conftest import Cast

MARK = "Zyxwvut"
#: What a monitor, a proxy or a person may have sent.
HEADERS = {
    "user-agent": MARK, "referer": f"http://testserver/{MARK}", "x-request-id": MARK,
    "accept-language": MARK, "authorization": f"Bearer {MARK}", "x-forwarded-for": "203.0.113.77",
}  # fmt: skip


# --- Addresses that fail, for the tests below ----------------------------------------------------


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError(f"{MARK} cannot be read")


def refused_by_the_database(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT '{MARK}' FROM {MARK}")  # noqa: S608 - it is meant to fail
    return HttpResponse()


def twice(request: HttpRequest) -> HttpResponse:
    raise IntegrityError(f"Key (email)=({MARK}@example.org) already exists")


def said_elsewhere(request: HttpRequest) -> HttpResponse:
    """What other packages do: they fill what they were given into what they say."""
    logger = logging.getLogger("some.package")
    logger.warning("Nobody is called %s", MARK)
    logger.warning(f"Nobody is called {MARK}")
    logger.error("It broke", extra={"name_of_child": MARK, "status_code": 418})
    structlog.get_logger("ours").info("told too much", words=MARK, kind="ok")
    return HttpResponse()


urlpatterns = [
    path("broken/<str:word>/", lambda request, word: broken(request), name="broken"),
    path("database/", refused_by_the_database, name="database"),
    path("twice/", twice, name="twice"),
    path("elsewhere/", said_elsewhere, name="elsewhere"),
]
handler500 = "referrals.views.error.server_error"


# --- The log ------------------------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What goes to the log, in the form in which it goes there."""
    form = next(
        handler.formatter
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    )
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(form)
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def requests(log: io.StringIO) -> list[dict[str, Any]]:
    return [line for line in lines(log) if line["event"] == "request"]


def asked(route: URLPattern, known: dict[str, Any]) -> str:
    """The address, with what is there in it as far as it is known, and marks for the rest."""
    converters = route.pattern.converters  # type: ignore[attr-defined]
    marks = {"UUIDConverter": new_id, "IntConverter": lambda: 1}
    keys = {
        name: known.get(name, marks.get(type(converter).__name__, lambda: MARK)())
        for name, converter in converters.items()
    }
    return reverse(str(route.name), kwargs=keys)


def test_no_address_leaves_a_trace_of_what_was_sent(
    cast: Cast, sent: Referral, client_of: Callable[[User], Client], log: io.StringIO
) -> None:
    type(cast.child).objects.filter(pk=cast.child.pk).update(given_name=MARK, family_name=MARK)
    known = {"child_id": cast.child.pk, "referral_id": sent.pk}
    routes = [one for one in ours if isinstance(one, URLPattern)]
    for person in (cast.pediatrician, cast.family):
        for route in routes:
            if route.name == "account_logout":
                continue
            door, address = client_of(person), asked(route, known)
            door.raise_request_exception = False
            door.get(address, {"q": MARK, "name": MARK}, headers=HEADERS)
            door.post(
                address, {"q": MARK, "login": f"{MARK}@example.org", "password": MARK, "words": MARK},
                headers=HEADERS,
            )  # fmt: skip

    told = log.getvalue()
    assert len(requests(log)) > 3 * len(routes)
    for secret in (
        MARK,
        str(cast.child.pk),
        str(sent.pk),
        "Okafor",
        "Fontaine",
        "203.0.113.77",
        "example.org",
    ):
        assert secret.lower() not in told.lower(), secret
    assert {line["status"] for line in requests(log)} <= {
        200,
        204,
        302,
        400,
        403,
        401,
        404,
        405,
        406,
        409,
        413,
        422,
    }


@pytest.mark.parametrize("where", [f"/broken/{MARK}/", "/database/", "/twice/"])
def test_an_error_is_told_by_its_kind_and_places(
    where: str, settings: Any, db: None, log: io.StringIO
) -> None:
    settings.ROOT_URLCONF = __name__
    door = Client(raise_request_exception=False)
    answer = door.get(where, {"q": MARK}, headers=HEADERS)
    assert answer.status_code == 500
    assert MARK not in log.getvalue()
    error, request = lines(log)[-2:]
    assert error["logger"] == "django.request"
    assert error["exception"] in {
        "ValueError",
        "OperationalError",
        "ProgrammingError",
        "IntegrityError",
    }
    assert any("test_logs.py" in place for place in error["at"])
    assert (request["route"], request["status"]) == (where.split("/")[1], 500)
    # One number binds the lines and the answer together.
    assert error["request"] == request["request"] == answer.headers["X-Request-ID"]


def test_what_other_packages_fill_in_is_dropped(settings: Any, db: None, log: io.StringIO) -> None:
    settings.ROOT_URLCONF = __name__
    Client().get("/elsewhere/")
    assert MARK not in log.getvalue()
    filled, already, bare, ours_, _ = lines(log)
    assert filled["event"] == "Nobody is called %s"
    assert already["event"].startswith("test_logs:")
    assert (bare["event"].split(":")[0], bare["status"]) == ("test_logs", 418)
    assert (ours_["event"], ours_["kind"], "words" in ours_) == ("told too much", "ok", False)


def test_a_request_is_one_line(
    client_of: Callable[[User], Client], family: User, child: Any, log: io.StringIO
) -> None:
    door = client_of(family)
    answer = door.get(reverse("child_detail", args=[child.pk]))
    (line,) = requests(log)
    assert (line["route"], line["method"], line["status"]) == ("child_detail", "GET", 200)
    assert line["seconds"] > 0
    assert line["request"] == answer.headers["X-Request-ID"]
    assert len(line["request"]) == 32


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("0123456789abcdef0123456789abcdef", True),
        ("01932b5e-7c1a-7000-8000-0123456789ab", True),
        ("rosa.fontaine@example.org", False),
        ("Rosa", False),
        ("0" * 400, False),
        ("", False),
    ],
)
def test_the_proxys_number_is_kept_if_it_is_one(
    given: str, kept: bool, client: Client, log: io.StringIO
) -> None:
    answer = client.get("/nowhere/", headers={"x-request-id": given})
    assert (answer.headers["X-Request-ID"] == given) is kept
    assert requests(log)[0]["request"] == answer.headers["X-Request-ID"]


def test_probes_are_not_told(client: Client, db: None, log: io.StringIO) -> None:
    for name in ("/healthz", "/readyz", "/metrics"):
        client.get(name)
    assert requests(log) == []


def test_the_web_servers_own_words_go_through_the_same_sieve(log: io.StringIO) -> None:
    logging.getLogger("gunicorn.error").propagate = True
    logging.getLogger("gunicorn.error").error("Error handling request %s", f"/children/{MARK}/")
    (line,) = lines(log)
    assert line["event"] == "Error handling request %s"
