"""How does PostgreSQL plan what it is asked, and keep the plan?

To plan a home takes it longer than to answer it. So a statement goes with its keys and moments left
open: it is planned for itself a few times, then once for all who ask it on this connection. What its
shape decides (states, days, "is open") stands in its text, where a partial index is found by it.
"""

import re
from collections.abc import Callable, Collection, Sequence
from itertools import count
from typing import Any, Final

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
    """The statement with all its parameters written out but those whose places are gaps."""
    connection.ensure_connection()
    places = count()

    def written(mark: re.Match[str]) -> str:
        if mark[0] == "%%":
            return "%%"
        at = next(places)
        if at in gaps:
            return "%s"
        return sql.Literal(params[at]).as_string(connection.connection).replace("%", "%%")

    return _MARK.sub(written, statement)


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


def keeping(connection: Any, execute: Callable[..., Any]) -> Callable[..., Any]:
    """`execute`, but what it asks on this connection is planned by the server, and the plan kept."""

    def kept(*args: Any, **named: Any) -> Any:
        connection.ensure_connection()
        asked = connection.connection
        before, asked.prepare_threshold, asked.prepared_max = asked.cursor_factory, 0, MOST
        asked.cursor_factory = _Keeping
        try:
            return execute(*args, **named)
        finally:
            asked.cursor_factory = before

    return kept
