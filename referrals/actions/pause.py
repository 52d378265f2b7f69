"""How do family and therapist agree on days on which nothing is asked?"""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from referrals.act import Act, Duty
from referrals.models import Pause, Referral, User
from referrals.pathway import Party
from referrals.wording import day

from .activity import clinic_of
from .clock import local_date
from .moving import check_act
from .recording import record
from .refusal import Outrun, Refused
from .task import close_task, open_task

#: Longer is no pause but another plan; and what was long ago is not pleaded afterwards.
LONGEST: Final = timedelta(weeks=8)
BACK, AHEAD = timedelta(days=14), timedelta(days=183)


@transaction.atomic
def ask_pause(
    *, id: UUID, referral: Referral, first_on: date, last_on: date, reason: str, by: User,
    at: datetime,
) -> Pause:  # fmt: skip
    """Ask the therapist for a pause; until the answer the days count as they did."""
    check_act(referral, Act.ASK_PAUSE, by=by)
    known = _known(id, referral, by=by)
    if known is not None:
        return known
    _check_days(referral, first_on, last_on, reason, at=at)
    pause = Pause.objects.create(
        id=id, referral=referral, first_on=first_on, last_on=last_on, reason=reason.strip(),
        status=Pause.Status.ASKED, asked_by=by, asked_as=Party.FAMILY, asked_at=at,
    )  # fmt: skip
    open_task(referral, Duty.AGREE_PAUSE, about=pause.pk, at=at)
    record(
        "pause_asked", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        pause=str(pause.pk), until=last_on.isoformat(),
    )  # fmt: skip
    return pause


@transaction.atomic
def answer_pause(*, pause: Pause, agree: bool, answer: str = "", by: User, at: datetime) -> Pause:
    """Agree to the pause, or decline it with a word; agreed days ask nothing of the family."""
    referral = pause.referral
    check_act(referral, Act.AGREE_PAUSE, by=by)
    pause = Pause.objects.select_for_update().get(pk=pause.pk)
    answer = answer.strip()
    status = Pause.Status.AGREED if agree else Pause.Status.DECLINED
    if pause.status != Pause.Status.ASKED:
        if (pause.status, pause.answered_by_id, pause.answer) == (status, by.pk, answer):
            return pause  # the second click of one answer
        raise Outrun("This wish was answered already.")
    if not agree and not answer:
        raise Refused(gettext("Say why not, or what you suggest instead."), "answer")
    columns = {"status": status, "answered_by": by, "answered_at": at, "answer": answer}
    Pause.objects.filter(pk=pause.pk).update(**columns)
    for name, value in columns.items():
        setattr(pause, name, value)
    if not referral.pauses.filter(status=Pause.Status.ASKED).exists():
        close_task(referral, Duty.AGREE_PAUSE, by=by, at=at)
    kind = "pause_agreed"
    if not agree:
        kind = "pause_declined"
    record(
        kind, child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        pause=str(pause.pk), until=pause.last_on.isoformat(),
    )  # fmt: skip
    return pause


@transaction.atomic
def agree_pause(
    *, id: UUID, referral: Referral, first_on: date, last_on: date, reason: str, agreed_with: str,
    by: User, at: datetime,
) -> Pause:  # fmt: skip
    """Write down a pause that the therapist agreed with an adult of the family, who is named."""
    check_act(referral, Act.AGREE_PAUSE, by=by)
    known = _known(id, referral, by=by)
    if known is not None:
        return known
    if not agreed_with.strip():
        raise Refused("Name the adult with whom you agreed it.", "agreed_with")
    _check_days(referral, first_on, last_on, reason, at=at)
    pause = Pause.objects.create(
        id=id, referral=referral, first_on=first_on, last_on=last_on, reason=reason.strip(),
        status=Pause.Status.AGREED, asked_by=by, asked_as=Party.THERAPIST, asked_at=at,
        agreed_with=agreed_with.strip(), answered_by=by, answered_at=at,
    )  # fmt: skip
    record(
        "pause_agreed", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        pause=str(pause.pk), until=last_on.isoformat(),
    )  # fmt: skip
    return pause


def _known(id: UUID, referral: Referral, *, by: User) -> Pause | None:
    """What a first click made. Two who ask at one moment meet here."""
    Referral.objects.select_for_update().get(pk=referral.pk)
    known = Pause.objects.filter(pk=id).first()
    if known is not None and (known.asked_by_id != by.pk or known.referral_id != referral.pk):
        raise Outrun(gettext("This form was already used. Please start again."))
    return known


def _check_days(
    referral: Referral, first_on: date, last_on: date, reason: str, *, at: datetime
) -> None:
    today = local_date(at, clinic_of(referral))
    if not reason.strip():
        raise Refused(gettext("Say in a few words why."), "reason")
    if last_on < first_on:
        raise Refused(gettext("The last day comes after the first."), "last_on")
    if first_on < today - BACK:
        raise Refused(gettext("A pause can begin at most two weeks back."), "first_on")
    if first_on > today + AHEAD:
        raise Refused(gettext("Choose a first day within half a year."), "first_on")
    if last_on - first_on >= LONGEST:
        raise Refused(gettext("A pause lasts eight weeks at most."), "last_on")
    other = (
        referral.pauses.exclude(status=Pause.Status.DECLINED)
        .filter(first_on__lte=last_on, last_on__gte=first_on)
        .first()
    )
    if other is not None:
        agreed = gettext("From {first} to {last} a pause is agreed already. Choose other days.")
        asked = gettext("From {first} to {last} a pause is asked for already. Choose other days.")
        said = agreed if other.status == Pause.Status.AGREED else asked
        days = {"first": day(other.first_on), "last": day(other.last_on)}
        raise Refused(said.format(**days), "first_on")
