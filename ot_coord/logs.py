"""How does the server log, so that no line holds a name, an address or a query string?

One JSON object a line: time, level, logger, event, the number of the request, and for a request
the name of its route, never its address. Fields that are not on the list are dropped, and so is
whatever other packages fill into their messages.
"""

import sys
import traceback
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

#: Fields that a line may carry. A new field is a decision, not an accident.
ALLOWED = frozenset(
    {"event", "level", "logger", "timestamp", "exception", "at", "_record",
     "_from_structlog", "count", "seconds", "kind", "request", "route", "method", "status", "seal"}
)  # fmt: skip


def place_only(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """An exception as its type and places: its message may quote what a person typed."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple) and info[0] is not None:
        frames = traceback.extract_tb(info[2])
        event["exception"] = info[0].__name__
        event["at"] = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames[-12:]]
    return event


def words_only(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Of another package's message what it always says; without gaps to fill, only where it is said:
    it may have been filled in before."""
    if not event["_from_structlog"]:
        record = event["_record"]
        if not event.pop("positional_args", None):
            event["event"] = f"{record.module}:{record.lineno}"
        # What is handed to the log beside the message is an answer's code, or nothing of ours.
        if isinstance(code := getattr(record, "status_code", None), int):
            event["status"] = code
    return event


def keep_allowed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if key in ALLOWED}


LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]
structlog.configure(
    processors=[*PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": PROCESSORS,
            "use_get_message": False,
            "pass_foreign_args": True,  # nosec B105 - arguments are passed on: no password
            "processors": [
                place_only,
                words_only,
                keep_allowed,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # A refusal or a wrong address is an answer, not a fault.
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
