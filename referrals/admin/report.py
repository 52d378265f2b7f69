"""What does an administrator see of progress reports?"""

from django.contrib import admin

from referrals.models import Report

from .base import ReadOnlyAdmin


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = (
        "child", "number", "status", "from_on", "until_on", "interim", "signed_at", "sent_at",
        "acknowledged_at",
    )  # fmt: skip
    list_filter = ("status", "interim", "recommendation")
    list_select_related = ("referral__child",)
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    @admin.display(description="child")
    def child(self, obj: Report) -> str:
        return obj.referral.child.name
