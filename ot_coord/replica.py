"""Which database answers a reader: the primary, or a replica that has caught up with it?

A page is read from a replica only if that shows all that the primary had committed when the page
began to read. So what somebody has just written, and what has just been taken from them, holds
with the next click, on whichever device. Who is signed in, and whatever a transaction or an answer
that writes reads, comes from the primary.
"""

import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.http import HttpRequest, HttpResponse

#: Seconds for which a replica that did not answer is not asked again.
_REST: Final = 10
_READS: Final = frozenset({"GET", "HEAD"})
#: Where the primary's log is safe. What is committed there is, before anybody sees it; only where commits
#: do not wait for the disk is that the end of the log. Elsewhere the end would not do: what no commit
#: follows stays unsent for a while, and until then no replica would have caught up.
_COMMITTED: Final = """
    SELECT CASE current_setting('synchronous_commit') WHEN 'off'
    THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END
"""
#: A server that was made a primary keeps where it stood, and goes its own way from there.
_SHOWS_ALL: Final = "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn"
#: What is written about a page and not shown on it: who looked.
_BESIDE: Final = frozenset({"referrals.RecordView"})
#: Replicas that did not answer, and the moment (time.monotonic) from which on they are asked again.
_resting: dict[str, float] = {}


class Reading:
    """One request that only reads, until it writes after all."""

    def __init__(self) -> None:
        self._chosen = ""

    @property
    def database(self) -> str:
        """Chosen with the first thing that is read."""
        self._chosen = self._chosen or caught_up()
        return self._chosen

    def writes(self) -> None:
        self._chosen = DEFAULT_DB_ALIAS


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


def caught_up() -> str:
    """A replica, by chance, that shows all the primary has committed by now; else the primary."""
    awake = [name for name in settings.REPLICAS if _resting.get(name, 0) <= time.monotonic()]
    if not awake:
        return DEFAULT_DB_ALIAS
    name = secrets.choice(awake)
    with connections[DEFAULT_DB_ALIAS].cursor() as primary:
        primary.execute(_COMMITTED)
        committed = primary.fetchone()
    try:
        with connections[name].cursor() as replica:
            replica.execute(_SHOWS_ALL, committed)
            shows_all = replica.fetchone()
    except Error:
        _rest(name)
        return DEFAULT_DB_ALIAS
    return name if shows_all and shows_all[0] else DEFAULT_DB_ALIAS


def _rest(name: str) -> None:
    _resting[name] = time.monotonic() + _REST
    connections[name].close()


def _rest_the_lost() -> None:
    """Those that answered no more in the middle of the page: the next page does not find out anew."""
    for name in settings.REPLICAS:
        line = connections[name]
        if line.connection is not None and line.errors_occurred:
            _rest(name)


class Router:
    """Reads of our own tables go where the request reads; all else goes to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        reading = _reading.get()
        ours = model._meta.app_label == "referrals"
        if reading is None or not ours or model._meta.label == settings.AUTH_USER_MODEL:
            return DEFAULT_DB_ALIAS
        if connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return DEFAULT_DB_ALIAS
        return reading.database

    def db_for_write(self, model: Any, **hints: Any) -> str:
        reading = _reading.get()
        if reading is not None and model._meta.label not in _BESIDE:
            reading.writes()
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *rows: Any, **hints: Any) -> bool:
        return True  # they are copies of one database

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def reads_from_replicas(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let a page that only reads be answered by a replica. What is streamed later is the primary's."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in _READS:
            return get_response(request)
        begun = _reading.set(Reading())
        try:
            return get_response(request)
        finally:
            _reading.reset(begun)
            _rest_the_lost()

    return answer
