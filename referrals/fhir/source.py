"""Who reads, from which rows, and how does a row become resources? The words of the interface's table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable

from referrals import access
from referrals.models import Child, Referral, User

from .element import Resource
from .token import Token

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Reader:
    """The account a system acts as, its organisation, and the moment."""

    user: User
    place: UUID
    at: datetime

    def children(self) -> QuerySet[Child]:
        return access.records_visible_to(self.user)

    def of_child(self, model: type[Any], path: str = "child") -> Rows:
        rows: Rows = model._default_manager.filter(**{f"{path}__in": self.children().values("pk")})
        return rows

    def referrals(self) -> QuerySet[Referral]:
        return access.referrals_visible_to(self.user)

    def within(self, rows: Any, path: str = "referral") -> Rows:
        """Of these rows those on referrals that are visible, with the referral."""
        asked: Rows = rows.filter(**{f"{path}__in": self.referrals().values("pk")})
        return asked.select_related(path)

    def signed(self, model: type[Any]) -> Rows:
        """What is signed, and finished as its family reads it: co-signed, sent."""
        return self.within(model.objects.for_family())


@dataclass(frozen=True)
class Told:
    """How a row becomes resources of one type, which of its columns is the date, and what each status means."""

    build: Callable[[Any, Reader], Iterable[Resource]]
    date: str = ""
    statuses: Mapping[str, Q] = field(default_factory=dict)
    #: Another date of the same row, by the name of its parameter.
    also: Mapping[str, str] = field(default_factory=dict)
    #: The rows with a number that a token means; None where they are told with none.
    numbered: Callable[[Token, Reader], Q] | None = None
    #: Whether a row can become several.
    many: bool = False
    #: What is fetched along with the rows, each a Prefetch: a query each.
    along: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Source:
    rows: Callable[[Reader], Rows]
    tells: Mapping[str, Told]
    #: When what is told of a row last changed.
    changed: str | Combinable
    #: From a row to its child; empty where it is about none.
    child: str = "referral__child"
    #: The column that the ids begin with and by which pages go on.
    key: str = "pk"
    #: The columns of which something is told, where a row has many more; empty where all are read.
    columns: tuple[str, ...] = ()

    def along(self, kinds: Iterable[str]) -> list[Any]:
        return list(dict.fromkeys(one for kind in kinds for one in self.tells[kind].along))
