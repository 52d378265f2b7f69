"""What does this person owe the children next?"""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals import access
from referrals.belonging import has_role, is_guardian
from referrals.queries import arrival as arrivals
from referrals.queries import emergency as emergencies
from referrals.queries import family as families
from referrals.queries import home as homes
from referrals.queries import partner as partners

from .decorators import signed_in
from .language import speak_to_family

_ORDER = ("pediatrician", "therapist", "coordinator", "partner")


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The home of the person's role; `?as=` chooses among several."""
    user = request.user
    roles = [role for role in _ORDER if has_role(user, role)]  # type: ignore[arg-type]
    if is_guardian(user):  # type: ignore[arg-type]
        roles.append("family")
    chosen = request.GET.get("as", "")
    role = chosen if chosen in roles else (roles[0] if roles else "family")
    if not roles and user.is_staff:
        return redirect("admin:index")
    today, now = timezone.localdate(), timezone.now()
    context: dict[str, object] = {"role": role, "roles": roles, "today": today, "now": now}
    start = timezone.make_aware(datetime.combine(today, time.min))
    day = (start, start + timedelta(days=1))
    # Asked only where something waits, which is seldom.
    if role in access.REVIEWING:
        context["opened"] = emergencies.waiting(user)  # type: ignore[arg-type]
    if role in ("therapist", "coordinator"):
        context["arrived"] = arrivals.waiting(user)  # type: ignore[arg-type]
    if role == "pediatrician":
        context["desk"] = homes.pediatrician(user, today)  # type: ignore[arg-type]
    elif role == "therapist":
        context["desk"] = homes.therapist(user, today, now, day)  # type: ignore[arg-type]
    elif role == "coordinator":
        context["desk"] = homes.coordinator(user, today, now, day)  # type: ignore[arg-type]
    elif role == "partner":
        context["shared"] = partners.shared_with(user, now)  # type: ignore[arg-type]
    else:
        speak_to_family(request)
        context["children"] = families.children(user, today, now)  # type: ignore[arg-type]
    return render(request, f"home/{role}.html", context)
