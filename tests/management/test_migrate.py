"""Does a migration that cannot have its table give up, rather than let everybody queue behind it?"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from time import monotonic

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from referrals.management.commands.migrate import gives_up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, and no locks of tables.")


@contextmanager
def held(table: str) -> Iterator[None]:
    """Somebody else is busy with the table, over a connection of their own."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()
    finally:
        other.close()


def change_the_heartbeat() -> None:
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE referrals_heartbeat ADD COLUMN colour text")
        editor.execute("ALTER TABLE referrals_heartbeat DROP COLUMN colour")


def wait_of_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])


def test_a_migration_whose_table_is_in_use_gives_up_and_can_be_run_again() -> None:
    began = monotonic()
    refused = pytest.raises(CommandError, match="run it again")
    with held("referrals_heartbeat"), refused, gives_up("default", 0.2):
        change_the_heartbeat()
    assert monotonic() - began < 5
    assert wait_of_now() == "0"

    with gives_up("default", 0.2):
        change_the_heartbeat()


def test_the_command_waits_for_locks_so_long_and_no_longer() -> None:
    recorder = MigrationRecorder(connection)
    was_there = recorder.has_table()
    recorder.ensure_schema()
    try:
        with (
            held("django_migrations"),
            pytest.raises(CommandError, match=r"in use for 0\.2 seconds"),
        ):
            call_command("migrate", lock_seconds=0.2, plan=True, stdout=StringIO())
        call_command("migrate", lock_seconds=0.2, plan=True, stdout=StringIO())
    finally:
        if not was_there:
            with connection.schema_editor() as editor:
                editor.delete_model(recorder.Migration)
