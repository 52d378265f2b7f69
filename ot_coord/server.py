"""How does gunicorn run the product? `gunicorn --config python:ot_coord.server`, and nothing else to know.

No access log: each request is one line of the product's own log, by the name of its route.
"""

import errno
import os
from pathlib import Path
from socket import socket
from typing import Any, Final

from gunicorn.workers.sync import SyncWorker

from .logs import LOGGING

#: Seconds within which more of a request must come: who sends half of one keeps others waiting.
SILENT: Final = 15

wsgi_app = "ot_coord.wsgi"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WORKERS", "2"))
worker_class = "ot_coord.server.Worker"
# A list of a hundred thousand rows that somebody saves as a file takes longer than the usual 30 seconds.
timeout = 120
# Less than that: a page that waits for the database says so before it is cut off.
os.environ.setdefault("STATEMENT_SECONDS", "20")
control_socket_disable = True
accesslog = None
# What gunicorn says goes through the same sieve.
logconfig_dict: dict[str, Any] = {
    **LOGGING,
    "loggers": {
        **LOGGING["loggers"],
        "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
    },
}


class Line:
    """A connection on which somebody who falls silent counts as gone."""

    def __init__(self, client: socket) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def recv(self, size: int) -> bytes:
        self._client.settimeout(SILENT)
        try:
            return self._client.recv(size)
        except TimeoutError as silent:
            raise ConnectionResetError(errno.ECONNRESET, "Nothing more came") from silent
        finally:
            self._client.settimeout(None)  # an answer may take its time


class Worker(SyncWorker):  # type: ignore[misc]
    def handle(self, listener: Any, client: socket, addr: Any) -> None:
        super().handle(listener, Line(client), addr)


def on_starting(server: Any) -> None:
    """Counts begin anew with the server: those of processes that ended long ago are taken out."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ot_coord.settings")
    from django.conf import settings

    if settings.METRICS_TOKEN:
        for old in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("*.db"):
            old.unlink(missing_ok=True)
