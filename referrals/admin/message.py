"""What does an administrator see of messages? That they are there and between whom; on their page, the words."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat

from referrals.models import Enclosure, Message, Thread

from .base import ReadOnlyAdmin, listing


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin):
    child_path = "child"
    list_display = ("started_at", "child", "audience", "is_alone", "started_by", "last_at", "last_number")  # fmt: skip
    list_filter = ("audience", "is_alone")
    list_select_related = ("child", "started_by")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    def links(self, obj: Thread) -> list[tuple[str, str]]:
        return [listing(Message, "Its messages", thread__id__exact=obj.pk)]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    child_path = "thread__child"
    list_display = ("at", "child", "role", "author", "number")
    list_filter = ("role",)
    list_select_related = ("thread__child", "author")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    @admin.display(description="child")
    def child(self, obj: Message) -> str:
        return obj.thread.child.name


@admin.register(Enclosure)
class EnclosureAdmin(ReadOnlyAdmin):
    child_path = "message__thread__child"
    list_display = ("pk", "child", "content_type", "length")
    list_filter = ("content_type",)
    list_select_related = ("message__thread__child",)
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"
    fields = ("message", "name", "content_type", "length", "sha256")
    readonly_fields = ("length",)

    @admin.display(description="child")
    def child(self, obj: Enclosure) -> str:
        return obj.message.thread.child.name

    @admin.display(description="size")
    def length(self, obj: Enclosure) -> str:
        return filesizeformat(obj.size)
