"""How is what many tests begin with played only once?

A fixture that is `@played` is played through the actions by the first test that needs it. What it
wrote is kept, statement by statement, and what it returned as well; the next test is given both
again, inside its own transaction: the same rows with the same ids, and records of its own that
nobody else has touched. So no test can tell whether it was the first, and none waits for the
actions to be played anew.

What was kept is good only for a test that stands where the first one stood. So it is kept under all
that was played before it in that test, and under every told time and record it was handed. A test
that has written something of its own meanwhile, or is not inside a transaction (the journeys, whose
server must see what is there), has the fixture played as if it stood alone.

When the tables are emptied, Django makes its content types anew under other numbers, which a row
kept may name: then everything is forgotten.

What a fixture must be for that: its arguments are records, people and times; it reads no clock; it
leaves nothing anywhere but in the database. One that keeps files as well asks for `kept_files`, the
place of this test's own: then they are kept with its rows, and laid there again.
"""

import functools
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_migrate

#: What leaves the rows as they are.
HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE", "BEGIN", "EXPLAIN", "PRAGMA")

Statement = tuple[str, Any, bool]


@dataclass
class Take:
    """What one fixture wrote and returned, and what was played after it."""

    writes: list[Statement] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    returned: bytes = b""
    then: dict[Any, "Take"] = field(default_factory=dict)


class Tape:
    """Where this test stands among all that was played, and what is being written now."""

    def __init__(self) -> None:
        self.beginning = Take()
        #: The last take of this test; None once it has gone its own way.
        self.stands: Take | None = self.beginning
        #: The take that is being recorded or replayed.
        self.running: Take | None = None

    def rewind(self) -> None:
        self.stands, self.running = self.beginning, None

    def forget(self, **kwargs: Any) -> None:
        self.beginning = Take()
        self.stands = None

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Django asks this of every statement."""
        if not sql.lstrip("( \n").upper().startswith(HARMLESS):
            # What was undone is not told apart from the rest: it is not kept.
            if self.running is None or sql.startswith("ROLLBACK"):
                self.stands = None
            else:
                self.running.writes.append((sql, params, many))
        return execute(sql, params, many, context)

    def play(self, fixture: Callable[..., Any], given: dict[str, Any]) -> Any:
        """What the fixture returns; with copies of what it is given, which stays as it was."""
        key = (fixture, *map(told, given.values()))
        if self.stands is not None and key in self.stands.then:
            return self.replay(self.stands.then[key])
        self.running = take = Take()
        lay_there = set(names_of_files(given))
        try:
            result = fixture(**copied(pickle.dumps(given)))
            for name in names_of_files(given):
                if name not in lay_there:
                    with default_storage.open(name) as file:
                        take.files[name] = file.read()
            take.returned = pickle.dumps(result)
        except BaseException:
            self.stands = None
            raise
        finally:
            self.running = None
        if self.stands is not None:
            self.stands.then[key] = take
            self.stands = take
        return result

    def replay(self, take: Take) -> Any:
        with connection.cursor() as cursor:
            for sql, params, many in take.writes:
                (cursor.executemany if many else cursor.execute)(sql, params)
        for name, content in take.files.items():
            assert default_storage.save(name, ContentFile(content)) == name
        self.stands = take  # also the writes just made were its own
        return copied(take.returned)


TAPE = Tape()
post_migrate.connect(TAPE.forget)


def names_of_files(given: dict[str, Any]) -> list[str]:
    if "kept_files" not in given:
        return []
    return [name for name, _ in default_storage.listed()]  # type: ignore[attr-defined]


def copied(records: bytes) -> Any:
    return pickle.loads(records)  # noqa: S301  # they were written a moment ago, by this process


def told(value: Any) -> Any:
    """What tells one argument from another; records that are no single row are known by the take."""
    if isinstance(value, Model):
        return value.pk
    return value if value.__hash__ else None


def played(fixture: Callable[..., Any]) -> Callable[..., Any]:
    """Play this fixture once, and replay it after that."""

    @functools.wraps(fixture)
    def once(**given: Any) -> Any:
        if TAPE.running is not None or not connection.in_atomic_block:
            return fixture(**given)
        return TAPE.play(fixture, given)

    return once


@pytest.fixture
def kept_files(settings: Any, tmp_path: Path) -> None:
    """Where this test keeps its files: a place of its own."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def tape() -> Iterator[None]:
    """Every test begins at the beginning."""
    TAPE.rewind()
    with connection.execute_wrapper(TAPE):
        yield
