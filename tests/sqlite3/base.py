"""How do the tests come by their tables? They were migrated once, and are copied after that."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db.backends.sqlite3 import base, creation

from tests.migrated import alone


class DatabaseCreation(creation.DatabaseCreation):
    """Whatever is laid there, `migrate` is still asked, and finds nothing left to do."""

    kept: Path

    def create_test_db(
        self, verbosity: int = 1, autoclobber: bool = False, serialize: bool = True, keepdb: bool = False
    ) -> str:  # fmt: skip
        with alone() as self.kept:
            name: str = super().create_test_db(verbosity, autoclobber, serialize, keepdb)
            # What somebody has used before is not as it was migrated.
            if not keepdb and not self.kept.exists():
                unfinished = self.kept.with_suffix(".unfinished")
                with closing(sqlite3.connect(unfinished)) as copy:
                    self.connection.connection.backup(copy)
                unfinished.rename(self.kept)
        return name

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name: str = super()._create_test_db(verbosity, autoclobber, keepdb)
        if not keepdb and self.kept.exists():
            shutil.copyfile(self.kept, name)
        return name


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation
