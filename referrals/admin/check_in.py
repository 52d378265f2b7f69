"""What does an administrator see of the questions asked during therapy?"""

from django.contrib import admin

from referrals.models import CheckIn

from .base import ReadOnlyAdmin


@admin.register(CheckIn)
class CheckInAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = ("asked_at", "child", "asked_as", "asked_by", "answered_by", "answered_at")
    list_filter = ("asked_as",)
    list_select_related = ("referral__child", "asked_by", "answered_by")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    @admin.display(description="child")
    def child(self, obj: CheckIn) -> str:
        return obj.referral.child.name
