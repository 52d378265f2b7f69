"""Is SQLite left without counts of its tables, with which some versions of it answer wrongly?"""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from referrals.actions.reminder import raise_reminders
from referrals.models import Notice, Referral
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL counts by itself, and answers rightly.")


def counted() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if cursor.fetchone() is None:
            return 0
        cursor.execute("SELECT count(*) FROM sqlite_stat1")
        return int(cursor.fetchone()[0])


def test_what_somebody_counted_is_forgotten_at_the_next_start(sent: Referral, now: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert counted() > 0
    call_command("migrate", verbosity=0)
    assert counted() == 0
    connection.close()  # as a server does that starts: counts are read when a database is opened
    Referral.objects.update(next_due_on=date(2090, 1, 2))
    before = Notice.objects.count()
    assert (raise_reminders(at=now), Notice.objects.count()) == (0, before)


def test_the_worker_and_a_migration_count_nothing(cast: Cast) -> None:
    call_command("worker", "--once")
    call_command("migrate", verbosity=0)
    assert counted() == 0
