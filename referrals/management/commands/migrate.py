"""How are tables changed while people work? A migration waits for its lock for seconds, or gives up.

Whichever way the tables came to be, from then on the database keeps the lists of referrals.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from referrals.actions.listed import lists_amiss
from referrals.actions.treated import treated_amiss
from referrals.models import Listed, Treated, listed, treated

#: Whoever asks for a table queues behind a migration that waits for it: so long, and no longer.
SECONDS: Final = 5.0
#: How PostgreSQL says that a lock did not come in time.
_NO_LOCK: Final = "55P03"


class Command(migrate.Command):
    help = f"{migrate.Command.help} On PostgreSQL it gives up where a table is not free in time."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-seconds", type=float, default=SECONDS, help="so long it waits for a table"
        )

    def handle(self, *args: Any, lock_seconds: float = SECONDS, **options: Any) -> None:
        connection = connections[options["database"]]
        with gives_up(options["database"], lock_seconds):
            if options["plan"] or options["check_unapplied"]:
                super().handle(*args, **options)
                return
            if connection.vendor == "sqlite" and _changes(connection, options):
                # It changes a table by making it anew: no trigger may speak of the one that goes.
                listed.let_go(connection)
                listed.let_go(connection, treated.TRIGGERS)
            try:
                super().handle(*args, **options)
            finally:
                _keep_lists(connection)
                if connection.vendor == "sqlite":
                    _forget_counts(connection)


def _forget_counts(connection: Any) -> None:
    """Drop what `ANALYZE` or `PRAGMA optimize` left there, whoever ran it.

    SQLite 3.40 answers wrongly once it was counted: `place IN (…) AND due < day` found what is due long
    after that day (its SeekScan passes over the second bound). Nothing here counts.
    """
    if "sqlite_stat1" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_stat1")


def _keep_lists(connection: Any) -> None:
    """Where the database does not keep them yet: filled before, and what came meanwhile after."""
    of_teams, of_therapy = partial(lists_amiss, at=timezone.now()), treated_amiss
    for table, triggers, amiss in (
        (Listed, listed.TRIGGERS, of_teams), (Treated, treated.TRIGGERS, of_therapy),
    ):  # fmt: skip
        there = table._meta.db_table in connection.introspection.table_names()
        if there and not listed.is_kept(connection, triggers):
            amiss(mend=True)
            listed.keep(connection, triggers)
            amiss(mend=True)


def _changes(connection: Any, options: dict[str, Any]) -> bool:
    """Whether a migration is to be done, or undone."""
    executor = MigrationExecutor(connection)
    every = executor.loader.graph.leaf_nodes()
    return bool(options["app_label"] or executor.migration_plan(every))


@contextmanager
def gives_up(alias: str, seconds: float) -> Iterator[None]:
    """Wait so many seconds for each lock. Raises CommandError where one did not come.

    Only PostgreSQL: SQLite has one writer and its own limit.
    """
    connection = connections[alias]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {int(seconds * 1000)}")
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _NO_LOCK:
            raise
        raise CommandError(
            f"A table was in use for {seconds:g} seconds, so this gave up rather than keep people"
            " waiting. Migrations before it are done, this one is not: run it again, at a quieter"
            " moment or with the worker stopped."
        ) from error
    finally:
        # The pool hands this connection on. One that broke is thrown away with its settings.
        if connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
