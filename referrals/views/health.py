"""Is the process up, and can it serve?"""

import threading
from functools import cache
from typing import Final

import structlog
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse

from .decorators import public

log = structlog.get_logger(__name__)
#: Seconds: a database that has not answered by then is as good as away.
PATIENCE: Final = 3.0
#: One question at a time: each that hangs holds a thread and a connection.
_asking = threading.Lock()


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@public
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers in time and holds every migration; what is wrong stands in the log.

    Nothing is said of the worker: a proxy that took every server away because the e-mails rest
    would make an outage of a delay. Its heartbeat stands in the metrics.
    """
    wrong = _wrong()
    if wrong:
        log.warning("not ready", kind=wrong)
        return HttpResponse("not ready", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def _wrong() -> str:
    _needed()
    if not _asking.acquire(blocking=False):
        return "database still silent"
    found = ["database silent"]

    def ask() -> None:
        try:
            found.append(_asked())
        finally:
            connection.close()
            _asking.release()

    # A thread of its own: a hanging connection can be left, not interrupted.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return found[-1]


def _asked() -> str:
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error as error:
        return type(error).__name__
    return "" if applied.keys() >= _needed() else "migrations waiting"


@cache
def _needed() -> frozenset[tuple[str, str]]:
    """What this process was written for: read from the disk once."""
    return frozenset(MigrationLoader(None).graph.nodes)
