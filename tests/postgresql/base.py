"""How are the tables emptied after a test that is not undone? By deleting its few rows, as in SQLite.

To truncate a hundred tables PostgreSQL makes a file anew for each of them and for each of their
indexes: seconds, where the rows of a test are gone in some milliseconds. No reference keeps a row:
each is looked at only in the end, when all of them are gone.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as Operations


class DatabaseOperations(Operations):
    def sql_flush(
        self, style: Any, tables: Sequence[str], *, reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:  # fmt: skip
        if reset_sequences:  # somebody counts on the numbers that are given next
            return super().sql_flush(
                style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade
            )
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608 - names of tables


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
