"""What did administrators change of people and places? Django's own log, which only grows."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry

from .base import ReadOnlyAdmin


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("action_time", "user", "action_flag", "content_type", "object_repr", "said")
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    person_path = "user"
    search_fields = ("pk",)
    search_help_text = "Beginning of a name or of the e-mail of the administrator"
    fields = (
        "action_time",
        "user",
        "action_flag",
        "content_type",
        "object_id",
        "object_repr",
        "said",
    )
    readonly_fields = ("said",)

    @admin.display(description="what")
    def said(self, obj: LogEntry) -> str:
        return obj.get_change_message()
