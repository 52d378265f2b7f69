"""What does an administrator see of referrals to early intervention and school districts?"""

from django.contrib import admin

from referrals.models import Programme

from .base import ReadOnlyAdmin


@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    child_path = "child"
    list_display = ("child", "place", "kind", "next_step", "next_due_on", "owner", "is_open")
    list_filter = ("kind", "is_open")
    list_select_related = ("child", "place", "owner")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"
    exclude = ("letter", "signs", "reason", "asked")
