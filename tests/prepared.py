"""Is every prepared question, whoever asks it in any test, what would be composed for them anew?

To compose a question anew costs more than the page that asks it, so that one test after another
is not made to do the same again. Of each question, shape, day, language and zone three fillings are
compared in a process, and three more wherever its keys or moments stand to one another in a way
that was not seen yet. What composes it may ask no database: then nothing but that is left on which
its words could depend. A test that changes a setting begins again.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from django.core.exceptions import EmptyResultSet
from django.core.signals import setting_changed
from django.db import connection
from django.utils import timezone

from referrals.prepared import Making, Question, Rows, double, surroundings
from referrals.templatetags.once import Once

#: Between two looks at the clock in one test.
_A_WHILE = timedelta(minutes=10)
#: So many fillings are compared of each question whose values stand alike.
_ENOUGH: Final = 3

#: What was compared in this process and agreed.
_compared: defaultdict[Hashable, set[Hashable]] = defaultdict(set)


def begin_again(setting: str, **kwargs: Any) -> None:
    if setting != "MEDIA_ROOT":  # where files are kept, in a place of each test's own
        _compared.clear()


setting_changed.connect(begin_again)


def same(filled: Any, anew: Any) -> bool:
    """Whether two values of a statement are one, or two moments of asking."""
    if filled == anew:
        return True
    try:
        one, other = (datetime.fromisoformat(str(value)) for value in (filled, anew))
    except ValueError:
        return False
    return abs(one - other) < _A_WHILE


def anew(question: Question, *args: Any, **named: Any) -> tuple[str, tuple[Any, ...]]:
    queryset = question.compose(*args, **named)
    try:
        return queryset.query.get_compiler(using=queryset.db).as_sql()  # type: ignore[return-value]
    except EmptyResultSet:
        return "", ()


def filled(question: Question, *args: Any, **named: Any) -> tuple[str, tuple[Any, ...]] | None:
    """The statement as it is sent; None where nothing is prepared for who asks."""
    stand_in = double((args, tuple(named.items())))
    if stand_in.shape is None:
        return None
    kept = question.composed_for(stand_in)
    return kept.sql, kept.filled([*stand_in.values, timezone.now()]) if kept.sql else ()


def standing(values: Sequence[Any]) -> tuple[Hashable, ...]:
    """How these stand to one another: which keys are one and which comes first, and so with moments.

    Of a moment its hour counts too, and on which side of now it lies; a word and a day count whole.
    """
    keys = sorted({value for value in values if isinstance(value, UUID)})
    moments = [value for value in values if isinstance(value, datetime)]
    order, now = sorted(set(moments)), timezone.now()

    def told(value: Any) -> Hashable:
        if isinstance(value, UUID):
            return keys.index(value)
        if isinstance(value, datetime):
            return order.index(value), value < now, value.replace(minute=0, second=0, microsecond=0)
        return value if isinstance(value, str | date) else repr(value)

    return tuple(told(value) for value in values)


def plainly(one: Any) -> dict[str, Any]:
    """What was made of a row, to be compared with what is made of it anew."""
    return {part.name: getattr(one, part.name) for part in fields(one)}


@contextmanager
def asking_nothing() -> Iterator[None]:
    """What composes a question, or draws what is kept, may depend on nothing else that a database knows."""

    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        raise AssertionError(f"Of what was told alone, yet this was asked: {sql[:200]}")

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture(autouse=True)
def asked_as_composed(monkeypatch: pytest.MonkeyPatch) -> None:
    """In every test: a statement that was filled in is the one that would be composed."""
    monkeypatch.setattr(Question, "__call__", checked(Question.__call__))
    monkeypatch.setattr(Question, "asked", no_secret(checked(Question.asked)))


def no_secret(ask: Any) -> Any:
    """The rows of such an answer are kept with what was drawn of them: no password may be among them."""

    def asked(*args: Any) -> Any:
        answer = ask(*args)
        assert '"password"' not in answer.composed.sql, answer.of
        return answer

    return asked


@pytest.fixture(autouse=True)
def drawn_of_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In every test: what is drawn once is drawn of what it is told, and asks for nothing else."""
    draw = Once._drawn

    def drawn(self: Once, *args: Any) -> str:
        with asking_nothing():
            return draw(self, *args)

    monkeypatch.setattr(Once, "_drawn", drawn)


def checked(ask: Any) -> Any:
    def checking(self: Question, *args: Any, **named: Any) -> Any:
        made = {name: named.pop(name) for name in ("made",) if name in named}
        stand_in = double((args, tuple(named.items())))
        if stand_in.shape is not None:
            asked = (self.compose, stand_in.shape, standing(stand_in.values), *surroundings())
            values, agreed = tuple(stand_in.values), _compared[asked]
            if values not in agreed and len(agreed) < _ENOUGH:
                compare(self, *args, **named)
                agreed.add(values)
        return ask(self, *args, **named, **made)

    return checking


@pytest.fixture(autouse=True)
def made_as_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """In every test: what was remembered of a row is what would be made of it now."""
    of = Making.of

    def checked(self: Making, rows: Rows, read: Any) -> list[Any]:
        answer = of(self, rows, read)
        anew = [self.make(row, *self.about) for row in read(rows)]
        assert [plainly(one) for one in answer] == [plainly(one) for one in anew]
        return answer

    monkeypatch.setattr(Making, "of", checked)


def compare(question: Question, *args: Any, **named: Any) -> None:
    sent = filled(question, *args, **named)
    assert sent is not None
    with asking_nothing():
        sql, params = anew(question, *args, **named)
    assert sent[0] == sql, question.compose
    assert [pair for pair in zip(sent[1], params, strict=True) if not same(*pair)] == []
