"""What does an administrator see of the visits?"""

from django.contrib import admin

from referrals.models import Appointment

from .base import ReadOnlyAdmin


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = ("starts_at", "child", "status", "therapist", "organization", "place")
    list_filter = ("status", "place", "cancelled_by")
    list_select_related = ("referral__child", "therapist", "organization")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    @admin.display(description="child")
    def child(self, obj: Appointment) -> str:
        return obj.referral.child.name
