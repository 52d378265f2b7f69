"""What does an administrator see of records opened in an emergency? Who, whose, why, and the answer."""

from django.contrib import admin

from referrals.models import Emergency

from .base import ReadOnlyAdmin


@admin.register(Emergency)
class EmergencyAdmin(ReadOnlyAdmin):
    child_path = "child"
    list_display = ("opened_at", "user", "child", "organization", "is_open", "was_right", "until")
    list_filter = ("is_open", "was_right")
    list_select_related = ("child", "organization", "user")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"
    fields = (
        "opened_at", "until", "user", "child", "organization", "reason", "owner", "due_on", "is_open",
        "was_right", "review", "reviewed_by", "reviewed_at",
    )  # fmt: skip
