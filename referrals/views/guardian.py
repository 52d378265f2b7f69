"""How does the family come in?"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals.access import Permission
from referrals.actions.guardian import add_guardian, invite_guardian
from referrals.actions.recording import new_id
from referrals.actions.refusal import Outrun, Refused
from referrals.forms.child import AddGuardianForm, InviteGuardianForm

from .answer import UNPROCESSABLE, now_at, refuse
from .decorators import child_view


@child_view(Permission.INVITE_GUARDIAN)
def guardian_add(request: HttpRequest, child: Any) -> HttpResponse:
    """Name another adult of the child."""
    form = AddGuardianForm(request.POST or None, initial={"id": new_id()})
    if request.method == "POST" and form.is_valid():
        try:
            add_guardian(child=child, by=request.user, at=timezone.now(), **form.arguments())  # type: ignore[arg-type]
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, "The adult is on the child’s page. You can invite them now.")
            return redirect("child_detail", child.pk)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return _page(request, child, form, "Add an adult of the family", "Add", status)


@child_view(Permission.INVITE_GUARDIAN)
def guardian_invite(request: HttpRequest, child: Any, guardian_id: UUID) -> HttpResponse:
    """Give an adult of this child an account and a seat."""
    guardian = child.guardians.filter(pk=guardian_id).first()
    if guardian is None:
        raise Http404
    form = InviteGuardianForm(request.POST or None, initial=_start(guardian))
    status = UNPROCESSABLE if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            user: Any = request.user
            invite_guardian(guardian=guardian, by=user, at=timezone.now(), **form.arguments())
        except Refused as refused:
            status = refuse(form, refused)
            if isinstance(refused, Outrun):
                guardian.refresh_from_db()
                now_at(form, seen=guardian.email)
        else:
            messages.success(request, f"{guardian.name} gets an e-mail with a link.")
            return redirect("child_detail", child.pk)
    return _page(request, child, form, f"Invite {guardian.name}", "Send the invitation", status)


def _start(guardian: Any) -> dict[str, str]:
    """The address that is known, and the language of the home as far as there is a page in it."""
    home = f"{guardian.child.language_spoken} {guardian.child.language_written}".lower()
    spanish = "spanish" in home or "español" in home
    email = guardian.email
    return {"email": email, "seen": email, "language": "es" if spanish else "en"}


def _page(
    request: HttpRequest, child: Any, form: Any, title: str, verb: str, status: int
) -> HttpResponse:
    context = {"form": form, "child": child, "title": title, "verb": verb}
    return render(request, "child/form.html", context, status=status)
