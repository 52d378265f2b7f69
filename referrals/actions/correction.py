"""How does a family ask that a document be corrected, and how is it answered so that both stay?"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from referrals.access import acting_as
from referrals.act import Act, Duty
from referrals.models import Correction, Referral, User
from referrals.pathway import Party

from .moving import check_act
from .recording import record
from .refusal import Outrun, Refused
from .task import close_task, open_task

#: Who answers for a document is the side that signs it.
_ANSWERED_BY: Final = {Correction.Sort.PRESCRIPTION: Party.PEDIATRICIAN}


def answers_for(sort: str) -> Party:
    """The side that signed a document of this sort, and so answers for what it says."""
    return _ANSWERED_BY.get(Correction.Sort(sort), Party.THERAPIST)


@transaction.atomic
def ask_correction(
    *, id: UUID, referral: Referral, sort: str, about: UUID, passage: str, wish: str, by: User,
    at: datetime,
) -> Correction:  # fmt: skip
    """Say what a signed document should say instead; who signed it owes an answer.

    `id` comes with the form, so that a second click asks nothing twice. Refused for a document
    that is not signed or not meant for the family to read.
    """
    check_act(referral, Act.ASK_CORRECTION, by=by)
    known = Correction.objects.filter(pk=id).first()
    if known is not None:
        if (known.asked_by_id, known.referral_id) != (by.pk, referral.pk):
            raise Outrun(gettext("This form was already used. Please start again."))
        return known
    document = getattr(referral, f"{Correction.Sort(sort)}s").for_family().filter(pk=about).first()
    if document is None:
        raise Refused(gettext("There is no such paper to correct."))
    for field, words in (("passage", passage), ("wish", wish)):
        if not words.strip():
            raise Refused(gettext("Please say this in a few words."), field)
    asked = Correction.objects.create(
        id=id, referral=referral, sort=sort, about=about, number=document.number,
        passage=passage.strip(), wish=wish.strip(), asked_by=by, asked_at=at,
    )  # fmt: skip
    party = answers_for(sort)
    # A task that is open keeps its due date: the first who asked waits longest.
    if not _waiting(referral, party):
        open_task(referral, Duty.ANSWER_CORRECTION, about=asked.pk, at=at, party=party)
    record(
        "correction_asked", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, correction=str(asked.pk), document=asked.sort,
    )  # fmt: skip
    return asked


@transaction.atomic
def answer_correction(
    *, correction: Correction, decision: str, answer: str, by: User, at: datetime
) -> Correction:
    """Grant or decline it, with reasons; the family reads them. The document does not change by it."""
    referral = correction.referral
    party = answers_for(correction.sort)
    check_act(referral, Act.ANSWER_CORRECTION, by=by)
    if party not in acting_as(by, Act.ANSWER_CORRECTION, referral):
        raise Refused(f"Only the {party.value} of this child answers for this paper.")
    asked = Correction.objects.select_for_update().get(pk=correction.pk)
    answer = answer.strip()
    if asked.answered_at is not None:
        if (asked.answered_by_id, asked.decision, asked.answer) == (by.pk, decision, answer):
            return asked  # the second click of one answer
        raise Outrun("This was answered meanwhile. What you typed was not sent.")
    if not answer:
        raise Refused("Say why, in words the family understands.", "answer")
    asked.decision, asked.answer = Correction.Answer(decision).value, answer
    asked.answered_by, asked.answered_at = by, at
    asked.save(update_fields=["decision", "answer", "answered_by", "answered_at"])
    if not _unanswered(referral, party):
        close_task(referral, Duty.ANSWER_CORRECTION, by=by, at=at, party=party)
    record(
        "correction_answered", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, correction=str(asked.pk), document=asked.sort,
    )  # fmt: skip
    return asked


def _waiting(referral: Referral, party: Party) -> bool:
    tasks = referral.tasks.filter(duty=Duty.ANSWER_CORRECTION, party=party, is_open=True)
    return tasks.exists()


def _unanswered(referral: Referral, party: Party) -> bool:
    waiting = referral.corrections.filter(answered_at__isnull=True)
    return any(answers_for(one.sort) is party for one in waiting)
