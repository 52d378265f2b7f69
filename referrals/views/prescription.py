"""How is an order written, renewed and read?"""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals import access
from referrals.access import FAMILY, Permission
from referrals.act import ACTS, Act
from referrals.actions.moving import outrun_sentence
from referrals.actions.prescription import sign_prescription, suggested
from referrals.actions.recording import new_id
from referrals.actions.refusal import Outrun, Refused
from referrals.forms.prescription import PrescriptionForm
from referrals.pathway import State
from referrals.queries import children
from referrals.queries import document as papers
from referrals.queries import prescription as pages

from .answer import UNPROCESSABLE, refuse
from .decorators import referral_view
from .signing import signs, typed


@referral_view(Permission.SEE_RECORD)
def prescription_list(request: HttpRequest, referral: Any) -> HttpResponse:
    """The chain of orders, the newest first."""
    context = _around(request, referral)
    found = pages.versions(referral)
    context["prescriptions"] = [(one, pages.validity(one, context["today"])) for one in found]
    return render(request, "prescription/list.html", context)


@referral_view(Permission.SEE_RECORD)
def prescription_detail(request: HttpRequest, referral: Any, prescription_id: UUID) -> HttpResponse:
    """One order as it was signed, and what it replaced."""
    one = pages.one(referral, prescription_id)
    if one is None:
        raise Http404
    context = _around(request, referral)
    context |= {
        "one": one,
        "validity": pages.validity(one, context["today"]),
        "fields": pages.fields_of(one),
        "wishes": papers.wishes(referral, cast(Any, request).user, about=one.pk),
    }
    return render(request, "prescription/detail.html", context)


def _around(request: HttpRequest, referral: Any) -> dict[str, Any]:
    today = timezone.localdate()
    team = request.team  # type: ignore[attr-defined]
    may = access.may_act(request.user, Act.PRESCRIBE, referral, team)  # type: ignore[arg-type]
    return {
        "referral": referral,
        "header": children.header_for(referral.child, today, team),
        "may_prescribe": may and _legal(referral),
        "for_family": team.main_role == FAMILY,
        "today": today,
    }


def _legal(referral: Any) -> bool:
    return State(referral.state) in ACTS[Act.PRESCRIBE].during


@referral_view(Act.PRESCRIBE)
@signs
def prescription_new(request: HttpRequest, referral: Any) -> HttpResponse:
    """The order on one page: filled in as it stands or as it is planned, signed with one button."""
    if not _legal(referral):
        messages.warning(request, outrun_sentence(referral))
        return redirect("prescription_list", referral.pk)
    before = pages.standing(referral)
    now = timezone.now()
    start = {"id": new_id(), "seen": before.number if before else 0, **suggested(referral, now)}
    form = PrescriptionForm(typed(request), initial=start)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                sign_prescription(referral=referral, by=request.user, at=now, **form.arguments())  # type: ignore[arg-type]
            except Refused as refused:
                status = refuse(form, refused)
                if isinstance(refused, Outrun):
                    again = form.data.copy()  # type: ignore[attr-defined]
                    again["seen"] = str(before.number if before else 0)
                    form.data = again
            else:
                messages.success(request, "Signed. The therapist and the family are told.")
                return redirect("prescription_list", referral.pk)
    context = _around(request, referral)
    context |= {
        "form": form,
        "before": before,
        "fields": pages.fields_of(before) if before else [],
    }
    return render(request, "prescription/new.html", context, status=status)
