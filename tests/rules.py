"""What may no test do, and what is tidied up behind all of them? `conftest` shares these."""

import gc
import os
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.template import engines
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# A busy machine is no fault of the code: no property is judged by the time it takes.
hypothesis_settings.register_profile(
    "ours", deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
# `HYPOTHESIS_PROFILE=long` tries far more often, with other values each time: see `tried`.
hypothesis_settings.register_profile("long", hypothesis_settings.get_profile("ours"))
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ours")
hypothesis_settings.load_profile(PROFILE)


def tried(examples: int) -> hypothesis_settings:
    """So many examples, the same each time; twenty times as many, and other ones, where it is asked for."""
    long = PROFILE == "long"
    return hypothesis_settings(
        max_examples=examples * (20 if long else 1), derandomize=not long, database=None
    )


def pytest_collection_finish() -> None:
    """What was imported stays: Python need not look through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


# --- Where the tests keep things --------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """PostgreSQL drops no database while somebody is connected: when the last journey ends, a
    thread of the live server may still be, and is shown out first."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


# --- What no test may do ----------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that calls another machine fails; this machine is free (database, live server)."""
    connect = socket.socket.connect

    def at_home(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host not in ("127.0.0.1", "::1", "localhost"):
                raise AssertionError(f"This test called {host}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", at_home)


class UndefinedVariable(AssertionError):
    """A template of ours names a variable that the page does not give it."""


class _Loud(str):
    """What Django prints in place of a variable that is not there; here it speaks up instead.

    The templates of other packages rely on silence: in them it resolves as it always does.
    """

    def __mod__(self, name: Any) -> Any:
        frame = sys._getframe(1).f_locals
        context, expression = frame["context"], frame["self"]
        template = context.render_context.template or context.template
        origin = str(getattr(template.origin, "name", ""))
        if origin.startswith(str(settings.BASE_DIR / "templates")):
            raise UndefinedVariable(f"{origin}: {{{{ {name} }}}}")
        engine = context.template.engine
        engine.string_if_invalid = ""
        try:
            return expression.resolve(context)
        finally:
            engine.string_if_invalid = self


@pytest.fixture(autouse=True)
def loud_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", _Loud("undefined: %s"))
