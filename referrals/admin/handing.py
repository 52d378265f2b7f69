"""How does an administrator put the next steps of several referrals on one person?"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from referrals.actions.handing import hand_over_referral
from referrals.actions.refusal import Refused
from referrals.forms.base import text_field
from referrals.models import Membership, Referral, Role, User

#: So many at once: each of them leaves an event and tells its new owner.
MOST = 100


class NewOwner(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.email}"


class HandOverForm(forms.Form):
    """Somebody who works where one of them is owed, and one reason for all."""

    owner = NewOwner(User.objects.none(), label="Who takes the next steps?")
    reason = text_field("Why?", rows=2, max_length=240, help_text="It stays with each of them.")

    def __init__(self, *args: Any, places: set[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        works = Membership.objects.live(timezone.now()).filter(organization__in=places)
        works = works.exclude(role=Role.SYSTEM)
        field: Any = self.fields["owner"]
        field.queryset = User.objects.filter(pk__in=works.values("user")).order_by(
            "family_name", "given_name", "pk"
        )


class Handing(admin.options.BaseModelAdmin):  # type: ignore[type-arg]
    """The action of the list of referrals; each goes through the hand-over of its own."""

    @admin.action(description="Hand over the next step")
    def hand_over(self, request: HttpRequest, queryset: QuerySet[Referral]) -> Any:
        room: Any = self
        named = ("child__practice", "practice", "clinic", "owner", "owner_organization")
        chosen = list(queryset.select_related(*named).order_by("pk")[: MOST + 1])
        if len(chosen) > MOST:
            room.message_user(request, f"Choose {MOST} at most.", messages.ERROR)
            return None
        places = {referral.owner_organization_id for referral in chosen if referral.is_open}
        form = HandOverForm(request.POST if "sent" in request.POST else None, places=places)
        if form.is_valid():
            return self._carry_out(request, chosen, **form.cleaned_data)
        context = {
            **self.admin_site.each_context(request), "opts": Referral._meta, "chosen": chosen,
            "form": form, "title": "Hand over the next step of these referrals?",
            "checkbox": ACTION_CHECKBOX_NAME,
        }  # fmt: skip
        return TemplateResponse(request, "admin/referrals/referral/hand_over.html", context)

    def _carry_out(
        self, request: HttpRequest, chosen: list[Referral], owner: User, reason: str
    ) -> None:
        """Each by itself: one that cannot be handed over is named, and holds up no other."""
        room: Any = self
        user: Any = request.user
        done = 0
        for referral in chosen:
            try:
                hand_over_referral(
                    referral=referral, owner=owner, reason=reason, version=referral.version,
                    by=user, at=timezone.now(),
                )  # fmt: skip
            except Refused as refused:
                room.message_user(
                    request, f"{referral.child.name}: {refused.sentence}", messages.ERROR
                )
            else:
                done += 1
        if done:
            words = (
                f"{owner} has the next step of {done} {'referral' if done == 1 else 'referrals'}."
            )
            room.message_user(request, words, messages.SUCCESS)
