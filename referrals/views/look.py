"""How does a family see who opened the record?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from referrals.access import Permission
from referrals.queries import children
from referrals.queries.look import looks

from .decorators import child_view


@child_view(Permission.SEE_LOOKS)
def look_list(request: HttpRequest, child: Any) -> HttpResponse:
    """Who opened the record, when and in what role, the newest day first."""
    today = timezone.localdate()
    user: Any = request.user
    hidden = children.kept_apart_from(child, user, timezone.now())
    before = request.GET.get("before", "")
    days, following = looks(child, user.pk, today, before, leave_out=hidden)
    context = {
        "child": child,
        "header": children.header_for(child, today, request.team),  # type: ignore[attr-defined]
        "days": days,
        "following": following,
        "today": today,
    }
    return render(request, "look/list.html", context)
