"""Does every referral stand in the lists of its child's team, and nowhere else?

The database keeps that by itself (`models.listed`). Here it is looked at, mended where the triggers
were not there for a while, and what ended long ago is taken out.
"""

from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from referrals.models import Child, Listed, Seat
from referrals.models.listed import EXPECTED, THERE, fill

#: So many rows are taken out with one statement.
_AT_ONCE: Final = 2000
_COUNT: Final = "SELECT COUNT(*) FROM ({}) found"
_LEFT_OVER: Final = f"{THERE} EXCEPT {EXPECTED}"
_TAKE_OUT: Final = (
    "DELETE FROM referrals_listed WHERE (referral_id, holder, role)"
    " IN (SELECT gone.referral_id, gone.holder, gone.role FROM (" + _LEFT_OVER + ") gone)"  # nosec B608
)
#: An ended seat lists nothing any more: what was swept of it does not lack.
_LACKING: Final = f"{EXPECTED} AND s.until > %s EXCEPT {THERE}"


def lists_amiss(*, at: datetime, mend: bool) -> tuple[int, int]:
    """How many rows lack and how many are left over or say what was; `mend` puts them right."""
    with connection.cursor() as cursor:
        # To look takes a while in a large region: meanwhile everybody writes on.
        left_over = _counted(cursor, _LEFT_OVER)
        lacking = _counted(cursor, _LACKING, at)
        if mend and (left_over or lacking):
            with transaction.atomic():
                cursor.execute(_TAKE_OUT)
                cursor.execute(fill("s.until > %s"), [_written(at)])
    return lacking, left_over


def _counted(cursor: Any, rows: str, *moments: datetime) -> int:
    cursor.execute(_COUNT.format(rows), [*map(_written, moments)])
    return int(cursor.fetchone()[0])


def _written(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def sweep_ended(*, at: datetime) -> int:
    """Take out what those list whose last seat ended, and say how much: nobody reads through it."""
    held = Seat.objects.filter(
        holder=OuterRef("holder"), role=OuterRef("role"), child=OuterRef("referral__child")
    )
    over = Listed.objects.filter(Exists(held), ~Exists(held.filter(until__gt=at))).order_by("pk")
    swept = 0
    while some := dict(over.values_list("pk", "referral__child")[:_AT_ONCE]):
        with transaction.atomic():
            # Nobody gives a seat meanwhile: who just did is seen when it is asked once more.
            children = Child.objects.filter(pk__in=set(some.values())).order_by("pk")
            list(children.select_for_update(no_key=True).values_list("pk"))
            swept += over.filter(pk__in=list(some)).delete()[0]
    return swept
