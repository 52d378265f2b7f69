"""Does SQLite know how much its tables hold, so that it does not guess its way through a question?"""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referrals.actions.stock import take_stock
from referrals.management.commands.worker import Worker
from referrals.models import Child
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL counts by itself.")


def counted(table: str) -> int:
    """How many rows SQLite reckons with; 0 where nobody counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if cursor.fetchone() is None:
            return 0
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [table])
        return max((int(stat.split()[0]) for (stat,) in cursor.fetchall()), default=0)


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("DELETE FROM sqlite_stat1")


@pytest.mark.usefixtures("_on_sqlite")
def test_what_a_table_holds_is_counted(cast: Cast) -> None:
    forget()
    assert take_stock()
    assert counted("referrals_child") == Child.objects.count() > 0


@pytest.mark.usefixtures("_on_sqlite")
def test_the_worker_counts_at_its_start_and_each_time_it_is_run_once(cast: Cast) -> None:
    forget()
    Worker(0, lambda: False, lambda _: None).step()
    assert counted("referrals_child") == Child.objects.count()
    forget()
    call_command("worker", "--once")
    assert counted("referrals_child") == Child.objects.count()


@pytest.mark.usefixtures("_on_sqlite")
def test_a_table_that_a_migration_made_anew_is_counted_again(cast: Cast) -> None:
    forget()
    call_command("migrate", verbosity=0)
    assert counted("referrals_child") == 0  # nothing was to be done
    call_command("migrate", "referrals", "0028", verbosity=0)
    assert counted("referrals_child") == Child.objects.count()
    forget()
    call_command("migrate", verbosity=0)
    assert counted("referrals_child") == Child.objects.count()


def test_a_server_that_counts_by_itself_is_asked_nothing(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite does not.")
    with CaptureQueriesContext(connection) as asked:
        assert not take_stock()
    assert len(asked) == 0
