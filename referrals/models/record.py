"""What does every table of a child's record share? Opaque time-ordered ids, and that nothing is deleted."""

import base64
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, NoReturn, TypeVar
from uuid import UUID

from django.db import models
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

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NeverDeleted(f"{type(self).__name__} is never deleted")


def both_or_neither(*fields: str) -> models.Q:
    """The condition of a pair such as `answered_by`, `answered_at`: all set or none."""
    none = models.Q(**{f"{field}__isnull": True for field in fields})
    every = models.Q(**{f"{field}__isnull": False for field in fields})
    return none | every
