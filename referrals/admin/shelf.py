"""How does an administrator keep what an organisation has of its own: activities, goals, tests, payers?"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db.models import CharField
from django.http import HttpRequest

from referrals.clinical.knowledge import BANDS
from referrals.models import OwnActivity, OwnGoal, OwnInstrument, OwnPayer, OwnScale, Plan

from .base import KeptInline, RoomAdmin


class AgedForm(forms.ModelForm):  # type: ignore[type-arg]
    bands = forms.MultipleChoiceField(
        label="Ages", widget=forms.CheckboxSelectMultiple,
        choices=[(band.code, band.label.en) for band in BANDS.values()],
        error_messages={"required": "Choose at least one age."},
    )  # fmt: skip


class OwnPayerForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a plan was written under does not change under it: another profile is another entry."""

    TERMS = ("name", "sign_within", "valid_days", "valid_months")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one = self.instance
        if one._state.adding:
            return
        named = Plan.objects.filter(payer=one.code, referral__clinic=one.organization_id)
        if named.exists():
            for name in self.TERMS:
                self.fields[name].disabled = True
            self.fields[
                "name"
            ].help_text = (
                "Fixed, because a plan names it. Take it off and add another, where terms change."
            )


class OwnScaleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an evaluation may have chosen stays what it is; another kind of score is another scale."""

    STAYS = ("code", "score_type")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.STAYS:
            self.fields[name].disabled = not self.instance._state.adding


class OwnScaleInline(KeptInline):
    model = OwnScale
    form = OwnScaleForm
    #: One below the other: beside each other they are wider than a screen.
    template = "admin/edit_inline/stacked.html"
    fields = (
        ("code", "label"), ("score_type", "direction"), ("mean", "sd"), ("minimum", "maximum"),
        "is_active",
    )  # fmt: skip
    min_num = 1
    verbose_name = "scale"
    verbose_name_plural = "scales, and what their scores look like"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **{"validate_min": True} | kwargs)


class ShelfAdmin(RoomAdmin):
    """Entries are added, changed and taken off; place and code stay, because records name them."""

    list_filter: ClassVar[Any] = ("is_active",)
    list_select_related = ("organization",)
    autocomplete_fields = ("organization",)
    #: Wide enough for a sentence.
    formfield_overrides: ClassVar[Any] = {
        CharField: {"widget": AdminTextInputWidget(attrs={"class": "vLargeTextField"})}
    }

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("organization", "code") if obj is not None else ()


@admin.register(OwnActivity)
class OwnActivityAdmin(ShelfAdmin):
    form = AgedForm
    list_display = ("title", "organization", "domain", "minutes", "times_a_week", "is_active")
    list_filter = ("is_active", "domain", "routine")
    search_fields = ("title", "code", "organization__name")
    search_help_text = "Title, code, or name of the place"
    fieldsets = (
        (None, {"fields": ("organization", "code", "is_active", "source")}),
        ("For whom", {"fields": ("domain", "bands")}),
        (
            "In the family’s words",
            {
                "description": "Plain words, up to grade 6, in sentences of 15 words or fewer.",
                "fields": ("title", "why", "steps", "materials", "good_looks_like", "stop_when"),
            },
        ),
        ("How often, and when", {"fields": ("minutes", "times_a_week", "routine")}),
        (
            "In Spanish",
            {
                "description": "What is left empty a family reads in English, marked so.",
                "fields": tuple(f"{name}_es" for name in OwnActivity.READ),
            },
        ),
    )


@admin.register(OwnGoal)
class OwnGoalAdmin(ShelfAdmin):
    form = AgedForm
    list_display = ("title", "organization", "domain", "measure", "amounts", "is_active")
    list_filter = ("is_active", "domain")
    search_fields = ("title", "code", "organization__name")
    search_help_text = "Title, code, or name of the place"
    fieldsets = (
        (None, {"fields": ("organization", "code", "is_active", "source")}),
        ("For whom", {"fields": ("domain", "bands")}),
        (
            "The goal",
            {
                "description": "Its parts become one sentence: plain words, no full stops.",
                "fields": ("title", "does_what", "conditions", "how_well"),
            },
        ),
        ("The five levels", {"fields": ("measure", "amounts", "step")}),
        (
            "In Spanish",
            {
                "description": "All of it or nothing: half a sentence helps nobody. Left empty, a "
                "family reads it in English, marked so.",
                "fields": tuple(f"{name}_es" for name in OwnGoal.READ),
            },
        ),
    )


@admin.register(OwnInstrument)
class OwnInstrumentAdmin(ShelfAdmin):
    list_display = (
        "name",
        "edition",
        "organization",
        "measures",
        "from_month",
        "to_month",
        "is_active",
    )
    search_fields = ("name", "code", "measures", "organization__name")
    search_help_text = "Name, code, what it measures, or name of the place"
    inlines = (OwnScaleInline,)
    fieldsets = (
        (
            None,
            {
                "description": "The shape of its scores only. Items and norm tables are the "
                "publisher’s: write them into no field.",
                "fields": ("organization", "code", "is_active", "source"),
            },
        ),
        ("The test", {"fields": ("name", "edition", "measures")}),
        ("For which ages", {"fields": ("from_month", "to_month")}),
    )


@admin.register(OwnPayer)
class OwnPayerAdmin(ShelfAdmin):
    form = OwnPayerForm
    list_display = (
        "name",
        "organization",
        "sign_within",
        "valid_days",
        "valid_months",
        "is_active",
    )
    search_fields = ("name", "code", "organization__name")
    search_help_text = "Name, code, or name of the place"
    fields = (
        "organization", "code", "is_active", "name", "sign_within", "valid_days", "valid_months",
        "source",
    )  # fmt: skip
