"""What does an administrator see of e-referrals? That they came, and what became of them: not what they say."""

from django.contrib import admin

from referrals.models import Arrival

from .base import ReadOnlyAdmin


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
    search_fields = ("pk", "key")
    search_help_text = "Id, or the sender's number as it is kept"
    fields = (
        "system", "key", "sha256", "received_at", "practice", "clinic", "author", "outcome",
        "reason", "owner", "next_due_on", "referral", "decided_at", "decided_by",
    )  # fmt: skip
