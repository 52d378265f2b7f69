"""How is a pause asked for, answered and written down?"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from referrals.act import Act
from referrals.actions import pause as actions
from referrals.actions.recording import new_id
from referrals.forms import pause as forms
from referrals.queries import children

from .acting import act_page, inner_of
from .decorators import referral_view


@referral_view(Act.ASK_PAUSE)
def pause_ask(request: HttpRequest, referral: Any) -> HttpResponse:
    today = timezone.localdate()
    form = forms.AskPauseForm(request.POST or None, initial={"id": new_id(), "first_on": today})

    def ask(**arguments: Any) -> None:
        actions.ask_pause(referral=referral, **arguments)

    return act_page(
        request, referral, Act.ASK_PAUSE, form, ask, title=gettext("Ask for a pause"), verb=gettext("Ask"),
        done=gettext("Your therapist has it and will answer."), to=("activity_list", referral.pk),
        lead=gettext("Away, ill, or just too much? For some days nothing is asked of you."),
    )  # fmt: skip


@referral_view(Act.AGREE_PAUSE)
def pause_agree(request: HttpRequest, referral: Any) -> HttpResponse:
    today = timezone.localdate()
    adults = children.adults(referral.child, today, for_family=False)
    start = {"id": new_id(), "first_on": today}
    form = forms.AgreePauseForm(request.POST or None, initial=start)

    def agree(**arguments: Any) -> None:
        actions.agree_pause(referral=referral, **arguments)

    return act_page(
        request, referral, Act.AGREE_PAUSE, form, agree, title="Write down a pause",
        verb="Save", done="Written down. The family is told.", to=("activity_list", referral.pk),
        adults=[adult.guardian.name for adult in adults],
    )  # fmt: skip


@referral_view(Act.AGREE_PAUSE)
def pause_answer(request: HttpRequest, referral: Any, pause_id: UUID) -> HttpResponse:
    pause = inner_of(referral.pauses.select_related("asked_by"), pause_id)

    def answer(**arguments: Any) -> None:
        actions.answer_pause(pause=pause, **arguments)

    return act_page(
        request, referral, Act.AGREE_PAUSE, forms.AnswerPauseForm(request.POST or None), answer,
        title="Answer the wish for a pause", verb="Send the answer",
        done="Answered. The family is told.", to=("activity_list", referral.pk), pause=pause,
    )  # fmt: skip
