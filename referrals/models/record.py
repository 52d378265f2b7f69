"""What does every table of a child's record share? Opaque time-ordered ids, and that nothing is deleted."""

from datetime import UTC, date, datetime
from typing import Any, Final, NoReturn, TypeVar
from uuid import UUID

from django.db import models
from uuid_utils.compat import uuid7

T = TypeVar("T", bound=models.Model)

#: "Without an end": columns that decide access or order a worklist are never NULL.
FOREVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
NO_DUE_DATE: Final = date(9000, 1, 1)


def new_id() -> UUID:
    """A UUID 7: opaque in a URL, and ordered by time so that indexes stay compact."""
    return uuid7()


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
