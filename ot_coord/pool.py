"""How long does a page wait for a connection, and how soon is it noticed that the database is back?

Left to itself the pool asks less and less often for a database that is away, and for nobody in
between: after a restart of some minutes each process went on refusing for nearly as long again.
So it gives up at once, and whoever comes next asks anew.
"""

from typing import Any, Final

from django.db.backends.signals import connection_created

#: Seconds for a connection while the database answers. After its restart each that died is tried first.
PATIENT: Final = 10.0
#: While it does not: others queue behind whoever waits.
BRIEF: Final = 1.0


def _gone(pool: Any) -> None:
    pool.timeout = BRIEF


def _found(connection: Any, **_: Any) -> None:
    pool = getattr(connection, "pool", None)
    if pool is not None:
        pool.timeout = PATIENT


connection_created.connect(_found, dispatch_uid="ot_coord.pool")

POOL: Final[dict[str, Any]] = {
    "min_size": 1, "max_size": 8, "timeout": PATIENT,
    "reconnect_timeout": BRIEF, "reconnect_failed": _gone,
}  # fmt: skip
