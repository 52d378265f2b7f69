"""From what does SQLite reckon which of two ways to a row is shorter? From counts that somebody takes.

Without them it guesses: every value of an index is of ten rows. PostgreSQL counts by itself (autovacuum).
"""

from typing import Final

from django.db import connection

#: So many rows of an index are looked at: a large table takes no longer than a small one, and whoever
#: writes waits less than a second (measured at 100,000 children; without a limit four, and ever more).
_LOOKED_AT: Final = 1000


def take_stock() -> bool:
    """Let SQLite count anew what its tables hold; whether there was anything to do here.

    In one statement: a connection reads the counts when it is opened, and must not find half of them.
    """
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {_LOOKED_AT}")
        cursor.execute("ANALYZE")
    return True
