"""How is a worry told, read and answered?"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from referrals.access import FAMILY, Permission
from referrals.actions.concern import answer_concern, share_concern
from referrals.actions.recording import new_id
from referrals.actions.refusal import Refused
from referrals.clinical.knowledge import band_for, sign
from referrals.forms.concern import AnswerConcernForm, ConcernForm
from referrals.queries import children
from referrals.wording import spoken

from .answer import UNPROCESSABLE, refuse
from .decorators import child_view, concern_view


@child_view(Permission.SHARE_CONCERN)
def concern_new(request: HttpRequest, child: Any) -> HttpResponse:
    """Tell a worry: the signs of the child's age, and words."""
    today = timezone.localdate()
    for_family = request.team.main_role == FAMILY  # type: ignore[attr-defined]
    band = band_for(child.ages(max(today, child.date_of_birth)).for_bands)
    form = ConcernForm(
        request.POST or None, band=band, for_family=for_family, initial={"id": new_id()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            share_concern(child=child, by=request.user, at=timezone.now(), **form.arguments())  # type: ignore[arg-type]
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(
                request,
                gettext("Thank you. Your pediatrician sees this now and will answer.")
                if for_family
                else "The concern is recorded.",
            )
            return redirect(
                "home" if for_family else "child_detail", *([] if for_family else [child.pk])
            )
    context = {
        "form": form,
        "child": child,
        "header": children.header_for(child, today, request.team),  # type: ignore[attr-defined]
        "for_family": for_family,
        "groups": form.fields["signs"].groups(form["signs"].value() or []),  # type: ignore[attr-defined]
        "today": today,
    }
    return render(
        request, "concern/new.html", context, status=UNPROCESSABLE if form.is_bound else 200
    )


@concern_view(Permission.SEE_RECORD)
def concern_detail(request: HttpRequest, concern: Any) -> HttpResponse:
    """Read the worry and what became of it."""
    return _page(request, concern, AnswerConcernForm(), 200)


@concern_view(Permission.ANSWER_CONCERN)
def concern_answer(request: HttpRequest, concern: Any) -> HttpResponse:
    """Answer the worry in words."""
    form = AnswerConcernForm(request.POST or None)
    if request.method != "POST":
        return redirect("concern_detail", concern.pk)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            answer_concern(concern=concern, by=request.user, at=timezone.now(), **form.arguments())  # type: ignore[arg-type]
        except Refused as refused:
            status = refuse(form, refused)
        else:
            messages.success(request, "Your answer is with the family.")
            return redirect("concern_detail", concern.pk)
    return _page(request, concern, form, status)


def _page(request: HttpRequest, concern: Any, form: AnswerConcernForm, status: int) -> HttpResponse:
    today = timezone.localdate()
    team = request.team  # type: ignore[attr-defined]
    for_family = team.main_role == FAMILY
    signs = [sign(code) for code in concern.signs]
    context = {
        "concern": concern,
        "child": concern.child,
        "header": children.header_for(concern.child, today, team),
        "signs": [spoken(s.family_label) if for_family else s.label for s in signs],
        "form": form,
        # What was typed is shown even where somebody else has answered meanwhile.
        "may_answer": team.holds(Permission.ANSWER_CONCERN) and (concern.is_open or form.is_bound),
        "may_refer": team.holds(Permission.REFER) and concern.is_open,
        "today": today,
    }
    return render(request, "concern/detail.html", context, status=status)
