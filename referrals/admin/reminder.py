"""What does an administrator see of what came near its due date, or went past it?"""

from django.contrib import admin

from referrals.models import Reminder

from .base import ReadOnlyAdmin


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    child_path = "child"
    list_display = ("raised_at", "level", "child", "step", "due_on", "organization")
    list_filter = ("level",)
    list_select_related = ("child", "organization")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"
