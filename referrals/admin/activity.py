"""What does an administrator see of practice at home? Everything, and changes nothing."""

from typing import Any, ClassVar

from django.contrib import admin

from referrals.models import Activity, Dose, Pause, Practice, Reaction

from .base import ReadOnlyAdmin

_HELP = "Name, date of birth or number of the child"


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = ("title", "child", "status", "minutes", "times_a_week", "begun_on", "begun_by")
    list_filter = ("status", "routine")
    list_select_related = ("referral__child", "begun_by")
    search_fields = ("pk",)
    search_help_text = _HELP
    exclude = ("picture",)

    @admin.display(description="child")
    def child(self, obj: Activity) -> str:
        return obj.referral.child.name


class OfActivity(ReadOnlyAdmin):
    """What hangs on an activity."""

    child_path = "activity__referral__child"
    list_select_related: ClassVar[Any] = ("activity__referral__child", "by")
    search_fields = ("pk",)
    search_help_text = _HELP

    @admin.display(description="child")
    def child(self, obj: Any) -> str:
        return str(self.child_of(obj).name)


@admin.register(Dose)
class DoseAdmin(OfActivity):
    list_display = ("activity", "child", "from_on", "times_a_week", "minutes", "by")


@admin.register(Practice)
class PracticeAdmin(OfActivity):
    child_path = "child"
    list_display = ("done_on", "child_name", "activity", "result", "minutes", "by", "after_retired")
    list_filter = ("result", "after_retired", "clock_was_off")
    list_select_related = ("activity", "child", "by")

    @admin.display(description="child")
    def child_name(self, obj: Practice) -> str:
        return obj.child.name


@admin.register(Reaction)
class ReactionAdmin(OfActivity):
    child_path = "practice__child"
    list_display = ("at", "child", "practice", "sign", "by")
    list_filter = ("sign",)
    list_select_related = ("practice__child", "by")


@admin.register(Pause)
class PauseAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = ("first_on", "last_on", "child", "status", "asked_by", "answered_by")
    list_filter = ("status", "asked_as")
    list_select_related = ("referral__child", "asked_by", "answered_by")
    search_fields = ("pk",)
    search_help_text = _HELP

    @admin.display(description="child")
    def child(self, obj: Pause) -> str:
        return obj.referral.child.name
