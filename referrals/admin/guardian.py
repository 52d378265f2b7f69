"""How does an administrator keep a child's adults, their rights, and what a court has limited?"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from referrals.actions.guardian import add_guardian, change_guardian
from referrals.models import CourtLimit, Event, Guardian, Seat
from referrals.models.record import NO_DUE_DATE

from .base import KeptInline, OpenEndForm, PhoneForm, RoomAdmin, listing

_RIGHTS = ("may_see", "may_log", "may_agree", "may_sign", "may_share")


class GuardianForm(PhoneForm):
    """An adult of one child; whose adult they are stays as it was begun."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["child"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        child, user = cleaned.get("child"), cleaned.get("user")
        if child and user:
            others = Guardian.objects.filter(child=child, user=user).exclude(pk=self.instance.pk)
            if others.exists():
                self.add_error("user", "Another adult of this child already has this account.")
        return cleaned


class CourtLimitForm(OpenEndForm):
    NO_END = NO_DUE_DATE


class CourtLimitInline(KeptInline):
    model = CourtLimit
    form = CourtLimitForm
    fields = ("kind", "since", "until", "note")
    verbose_name_plural = (
        "limits set by a court (both days included; end one instead of deleting it)"
    )


@admin.register(Guardian)
class GuardianAdmin(RoomAdmin):
    """What is saved here takes effect at once: seats follow the rights and the court's limits."""

    child_path = "child"
    form = GuardianForm
    list_display = ("name", "relationship", "child", "user", *_RIGHTS)
    list_filter = ("relationship", "may_see", ("user", admin.EmptyFieldListFilter))
    list_select_related = ("child", "user")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"
    autocomplete_fields = ("child", "user")
    readonly_fields = ("invited_at", "invited_by")
    inlines = (CourtLimitInline,)
    fieldsets = (
        (None, {"fields": ("child", "given_name", "family_name", "relationship")}),
        ("How to reach them", {"fields": ("phone", "email", "contact_hidden")}),
        ("Account", {"fields": ("user", "invited_at", "invited_by")}),
        ("Rights", {"fields": _RIGHTS}),
    )

    def links(self, obj: Any) -> list[tuple[str, str]]:
        return [
            listing(Seat, "Seats this gives", ground_id__exact=obj.pk),
            listing(Event, "What happened", about__exact=obj.pk),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        user: Any = request.user
        fields = {name: value for name, value in form.cleaned_data.items() if name != "child"}
        made = add_guardian(child=obj.child, id=obj.pk, by=user, at=timezone.now(), **fields)
        obj._state.adding, obj._state.db = False, made._state.db

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        guardian: Guardian = form.instance
        limited = any(formset.has_changed() for formset in formsets)
        # A new adult without an account or a limit changes nothing that `add_guardian` left out.
        if limited or (form.has_changed() if change else guardian.user_id is not None):
            user: Any = request.user
            change_guardian(
                guardian=Guardian.objects.select_related("child__practice", "user").get(
                    pk=guardian.pk
                ),
                by=user,
                at=timezone.now(),
            )
