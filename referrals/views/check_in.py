"""How is a question asked during therapy, read and answered?"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from referrals.access import Permission
from referrals.act import Act
from referrals.actions import check_in as actions
from referrals.actions.recording import new_id
from referrals.forms import check_in as forms
from referrals.queries.check_in import questions

from .acting import able, act_page, for_family, inner_of
from .decorators import referral_view


@referral_view(Permission.SEE_RECORD)
def check_in_list(request: HttpRequest, referral: Any) -> HttpResponse:
    """Every question and its answer; what clinicians ask each other stays with them."""
    context = {
        "referral": referral,
        "questions": questions(referral, for_family=for_family(request)),
        "may": able(request, referral, Act.CHECK_IN, Act.ANSWER_CHECK_IN),
        "for_family": for_family(request),
    }
    return render(request, "check_in/list.html", context)


@referral_view(Act.CHECK_IN)
def check_in_new(request: HttpRequest, referral: Any) -> HttpResponse:
    form = forms.AskForm(request.POST or None, initial={"id": new_id()})

    def ask(**arguments: Any) -> None:
        actions.check_in(referral=referral, **arguments)

    return act_page(
        request, referral, Act.CHECK_IN, form, ask, title="Ask how it goes", verb="Ask",
        done="The therapist has your question.", to=("check_in_list", referral.pk),
        lead="The therapist answers. The family does not read it.",
    )  # fmt: skip


@referral_view(Act.ANSWER_CHECK_IN)
def check_in_answer(request: HttpRequest, referral: Any, check_in_id: UUID) -> HttpResponse:
    asked = inner_of(referral.check_ins.select_related("activity", "asked_by"), check_in_id)

    def answer(**arguments: Any) -> None:
        actions.answer_check_in(check_in=asked, **arguments)

    return act_page(
        request, referral, Act.ANSWER_CHECK_IN, forms.AnswerForm(request.POST or None), answer,
        title="Answer a question", verb="Send the answer",
        done="Sent. Who asked is told.", to=("check_in_list", referral.pk), question=asked,
    )  # fmt: skip


@referral_view(Act.ASK_THERAPIST)
def activity_ask(request: HttpRequest, referral: Any, activity_id: UUID) -> HttpResponse:
    """The family asks about one activity."""
    activity = inner_of(referral.activities, activity_id)
    form = forms.AskForm(request.POST or None, initial={"id": new_id()})

    def ask(**arguments: Any) -> None:
        actions.ask_therapist(activity=activity, **arguments)

    return act_page(
        request, referral, Act.ASK_THERAPIST, form, ask, title=gettext("Ask about this activity"),
        verb=gettext("Send"), done=gettext("Your therapist has your question."),
        to=("activity_detail", referral.pk, activity.pk), inner=activity,
        lead=gettext("Your therapist answers you here."),
    )  # fmt: skip
