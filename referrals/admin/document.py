"""What does an administrator see of the files on a referral? That they are there, not what they hold."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat

from referrals.models import Attachment

from .base import ReadOnlyAdmin


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = ("name", "child", "content_type", "length", "attached_by", "attached_at")
    list_filter = ("content_type",)
    list_select_related = ("referral__child", "attached_by")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"
    fields = ("referral", "name", "content_type", "length", "sha256", "attached_by", "attached_at")
    readonly_fields = ("length",)

    @admin.display(description="child")
    def child(self, obj: Attachment) -> str:
        return obj.referral.child.name

    @admin.display(description="size")
    def length(self, obj: Attachment) -> str:
        return filesizeformat(obj.size)
