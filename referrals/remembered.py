"""How is what was drawn once not drawn again for whoever would see the same?

A row, a chart or a form drawn as text depends on what it is told, on the language and on the time
zone. Where it depends on nothing else, on no clock and no table, the text of before is that of now:
it can be neither old nor somebody else's. What a person may do is told like all else.

Records of children stand in it, as they do in the answers of a worker: each memo has few entries.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import update_wrapper
from threading import Lock
from types import NoneType
from typing import Any, Final, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

Told = ParamSpec("Told")
Drawn = TypeVar("Drawn", bound=str | tuple[Any, ...])

#: Of these what is equal looks the same; of True and 1, or 1.0 and 1.00, it does not.
_ALIKE: Final = frozenset({str, int, NoneType, UUID, date, time, timedelta})


class Remembered(Generic[Told, Drawn]):
    """A drawing that keeps its last answers."""

    def __init__(self, draw: Callable[Told, Drawn], most: int) -> None:
        self._draw, self._most = draw, most
        self._kept: OrderedDict[Hashable, Drawn] = OrderedDict()
        self._lock = Lock()
        update_wrapper(self, draw)

    def __call__(self, *args: Told.args, **named: Told.kwargs) -> Drawn:
        key = (
            _reader(),
            *map(exactly, args),
            *((name, exactly(one)) for name, one in named.items()),
        )
        return self._given(key, args, named)

    def each(self, told: Iterable[tuple[Any, ...]]) -> Iterator[Drawn]:
        """What is drawn of each, in turn. To ask who reads takes longer than to find a row."""
        reader = _reader()
        for args in told:
            yield self._given((reader, *map(exactly, args)), args, {})

    def _given(self, key: Hashable, args: Any, named: Any) -> Drawn:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = self._draw(*args, **named)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


def remembered(*, most: int) -> Callable[[Callable[Told, Drawn]], Remembered[Told, Drawn]]:
    """Of a function that draws: one that keeps its last `most` answers; the one not asked for longest goes."""
    return lambda draw: Remembered(draw, most)


def _reader() -> Hashable:
    return get_language(), timezone.get_current_timezone_name()


def exactly(value: Any) -> Hashable:
    """What two values share only if they look the same wherever they are drawn; TypeError for what nobody can tell that of.

    A safe text is not its equal that somebody typed, and two states of one row of a table, equal to
    Django, are told apart by being refused: a row's values are told, never the row.
    """
    kind: Any = type(value)
    if kind in _ALIKE:
        return value  # type: ignore[no-any-return]
    if isinstance(value, (tuple, list)):
        return (kind, *map(exactly, value))
    if isinstance(value, (bool, Enum)):
        return kind, value
    if isinstance(value, str):
        # A text may know more than its letters, as in which language it was typed.
        return (
            kind,
            str(value),
            *map(exactly, vars(value).items() if hasattr(value, "__dict__") else ()),
        )
    if isinstance(value, datetime):
        return kind, str(value), value.tzinfo
    if isinstance(value, (Decimal, float, Promise)):
        return kind, str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return (kind, *(exactly(getattr(value, one.name)) for one in fields(value)))
    raise TypeError(f"Nobody can tell whether two of {kind.__qualname__} look the same.")
