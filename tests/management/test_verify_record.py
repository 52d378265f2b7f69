"""Does the command that verifies the record say what is broken, and nothing of what stands there?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from referrals.actions import seal
from referrals.actions.recording import record_views
from referrals.actions.seal import seal_rows
from referrals.management.commands.worker import Worker
from referrals.models import Event, Referral, Seal
from referrals.queries.seal import Verification, head
from tests.conftest import Cast

#: Workers that seal at one moment.
SEALERS = 3


def verified(*options: str) -> list[str]:
    out = StringIO()
    call_command("verify_record", *options, stdout=out)
    return out.getvalue().splitlines()


def test_a_record_that_is_whole(sent: Referral) -> None:
    while seal_rows(at=timezone.now()):
        pass
    count = Seal.objects.count()
    assert verified("--known", head()) == [
        f"{count} seals were looked at, the last {head()}",
        f"{count} of them were made without a key.",
        "The record is what was written.",
    ]


def test_of_what_is_broken_it_names_table_row_and_moment_and_no_word(
    sent: Referral, now: datetime
) -> None:
    while seal_rows(at=timezone.now()):
        pass
    event = Event.objects.get(kind="referral_sent")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_event SET kind = 'secret' WHERE kind = 'referral_sent'")
    number = Seal.objects.get(row=event.pk).number
    with pytest.raises(CommandError) as said:
        verified()
    assert str(said.value) == (
        f"The record is broken in 1 places. The first: Event {event.pk}"
        f" of {event.at:%Y-%m-%d %H:%M:%S} UTC (seal {number}) is not what was sealed."
    )


def test_what_was_noted_is_asked_for_as_it_is_printed(sent: Referral) -> None:
    with pytest.raises(CommandError, match="NUMBER:LINK"):
        verified("--known", "seven")


def test_the_worker_seals(sent: Referral) -> None:
    call_command("worker", once=True, stdout=StringIO())
    assert Seal.objects.filter(sort="event").count() == Event.objects.count()


@pytest.mark.django_db(transaction=True)
def test_sealers_at_one_moment_make_one_chain(
    transactional_db: Any, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "BATCH", 7)  # many short turns: they meet often
    record_views(
        children=[cast.child.pk] * 100, by=cast.therapist, at=now, role="therapist", page="search"
    )
    gate = Barrier(SEALERS)

    def one(_: int) -> int:
        try:
            gate.wait()
            return sum(iter(lambda: seal_rows(at=timezone.now()), 0))
        finally:
            connection.close()

    with ThreadPoolExecutor(SEALERS) as pool:
        counts = list(pool.map(one, range(SEALERS)))

    # None stopped because another was quicker: nothing is left to be sealed.
    assert seal_rows(at=timezone.now()) == 0
    assert sum(counts) == Seal.objects.count() > 100
    walk = Verification(at=timezone.now())
    assert list(walk.breaks()) == []
    assert walk.count == Seal.objects.values("sort", "row").distinct().count() == sum(counts)


def test_made_anew_without_the_key_the_command_fails(sent: Referral, settings: Any) -> None:
    while seal_rows(at=timezone.now()):
        pass
    settings.SEAL_KEY = "for-these-tests-only-" * 2
    with pytest.raises(CommandError, match=r"broken in 1 places.*though SEAL_KEY is set"):
        verified()
    assert verified("--known", head())[-1] == "The record is what was written."


def test_rows_that_cannot_be_sealed_are_told_and_hold_up_no_worker(
    sent: Referral, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX one_a_moment ON referrals_seal (sealed_at)")
    with pytest.raises(IntegrityError):
        seal_rows(at=timezone.now())
    turns = iter([False, False])
    Worker(0, lambda: next(turns, True), lambda _: None).run()
    assert [one.msg["event"] for one in caplog.records if one.levelname == "ERROR"] == [  # type: ignore[index]
        "rows not sealed"
    ]
    assert list(turns) == []
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_a_moment")
    assert seal_rows(at=timezone.now()) == Seal.objects.count() > 0
