"""What does an administrator see of e-referrals? That they came, and what became of them: not what they say."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from referrals.models import Arrival, System

from .base import ReadOnlyAdmin
from .search import as_id


@admin.register(Arrival)
class ArrivalAdmin(ReadOnlyAdmin):
    list_display = (
        "received_at",
        "system",
        "practice",
        "clinic",
        "outcome",
        "owner",
        "next_due_on",
    )
    list_filter = ("outcome", "reason")
    list_select_related = ("system__organization", "practice", "clinic", "owner")
    search_fields = ("pk",)
    search_help_text = "Id, or the sender's whole number as it is kept"
    fields = (
        "system", "key", "sha256", "received_at", "practice", "clinic", "author", "outcome",
        "reason", "owner", "next_due_on", "referral", "decided_at", "decided_by",
    )  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        known = as_id(term)
        if known is not None:
            return queryset.filter(pk=known), False
        # A number is indexed under the system that sent it, and there are few of these.
        senders = list(System.objects.order_by().values_list("pk", flat=True))
        return queryset.filter(system__in=senders, key=term), False
