"""How does everything come back from a backup? All of it, looked at row by row, or nothing."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from referrals.management.archive import Archive, Damaged
from referrals.management.exchange import Exchange
from referrals.management.tables import Ledger, Tally, label_of, names

#: What a manifest or a row that is none of ours makes of the code that reads it.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ValidationError)


class Command(BaseCommand):
    help = "Bring back what `backup` kept. Stop the server and the worker first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="take out all that the database holds now"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask before replacing")

    def handle(
        self, *args: Any, file: Path, replace: bool = False, yes: bool = False, **options: Any
    ) -> None:
        try:
            with Archive(file) as archive:
                registry, made = self._registry(archive)
                self._restore(archive, Ledger(registry), replace, yes)
        except Damaged as error:
            raise CommandError(f"Nothing was changed. This backup is refused: {error}.") from error
        except (*UNREADABLE, DatabaseError, OSError) as error:
            # What the database says may quote a row: only its kind is told.
            raise CommandError(
                f"Nothing was changed. It could not be brought back: {type(error).__name__}."
            ) from error
        if made:
            self.stdout.write("Now run `manage.py prepare`.")

    def _registry(self, archive: Archive) -> tuple[Apps, bool]:
        """The tables as the backup knew them; an empty database is first made such (then True)."""
        executor = MigrationExecutor(connection)
        here = set(executor.loader.applied_migrations)
        known = set(executor.loader.disk_migrations) | here
        kept = {(app, name) for app, name in archive.manifest["migrations"]}
        version = archive.manifest["version"]
        if kept - known:
            raise CommandError(
                f"Nothing was changed. The backup is of version {version}, which is newer than"
                f" this one ({settings.VERSION}): restore it with that version."
            )
        if kept == here:
            return apps, False
        if here:
            raise CommandError(
                f"Nothing was changed. The backup is of version {version} and the database of"
                " another: restore into a new, empty database, then run `manage.py prepare`."
            )
        graph = executor.loader.graph
        last = [one for one in kept if not any(c.key in kept for c in graph.node_map[one].children)]
        executor.migrate(sorted(last))
        executor.loader.build_graph()
        if kept == set(executor.loader.disk_migrations):
            return apps, True
        return executor.loader.project_state(sorted(last)).apps, True

    def _restore(self, archive: Archive, ledger: Ledger, replace: bool, yes: bool) -> None:
        kept = {label: sorted(told["columns"]) for label, told in archive.tables.items()}
        if kept != {label: sorted(names(table)) for label, table in ledger.tables.items()}:
            raise Damaged("its tables are not those of its version")
        exchange = Exchange(archive)
        if (room := exchange.room()) is not None and archive.swollen > room:
            raise CommandError("Nothing was changed. There is not enough room on the disk.")
        if ledger.holding() or exchange.before:
            if not replace:
                raise CommandError(
                    "Nothing was changed. There are records here already; --replace takes them out."
                )
            if (
                not yes
                and input("All records here will be lost. Type “replace” to go on: ") != "replace"
            ):
                raise CommandError("Nothing was changed.")
        try:
            exchange.make()
            with transaction.atomic(durable=True):
                self._load(archive, ledger)
        except BaseException as error:
            try:
                exchange.undo()
            except OSError:
                raise CommandError(
                    "It could not be brought back. The records are as they were; of the files some"
                    f" of before may still lie below {exchange.aside}: restore again."
                ) from error
            raise
        if left := exchange.settle():
            self.stderr.write(f"{left:,} files of before could not be removed; nothing names them.")
        rows = sum(told["rows"] for told in archive.tables.values())
        self.stdout.write(f"{rows:,} rows and {len(archive.files):,} files are back.")

    def _load(self, archive: Archive, ledger: Ledger) -> None:
        ledger.empty()
        for label, table in ledger.tables.items():
            order = archive.tables[label]["columns"]
            ledger.load(table, order, archive.rows(label, Tally()))
        ledger.settle()
        for label, table in ledger.tables.items():
            told = archive.tables[label]
            tally = ledger.tally(table, told["columns"])
            if (tally.count, tally.checksum) != (told["rows"], told["checksum"]):
                raise Damaged(f"{label_of(table)} did not come back as it was")
