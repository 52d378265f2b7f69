"""How is each request told, to the log and to the monitors, without saying whose page it was?

By the name of its route, never by its address: an address holds ids, and some hold keys.
"""

import re
from time import perf_counter
from typing import Final
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

from .metrics import ANSWERED
from .middleware import Answer

log = structlog.get_logger(__name__)
#: What a proxy numbers its requests by. Anything else could be a message of a stranger's.
NUMBER: Final = re.compile(r"[0-9a-f]{8}[0-9a-f-]{8,28}")
#: A monitor asks every few seconds: counted, not told.
QUIET: Final = frozenset({"healthz", "readyz", "metrics"})
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def told(get_response: Answer) -> Answer:
    """One line a request; its number stands in every line that it causes, and in the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if NUMBER.fullmatch(given) else uuid4().hex
        method = request.method if request.method in METHODS else "other"
        began = perf_counter()
        with structlog.contextvars.bound_contextvars(request=number):
            response = get_response(request)
            seconds = perf_counter() - began
            route = request.resolver_match.view_name if request.resolver_match else "none"
            ANSWERED.labels(route, method, response.status_code).observe(seconds)
            if route not in QUIET or response.status_code >= 500:
                log.info(
                    "request", route=route, method=method, status=response.status_code,
                    seconds=round(seconds, 4),
                )  # fmt: skip
        response.headers["X-Request-ID"] = number
        return response

    return middleware
