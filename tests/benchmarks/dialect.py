"""How does each database copy a region: in which words, and so that it takes minutes?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

#: How often a row is copied: once for each copy of a child, once for each place, or not.
LIGHT, PLACE, NEVER = "light", "place", "never"


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Postgres:
    """How one database says it."""

    uuid = "uuid"

    def copy_of(self, column: str, number: str) -> str:
        return f"(substr(({column})::text, 1, 28) || lpad(to_hex({number}), 8, '0'))::uuid"

    def another(self, column: str, number: str) -> str:
        return f"('f' || {number} || substr(({column})::text, 3))::uuid"

    def days_later(self, column: str, days: str) -> str:
        return f"(({column}) + ({days}) * interval '1 day')::date"

    def seconds_later(self, column: str, seconds: str) -> str:
        return f"({column}) + ({seconds}) * interval '1 second'"

    def copies(self, table: str, held: str, into: str, names: str) -> list[str]:
        """The statements that write the copies of a table of which `held` says how often."""
        return [
            f'{into} FROM "{table}" s JOIN kept k ON k.id = s."{held}" JOIN copies c ON {which} {names}'
            for which in (f"k.sort = '{PLACE}' AND c.n = c.place", f"k.sort = '{LIGHT}'")
        ]

    @contextmanager
    def without_indexes(self, table: str) -> Iterator[None]:
        yield

    #: As they come: ids of words say nothing of their order in life either.
    in_order = ""
    prepare: tuple[str, ...] = (
        "SET session_replication_role = replica",
        "SET synchronous_commit = off",
    )
    finish: tuple[str, ...] = ("SET session_replication_role = DEFAULT", "VACUUM ANALYZE")


class Sqlite:
    """It keeps every index row by row: one of keys in no order reads a page for each, of gigabytes.

    So what it cannot be without (its keys are in the table's own words) is written in order, and all
    other indexes are made when their table is full.
    """

    uuid = "char(32)"

    def copy_of(self, column: str, number: str) -> str:
        return f"(substr({column}, 1, 24) || printf('%08x', {number}))"

    def another(self, column: str, number: str) -> str:
        return f"('f' || {number} || substr({column}, 3))"

    def days_later(self, column: str, days: str) -> str:
        return f"date({column}, ({days}) || ' days')"

    def seconds_later(self, column: str, seconds: str) -> str:
        return f"strftime('%Y-%m-%d %H:%M:%f', {column}, ({seconds}) || ' seconds')"

    def copies(self, table: str, held: str, into: str, names: str) -> list[str]:
        """Of one row after the other all copies, in the order of their keys.

        From a table beside it: what is read and written in one statement would be laid down twice.
        """
        return [
            f'CREATE TEMPORARY TABLE source AS SELECT s.* FROM "{table}" s JOIN kept k ON k.id = s."{held}"'
            f' ORDER BY s."{held}"',
            *(
                f"{into} FROM source s CROSS JOIN kept k CROSS JOIN copies c {names}"
                f" WHERE k.id = s.\"{held}\" AND k.sort = '{sort}' AND {which}"
                for sort, which in ((PLACE, "c.n IN (SELECT place FROM copies)"), (LIGHT, "1 = 1"))
            ),
            "DROP TABLE source",
        ]

    @contextmanager
    def without_indexes(self, table: str) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master"
                " WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL ORDER BY rowid",
                [table],
            )
            made = cursor.fetchall()
        run(*(f'DROP INDEX "{name}"' for name, _ in made))
        yield
        run(*(sql for _, sql in made))

    in_order = "ORDER BY 1, 2, 3"
    #: Without a journal: a region that was not finished is built anew, and of 25 GB none is written twice.
    prepare: tuple[str, ...] = (
        "PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF",
        "PRAGMA cache_size=-2000000", "PRAGMA temp_store=FILE", "PRAGMA temp.cache_size=-500000",
    )  # fmt: skip
    #: Not counted, as no SQLite of this product is.
    finish: tuple[str, ...] = ("PRAGMA journal_mode=WAL",)


_SAID: Final[dict[str, Any]] = {"postgresql": Postgres, "sqlite": Sqlite}


def dialect() -> Any:
    return _SAID[connection.vendor]()
