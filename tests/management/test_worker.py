"""Does every notice arrive once or stand in one daily e-mail, though its worker is killed?

Real workers, each a process of its own, on the database of the test, whose rows are committed.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time as clock
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.utils import timezone

from referrals.actions.notice import deliver_notices, message_id
from referrals.actions.reminder import raise_reminders
from referrals.management.commands.worker import Worker
from referrals.models import Notice, NoticePreference, Referral, Reminder, User
from tests.actions.mailing import ThenNoDatabase
from tests.factories.child import ChildFactory
from tests.factories.person import UserFactory
from tests.factories.referral import sent_for

from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
#: Seconds after which something is wrong, also on a machine with much else to do.
PATIENT = 120
LOCAL = "django.core.mail.backends.locmem.EmailBackend"


def database_url() -> str:
    """The database of this test, as another process is told of it."""
    given = {key: str(value or "") for key, value in connection.settings_dict.items()}
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    who = quote(given["USER"], safe="")
    if given["PASSWORD"]:
        who += f":{quote(given['PASSWORD'], safe='')}"
    return f"postgres://{who}@{given['HOST']}:{given['PORT'] or 5432}/{given['NAME']}"


@pytest.fixture
def sink() -> Iterator[Sink]:
    server = Sink(slow=0.03)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def until_quiet() -> None:
    """PostgreSQL may still be busy with what a killed process asked, and hold what is to be emptied."""
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    give_up = clock.monotonic() + PATIENT
    while connection.vendor == "postgresql" and clock.monotonic() < give_up:
        with connection.cursor() as cursor:
            cursor.execute(busy)
            row = cursor.fetchone()
        if row is None or row[0] == 0:
            return
        clock.sleep(0.05)


@pytest.fixture
def worker(sink: Sink) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """`worker()` starts one; whatever lives at the end is ended."""
    started: list[subprocess.Popen[bytes]] = []
    told = {
        "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
    }  # fmt: skip

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--every", "0.05"],
            cwd=ROOT, env=os.environ | told, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
    until_quiet()


@pytest.fixture
def owed(cast: Any, now: Any) -> list[Notice]:
    """Two notices to each of thirty people, and four referrals that are long overdue."""
    for _ in range(4):
        child = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now)
        sent_for(child, cast.clinic, by=cast.pediatrician, at=now)
    Referral.objects.update(next_due_on=date(2026, 1, 2))
    Notice.objects.update(sent_at=now)
    people = UserFactory.create_batch(30)
    # Nobody has quiet hours, so that the test may run at any hour.
    NoticePreference.objects.bulk_create(
        NoticePreference(
            user=user, digest_at=time(7), quiet_from=time(0), quiet_until=time(0), changed_at=now
        )
        for user in User.objects.all()
    )
    return Notice.objects.bulk_create(
        Notice(to=user, kind="report_sent", path="/", key=f"{user.pk}:{n}", created_at=now)
        for user in people
        for n in range(2)
    )


def leases_run_out() -> None:
    """Nobody lives who holds one."""
    Notice.objects.filter(leased_until__isnull=False).update(
        leased_until=timezone.now() - timedelta(seconds=1)
    )


def waiting() -> int:
    """What is neither sent nor waits for a daily e-mail."""
    return Notice.objects.filter(
        sent_at__isnull=True, carried_by__isnull=True, handed_at__isnull=True
    ).count()


def test_killed_at_any_moment_nothing_is_sent_twice_and_nothing_is_lost(
    owed: list[Notice], sink: Sink, worker: Callable[[], subprocess.Popen[bytes]], settings: Any
) -> None:
    # Just after the mail server took an e-mail, and before the worker hears of it.
    first = worker()
    sink.on_taken = first.kill
    assert sink.wait_for(1, PATIENT)
    first.wait()
    sink.on_taken = None
    leases_run_out()

    chance = random.Random(8)
    for _ in range(2):
        # Two at once, each killed at some moment of its own.
        pair = [worker(), worker()]
        assert sink.wait_for(len(sink.taken) + 1, PATIENT)
        for process in pair:
            clock.sleep(chance.uniform(0.02, 0.35))
            process.kill()
            process.wait()
        leases_run_out()

    last = worker()
    until = clock.monotonic() + PATIENT
    while waiting() and clock.monotonic() < until:
        clock.sleep(0.1)
    assert waiting() == 0
    last.send_signal(signal.SIGTERM)
    assert last.wait(PATIENT) == 0

    taken = Counter(number for number, _ in sink.taken)
    assert set(taken.values()) == {1}

    # What nobody knows of stands in the e-mail of the next day.
    uncertain = Notice.objects.filter(sent_at__isnull=True)
    assert uncertain.exists()
    settings.EMAIL_BACKEND = LOCAL
    deliver_notices(at=timezone.now() + timedelta(days=2))
    assert not Notice.objects.filter(sent_at__isnull=True, carried_by__isnull=True).exists()

    for notice in Notice.objects.exclude(kind="digest").filter(attempts__gt=0):
        if notice.sent_at is not None:
            assert (taken[message_id(notice)], notice.carried_by) == (1, None)
    carrying = Counter(
        Notice.objects.filter(carried_by__isnull=False).values_list("to__email", flat=True)
    )
    assert Counter(to for message in mail.outbox for to in message.to) == Counter(set(carrying))
    assert Notice.objects.filter(pk__in=[notice.pk for notice in owed]).count() == len(owed)

    # Each reminder was raised once, and everybody told of it once.
    assert Counter(Reminder.objects.values_list("level", flat=True)) == {"overdue": 4, "risen": 4}
    assert Notice.objects.filter(kind__startswith="reminder").count() == 8
    assert raise_reminders(at=timezone.now()) == 0


# --- What may be away ---------------------------------------------------------------------------


class Patience:
    """Stands in for the pauses: remembers them, and after so many things are as they should be."""

    def __init__(self, pauses: int, mended: Callable[[], None]) -> None:
        self.pauses, self.mended = pauses, mended
        self.waited: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        if len(self.waited) == self.pauses:
            self.mended()

    def over(self) -> bool:
        """Until nothing is left; a test that waits for ever fails."""
        assert len(self.waited) < 50
        return len(self.waited) >= self.pauses and not waiting()


@pytest.fixture
def few(owed: list[Notice], now: Any) -> list[Notice]:
    """Three notices, and nothing overdue."""
    Referral.objects.update(next_due_on=date(2030, 1, 2))
    Notice.objects.filter(pk__in=[notice.pk for notice in owed[3:]]).update(sent_at=now)
    return owed[:3]


def test_the_database_may_go_and_come_back(few: list[Notice]) -> None:
    gone = True

    def back() -> None:
        nonlocal gone
        gone = False

    def unless_gone(execute: Any, *args: Any) -> Any:
        if gone:
            raise OperationalError("away")
        return execute(*args)

    patience = Patience(4, back)
    with connection.execute_wrapper(unless_gone):
        stop = lambda: not gone and patience.over()  # noqa: E731 - nothing is asked of what is gone
        Worker(1.0, stop, patience.wait).run()
    assert len(mail.outbox) == 3
    assert patience.waited[:4] == [1.0, 2.0, 4.0, 8.0]


def test_the_mail_server_may_go_and_come_back(few: list[Notice], settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.actions.mailing.Away"

    def back() -> None:
        settings.EMAIL_BACKEND = LOCAL

    patience = Patience(8, back)
    Worker(1.0, patience.over, patience.wait).run()
    assert len(mail.outbox) == 3
    assert patience.waited[:8] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


def test_what_went_while_the_database_was_away_is_noted_when_it_is_back(
    few: list[Notice], settings: Any
) -> None:
    settings.EMAIL_BACKEND = "tests.actions.mailing.ThenNoDatabase"

    def back() -> None:
        ThenNoDatabase.away = False
        settings.EMAIL_BACKEND = LOCAL

    def unless_gone(execute: Any, *args: Any) -> Any:
        if ThenNoDatabase.away:
            raise OperationalError("away")
        return execute(*args)

    patience = Patience(3, back)
    with connection.execute_wrapper(unless_gone):
        Worker(1.0, lambda: not ThenNoDatabase.away and patience.over(), patience.wait).run()
    assert len(mail.outbox) == 3
    assert not Notice.objects.filter(sent_at__isnull=True).exists()
