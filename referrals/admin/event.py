"""What does an administrator see of what happened to a record, and of who looked at it?"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from referrals.access import ADMIN, FAMILY
from referrals.models import Event, RecordView, Role
from referrals.queries.timeline import KINDS

from .base import ReadOnlyAdmin


class KindFilter(admin.SimpleListFilter):
    """The kinds there are, told by the timeline: asking the table would read all of it."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, kind.replace("_", " ")) for kind in KINDS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class RoleFilter(admin.SimpleListFilter):
    title = "role"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*Role.choices, (FAMILY, "Family"), (ADMIN, "Administrator")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(role=self.value()) if self.value() else queryset


class LogAdmin(ReadOnlyAdmin):
    """A log that only grows. Of one child or person it is read by the index of that one."""

    child_path = "child"
    narrowed_by = ("child__id__exact", "user__id__exact", "about__exact")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        narrowed = any(name in request.GET for name in self.narrowed_by)
        return ("-at", "-pk") if narrowed else ("-pk",)


@admin.register(Event)
class EventAdmin(LogAdmin):
    list_display = ("at", "kind", "child", "by")
    list_filter = (KindFilter,)
    list_select_related = ("child", "by")
    fields = ("kind", "at", "by", "child", "organization", "about", "data")


@admin.register(RecordView)
class RecordViewAdmin(LogAdmin):
    list_display = ("at", "user", "role", "child", "page")
    list_filter = (RoleFilter,)
    list_select_related = ("child", "user")
    fields = ("at", "user", "role", "child", "page")
