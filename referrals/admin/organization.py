"""How does an administrator keep the places, their clocks and who works there?"""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from referrals.clinical.activity_bank import ACTIVITIES
from referrals.clinical.clocks import CLOCKS
from referrals.clinical.goal_bank import BANK
from referrals.clinical.instruments import INSTRUMENTS
from referrals.clinical.payers import PAYERS
from referrals.models import (
    ClockSetting,
    ClosedDays,
    Membership,
    Organization,
    OwnActivity,
    OwnGoal,
    OwnInstrument,
    OwnPayer,
    Referral,
)

from .base import KeptInline, PhoneForm, RoomAdmin, listing
from .membership import MembershipForm, MembershipSaving


class OrganizationForm(PhoneForm):
    """The kind decides which roles a place can have: it stays once somebody works there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made = not self.instance._state.adding
        if made and Membership.objects.filter(organization=self.instance).exists():
            self.fields["kind"].disabled = True
            self.fields["kind"].help_text = "Fixed, because people work here."


class ClockInline(KeptInline):
    model = ClockSetting
    verbose_name_plural = "clocks of its own (all others run as published)"


class ClosedDaysInline(KeptInline):
    model = ClosedDays
    verbose_name_plural = "days on which it is closed: therapy visits are planned around them"


class WorksHereInline(KeptInline):
    model = Membership
    form = MembershipForm
    fields = ("user", "role", "takes_intake", "is_assistant", "since", "until")
    autocomplete_fields = ("user",)
    verbose_name_plural = "people who work here"


@admin.register(ClosedDays)
class ClosedDaysAdmin(RoomAdmin):
    list_display = ("label", "organization", "first_on", "last_on")
    list_select_related = ("organization",)
    search_fields = ("label", "organization__name")
    search_help_text = "Why it is closed, or the name of the place"
    autocomplete_fields = ("organization",)


@admin.register(Organization)
class OrganizationAdmin(MembershipSaving, RoomAdmin):
    form = OrganizationForm
    list_display = ("name", "kind", "takes_referrals", "phone", "is_active")
    list_filter = ("kind", "is_active", "takes_referrals")
    search_fields = ("name", "email", "npi")
    search_help_text = "Name, e-mail or NPI"
    ordering = ("name", "pk")
    sortable_by = ("name", "kind")
    inlines = (ClockInline, ClosedDaysInline, WorksHereInline)
    fieldsets = (
        (None, {"fields": ("name", "kind", "takes_referrals", "is_active")}),
        ("How to reach it", {"fields": ("phone", "email", "address", "time_zone")}),
        ("Numbers", {"fields": ("npi",)}),
        ("Log-in", {"fields": ("mfa_required",)}),
    )

    def links(self, obj: Any) -> list[tuple[str, str]]:
        return [
            ("Clocks, payers, tests and banks", reverse("admin:referrals_organization_shipped")),
            listing(OwnActivity, "Home activities of its own", organization__id__exact=obj.pk),
            listing(OwnGoal, "Goals to start from of its own", organization__id__exact=obj.pk),
            listing(OwnInstrument, "Instruments of its own", organization__id__exact=obj.pk),
            listing(OwnPayer, "Payer profiles of its own", organization__id__exact=obj.pk),
        ]

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.shipped_view)
        return [path("shipped/", view, name="referrals_organization_shipped"), *super().get_urls()]

    def shipped_view(self, request: HttpRequest) -> HttpResponse:
        """What holds everywhere unless a place says otherwise, each with where it comes from."""
        context = {
            **self.admin_site.each_context(request), "opts": self.opts,
            "title": "What every place starts with", "clocks": CLOCKS.values(),
            "payers": PAYERS.values(), "instruments": INSTRUMENTS.values(),
            "activities": ACTIVITIES.values(), "goals": BANK.values(),
        }  # fmt: skip
        return TemplateResponse(request, "admin/referrals/organization/shipped.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            left = Referral.objects.filter(is_open=True, owner_organization=obj).count()
            if left:
                self.message_user(
                    request,
                    f"{obj} is closed, but still owes the next step of {left} open "
                    f"{'referral' if left == 1 else 'referrals'}.",
                    messages.WARNING,
                )
