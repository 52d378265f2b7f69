"""Do the probes tell a proxy the truth, in time, and strangers nothing?"""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from referrals.views import health


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A database that does not answer until it is told to."""
    answers = threading.Event()

    def wait(*_: Any) -> None:
        answers.wait(60)
        raise OperationalError("server closed the connection at 10.0.0.7")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", wait)
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    yield answers
    answers.set()


def test_a_database_that_hangs_does_not_hang_the_probe(
    client: Client, db: None, silent: threading.Event
) -> None:
    first = client.get("/readyz")
    assert (first.status_code, first.content) == (503, b"not ready")
    # The second does not even ask: the first still waits.
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_it_asks_again_once_the_database_is_back(
    client: Client, db: None, silent: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").status_code == 503
    monkeypatch.undo()
    silent.set()
    assert health._asking.acquire(timeout=60)
    health._asking.release()
    assert client.get("/readyz").content == b"ok"


def test_why_is_not_told(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("no route to 10.0.0.7, user ferry")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready")


def test_a_migration_that_waits_is_told(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the tests run without migrations, there is none to wait for."""
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _: {})
    assert (client.get("/readyz").status_code == 503) is bool(MigrationLoader(None).graph.nodes)
