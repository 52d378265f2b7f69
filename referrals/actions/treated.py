"""Does the list of referrals of which therapy brought anything hold all of them, at their places?

The database keeps it by itself (`models.treated`). Here it is looked at, and mended where the triggers
were not there for a while.
"""

from typing import Any, Final

from django.db import connection, transaction

from referrals.models.treated import ELSEWHERE, EXPECTED, FILL, THERE

_COUNT: Final = "SELECT COUNT(*) FROM ({}) found"
_TAKE_OUT: Final = (
    "DELETE FROM referrals_treated WHERE referral_id IN (SELECT gone.referral_id FROM ("  # nosec B608
    + ELSEWHERE
    + ") gone)"
)


def treated_amiss(*, mend: bool) -> tuple[int, int]:
    """How many rows lack and how many name another place; `mend` puts them right."""
    with connection.cursor() as cursor:
        elsewhere = _counted(cursor, ELSEWHERE)
        lacking = _counted(cursor, f"{EXPECTED} EXCEPT {THERE}")
        if mend and (elsewhere or lacking):
            with transaction.atomic():
                cursor.execute(_TAKE_OUT)
                cursor.execute(FILL)
    return lacking, elsewhere


def _counted(cursor: Any, rows: str) -> int:
    cursor.execute(_COUNT.format(rows))
    return int(cursor.fetchone()[0])
