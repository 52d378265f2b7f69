"""How does one row of a spreadsheet become a child, an adult and a referral as it stood?

Everything is written by the actions that would write it here.
"""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from referrals.caseload.row import Told, moment_of
from referrals.models import (
    Child,
    ChildIdentifier,
    Diagnosis,
    Organization,
    Referral,
    ReferralDiagnosis,
    Seat,
    User,
)
from referrals.models.guardian import Right
from referrals.models.record import new_id
from referrals.pathway import State

from .child import change_child, identify_child, register_child
from .guardian import add_guardian
from .matching import DETAILS, Match
from .moving import enter
from .recording import record
from .refusal import Refused
from .seat import index_everywhere, seat

_ADULT: Final = ("given_name", "family_name", "relationship", "phone", "email")


@transaction.atomic
def bring_row(*, row: Told, found: Match, number_of: Organization, by: User, at: datetime) -> None:
    """Write what the row says and is not here yet, by the actions that write it."""
    said, child = row.values, found.child
    assert found.practice is not None
    assert found.pediatrician is not None
    adult = {n: said[f"guardian_{n}"] for n in _ADULT if f"guardian_{n}" in said}
    if child is None:
        details = {code: said[code] for code in DETAILS if code in said}
        child = register_child(
            id=new_id(), practice=found.practice, pediatrician=found.pediatrician,
            guardian=adult or None, by=by, at=at, **details,
        )  # fmt: skip
        if "number" in said:
            ChildIdentifier.objects.create(
                child=child, organization=number_of, value=said["number"]
            )
            index_everywhere(child)
        found.referral = "referral_state" in said
    else:
        if found.changes:
            change_child(child=child, version=child.version, by=by, at=at, **found.changes)
        if found.numbered:
            ChildIdentifier.objects.create(
                child=child, organization=number_of, value=said["number"]
            )
            identify_child(child=child, by=by, at=at)
        if found.adult:
            add_guardian(child=child, by=by, at=at, **adult)
    if found.referral:
        assert found.clinic is not None
        bring_referral(
            child=child, clinic=found.clinic, pediatrician=found.pediatrician,
            therapist=found.therapist, state=State(said["referral_state"]),
            sent_on=said["referred_on"], since=said.get("state_since", said["referred_on"]),
            diagnoses=found.diagnoses, by=by, at=at,
            **{name: said[name] for name in _ASKED if name in said},
        )  # fmt: skip


_ASKED: Final = ("question", "source", "intent", "service", "urgency")
#: One referral of one child to one clinic on one day is one, however often it is brought in.
_SAME: Final = UUID("0b8c1c9e-5a0e-4c58-9d1f-3a2b7f6d4e11")


@transaction.atomic
def bring_referral(
    *, child: Child, clinic: Organization, pediatrician: User, therapist: User | None,
    state: State, sent_on: date, since: date, diagnoses: list[Diagnosis], by: User, at: datetime,
    **asked: Any,
) -> Referral:  # fmt: skip
    """Let a referral that was made on paper stand here as it stands there: who owes what is plain.

    It was the pediatrician's, on the day that is told; who brought it in stands in the event. The
    next step is due on its clock from now on. No order and no other paper is made up.
    """
    key = uuid5(_SAME, f"{child.pk} {clinic.pk} {sent_on}")
    known = Referral.objects.filter(pk=key).first()
    if known is not None:
        return known
    if therapist is None and state in (State.ACCEPTED, State.CONTACTING):
        raise Refused("Name the therapist: the referral is accepted.", "therapist")
    practice = child.practice
    zone = ZoneInfo(practice.time_zone)
    sent, stood = min(moment_of(sent_on, zone), at), min(moment_of(since, zone), at)
    referral = Referral(
        id=key, child=child, practice=practice, clinic=clinic, author=pediatrician,
        therapist=therapist, state=state, state_since=stood, created_at=sent, sent_at=sent,
        sent_by=pediatrician, identified_on=sent_on, **asked,
    )  # fmt: skip
    referred = [sent_on.isoformat(), pediatrician.name]
    reviewer = (therapist or by).name
    referral.loop = {"1": referred, "2": referred, "3": [since.isoformat(), reviewer]}
    enter(referral, state, by=by, at=at, due=None)
    referral.save(force_insert=True)
    ReferralDiagnosis.objects.bulk_create(
        ReferralDiagnosis(referral=referral, diagnosis=diagnosis, rank=rank)
        for rank, diagnosis in enumerate(diagnoses)
    )
    seat(
        child, organization=clinic, role=Seat.Role.CLINIC, rights=[Right.SEE],
        ground=Seat.Ground.REFERRAL, ground_id=referral.pk, since=at,
    )  # fmt: skip
    record(
        "referral_brought_in", child=child, about=referral.pk, by=by, at=at, referral=referral,
        state=str(state), on=since.isoformat(),
    )  # fmt: skip
    return referral
