"""What does an administrator see of the worries that were told?"""

from typing import Any

from django.contrib import admin

from referrals.models import Concern, Event

from .base import ReadOnlyAdmin, listing


@admin.register(Concern)
class ConcernAdmin(ReadOnlyAdmin):
    child_path = "child"
    list_display = ("recorded_at", "child", "state", "owner", "recorded_by", "recorded_as")
    list_filter = ("state", "band")
    list_select_related = ("child", "owner", "recorded_by")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    def links(self, obj: Any) -> list[tuple[str, str]]:
        return [listing(Event, "What happened", about__exact=obj.pk)]
