"""What does an administrator see of what families share? Who, with whom and until when; nothing to change."""

from django.contrib import admin

from referrals.models import Consent

from .base import ReadOnlyAdmin


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    child_path = "child"
    list_display = ("child", "organization", "given_by", "since", "until", "revoked_at")
    list_select_related = ("child", "organization", "given_by")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"
