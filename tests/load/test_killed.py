"""Is every write there that was acknowledged, though the power goes while fifty people write?

A server of its own, with its web processes and its worker, on a database of its own.
"""

import threading
import time as clock
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from referrals.models import Activity, Event, Practice
from tests.conftest import Cast
from tests.journeys.visit import yesterday
from tests.management.test_worker import database_url, until_quiet

from .server import PATIENT, Server
from .visitor import Form, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 50
#: So many more are waited for, each time before something is killed.
TAPS = 20


@pytest.fixture
def now() -> datetime:
    """So long ago that the activity has begun."""
    return yesterday()


@pytest.fixture
def server(tmp_path: Path, activity: Activity) -> Iterator[Server]:
    made = Server(tmp_path, database_url(), settings="tests.settings")
    try:
        made.start()
        yield made
    finally:
        made.stop()
        until_quiet()


class Writer(threading.Thread):
    """A family's phone that logs practice again and again, each time with a key of its own."""

    def __init__(self, visitor: Visitor, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.visitor, self.over = visitor, over
        self.sent: list[str] = []
        self.acknowledged: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            page = self.visitor.open("/practice/")
            forms = [form for form in page.forms("/practice/") if form.fields.get("id")]
            if page.status == 200 and forms:
                self.tap(forms[0])
            self.over.wait(0.2)

    def tap(self, form: Form) -> None:
        self.sent.append(form.fields["id"])
        if self.visitor.send(form, result="did").status == 200:
            self.acknowledged.append(form.fields["id"])


def test_what_was_acknowledged_is_there_and_nothing_is_half_written(
    server: Server, cast: Cast
) -> None:
    over = threading.Event()
    sessions = server.sessions([cast.family.email] * WRITERS)
    crowd = [Writer(Visitor(server.port, session), over) for session in sessions]
    for one in crowd:
        one.start()

    def acknowledged() -> list[str]:
        return [key for one in crowd for key in one.acknowledged]

    def until_there_are_more() -> None:
        aim, give_up = len(acknowledged()) + TAPS, clock.monotonic() + PATIENT
        while len(acknowledged()) < aim:
            assert clock.monotonic() < give_up
            over.wait(0.02)

    until_there_are_more()
    # One web process: the master starts another by itself, and nobody has to do anything.
    server.kill_web_process()
    until_there_are_more()
    # Everything.
    server.kill()
    server.start()
    until_there_are_more()
    over.set()
    for one in crowd:
        one.join()

    kept = [str(key) for key in Practice.objects.values_list("pk", flat=True)]
    told = Event.objects.filter(kind="practice_logged").values_list("about", flat=True)
    assert len(acknowledged()) >= 3 * TAPS
    assert set(acknowledged()) - set(kept) == set()
    # Each entry has its event, and each event its entry; what was not acknowledged was at least sent.
    assert sorted(kept) == sorted(map(str, told))
    assert set(kept) - {key for one in crowd for key in one.sent} == set()
