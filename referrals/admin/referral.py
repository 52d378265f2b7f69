"""What does an administrator see of a referral, and how is one marked as entered in error?"""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from referrals.access import may_move
from referrals.actions.closing import mark_referral_error
from referrals.actions.recording import record_view
from referrals.actions.refusal import Outrun, Refused
from referrals.forms.base import VersionedForm, text_field
from referrals.models import ContactAttempt, Event, Question, Referral, ReferralDiagnosis
from referrals.models.record import NO_DUE_DATE
from referrals.pathway import Move

from .base import ADMIN, ReadOnlyAdmin, listing
from .handing import Handing

_BY_CHILD = "Name, date of birth or number of the child"


class MarkErrorForm(VersionedForm):
    reason = text_field(
        "What was wrong?", help_text="The practice and the clinic read this. It stays for good."
    )


@admin.register(Referral)
class ReferralAdmin(Handing, ReadOnlyAdmin):
    child_path = "child"
    list_display = (
        "child", "state", "next_step", "due", "owner", "owner_organization", "urgency", "sent_at",
    )  # fmt: skip
    list_filter = ("is_open", "state", "urgency", "next_step")
    list_select_related = ("child", "owner", "owner_organization")
    search_fields = ("pk",)
    search_help_text = _BY_CHILD
    readonly_fields = ("named_diagnoses",)
    actions = ("mark_error", "hand_over")

    @admin.display(description="due", empty_value="-")
    def due(self, obj: Referral) -> Any:
        return None if obj.next_due_on == NO_DUE_DATE else obj.next_due_on

    @admin.display(description="diagnoses")
    def named_diagnoses(self, obj: Referral) -> str:
        named = ReferralDiagnosis.objects.filter(referral=obj).select_related("diagnosis")
        return "; ".join(str(one.diagnosis) for one in named)

    def links(self, obj: Any) -> list[tuple[str, str]]:
        where = [
            listing(Event, "What happened", about__exact=obj.pk),
            listing(Question, "Questions", referral__id__exact=obj.pk),
            listing(ContactAttempt, "Contact attempts", referral__id__exact=obj.pk),
        ]
        if obj.state != "entered_in_error":
            address = reverse("admin:referrals_referral_error", args=[obj.pk])
            where.append(("Mark as entered in error", address))
        return where

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.mark_error_view)
        return [
            path("<uuid:referral_id>/error/", view, name="referrals_referral_error"),
            *super().get_urls(),
        ]

    @admin.action(description="Mark as entered in error")
    def mark_error(self, request: HttpRequest, queryset: QuerySet[Referral]) -> Any:
        """One at a time, because each has a reason of its own."""
        chosen = list(queryset.order_by("pk")[:2])
        if len(chosen) == 1:
            return redirect("admin:referrals_referral_error", chosen[0].pk)
        self.message_user(
            request, "Choose one referral: each needs its own reason.", messages.ERROR
        )
        return None

    def mark_error_view(self, request: HttpRequest, referral_id: UUID) -> HttpResponse:
        """Ask for the reason, and hand it to the action."""
        user: Any = request.user
        referral = Referral.objects.select_related("child__practice", "practice", "clinic").filter(
            pk=referral_id
        ).first()  # fmt: skip
        if referral is None:
            raise Http404
        if not user.is_superuser or not may_move(user, Move.MARK_ERROR, referral):
            raise PermissionDenied("Only an administrator can do this here.")
        form = MarkErrorForm(request.POST or None, initial={"version": referral.version})
        if request.method == "POST" and form.is_valid():
            try:
                mark_referral_error(
                    referral=referral, reason=form.cleaned_data["reason"],
                    version=form.cleaned_data["version"], by=user, at=timezone.now(),
                )  # fmt: skip
            except Outrun as outrun:
                self.message_user(request, outrun.sentence, messages.ERROR)
                return redirect("admin:referrals_referral_change", referral_id)
            except Refused as refused:
                form.add_error(
                    refused.field if refused.field in form.fields else None, refused.sentence
                )
            else:
                self.message_user(
                    request, "Marked as entered in error. It stays readable.", messages.SUCCESS
                )
                return redirect("admin:referrals_referral_change", referral_id)
        record_view(child=referral.child, by=user, at=timezone.now(), role=ADMIN, page=ADMIN)
        context = {
            **self.admin_site.each_context(request),
            "title": "Mark this referral as entered in error?",
            "opts": self.opts,
            "original": referral,
            "form": form,
        }
        return TemplateResponse(request, "admin/referrals/referral/mark_error.html", context)


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = ("asked_at", "child", "asked_by", "answered_at", "answered_by")
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    list_select_related = ("referral__child", "asked_by", "answered_by")
    search_fields = ("pk",)
    search_help_text = _BY_CHILD

    @admin.display(description="child")
    def child(self, obj: Question) -> str:
        return obj.referral.child.name


@admin.register(ContactAttempt)
class ContactAttemptAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = ("at", "child", "channel", "result", "by")
    list_filter = ("channel", "result")
    list_select_related = ("referral__child", "by")
    search_fields = ("pk",)
    search_help_text = _BY_CHILD

    @admin.display(description="child")
    def child(self, obj: ContactAttempt) -> str:
        return obj.referral.child.name
