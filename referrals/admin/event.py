"""What does an administrator see of what happened to a record, and of who looked at it?"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from referrals.access import ADMIN, FAMILY
from referrals.models import Event, RecordView, Role
from referrals.queries.timeline import KINDS

from .base import ReadOnlyAdmin

#: What narrows a log to one child, person or thing: an index then holds exactly its rows.
NARROWED_BY: Final = ("child__id__exact", "user__id__exact", "by__id__exact", "about__exact")


def is_narrowed(request: HttpRequest) -> bool:
    return any(name in request.GET for name in NARROWED_BY)


def first_id(since: datetime) -> UUID:
    """The least id that is made from then on: ids are ordered by time."""
    return UUID(int=int(since.timestamp() * 1000) << 80)


class NarrowFilter(admin.SimpleListFilter):
    """Offered where the log is of one child or person: of all, it would be read to its end."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return self.words() if is_narrowed(request) else []

    def words(self) -> list[tuple[str, str]]:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return (
            queryset.filter(**{str(self.parameter_name): self.value()})
            if self.value()
            else queryset
        )


class KindFilter(NarrowFilter):
    title = "kind"
    parameter_name = "kind"

    def words(self) -> list[tuple[str, str]]:
        return [(kind, kind.replace("_", " ")) for kind in KINDS]


class RoleFilter(NarrowFilter):
    title = "role"
    parameter_name = "role"

    def words(self) -> list[tuple[str, str]]:
        return [*Role.choices, (FAMILY, "Family"), (ADMIN, "Administrator")]


class SinceFilter(admin.SimpleListFilter):
    """Since when. Of one child or person by its own index, of all by the order of the ids."""

    title = "since"
    parameter_name = "since"
    DAYS: Final = {
        "1": "Last 24 hours",
        "7": "Last 7 days",
        "30": "Last 30 days",
        "366": "Last year",
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(self.DAYS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        days = self.value()
        if days not in self.DAYS:
            return queryset
        since = timezone.now() - timedelta(days=int(days))
        if is_narrowed(request):
            return queryset.filter(at__gte=since)
        return queryset.filter(pk__gte=first_id(since))


class LogAdmin(ReadOnlyAdmin):
    """A log that only grows. Of one child or person it is read by the index of that one."""

    child_path = "child"
    whole = ("since",)
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-at", "-pk") if is_narrowed(request) else ("-pk",)


@admin.register(Event)
class EventAdmin(LogAdmin):
    list_display = ("at", "kind", "child", "by")
    list_filter = (SinceFilter, KindFilter)
    list_select_related = ("child", "by")
    fields = ("kind", "at", "by", "child", "organization", "about", "data")


@admin.register(RecordView)
class RecordViewAdmin(LogAdmin):
    list_display = ("at", "user", "role", "child", "page")
    list_filter = (SinceFilter, RoleFilter)
    list_select_related = ("child", "user")
    fields = ("at", "user", "role", "child", "page")
