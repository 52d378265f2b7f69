"""Does a running server bear a database that is busy or gone, and go on by itself when it is back?"""

import time as clock
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, time
from pathlib import Path

import pytest
from django.db import connection, transaction

from referrals.models import Activity, Event, Notice, NoticePreference, Practice
from tests.conftest import Cast
from tests.journeys.gate import Gate
from tests.journeys.visit import yesterday
from tests.management.test_worker import database_url, until_quiet

from .server import PATIENT, Server
from .visitor import Answer, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
#: Seconds within which somebody is answered, whatever the database does; the server itself waits for one.
BOUNDED = 25
#: And within which, once the server knows that the database is away, or that it is back.
AT_ONCE = 5


@pytest.fixture
def now() -> datetime:
    """So long ago that the activity has begun."""
    return yesterday()


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Stands between the server and PostgreSQL; shut, it hangs up and lets nobody in."""
    port = connection.settings_dict["PORT"] or 5432
    gate = Gate(f"tcp://127.0.0.1:{port}")
    yield gate
    gate.shut()


@pytest.fixture
def server(tmp_path: Path, activity: Activity, gate: Gate) -> Iterator[Server]:
    url = database_url()
    if connection.vendor == "postgresql":
        where = f"{connection.settings_dict['HOST']}:{connection.settings_dict['PORT'] or 5432}"
        url = url.replace(where, f"127.0.0.1:{gate.port}")
    made = Server(tmp_path, url, settings="tests.settings")
    made.env["STATEMENT_SECONDS"] = "1"
    try:
        made.start()
        yield made
    finally:
        made.stop()
        until_quiet()


@contextmanager
def busy() -> Iterator[None]:
    """Somebody holds what everybody needs for longer than anybody is kept waiting."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE referrals_practice IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def gone(gate: Gate) -> Iterator[None]:
    gate.shut()
    yield
    gate.open()


def goes_on(server: Server, cast: Cast, now: datetime) -> None:
    """The worker sends what is owed, though it is the same that met the trouble."""
    notice = Notice.objects.create(
        to=cast.family, kind="report_sent", path="/", key=f"{clock.monotonic()}", created_at=now
    )
    give_up = clock.monotonic() + PATIENT
    while not Notice.objects.filter(pk=notice.pk, sent_at__isnull=False).exists():
        assert clock.monotonic() < give_up
        assert server.worker is not None
        assert server.worker.poll() is None
        clock.sleep(0.1)


def test_what_is_sent_meanwhile_is_answered_in_time_and_saved_once_it_is_sent_again(
    server: Server, cast: Cast, gate: Gate, now: datetime
) -> None:
    midnight = time(0)
    NoticePreference.objects.create(
        user=cast.family, digest_at=time(7), quiet_from=midnight, quiet_until=midnight,
        changed_at=now,
    )  # fmt: skip
    (session,) = server.sessions([cast.family.email])
    phone = Visitor(server.port, session)
    processes = server.pids()
    troubles: list[AbstractContextManager[None]] = [busy()]
    if connection.vendor == "postgresql":  # of a file nobody can be cut off
        troubles.append(gone(gate))

    for number, trouble in enumerate(troubles, start=1):
        (form, *_) = [
            form for form in phone.open("/practice/").forms("/practice/") if form.fields.get("id")
        ]
        with trouble:
            answer = phone.send(form, result="did")
        assert answer.status == 503
        assert answer.seconds < BOUNDED
        assert "reload this page" in answer.text
        assert Practice.objects.count() == number - 1
        # No restart, and not even one page that fails first.
        assert phone.send(form, result="did").status == 200
        assert Practice.objects.filter(pk=form.fields["id"]).count() == 1
        assert Event.objects.filter(kind="practice_logged").count() == number
        goes_on(server, cast, now)
    assert server.pids() == processes


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of a file nobody can be cut off")
def test_who_comes_while_the_database_is_away_is_told_at_once_and_served_as_soon_as_it_is_back(
    server: Server, cast: Cast, gate: Gate
) -> None:
    (session,) = server.sessions([cast.family.email])
    phones = [Visitor(server.port, session) for _ in server.web_pids()]

    def asked(phone: Visitor) -> Answer:
        return phone.open("/practice/")

    with gone(gate), ThreadPoolExecutor(len(phones)) as at_once:
        # Each process finds out for itself.
        first = list(at_once.map(asked, phones))
        later = [asked(phone) for phone in phones * 2]
    back = [asked(phone) for phone in phones]
    assert {answer.status for answer in [*first, *later]} == {503}
    assert max(answer.seconds for answer in first) < BOUNDED
    assert max(answer.seconds for answer in later) < AT_ONCE
    assert [(answer.status, answer.seconds < AT_ONCE) for answer in back] == [(200, True)] * 2
