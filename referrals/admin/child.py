"""How does an administrator find a child, mend its details, and see who looked at its record?"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from referrals.actions.child import change_child, identify_child
from referrals.forms.child import ChildDetails
from referrals.models import (
    Child,
    ChildIdentifier,
    Concern,
    Event,
    Guardian,
    Membership,
    Merge,
    RecordView,
    Referral,
    Role,
    Seat,
    User,
)

from .base import KeptInline, RoomAdmin, ShownInline, listing
from .search import as_id
from .seen import refuse_outrun


class ChildForm(ChildDetails):
    """The details as pediatricians change them, and who the pediatrician is."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, today=timezone.localdate(), **kwargs)
        self.initial["version"] = self.instance.version

    def clean_pediatrician(self) -> User:
        person: User = self.cleaned_data["pediatrician"]
        if "pediatrician" in self.changed_data:
            works = Membership.objects.live(timezone.now()).filter(
                user=person, organization=self.instance.practice_id, role=Role.PEDIATRICIAN
            )
            if not works.exists():
                raise ValidationError(f"{person} is no pediatrician of {self.instance.practice}.")
        return person

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("version") not in (None, self.instance.version):
            refuse_outrun(self, "version", str(self.instance.version))
        return cleaned


class IdentifierInline(KeptInline):
    model = ChildIdentifier
    autocomplete_fields = ("organization",)
    verbose_name_plural = "numbers the child is known by"


class AdultInline(ShownInline):
    model = Guardian
    fields = ("name", "relationship", "user", "phone", "may_see", "may_agree")
    readonly_fields = ("name",)
    verbose_name_plural = "adults of the child (open one to change it)"


@admin.register(Child)
class ChildAdmin(RoomAdmin):
    """Children are registered by pediatricians; here their details are mended, through the action."""

    has_own_version = True
    child_path = "pk"
    form = ChildForm
    list_display = ("__str__", "date_of_birth", "practice", "pediatrician", "registered_at")
    list_filter = ("interpreter_needed",)
    list_select_related = ("practice", "pediatrician")
    search_fields = ("pk",)
    search_help_text = "Beginnings of the names, a date of birth, a number of the child, or its id"
    autocomplete_fields = ("pediatrician",)
    readonly_fields = ("practice", "registered_at")
    inlines = (IdentifierInline, AdultInline)
    actions = ("merge",)
    fieldsets = (
        (None, {"fields": ("version", "given_name", "family_name", "name_used", "date_of_birth")}),
        ("Birth", {"fields": ("gestation_weeks", "gestation_days")}),
        ("Language", {"fields": ("language_spoken", "language_written", "interpreter_needed")}),
        ("Care", {"fields": ("precautions", "adaptive_equipment", "pediatrician", "practice", "registered_at")}),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            kwargs["form"] = forms.ModelForm  # only shown: there is nothing to check
        return super().get_form(request, obj, change=change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A record that was merged into another is only read."""
        merged = obj is not None and obj.merged_into_id is not None
        return not merged and super().has_change_permission(request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Without those merged into another: an id alone still leads to them."""
        found, doubled = super().get_search_results(request, queryset, search_term)
        by_id = as_id(search_term.strip()) is not None
        # Said so that no index of the merged is asked for the rest, which is nearly all: SQLite, where
        # it cannot know how many, would sort them all for the newest.
        return found if by_id else found.exclude(merged_into__isnull=False), doubled

    @admin.action(description="Merge: these two are one child")
    def merge(self, request: HttpRequest, queryset: QuerySet[Child]) -> Any:
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
        if len(chosen) != 2:
            self.message_user(request, "Choose the two records of one child.", messages.ERROR)
            return None
        first, second = chosen
        return redirect(f"{reverse('admin:referrals_merge_begin', args=[first])}?other={second}")

    def links(self, obj: Any) -> list[tuple[str, str]]:
        child = {"child__id__exact": obj.pk}
        return [
            *self._merging(obj),
            *self._parts(child),
            listing(Merge, "Merges", kept__id__exact=obj.pk),
        ]

    def _merging(self, obj: Child) -> list[tuple[str, str]]:
        if obj.merged_into_id is not None:
            where = reverse("admin:referrals_child_change", args=[obj.merged_into_id])
            return [("Merged: open the record that stays", where)]
        return [
            ("Merge with another record", reverse("admin:referrals_merge_begin", args=[obj.pk]))
        ]

    def _parts(self, child: dict[str, Any]) -> list[tuple[str, str]]:
        return [
            listing(RecordView, "Who opened the record", **child),
            listing(Event, "What happened", **child),
            listing(Seat, "Who is on the team", **child),
            listing(Referral, "Referrals", **child),
            listing(Concern, "Concerns", **child),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Left to the actions, which `save_related` calls when the child's numbers are written."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        fields = {name: form.cleaned_data[name] for name in form.changed_data if name != "version"}
        # Validation has written into the form's own: the actions compare with what is stored.
        child = Child.objects.select_related("practice").get(pk=form.instance.pk)
        user: Any = request.user
        now = timezone.now()
        if fields:
            change_child(
                child=child, version=form.cleaned_data["version"], by=user, at=now, **fields
            )
        if any(formset.has_changed() for formset in formsets):
            identify_child(child=child, by=user, at=now)
