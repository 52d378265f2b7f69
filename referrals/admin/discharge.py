"""What does an administrator see of how therapy ended?"""

from typing import Any

from django.contrib import admin

from referrals.models import Discharge, Event

from .base import ReadOnlyAdmin, listing


@admin.register(Discharge)
class DischargeAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = ("ended_on", "child", "number", "status", "why", "signed_by", "return_until")
    list_filter = ("status", "why")
    list_select_related = ("referral__child", "signed_by")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    @admin.display(description="Child")
    def child(self, obj: Discharge) -> Any:
        return obj.referral.child

    def links(self, obj: Any) -> list[tuple[str, str]]:
        return [listing(Event, "What happened", about__exact=obj.referral_id)]
