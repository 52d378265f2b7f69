"""What does an administrator see of an account: who signed in when, and what lets them in that changed?"""

from django.contrib import admin

from referrals.models import AccountChange

from .base import ReadOnlyAdmin


@admin.register(AccountChange)
class AccountChangeAdmin(ReadOnlyAdmin):
    list_display = ("at", "person", "kind", "by")
    list_filter = ("kind",)
    list_select_related = ("person", "by")
    person_path = "person"
    search_fields = ("pk",)
    search_help_text = "Beginning of a name or of the e-mail of the person"
    fields = ("at", "person", "kind", "by")
