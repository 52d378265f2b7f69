"""Is what somebody wrote on their next page, and what was taken from them gone, with a replica that lags?

A server on a real primary and a real replica, both started here.
"""

import subprocess
import time as clock
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from ot_coord.replica import caught_up, reads_from_replicas
from referrals.models import Activity
from tests.conftest import Cast
from tests.journeys.visit import yesterday
from tests.management.test_worker import database_url, until_quiet

from .cluster import PROGRAMS, Cluster
from .server import PATIENT, Server
from .visitor import Visitor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="replicas are PostgreSQL's"),
    pytest.mark.skipif(PROGRAMS is None, reason="needs the programs of a PostgreSQL server"),
]
TAPS = 40


@pytest.fixture
def now() -> datetime:
    """So long ago that the activity has begun."""
    return yesterday()


@pytest.fixture
def primary(tmp_path: Path, activity: Activity) -> Iterator[Cluster]:
    """What this test's database holds, in a PostgreSQL of its own."""
    made = Cluster()
    made.begin()
    kept = tmp_path / "kept.sql"
    assert PROGRAMS is not None
    for program, *arguments in (
        ("pg_dump", "--no-owner", "-f", str(kept), database_url()),
        ("psql", "-q", "-f", str(kept), made.url),
    ):
        subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [PROGRAMS / program, *arguments], check=True, stdout=subprocess.DEVNULL
        )
    yield made
    made.end()


@pytest.fixture
def replica(primary: Cluster) -> Iterator[Cluster]:
    made = Cluster()
    made.follow(primary)
    yield made
    made.end()


@pytest.fixture
def server(tmp_path: Path, primary: Cluster, replica: Cluster) -> Iterator[Server]:
    made = Server(tmp_path, primary.url, settings="tests.settings")
    made.env["REPLICA_URLS"] = replica.url
    try:
        made.start()
        yield made
    finally:
        made.stop()
        until_quiet()


def until(there: Callable[[], bool]) -> None:
    give_up = clock.monotonic() + PATIENT
    while not there():
        assert clock.monotonic() < give_up
        clock.sleep(0.05)


def has_caught_up(replica: Cluster, primary: Cluster) -> bool:
    written = primary.ask("SELECT pg_current_wal_flush_lsn()")
    return replica.ask(f"SELECT pg_last_wal_replay_lsn() >= '{written}'") == "True"


def answers(replica: Cluster) -> bool:
    """Whether it was asked by the product for anything of ours last."""
    asked = """SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT%"referrals_%'"""
    return replica.ask(f"{asked} AND pid <> pg_backend_pid()") != "0"


def taps_shown(family: Visitor) -> int:
    return len(family.open("/practice/").forms("/undo/"))


def tap(family: Visitor) -> None:
    page = family.open("/practice/")
    form = next(form for form in page.forms("/practice/") if form.fields.get("id"))
    assert family.send(form, result="did").status == 200


def test_nobody_meets_what_is_over_whether_the_replica_lags_or_is_gone(
    server: Server, primary: Cluster, replica: Cluster, cast: Cast
) -> None:
    (session,) = server.sessions([cast.family.email])
    family = Visitor(server.port, session)
    until(lambda: has_caught_up(replica, primary))
    family.open("/practice/")
    assert answers(replica)

    shown = []
    for _ in range(TAPS):
        tap(family)
        shown.append(taps_shown(family))
    assert shown == list(range(1, TAPS + 1))

    # It stands still: what was written and what was taken holds all the same.
    replica.ask("SELECT pg_wal_replay_pause()")
    tap(family)
    assert taps_shown(family) == TAPS + 1
    child = f"/children/{cast.child.pk}/"
    assert family.open(child).status == 200
    primary.change("UPDATE referrals_seat SET until = now()")
    assert family.open(child).status == 404
    replica.ask("SELECT pg_wal_replay_resume()")
    until(lambda: has_caught_up(replica, primary))
    assert family.open(child).status == 404

    # It was made a primary and went its own way: what stands there is nobody's right here.
    until(lambda: has_caught_up(replica, primary))
    replica.ask("SELECT pg_promote()")
    replica.change("UPDATE referrals_seat SET until = '9000-01-01'")
    assert family.open(child).status == 404

    # It is gone: the primary answers.
    replica.stop()
    assert [family.open("/").status for _ in range(3)] == [200] * 3


def test_a_replica_that_is_lost_in_the_middle_of_a_page_is_not_asked_by_the_next(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own: dict[str, Any] = connections.settings["default"]
    options = {key: value for key, value in own["OPTIONS"].items() if key != "pool"}
    monkeypatch.setitem(connections.settings, "lost", {**own, "OPTIONS": options})
    settings.REPLICAS = ["lost"]
    connections["lost"].connect()

    def page(request: HttpRequest) -> HttpResponse:
        with suppress(Error), connections["lost"].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return HttpResponse()

    reads_from_replicas(page)(RequestFactory().get("/"))
    with CaptureQueriesContext(connection) as asked:
        assert caught_up() == "default"
    assert len(asked) == 0
    del connections["lost"]
