"""How does an administrator close the account of somebody who leaves, with all that they owe?"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from referrals.actions.leaving import Left, close_account, left_by
from referrals.actions.refusal import Refused
from referrals.forms.base import text_field
from referrals.models import Guardian, User


class CloseForm(forms.Form):
    """Who takes over at each place where something is owed, and why the person leaves."""

    reason = text_field(
        "Why do they leave?",
        rows=2,
        max_length=240,
        help_text="It stays with everything that is handed over.",
    )

    def __init__(self, *args: Any, left: list[Left], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for here in left:
            self.fields[str(here.place.pk)] = forms.ModelChoiceField(
                User.objects.filter(pk__in=[one.pk for one in here.takers]),
                label=f"Who takes over at {here.place}?",
                error_messages={"required": f"Choose who takes over at {here.place}."},
            )
        self.order_fields([*(str(here.place.pk) for here in left), "reason"])

    @property
    def takers(self) -> dict[UUID, User]:
        return {UUID(n): one for n, one in self.cleaned_data.items() if isinstance(one, User)}


class Leaving(admin.options.BaseModelAdmin):  # type: ignore[type-arg]
    """The page on which an account is closed; part of the room of people."""

    def close_view(self, request: HttpRequest, person_id: UUID) -> HttpResponse:
        site: Any = self.admin_site
        user: Any = request.user
        if not user.is_superuser:
            raise PermissionDenied("Only an administrator can do this here.")
        person = User.objects.filter(pk=person_id).first()
        if person is None:
            raise Http404
        now = timezone.now()
        left = left_by(person, now)
        form = CloseForm(request.POST or None, left=[here for here in left if here.any])
        if request.method == "POST" and form.is_valid():
            try:
                closed = close_account(
                    person=person, takers=form.takers, reason=form.cleaned_data["reason"], by=user,
                    at=now,
                )  # fmt: skip
            except Refused as refused:
                form.add_error(
                    refused.field if refused.field in form.fields else None, refused.sentence
                )
            else:
                room: Any = self
                room.log_change(request, closed, "Left: everything was handed over.")
                words = (
                    f"{closed} no longer works anywhere, and keeps the account as an adult of a child."
                    if closed.is_active
                    else f"The account of {closed} is closed. All that they owed has somebody else."
                )
                room.message_user(request, words, messages.SUCCESS)
                return redirect("admin:referrals_user_change", closed.pk)
        context = {
            **site.each_context(request), "opts": User._meta, "person": person, "left": left,
            "form": form, "is_family": Guardian.objects.filter(user=person).exists(),
            "title": f"Close the account of {person}?",
            "stuck": [here.place for here in left if here.any and not here.takers],
        }  # fmt: skip
        return TemplateResponse(request, "admin/referrals/user/close.html", context)
