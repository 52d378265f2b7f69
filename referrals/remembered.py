"""How is what was drawn once not drawn again for whoever would see the same?

A row, a chart or a form drawn as text depends on what it is told, on the language and on the time
zone. Where it depends on nothing else, on no clock and no table, the text of before is that of now:
it can be neither old nor somebody else's. What a person may do is told like all else.

Records of children stand in it, as they do in the answers of a worker: each memo has few entries.
"""

import re
import secrets
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import partial, update_wrapper
from threading import Lock
from types import NoneType
from typing import Any, ClassVar, Final, Generic, ParamSpec, TypeVar, cast
from uuid import UUID
from weakref import WeakSet

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

Told = ParamSpec("Told")
Made = TypeVar("Made")
Drawn = TypeVar("Drawn", bound=str | tuple[Any, ...])

#: Of these what is equal looks the same; of True and 1, or 1.0 and 1.00, it does not.
_ALIKE: Final = frozenset({str, int, NoneType, UUID, date, time, timedelta})


class Memo(Generic[Drawn]):
    """The last answers by their keys; the one not asked for longest goes."""

    _all: ClassVar["WeakSet[Memo[Any]]"] = WeakSet()

    def __init__(self, most: int) -> None:
        self._all.add(self)
        self._most = most
        self._kept: OrderedDict[Hashable, Drawn] = OrderedDict()
        self._lock = Lock()

    def given(self, key: Hashable, make: Callable[[], Drawn]) -> Drawn:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


def forget() -> None:
    """Let everything be drawn anew, as at the first look of a new process."""
    for memo in list(Memo._all):
        memo.clear()


class Remembered(Generic[Told, Drawn]):
    """A drawing that keeps its last answers."""

    def __init__(self, draw: Callable[Told, Drawn], most: int) -> None:
        self._draw = draw
        self._memo: Memo[Drawn] = Memo(most)
        update_wrapper(self, draw)

    def __call__(self, *args: Told.args, **named: Told.kwargs) -> Drawn:
        key = (
            reader(),
            *map(exactly, args),
            *((name, exactly(one)) for name, one in named.items()),
        )
        return self._memo.given(key, partial(self._draw, *args, **named))

    def each(self, told: Iterable[tuple[Any, ...]]) -> Iterator[Drawn]:
        """What is drawn of each, in turn. To ask who reads takes longer than to find a row."""
        who, draw = reader(), cast(Callable[..., Drawn], self._draw)
        for args in told:
            yield self._memo.given((who, *map(exactly, args)), partial(draw, *args))


def remembered(*, most: int) -> Callable[[Callable[Told, Drawn]], Remembered[Told, Drawn]]:
    """Of a function that draws: one that keeps its last `most` answers."""
    return lambda draw: Remembered(draw, most)


def reader() -> Hashable:
    """What of the reader each drawing depends on: the language and the clock."""
    return get_language(), timezone.get_current_timezone_name()


class Later(Generic[Made]):
    """What a function makes of what it is told, made when it is asked for; of a memo it is what was told."""

    __slots__ = ("_args", "_make")

    def __init__(self, make: Callable[..., Made], *args: Any) -> None:
        self._make, self._args = make, args

    def exactly(self) -> Hashable:
        return (self._make, *map(exactly, self._args))

    def made(self) -> Made:
        return self._make(*self._args)


#: In what is kept a key that must be another each time, as that of what is sent only once.
_FRESH: Final = f"fresh-{secrets.token_hex(16)}-"
_A_FRESH: Final = re.compile(rf"{_FRESH}(\d+)")


def fresh(number: int) -> str:
    """A place for the new key of this number; `filled` puts it there, the same at each of its places."""
    return f"{_FRESH}{number}"


def filled(drawn: str, new: Callable[[], object]) -> str:
    keys: defaultdict[str, str] = defaultdict(lambda: str(new()))
    return _A_FRESH.sub(lambda place: keys[place[1]], drawn)


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
    if isinstance(value, dict):
        return (kind, *map(exactly, value.items()))
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
    if hasattr(kind, "exactly"):
        return (kind, value.exactly())
    if is_dataclass(value) and not isinstance(value, type):
        return (kind, *(exactly(getattr(value, one.name)) for one in fields(value)))
    raise TypeError(f"Nobody can tell whether two of {kind.__qualname__} look the same.")
