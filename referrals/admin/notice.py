"""What does an administrator see of the e-mails that are owed or sent?"""

from django.contrib import admin

from referrals.models import Notice

from .base import ReadOnlyAdmin


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "to", "kind", "attempts", "sent_at")
    list_filter = (("sent_at", admin.EmptyFieldListFilter),)
    list_select_related = ("to",)
    search_fields = ("to__email__istartswith", "to__family_name__istartswith")
    search_help_text = "E-mail or family name of the person"
