"""How does the therapist show a family that their practice was seen?"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from referrals.act import Act
from referrals.models import Practice, Reaction, User

from .moving import check_act
from .recording import record
from .refusal import Outrun, Refused


@transaction.atomic
def react(
    *, id: UUID, practice: Practice, sign: str, words: str = "", by: User, at: datetime
) -> Reaction:
    """Answer an entry with a sign, and a word where one helps; the family is told."""
    referral = practice.activity.referral
    check_act(referral, Act.REACT, by=by)
    known = Reaction.objects.filter(pk=id).first()
    if known is not None:
        if known.by_id != by.pk or known.practice_id != practice.pk:
            raise Outrun("This form was already used. Please start again.")
        return known
    if sign not in Reaction.Sign.values:
        raise Refused("Choose what you want to say.", "sign")
    if practice.undone_at is not None:
        raise Refused("The family has taken this entry back.")
    reaction = Reaction.objects.create(
        id=id, practice=practice, sign=sign, words=words.strip(), by=by, at=at
    )
    record(
        "practice_reacted", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, activity=str(practice.activity_id), practice=str(practice.pk),
    )  # fmt: skip
    return reaction
