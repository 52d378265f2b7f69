"""Is every prepared question, whoever asks it in any test, what would be composed for them anew?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.utils import timezone

from referrals.prepared import Question, double

#: Between two looks at the clock in one test.
_A_WHILE = timedelta(minutes=10)


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


@pytest.fixture(autouse=True)
def asked_as_composed(monkeypatch: pytest.MonkeyPatch) -> None:
    """In every test: a statement that was filled in is the one that would be composed."""
    ask = Question.__call__

    def checked(self: Question, *args: Any, **named: Any) -> list[Any]:
        sent = filled(self, *args, **named)
        if sent is not None:
            sql, params = anew(self, *args, **named)
            assert sent[0] == sql, self.compose
            assert [pair for pair in zip(sent[1], params, strict=True) if not same(*pair)] == []
        return ask(self, *args, **named)

    monkeypatch.setattr(Question, "__call__", checked)
