"""Does all go on where the server's clock was set back: nothing twice, and nothing kept waiting?"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone

from referrals.actions.batching import LEASE as FILE_LEASE
from referrals.actions.consent import revoke_consent
from referrals.actions.heartbeat import beat
from referrals.actions.notice import LEASE, deliver_next, deliver_notices
from referrals.actions.reminder import raise_reminders
from referrals.management.commands import worker
from referrals.management.commands.worker import Worker
from referrals.models import Caseload, Listed, Notice, NoticePreference, Referral, Reminder, Seat
from tests.conftest import Cast
from tests.factories.consent import shared

ZONE = ZoneInfo("America/New_York")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 10, 10, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def nothing_else(cast: Cast, now: datetime) -> None:
    """What the cast was told while it came together has gone, and nobody tried anything."""
    Notice.objects.update(sent_at=now)
    cache.clear()


def owed(cast: Cast, at: datetime, **fields: Any) -> Notice:
    return Notice.objects.create(
        to=cast.therapist, kind="referral_sent", path="/referrals/1/", key=f"owed {at}",
        created_at=at, **fields,
    )  # fmt: skip


def once_a_day(cast: Cast, at: datetime) -> None:
    NoticePreference.objects.create(
        user=cast.therapist, how="digest", digest_at="08:00", quiet_from="20:00",
        quiet_until="07:00", changed_at=at,
    )  # fmt: skip


def test_the_worker_notices_it_once_also_after_a_restart(cast: Cast, now: datetime) -> None:
    assert [beat(at=now), beat(at=now + HOUR), beat(at=now + timedelta(minutes=1))] == [False] * 3
    assert [beat(at=now - DAY), beat(at=now - DAY)] == [True, False]
    assert beat(at=now) is False


def test_an_e_mail_that_waited_for_its_hour_or_its_worker_goes(cast: Cast, now: datetime) -> None:
    beat(at=now)
    owed(cast, now, not_before=now + HOUR)
    owed(cast, now + HOUR, leased_until=now + LEASE, attempts=1)
    back = now - 2 * DAY
    assert deliver_notices(at=back) == 0
    beat(at=back)
    assert deliver_notices(at=back) == 2
    assert deliver_notices(at=now + DAY) == 0
    assert len(mail.outbox) == 2


def test_the_daily_e_mail_comes_on_the_days_that_come_again_and_brings_nothing_twice(
    cast: Cast, now: datetime
) -> None:
    once_a_day(cast, now)
    for day in range(5):
        owed(cast, now + day * DAY - 3 * HOUR)
        deliver_notices(at=now + day * DAY)
        beat(at=now + day * DAY)
    assert len(mail.outbox) == 5
    back = now + HOUR
    beat(at=back)
    sent = []
    for day in range(4):
        owed(cast, back + day * DAY - 3 * HOUR)
        sent.append(deliver_notices(at=back + day * DAY))
        beat(at=back + day * DAY)
    # The e-mails of this day and the next have gone. What waits comes with the one after them.
    assert sent == [0, 0, 1, 1]
    digests = Notice.objects.filter(kind="digest").order_by("created_at", "pk")
    assert sorted(one.carries.count() for one in digests) == [1, 1, 1, 1, 1, 1, 3]


def test_what_was_written_while_the_clock_ran_ahead_goes_with_the_next_daily_e_mail(
    cast: Cast, now: datetime
) -> None:
    once_a_day(cast, now)
    ahead = owed(cast, now + 30 * DAY, not_before=now + 31 * DAY)
    deliver_next(at=now)
    ahead.refresh_from_db()
    assert ahead.not_before == datetime(2026, 3, 11, 8, tzinfo=ZONE)
    assert deliver_notices(at=now + DAY) == 1


def test_a_file_that_a_dead_worker_held_is_taken_up(cast: Cast, now: datetime) -> None:
    beat(at=now)
    file = Caseload.objects.create(
        organization=cast.clinic, uploaded_by=cast.coordinator, uploaded_at=now, rows_total=1,
        leased_until=now + FILE_LEASE, state="checking", form="csv", file="caseload/1",
    )  # fmt: skip
    beat(at=now - DAY)
    file.refresh_from_db()
    assert file.leased_until is None


def test_who_tried_too_often_is_not_kept_out_until_the_old_time(cast: Cast, now: datetime) -> None:
    beat(at=now)
    cache.set("tries", 5, 3600)
    beat(at=now - DAY)
    assert cache.get("tries") is None


def test_a_reminder_is_said_once_and_the_next_one_when_it_is_due(
    sent: Referral, now: datetime
) -> None:
    Referral.objects.update(next_due_on="2026-03-20", state_since=now)
    late = datetime(2026, 3, 21, 10, tzinfo=ZONE)
    assert raise_reminders(at=late) == 1
    for day in range(10, 22):
        raise_reminders(at=datetime(2026, 3, day, 11, tzinfo=ZONE))
    said = Reminder.objects.order_by("level").values_list("level", flat=True)
    assert sorted(said) == ["overdue", "soon"]


def test_a_consent_of_the_time_ahead_is_taken_back_for_good(cast: Cast, now: datetime) -> None:
    given = shared(cast.child, cast.school, "goals", by=cast.family, at=now)
    revoke_consent(consent=given, by=cast.family, at=now - DAY)
    given.refresh_from_db()
    assert given.revoked_at == now - DAY
    assert not Seat.objects.live(now + HOUR).filter(ground_id=given.pk).exists()


def test_a_list_that_was_swept_in_the_time_ahead_is_there_again(
    cast: Cast, sent: Referral, now: datetime
) -> None:
    lists = Listed.objects.filter(holder=cast.clinic.pk)
    Seat.objects.filter(holder=cast.clinic.pk).update(until=now + 30 * DAY)
    one = Worker(0, lambda: False, lambda _: None)
    with time_machine.travel(now + 60 * DAY):
        one.step()
    assert not lists.exists()
    one.beaten = None  # half a minute later
    with time_machine.travel(now):
        one.step()
    assert lists.get().referral == sent


def test_files_are_looked_for_again_where_the_database_went_away(
    monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    tries = iter([OperationalError("away"), None])
    swept = []

    def sweep(*, at: datetime) -> int:
        error = next(tries)
        if error:
            raise error
        swept.append(at)
        return 0

    monkeypatch.setattr(worker, "sweep_files", sweep)
    one = Worker(0, lambda: False, lambda _: None)
    with pytest.raises(OperationalError):
        one.step()
    with time_machine.travel(timezone.now() - DAY):
        one.step()
        one.step()
    assert len(swept) == 1
