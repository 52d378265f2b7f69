"""What does every table of a child's record share? Opaque time-ordered ids, and that nothing is deleted."""

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Final, NoReturn, TypeVar
from uuid import UUID

from django.db import models
from django.db.models.functions import Now
from django.utils.duration import duration_iso_string
from uuid_utils.compat import uuid7

T = TypeVar("T", bound=models.Model)

#: "Without an end": columns that decide access or order a worklist are never NULL.
FOREVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
NO_DUE_DATE: Final = date(9000, 1, 1)


def new_id() -> UUID:
    """A UUID 7: opaque in a URL, and ordered by time so that indexes stay compact."""
    return uuid7()


def made_at(id: UUID) -> datetime:
    """The moment that a UUID 7 carries in its first 48 bits, to the millisecond."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=id.int >> 80)


def first_id(at: datetime) -> UUID:
    """Where the ids made from this moment on begin."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def plain(value: Any) -> Any:
    """A value of a column as JSON can hold it, the same from either database."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return duration_iso_string(value)
        case UUID() | Decimal():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode()
    return value


class NeverDeleted(TypeError):
    """Raised on any attempt to delete a record or a person."""


class AppendOnly(TypeError):
    """Raised on any attempt to change what was once recorded."""


class RecordQuerySet(models.QuerySet[T]):
    def delete(self) -> NoReturn:
        raise NeverDeleted(f"{self.model.__name__} is never deleted")


class Record(models.Model):
    """A row with an opaque id that stays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    objects = RecordQuerySet.as_manager()

    #: The fields that a form does not ask for, while it looks at what it was told.
    _left_out: frozenset[str] = frozenset()

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NeverDeleted(f"{type(self).__name__} is never deleted")

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        self._left_out = frozenset(exclude or ())
        try:
            super().validate_constraints(exclude)
        finally:
            del self._left_out

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """Those that can be looked at. Of a check that names a field left out Django composes a whole
        question before it finds that out: of a referral's ten, a seventh of what it takes to send it.
        """
        return [
            (model, [one for one in constraints if self._is_told(one)])
            for model, constraints in super().get_constraints()
        ]

    def _is_told(self, constraint: models.BaseConstraint) -> bool:
        if not isinstance(constraint, models.CheckConstraint):
            return True
        condition: Any = constraint.condition
        named = condition.referenced_base_fields if isinstance(condition, models.Q) else ()
        return self._left_out.isdisjoint(named)


#: The column of `Changing`.
_WHEN: Final = "row_changed_at"


class Changing(models.Model):
    """A row that says when it last changed, whoever wrote it and by whichever way.

    By the clock of the database and never by what an action was told: it is for other systems, that
    ask what is new. What happened when, a clinician reads from the columns that say so.
    """

    #: Columns of which another system is told nothing: to write them alone is no change.
    QUIET: ClassVar[frozenset[str]] = frozenset()

    row_changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    @classmethod
    def is_changed_by(cls, written: Iterable[str]) -> bool:
        return not cls.QUIET.issuperset(written)

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        written = kwargs.get("update_fields")
        if written is None or self.is_changed_by(written):
            self.row_changed_at = Now()
            if written is not None:
                kwargs["update_fields"] = {*written, _WHEN}
        try:
            super().save_base(*args, **kwargs)
        finally:
            # The database alone knows the moment: it is read again once somebody asks.
            if isinstance(self.__dict__.get(_WHEN), Now):
                del self.__dict__[_WHEN]


class ChangingQuerySet(RecordQuerySet[T]):
    """The same for many rows at once; `bulk_update` writes by way of `update`."""

    def update(self, **kwargs: Any) -> int:
        table: Any = self.model
        return super().update(**({_WHEN: Now()} if table.is_changed_by(kwargs) else {}) | kwargs)

    def bulk_create(self, objs: Iterable[T], *args: Any, **kwargs: Any) -> list[T]:
        rows = list(objs)
        for row in rows:
            setattr(row, _WHEN, Now())
        return super().bulk_create(rows, *args, **kwargs)


class ChangingRecord(Changing, Record):
    """A record that says when it last changed."""

    objects = ChangingQuerySet.as_manager()  # type: ignore[misc]  # narrower than a Record's

    class Meta:
        abstract = True


class Rising(models.Model):
    """A row that somebody owes by a day, and that rises to those who coordinate when nobody does it."""

    QUIET: ClassVar[frozenset[str]] = frozenset({"risen_on"})
    #: Columns that are filled as it rises, each with the path to what it then holds.
    AS_IT_RISES: ClassVar[Mapping[str, str]] = {}

    #: The due date with which it rose, kept with its reminder: with a new date it starts afresh.
    risen_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


def risen(due_on: str = "next_due_on") -> models.Q:
    """Whether the row of something due has risen, as it is due now."""
    return models.Q(risen_on=models.F(due_on))


def both_or_neither(*fields: str) -> models.Q:
    """The condition of a pair such as `answered_by`, `answered_at`: all set or none."""
    none = models.Q(**{f"{field}__isnull": True for field in fields})
    every = models.Q(**{f"{field}__isnull": False for field in fields})
    return none | every
