"""How far has the child come, in the clinic and at home?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from referrals.access import FAMILY, Permission, may_act
from referrals.act import ACTS, Act
from referrals.pathway import State
from referrals.queries import course as pages

from .decorators import referral_view


@referral_view(Permission.SEE_RECORD)
def progress_detail(request: HttpRequest, referral: Any) -> HttpResponse:
    """Goals, practice and visits together: what all three meet to see."""
    today = timezone.localdate()
    user: Any = request.user
    team = request.team  # type: ignore[attr-defined]
    for_family = team.main_role == FAMILY
    legal = State(referral.state) in ACTS[Act.WRITE_REPORT].during
    context = {
        "referral": referral,
        "page": pages.page(referral, today, for_family=for_family),
        "for_family": for_family,
        "may_report": legal and may_act(user, Act.WRITE_REPORT, referral, team),
        "today": today,
    }
    template = "progress/family.html" if for_family else "progress/detail.html"
    return render(request, template, context)
