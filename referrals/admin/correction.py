"""What does an administrator see of the corrections that families asked for?"""

from django.contrib import admin

from referrals.models import Correction

from .base import ReadOnlyAdmin


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = (
        "asked_at",
        "child",
        "sort",
        "asked_by",
        "decision",
        "answered_by",
        "answered_at",
    )
    list_filter = ("sort", "decision")
    list_select_related = ("referral__child", "asked_by", "answered_by")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    @admin.display(description="child")
    def child(self, obj: Correction) -> str:
        return obj.referral.child.name
