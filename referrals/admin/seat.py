"""What does an administrator see of who sits on a child's team? Seats follow their grounds."""

from typing import Any

from django.contrib import admin

from referrals.models import Seat

from .base import ReadOnlyAdmin, until_words


@admin.register(Seat)
class SeatAdmin(ReadOnlyAdmin):
    child_path = "child"
    list_display = ("child", "holder_name", "role", "ground", "since", "ends")
    list_filter = ("role", "ground")
    list_select_related = ("child", "user", "organization")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"
    fields = (
        "child",
        "user",
        "organization",
        "role",
        "rights",
        "since",
        "ends",
        "ground",
        "ground_id",
    )
    readonly_fields = ("ends",)

    @admin.display(description="who")
    def holder_name(self, obj: Seat) -> str:
        return str(obj.user or obj.organization)

    @admin.display(description="until", empty_value="no end")
    def ends(self, obj: Seat) -> Any:
        return until_words(obj.until)
