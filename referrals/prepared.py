"""How is a large question composed once, and then asked with everybody's own values?

Composing the SQL of a home takes longer than answering it, and for two people of one shape (the
same roles at as many places, the same day, the same language) it comes out the same but for keys
and moments. So it is composed for somebody made up of that shape, kept, and filled in with the
values of who asks. A made-up value that stayed in it would find nothing, never somebody else's.

A question may choose its words by the shape of its arguments, the day here and in UTC, the language
and the time zone; by a key or a moment it may not: these it only passes on.

Its rows are asked for each time. What is made of a row may be remembered: it is the same as long as
the database says the same.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial, singledispatch, update_wrapper
from threading import Lock
from typing import Any, ClassVar, Final, cast
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from referrals.planned import keeping, with_gaps

#: So many composed statements are kept in a process; the one not asked for longest goes.
MOST: Final = 300
#: Of so many who look, what was made of so many rows each: a few kilobytes a row.
MOST_LOOKS: Final = 100
MOST_ROWS: Final = 100
#: Made-up moments stand so far apart that one some years off still tells whose it is.
_APART: Final = timedelta(days=40 * 365)
_FIRST: Final = datetime(1002, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
#: A moment as SQLite takes it.
_WRITTEN: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?")

Value = UUID | datetime | date | str
#: As the driver of a database tells them: texts, numbers, keys, days.
Rows = tuple[tuple[Any, ...], ...]


class Passed(date):
    """A day that a question only passes on, as that of a cursor; any other is part of its shape."""

    @classmethod
    def on(cls, day: date) -> "Passed":
        return cls(day.year, day.month, day.day)


class Typed(str):
    """A word that somebody typed: it is passed on, as it is or with an ending behind it."""

    __slots__ = ()


# --- Somebody made up -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Double:
    """The values of one argument, and what of it the words may depend on: None where on all of it."""

    shape: Hashable
    values: Sequence[Value]
    #: The argument once more, with other values in it.
    with_values: Callable[[Sequence[Value]], Any]


@singledispatch
def double(argument: Any) -> Double:
    """How an argument is made up; what is neither key nor moment is part of the shape."""
    return Double((type(argument), argument), (), lambda values: argument)


@double.register(UUID)
@double.register(datetime)
@double.register(Passed)
@double.register(Typed)
def _(argument: Value) -> Double:
    return Double(("one", type(argument)), (argument,), lambda values: values[0])


@double.register(list)
@double.register(tuple)
def _(argument: list[Any] | tuple[Any, ...]) -> Double:
    kind: Callable[[Iterable[Any]], Any] = type(argument)
    parts = [double(one) for one in argument]
    shapes = [part.shape for part in parts]
    return Double(
        None if None in shapes else (kind, *shapes),
        [value for part in parts for value in part.values],
        lambda values: kind(_dealt(parts, values)),
    )


def _dealt(parts: Iterable[Double], values: Sequence[Value]) -> Iterable[Any]:
    begin = 0
    for part in parts:
        end = begin + len(part.values)
        yield part.with_values(values[begin:end])
        begin = end


def _made_up(values: Sequence[Value]) -> list[Value]:
    """Others of the same kinds, which nobody has."""
    return [_another(value, _FIRST + n * _APART) for n, value in enumerate(values)]


def _another(value: Value, at: datetime) -> Value:
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, str):
        return Typed(uuid4().hex)
    return at if isinstance(value, datetime) else Passed.on(at)


# --- A statement with gaps ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """A place to be filled in: with which value, how much later, in the form a database takes."""

    value: int
    form: Callable[[Any], Any]
    later: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Composed:
    """A statement, its gaps, and how its rows are read; `sql` is empty where nothing can be found."""

    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    params: Sequence[Any]
    gaps: dict[int, Gap]
    #: As a database keeps its plan: with nothing but the gaps left open.
    planned: str = ""
    #: How the columns of a row are read; empty until the first was.
    converters: dict[int, Any] = field(default_factory=dict)

    def filled(self, values: Sequence[Value]) -> tuple[Any, ...]:
        params = list(self.params)
        for at, gap in self.gaps.items():
            value: Any = values[gap.value]
            params[at] = gap.form(value + gap.later if gap.later else value)
        return tuple(params)

    def _converters(self, look: Callable[[Any], Any], columns: Sequence[Any]) -> dict[int, Any]:
        """Looked up once: of many columns that takes as long as reading some rows."""
        if not self.converters:
            self.converters.update(look(columns))
        return self.converters

    def answer(self, values: Sequence[Value], made: "Making | None" = None) -> list[Any]:
        """The rows for these values, each as the queryset gives it, or as it is made."""
        if made:
            return made.of(self.rows(values), self.read)
        return list(self._reading(self._compiler(values))) if self.sql else []

    def rows(self, values: Sequence[Value]) -> Rows:
        """The rows for these values as the database tells them."""
        if not self.sql:
            return ()
        compiler = self._compiler(values)
        return tuple(row for chunk in compiler.execute_sql() for row in chunk)

    def read(self, rows: Rows) -> list[Any]:
        """Such rows, each as the queryset gives it."""
        if not rows:
            return []
        compiler = self._compiler(None)
        compiler.execute_sql = lambda *args, **kwargs: [rows]
        return list(self._reading(compiler))

    def _compiler(self, values: Sequence[Value] | None) -> Any:
        """One that asks nothing but this statement, with these values; without, none."""
        using = self.queryset.db
        compiler = copy(self.compiler)
        # A connection is one thread's own.
        compiler.connection, compiler.using = connections[using], using
        compiler.get_converters = partial(self._converters, compiler.get_converters)
        if values is None:
            return compiler
        statement = (self.sql, self.filled(values))
        # Whoever reads the log of statements wants to see the values.
        if self.planned and not compiler.connection.queries_logged:
            statement = (self.planned, tuple(statement[1][at] for at in self.gaps))
            compiler.execute_sql = keeping(compiler.connection, compiler.execute_sql)
        compiler.as_sql = lambda *args, **kwargs: statement
        return compiler

    def _reading(self, compiler: Any) -> Iterable[Any]:
        """The queryset, which reads what this compiler hands it."""
        query = copy(self.queryset.query)
        query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        reading: Any = QuerySet(self.queryset.model, query, self.queryset.db)
        for name in ("_iterable_class", "_fields", "_prefetch_related_lookups"):
            setattr(reading, name, getattr(self.queryset, name))
        return cast(Iterable[Any], reading)


def composed(
    compose: Callable[..., QuerySet[Any]], arguments: Any, values: Sequence[Value]
) -> Composed:
    """The statement for these arguments, in which their values and the moment are gaps."""
    began = timezone.now()
    args, named = arguments
    queryset = compose(*args, **dict(named))
    compiler: Any = queryset.query.get_compiler(using=queryset.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return Composed(queryset, compiler, "", (), {})
    compiler.connection = None  # this thread's; whoever asks brings their own
    now = (began, timezone.now())
    found = ((at, _gap(param, values, now)) for at, param in enumerate(params))
    gaps = {at: gap for at, gap in found if gap}
    planned = with_gaps(sql, params, gaps, connections[queryset.db])
    return Composed(queryset, compiler, sql, params, gaps, planned)


def _gap(param: Any, values: Sequence[Value], now: tuple[datetime, datetime]) -> Gap | None:
    """What is filled in here, if anything; the moment of asking stands behind the values."""
    for n, value in enumerate(values):
        if isinstance(value, str) and isinstance(param, str) and param.startswith(value):
            return Gap(n, partial(_with_ending, param.removeprefix(value)))
        if not isinstance(value, str | datetime):
            for form in (_itself, _hex, str):
                if form(value) == param:
                    return Gap(n, form)
    written: Callable[[Any], Any] = _itself
    if isinstance(param, datetime):
        at = param
    elif isinstance(param, str) and _WRITTEN.fullmatch(param):
        at, written = datetime.fromisoformat(param).replace(tzinfo=UTC), _bare
    else:
        return None
    if now[0] <= at <= now[1]:
        return Gap(len(values), written)
    for n, value in enumerate(values):
        if isinstance(value, datetime) and abs(at - value) < _APART / 2:
            return Gap(n, written, at - value)
    return None


def _itself(value: Any) -> Any:
    return value


def _with_ending(ending: str, value: str) -> str:
    return value + ending


def _hex(value: UUID | date) -> str:
    return value.hex if isinstance(value, UUID) else ""


def _bare(at: datetime) -> str:
    return str(at.astimezone(UTC).replace(tzinfo=None))


# --- What is made of a row ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Making:
    """How a row becomes what is shown: by `make`, of the row and of what it is told about who looks.

    Of a row that the database gives just as before nothing is made anew, or even read: so `make` must
    depend on nothing else, but for the language and the time zone.
    """

    make: Callable[..., Any]
    about: tuple[Hashable, ...] = ()

    _kept: ClassVar["OrderedDict[Hashable, dict[Any, Any]]"] = OrderedDict()
    _lock: ClassVar = Lock()

    def of(self, rows: Rows, read: Callable[[Rows], list[Any]]) -> list[Any]:
        """What is made of each row as the database gives it; `read` makes values of them."""
        told = (self.make, self.about, get_language(), timezone.get_current_timezone_name())
        with self._lock:
            kept = self._kept.pop(told, {})
            self._kept[told] = kept
            while len(self._kept) > MOST_LOOKS:
                self._kept.popitem(last=False)
        lacking = tuple(row for row in rows if row not in kept)
        if lacking:
            made = (self.make(row, *self.about) for row in read(lacking))
            fresh = dict(zip(lacking, made, strict=True))
            full = len(kept) + len(fresh) > MOST_ROWS
            # Another is put in its place: somebody may be reading this one.
            kept = fresh | {row: kept[row] for row in (rows if full else kept) if row in kept}
            with self._lock:
                self._kept[told] = kept
        return [kept[row] for row in rows]

    @classmethod
    def forget(cls) -> None:
        """Let everything be made anew, as in a new process."""
        with cls._lock:
            cls._kept.clear()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a database told, and how it is read; true where there is any."""

    of: Callable[..., QuerySet[Any]]
    composed: Composed
    rows: Rows

    def __bool__(self) -> bool:
        return bool(self.rows)

    def read(self) -> list[Any]:
        return self.composed.read(self.rows)

    def made(self, making: Making) -> list[Any]:
        return making.of(self.rows, self.composed.read)

    def exactly(self) -> Hashable:
        """In one column all are of one kind: they need not be told apart one by one."""
        return self.of, self.rows


# --- The question ---------------------------------------------------------------------------------


def surroundings() -> tuple[Hashable, ...]:
    """What else than its arguments a question may choose its words by: the days, the zone, the language.

    A court's day is reckoned from that of UTC, which is another than ours for some hours.
    """
    now, zone = timezone.now(), timezone.get_current_timezone_name()
    return timezone.localdate(now), now.astimezone(UTC).date(), zone, get_language()


class Question:
    """Called as the function that composes it, it answers with the rows as a list."""

    _kept: "OrderedDict[Hashable, Composed]" = OrderedDict()
    _lock = Lock()

    def __init__(self, compose: Callable[..., QuerySet[Any]]) -> None:
        self.compose = compose
        update_wrapper(self, compose)

    def __call__(self, *args: Any, made: Making | None = None, **named: Any) -> list[Any]:
        """The rows; `made` as it says."""
        arguments = (args, tuple(named.items()))
        stand_in = double(arguments)
        if stand_in.shape is None:
            rows = list(self.compose(*args, **named))
            return [made.make(row, *made.about) for row in rows] if made else rows
        values = [*stand_in.values, timezone.now()]
        return self.composed_for(stand_in).answer(values, made)

    def asked(self, *args: Any) -> "Asked":
        """The answer, of which nothing is read yet: what was drawn of the same rows needs no reading."""
        arguments = (args, ())
        stand_in = double(arguments)
        kept = (
            composed(self.compose, arguments, stand_in.values)  # for this person alone
            if stand_in.shape is None
            else self.composed_for(stand_in)
        )
        return Asked(self.compose, kept, kept.rows([*stand_in.values, timezone.now()]))

    def composed_for(self, stand_in: Double) -> Composed:
        key = (self.compose, stand_in.shape, *surroundings())
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        values = _made_up(stand_in.values)
        made = composed(self.compose, stand_in.with_values(values), values)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return made


def prepared(compose: Callable[..., QuerySet[Any]]) -> Question:
    """Of a function that composes a queryset: one that answers with its rows, composed once a shape."""
    return Question(compose)
