"""Which statements write to the record while somebody only looks?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

#: What looking may write: that somebody looked and how far, what was saved, and what keeps them signed in.
LOOKING = (
    "referrals_recordview", "referrals_arrivalview", "referrals_export", "referrals_reading", "django_session", '"cache"',
    '"searches"',
)  # fmt: skip


@contextmanager
def writes() -> Iterator[list[str]]:
    """Every statement that writes to a table of the record, whoever sent it."""
    found: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        written = sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        if written and not any(table in sql.split("WHERE")[0] for table in LOOKING):
            found.append(sql[:120])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found
