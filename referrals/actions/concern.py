"""How is a worry shared, and how is it answered?"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from referrals.access import Permission, standing, who_can
from referrals.clinical.knowledge import UnknownSign, band_for, sign
from referrals.models import Child, Concern, Role, User
from referrals.models.record import NO_DUE_DATE
from referrals.pathway import Party

from .clock import due_on, local_date
from .owner import intake_of
from .recording import record
from .refusal import Outrun, Refused


@transaction.atomic
def share_concern(
    *,
    id: UUID,
    child: Child,
    signs: Iterable[str],
    words: str = "",
    since_when: str = "",
    setting: str = "",
    by: User,
    at: datetime,
) -> Concern:
    """Record the worry; the child's pediatrician owes an answer from now on."""
    team = standing(by, child.pk)
    if not team.holds(Permission.SHARE_CONCERN):
        raise Refused(who_can(Permission.SHARE_CONCERN))
    known = Concern.objects.filter(pk=id).first()
    if known is not None:
        if known.recorded_by_id != by.pk:
            raise Outrun(gettext("This form was already used. Please start again."))
        return known
    try:
        chosen = sorted({sign(code).code for code in signs})
    except UnknownSign:
        raise Refused(gettext("One of the signs is not on the list."), "signs") from None
    if not chosen and not words.strip():
        raise Refused(
            gettext("Tick at least one sign, or say in your own words what worries you."), "words"
        )
    as_family = Role.PEDIATRICIAN not in team.roles
    concern = Concern.objects.create(
        id=id,
        child=child,
        organization=child.practice,
        recorded_by=by,
        recorded_as=Party.FAMILY if as_family else Party.PEDIATRICIAN,
        recorded_at=at,
        band=band_for(child.ages(local_date(at, child.practice)).for_bands),
        signs=chosen,
        words=words,
        since_when=since_when,
        setting=setting,
        owner=_pediatrician_of(child, at) if as_family else by,
        next_due_on=due_on("review_concern", organization=child.practice, at=at),
    )
    record("concern_shared", child=child, about=concern.pk, by=by, at=at)
    return concern


@transaction.atomic
def answer_concern(*, concern: Concern, answer: str, by: User, at: datetime) -> Concern:
    """Answer the worry in words, without a referral: what was found, what to watch for."""
    if not standing(by, concern.child_id).holds(Permission.ANSWER_CONCERN):
        raise Refused(who_can(Permission.ANSWER_CONCERN))
    if not answer.strip():
        raise Refused("Write an answer for the family.", "answer")
    if concern.answered_by_id == by.pk and concern.answer == answer:
        return concern  # the second click of one answer
    close_concern(concern, Concern.State.ANSWERED, answer=answer, answered_by=by, answered_at=at)
    concern.refresh_from_db()
    record("concern_answered", child=concern.child, about=concern.pk, by=by, at=at)
    return concern


def close_concern(concern: Concern, state: str, **fields: object) -> None:
    """Close an open concern, once: part of answering it and of sending its referral."""
    fields |= {"state": state, "is_open": False, "next_due_on": NO_DUE_DATE}
    if not Concern.objects.filter(pk=concern.pk, is_open=True).update(**fields):
        raise Outrun("Somebody else has already answered this concern.")
    # What is in hand stays as it was read: where the transaction is given up, it is still open.


def _pediatrician_of(child: Child, at: datetime) -> User:
    """The child's own pediatrician while they work at the practice, else whoever takes its intake."""
    there = child.pediatrician.memberships.live(at).filter(
        organization=child.practice, role=Role.PEDIATRICIAN
    )
    if there.exists():
        return child.pediatrician
    person = intake_of(child.practice, at, Role.PEDIATRICIAN)
    if person is None:
        raise Refused(f"Nobody at {child.practice} can be told now. Please call the practice.")
    return person
