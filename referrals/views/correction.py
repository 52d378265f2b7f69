"""How does a family ask that a paper be corrected, and how is it answered?"""

from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from referrals import access
from referrals.access import Permission
from referrals.act import Act
from referrals.actions import correction as actions
from referrals.actions.recording import new_id
from referrals.forms import correction as forms
from referrals.queries import document as papers

from .acting import able, act_page, for_family, inner_of
from .decorators import referral_view


@referral_view(Permission.SEE_RECORD)
def correction_list(request: HttpRequest, referral: Any) -> HttpResponse:
    """Every wish for a correction with its answer; both stay."""
    context = {
        "referral": referral,
        "wishes": papers.wishes(
            referral, cast(Any, request).user, answers=_answers(request, referral)
        ),
        "for_family": for_family(request),
    }
    return render(request, "correction/list.html", context)


@referral_view(Act.ASK_CORRECTION)
def correction_new(
    request: HttpRequest, referral: Any, sort: str, document_id: UUID
) -> HttpResponse:
    """Say what a paper should say instead."""
    paper = papers.signed_paper(referral, sort, document_id)
    if paper is None:
        raise Http404
    form = forms.AskForm(request.POST or None, initial={"id": new_id()})

    def ask(**arguments: Any) -> None:
        actions.ask_correction(referral=referral, sort=sort, about=document_id, **arguments)

    return act_page(
        request, referral, Act.ASK_CORRECTION, form, ask, title=_("Ask for a correction"),
        verb=_("Send"), done=_("Sent. You will get an answer here."),
        to=("correction_list", referral.pk), template="correction/act.html", paper=paper,
    )  # fmt: skip


@referral_view(Act.ANSWER_CORRECTION)
def correction_answer(request: HttpRequest, referral: Any, correction_id: UUID) -> HttpResponse:
    """Grant or decline a wish, with reasons."""
    asked = inner_of(referral.corrections.select_related("asked_by", "answered_by"), correction_id)
    if asked.sort not in _answers(request, referral):
        side = actions.answers_for(asked.sort).value
        raise PermissionDenied(f"Only the {side} of this child answers for this paper.")

    def answer(**arguments: Any) -> None:
        actions.answer_correction(correction=asked, **arguments)

    return act_page(
        request, referral, Act.ANSWER_CORRECTION, forms.AnswerForm(request.POST or None), answer,
        title="Answer a wish for a correction", verb="Send the answer",
        done="Sent. The family is told.", to=("correction_list", referral.pk),
        template="correction/act.html", asked=asked,
        paper=papers.signed_paper(referral, asked.sort, asked.about),
    )  # fmt: skip


def _answers(request: HttpRequest, referral: Any) -> list[str]:
    """The sorts of paper whose wishes this person answers."""
    if not able(request, referral, Act.ANSWER_CORRECTION)[Act.ANSWER_CORRECTION.value]:
        return []
    team = request.team  # type: ignore[attr-defined]
    sides = access.acting_as(request.user, Act.ANSWER_CORRECTION, referral, team)  # type: ignore[arg-type]
    return [sort for sort in papers.SORTS if actions.answers_for(sort) in sides]
