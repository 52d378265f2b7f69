"""What does an administrator see of the e-mails that are owed or sent, and of how people want them?"""

from django.contrib import admin

from referrals.models import Notice, NoticePreference

from .base import ReadOnlyAdmin


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "to", "kind", "attempts", "handed_at", "sent_at")
    list_filter = (("sent_at", admin.EmptyFieldListFilter),)
    list_select_related = ("to",)
    person_path = "to"
    search_fields = ("pk",)
    search_help_text = "Beginning of a name or of the e-mail of the person"


@admin.register(NoticePreference)
class NoticePreferenceAdmin(ReadOnlyAdmin):
    """Everybody chooses for themselves; here it is only read."""

    list_display = ("user", "how", "digest_at", "quiet_from", "quiet_until", "changed_at")
    list_filter = ("how",)
    list_select_related = ("user",)
    person_path = "user"
    search_fields = ("pk",)
    search_help_text = "Beginning of a name or of the e-mail of the person"
