"""How does a family or a pediatrician ask during therapy, and how is it answered?"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from referrals.act import Act, Duty
from referrals.models import Activity, CheckIn, Referral, User
from referrals.pathway import Party

from .moving import check_act
from .recording import record
from .refusal import Outrun, Refused
from .task import close_task, open_task


@transaction.atomic
def ask_therapist(*, id: UUID, activity: Activity, text: str, by: User, at: datetime) -> CheckIn:
    """A family asks about an activity; the therapist owes an answer."""
    referral = activity.referral
    check_act(referral, Act.ASK_THERAPIST, by=by)
    known = _known(id, referral, by=by)
    if known is not None:
        return known
    asked = _ask(id, referral, Party.FAMILY, text, activity=activity, by=by, at=at)
    record(
        "activity_asked", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        activity=str(activity.pk), **activity.called, check_in=str(asked.pk),
    )  # fmt: skip
    return asked


@transaction.atomic
def check_in(*, id: UUID, referral: Referral, text: str, by: User, at: datetime) -> CheckIn:
    """A pediatrician asks how it goes; it stays between the clinicians."""
    check_act(referral, Act.CHECK_IN, by=by)
    known = _known(id, referral, by=by)
    if known is not None:
        return known
    asked = _ask(id, referral, Party.PEDIATRICIAN, text, activity=None, by=by, at=at)
    record(
        "check_in_asked", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        check_in=str(asked.pk),
    )  # fmt: skip
    return asked


@transaction.atomic
def answer_check_in(*, check_in: CheckIn, answer: str, by: User, at: datetime) -> CheckIn:
    """Answer in words; whoever asked is told, and the rest who may read it can."""
    referral = check_in.referral
    check_act(referral, Act.ANSWER_CHECK_IN, by=by)
    asked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    answer = answer.strip()
    if asked.answered_at is not None:
        if (asked.answered_by_id, asked.answer) == (by.pk, answer):
            return asked  # the second click of one answer
        raise Outrun("This question was answered meanwhile. What you typed was not sent.")
    if not answer:
        raise Refused("Write an answer.", "answer")
    columns = {"answer": answer, "answered_by": by, "answered_at": at}
    CheckIn.objects.filter(pk=asked.pk).update(**columns)
    for name, value in columns.items():
        setattr(asked, name, value)
    if not referral.check_ins.filter(answered_at__isnull=True).exists():
        close_task(referral, Duty.ANSWER_CHECK_IN, by=by, at=at)
    kind = "activity_answered"
    if asked.asked_as == Party.PEDIATRICIAN:
        kind = "check_in_answered"
    record(
        kind, child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        check_in=str(asked.pk),
    )  # fmt: skip
    return asked


def _known(id: UUID, referral: Referral, *, by: User) -> CheckIn | None:
    """What a first click made."""
    known = CheckIn.objects.filter(pk=id).first()
    if known is not None and (known.asked_by_id != by.pk or known.referral_id != referral.pk):
        raise Outrun(gettext("This form was already used. Please start again."))
    return known


def _ask(
    id: UUID, referral: Referral, party: Party, text: str, *, activity: Activity | None, by: User,
    at: datetime,
) -> CheckIn:  # fmt: skip
    if not text.strip():
        raise Refused(gettext("Write your question."), "text")
    asked = CheckIn.objects.create(
        id=id, referral=referral, activity=activity, asked_as=party, asked_by=by, asked_at=at,
        text=text.strip(),
    )  # fmt: skip
    # A task that is open keeps its due date: the first who asked waits longest.
    if not referral.tasks.filter(duty=Duty.ANSWER_CHECK_IN, is_open=True).exists():
        open_task(referral, Duty.ANSWER_CHECK_IN, about=asked.pk, at=at)
    return asked
