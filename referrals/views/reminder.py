"""How does somebody say when they want to be told?"""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from referrals.actions.hours import How, hours_of, usual_zone
from referrals.actions.reminder import set_preference
from referrals.forms.reminder import PreferenceForm
from referrals.queries.reminder import own_zone

from .answer import UNPROCESSABLE
from .decorators import signed_in


@signed_in
def reminder_edit(request: HttpRequest) -> HttpResponse:
    """One's own e-mails: at once or once a day, when not, and on whose clock."""
    user, now = cast(Any, request.user), timezone.now()
    hours = hours_of(user, now)
    form = PreferenceForm(
        request.POST or None, ways=How.choices, usual=usual_zone(user, now),
        initial={
            "how": hours.how, "digest_at": hours.digest_at, "quiet_from": hours.quiet_from,
            "quiet_until": hours.quiet_until, "time_zone": own_zone(user),
        },
    )  # fmt: skip
    if form.is_valid():
        set_preference(by=user, at=now, **form.arguments())
        messages.success(request, _("Saved. From now on it is so."))
        return redirect("reminder_edit")
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "reminder/edit.html", {"form": form}, status=status)
