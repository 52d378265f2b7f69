"""What does an administrator see of results asked for? That they were, not what came back."""

from django.contrib import admin

from referrals.models import ResultRequest

from .base import ReadOnlyAdmin


@admin.register(ResultRequest)
class ResultRequestAdmin(ReadOnlyAdmin):
    child_path = "child"
    list_display = ("asked_at", "child", "organization", "to_partner", "state", "due_on")
    list_filter = ("state", "to_partner")
    list_select_related = ("child", "organization")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"
    fields = (
        "child", "organization", "consent", "referral", "to_partner", "state", "due_on", "asked_by",
        "asked_at", "closed_by", "closed_at",
    )  # fmt: skip
