"""How does a database plan what it is asked, and keep the plan?

To plan a home takes it as long as to answer it. So a statement goes with its keys and moments left
open: PostgreSQL plans it once for all who ask it on this connection.
What its shape decides (states, days, "is open") stands in its text, where a partial index is found
by it. For want of that SQLite, which keeps every plan, makes it anew whenever a value is given by
which such an index might be found.
"""

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Final

from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.models import QuerySet, Subquery
from django.db.models.lookups import IsNull
from psycopg import Cursor, errors, sql

#: More than a worker's shapes of a day; the one not asked for longest goes.
MOST: Final = 150
_MARK: Final = re.compile("%%|%s")


def is_there(rows: QuerySet[Any]) -> IsNull:
    """EXISTS, asked of one row after the other in the order of an index until a list is full.

    Of a plain EXISTS PostgreSQL believes that few rows pass: it reads, joins and sorts them all.
    """
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)


def with_gaps(statement: str, params: Sequence[Any], gaps: Collection[int], connection: Any) -> str:
    """The statement with all its parameters written out but those whose places are gaps.

    Empty where one of them is of a kind that nobody writes out for SQLite.
    """
    connection.ensure_connection()
    written_out = (param for at, param in enumerate(params) if at not in gaps)
    if connection.vendor != "postgresql" and not all(map(_is_plain, written_out)):
        return ""
    places = count()

    def written(mark: re.Match[str]) -> str:
        if mark[0] == "%%":
            return "%%"
        at = next(places)
        return "%s" if at in gaps else _literal(params[at], connection).replace("%", "%%")

    return _MARK.sub(written, statement)


def _literal(value: Any, connection: Any) -> str:
    if connection.vendor == "postgresql":
        return sql.Literal(value).as_string(connection.connection)
    if isinstance(value, str):
        return "'{}'".format(value.replace("'", "''"))
    return "NULL" if value is None else str(int(value))


def _is_plain(value: Any) -> bool:
    """Whether SQLite reads it from a text as it is: one with a zero in it would end there."""
    return value is None or isinstance(value, int) or (isinstance(value, str) and "\0" not in value)


class _Keeping(Cursor[Any]):
    """The server binds what it executes, and keeps its plan."""

    def execute(self, query: Any, params: Any = None, **asked: Any) -> Any:
        try:
            return super().execute(query, params, prepare=True)
        except (errors.FeatureNotSupported, errors.InvalidSqlStatementName):
            # A migration changed the type of a column since, or the server has lost the plan.
            if self.connection.info.transaction_status:
                raise
            return super().execute(query, params, prepare=False)


@lru_cache(MOST)
def _marked(statement: str) -> str:
    """With the marks of SQLite for Django's: to look for them takes longer than some answers."""
    return _MARK.sub(lambda mark: "%" if mark[0] == "%%" else "?", statement)


class _Marking(SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        return _marked(query)


def keeping(connection: Any, execute: Callable[..., Any]) -> Callable[..., Any]:
    """`execute`, but what it asks on this connection is planned by the server, and the plan kept.

    SQLite keeps it by itself: there the statement alone is kept in its own words.
    """
    on_server = connection.vendor == "postgresql"

    def kept(*args: Any, **named: Any) -> Any:
        connection.ensure_connection()
        asked = connection.connection
        if not on_server:
            connection.create_cursor = lambda name=None: asked.cursor(factory=_Marking)
            try:
                return execute(*args, **named)
            finally:
                del connection.create_cursor
        before, asked.prepare_threshold, asked.prepared_max = asked.cursor_factory, 0, MOST
        asked.cursor_factory = _Keeping
        try:
            return execute(*args, **named)
        finally:
            asked.cursor_factory = before

    return kept
