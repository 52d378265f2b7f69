"""Does the command that verifies the record say what is broken, and nothing of what stands there?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from referrals.actions import seal
from referrals.actions.recording import record_views
from referrals.actions.seal import seal_rows
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
            return sum(seal_rows(at=timezone.now()) for _ in range(20))
        finally:
            connection.close()

    with ThreadPoolExecutor(SEALERS) as pool:
        counts = list(pool.map(one, range(SEALERS)))

    counts += iter(lambda: seal_rows(at=timezone.now()), 0)
    assert sum(counts) == Seal.objects.count() > 100
    walk = Verification(at=timezone.now())
    assert list(walk.breaks()) == []
    assert walk.count == Seal.objects.values("sort", "row").distinct().count() == sum(counts)
