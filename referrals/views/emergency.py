"""How is a record opened in an emergency, and who says afterwards whether it was one?"""

from typing import Any, Final

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals.access import TREATING
from referrals.actions import emergency as actions
from referrals.actions.recording import new_id
from referrals.actions.refusal import Refused
from referrals.forms.emergency import EmergencyForm, ReviewEmergencyForm
from referrals.queries import emergency as emergencies

from .answer import UNPROCESSABLE, refuse
from .decorators import emergency_view, role_view
from .signing import signs, typed

#: One sentence for what is not there and what is out of reach.
_NOT_OPENED: Final = (
    "No record was opened. Check the number, or the full name and the date of birth. "
    "You can open the records of children whom your place treats or treated."
)
#: More records that were not found than this limit of the settings are no emergency but a search.
_LIMIT: Final = "emergency"


@role_view(*TREATING)
@signs
def emergency_open(request: HttpRequest) -> HttpResponse:
    """Say whose record and why; it opens at once, for some hours, and everybody concerned is told."""
    user: Any = request.user
    posted = request.method == "POST"
    form = EmergencyForm(request.POST if posted else typed(request), initial={"id": new_id()})
    status = 200
    if posted:
        status = UNPROCESSABLE
        if not ratelimit.consume(request, action=_LIMIT, user=user, dry_run=True):
            form.add_error(None, "Too many tries. Wait an hour, or ask who coordinates here.")
            status = 429
        elif form.is_valid():
            said = form.cleaned_data
            child = emergencies.known_for_sure(
                user, number=said["number"], name=said["name"], born=said["born"]
            )
            if child is None:
                ratelimit.consume(request, action=_LIMIT, user=user)
                form.add_error(None, _NOT_OPENED)
            elif emergencies.is_seen(user, child):
                return redirect("child_detail", child.pk)
            else:
                try:
                    actions.open_emergency(
                        id=said["id"], child=child, reason=said["reason"], by=user, at=timezone.now()
                    )  # fmt: skip
                except Refused as refused:
                    status = refuse(form, refused)
                else:
                    messages.warning(
                        request,
                        "Open for four hours, to read. Who coordinates here and the family are told.",
                    )
                    return redirect("child_detail", child.pk)
    return render(request, "emergency/open.html", {"form": form}, status=status)


@emergency_view
def emergency_review(request: HttpRequest, emergency: Any) -> HttpResponse:
    """What was opened, by whom, why, and what was read; with one question."""
    form = ReviewEmergencyForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            user: Any = request.user
            try:
                actions.review_emergency(
                    emergency=emergency, by=user, at=timezone.now(), **form.arguments()
                )
            except Refused as refused:
                status = refuse(form, refused)
            else:
                messages.success(request, "Thank you. Who opened it and the family are told.")
                return redirect("home")
    context = {
        "emergency": emergency, "form": form, "read": emergencies.read_of(emergency),
        "today": timezone.localdate(), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "emergency/review.html", context, status=status)
