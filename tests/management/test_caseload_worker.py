"""Is a caseload whole and nothing of it twice, though the worker's process is killed in the middle?

Real workers, each a process of its own, on the database of the test, whose rows are committed.
"""

import os
import sqlite3
import subprocess
import sys
import time as clock
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from referrals.actions import batching
from referrals.actions.caseload import bring_caseload
from referrals.models import Caseload, Child, Event, Referral
from tests.conftest import Cast
from tests.factories.caseload import checked, csv, row, worked

from .test_worker import PATIENT, ROOT, database_url, until_quiet

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 75
Start = Callable[..., subprocess.Popen[bytes]]
WORKS = """
import django
django.setup()
from django.core.management import call_command
call_command("worker", every=0.05)
"""
#: A worker that after thirty rows says what it sees of them itself, and goes no further.
HALTS = """
import os, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from referrals.actions import batching
from referrals.models import Child
bring, brought = batching.bring_row, []
def halts(**told):
    bring(**told)
    brought.append(told)
    if len(brought) == 30:
        seen = Child.objects.filter(family_name="Sol").count()
        said = Path(os.environ["DATA_DIR"], "part")
        said.write_text(f"{seen} {connection.in_atomic_block}")
        said.rename(said.with_name("said"))
        time.sleep(600)
batching.bring_row = halts
call_command("worker", every=0.05)
"""


@pytest.fixture
def worker(settings: Any, tmp_path: Path) -> Iterator[Start]:
    """`worker()` starts one; whatever lives at the end is ended."""
    settings.MEDIA_ROOT = tmp_path / "files"
    started: list[subprocess.Popen[bytes]] = []
    told = {
        "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url(),
        "DATA_DIR": str(tmp_path), "EMAIL_URL": "memorymail://",
    }  # fmt: skip

    def start(program: str = WORKS) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-"], stdin=subprocess.PIPE,
            cwd=ROOT, env=os.environ | told, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        assert process.stdin is not None
        process.stdin.write(program.encode())
        process.stdin.close()
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
    until_quiet()


def until(so: Callable[[], bool]) -> None:
    give_up = clock.monotonic() + PATIENT
    while not so():
        assert clock.monotonic() < give_up
        clock.sleep(0.02)


def let_in(cast: Cast, now: Any, mode: str) -> Caseload:
    rows = [row(str(n), f"Luz{n}") for n in range(ROWS)]
    made = checked(csv(rows), cast.clinic, by=cast.coordinator, at=now)
    return bring_caseload(
        caseload=made, mode=mode, near_too=False, by=cast.coordinator, at=timezone.now()
    )


def came_to(made: Caseload, rows: int) -> None:
    until(lambda: stands(made).done_rows >= rows)


def stands(made: Caseload) -> Caseload:
    return Caseload.objects.get(pk=made.pk)


def killed(process: subprocess.Popen[bytes], made: Caseload) -> None:
    """At once, as the machine would: nothing of it can tidy up. Then its lease runs out."""
    process.kill()
    process.wait()
    until_quiet()
    Caseload.objects.filter(pk=made.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def whole() -> None:
    """What an uninterrupted import leaves: each child, its referral and its event once."""
    here = Child.objects.filter(family_name="Sol")
    names = sorted(here.values_list("given_name", flat=True))
    assert names == sorted(f"Luz{n}" for n in range(ROWS))
    assert Referral.objects.filter(child__in=here).count() == ROWS
    for kind in ("child_registered", "referral_brought_in"):
        assert Event.objects.filter(kind=kind, child__in=here).count() == ROWS


def test_killed_in_the_middle_the_next_worker_brings_the_rest_in_once(
    cast: Cast, now: Any, worker: Start
) -> None:
    made = let_in(cast, now, "right")
    for least in (1, 26):
        process = worker()
        came_to(made, least)
        killed(process, made)
        found = Child.objects.filter(family_name="Sol").count()
        assert least <= found < ROWS
        assert found == stands(made).done_rows
    worker()
    until(lambda: stands(made).state == "done")
    whole()


def test_on_sqlite_others_write_in_the_breath_between_two_batches(
    cast: Cast, now: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("Elsewhere several write at a time, and nobody needs to pause.")
    settings.MEDIA_ROOT = tmp_path / "files"
    made = let_in(cast, now, "right")
    breaths: list[tuple[int, int]] = []

    def another_writes(seconds: float) -> None:
        assert seconds > 0.1  # who waits for the pen looks again each tenth of a second
        # Without patience: it fails where the worker still holds the pen.
        other = sqlite3.connect(
            connection.settings_dict["NAME"], timeout=0, uri=True, isolation_level=None
        )
        other.execute("BEGIN IMMEDIATE")
        written = other.execute("UPDATE referrals_child SET family_name = family_name").rowcount
        other.execute("COMMIT")
        other.close()
        breaths.append((stands(made).done_rows, written))

    before = Child.objects.count()
    monkeypatch.setattr(batching, "sleep", another_writes)
    assert worked(made, timezone.now()).state == "done"
    assert breaths == [(done, before + done) for done in (25, 50, 75)]
    whole()


def test_killed_in_the_middle_of_all_or_none_there_is_none_and_then_all(
    cast: Cast, now: Any, worker: Start, tmp_path: Path
) -> None:
    made = let_in(cast, now, "all")
    said = tmp_path / "said"
    process = worker(HALTS)
    until(said.exists)
    # Thirty rows are written, and nobody else sees one.
    assert said.read_text() == "30 True"
    assert process.poll() is None
    killed(process, made)
    # PostgreSQL was told of the first batch beside it, until who follows begins anew.
    told = 0 if connection.vendor == "sqlite" else batching.BATCH
    assert (stands(made).state, stands(made).done_rows) == ("bringing", told)
    assert not Child.objects.filter(family_name="Sol").exists()
    worker()
    until(lambda: stands(made).state == "done")
    whole()


def test_how_far_all_or_none_has_come_is_seen_from_outside_while_its_rows_are_not(
    cast: Cast, now: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("There nobody can write beside it: its page says that it waits for the night.")
    settings.MEDIA_ROOT = tmp_path / "files"
    made = let_in(cast, now, "all")
    bring, seen = batching.bring_row, []

    def looked_at(**told: Any) -> None:
        outside: Any = connection.copy(alias="outside")  # type: ignore[no-untyped-call]
        with outside.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM referrals_child WHERE family_name = 'Sol'")
            (children,) = cursor.fetchone()
            cursor.execute("SELECT done_rows FROM referrals_caseload")
            seen.append((*cursor.fetchone(), children))
        outside.close()
        bring(**told)

    monkeypatch.setattr(batching, "bring_row", looked_at)
    assert worked(made, timezone.now()).state == "done"
    assert sorted(set(seen)) == [(0, 0), (25, 0), (50, 0)]
    whole()
