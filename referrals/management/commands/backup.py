"""How is everything kept in one file? Every table and every upload, as they were at one moment."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from referrals.management.archive import write_archive
from referrals.management.tables import Ledger


class Command(BaseCommand):
    help = (
        "Write all records, accounts and uploaded files into one file. It is as secret as the"
        " database: encrypt it. Works while the product runs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="where to; - writes to the standard output")
        parser.add_argument(
            "--overwrite", action="store_true", help="replace the file if there is one"
        )

    def handle(self, *args: Any, file: str, overwrite: bool = False, **options: Any) -> None:
        try:
            if file == "-":
                with unchanging():
                    manifest = self._write(sys.stdout.buffer)
            else:
                with whole(Path(file), overwrite) as target, unchanging():
                    manifest = self._write(target)
        except OSError as error:
            raise CommandError(f"Nothing was kept: {error.strerror or error}.") from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        files = len(manifest["files"])
        self.stderr.write(f"{rows:,} rows and {files:,} files were kept.", ending="\n")
        if manifest["missing"]:
            self.stderr.write(
                f"{len(manifest['missing'])} files are named in the records and not there."
            )

    def _write(self, target: IO[bytes]) -> dict[str, Any]:
        applied = MigrationRecorder(connection).applied_migrations()
        about = {
            "product": settings.SITE_NAME,
            "version": settings.VERSION,
            "written_at": timezone.now().isoformat(timespec="seconds"),
            "database": connection.vendor,
            "migrations": sorted(map(list, applied)),
        }
        return write_archive(target, Ledger(), default_storage, about)


@contextmanager
def unchanging() -> Iterator[None]:
    """One read transaction: whatever is written meanwhile, all tables are of one moment."""
    if connection.vendor == "sqlite":
        # Not IMMEDIATE as elsewhere: who only reads keeps nobody from writing.
        sqlite: Any = connection
        sqlite.ensure_connection()
        mode, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic(durable=True):
                yield
        finally:
            sqlite.transaction_mode = mode
        return
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def whole(path: Path, overwrite: bool) -> Iterator[IO[bytes]]:
    """A file that stands under its name only once it is complete and on the disk."""
    if path.exists() and not overwrite:
        raise CommandError(f"{path} is there already. --overwrite replaces it.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        if overwrite:
            part.replace(path)
        else:
            os.link(part, path)  # fails where somebody else was quicker
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
