"""How do the clinic and the family come to a time, and what if the visit does not happen?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from referrals.act import Duty
from referrals.models import Appointment, ContactAttempt, FamilyProfile, Referral, Role, Seat, User
from referrals.models.guardian import Right
from referrals.models.organization import Organization
from referrals.pathway import Move

from .clock import local_date
from .handing import check_works_at
from .moving import check_move, move_referral
from .prescription import check_covered
from .refusal import Outrun, Refused
from .task import open_task

_BOOKED, _PROPOSED = Appointment.Status.BOOKED, Appointment.Status.PROPOSED
_EVALUATION, _THERAPY = Appointment.Purpose.EVALUATION, Appointment.Purpose.THERAPY
_LONGEST = timedelta(minutes=240)
_AHEAD = timedelta(days=365)


@transaction.atomic
def offer_appointments(
    *,
    referral: Referral,
    times: Iterable[datetime],
    therapist: User,
    minutes: int,
    place: str,
    address: str = "",
    beyond_reason: str = "",
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Offer the family times to pick from; earlier offers are withdrawn. Counts as an attempt."""
    wanted = sorted(set(times))
    if not wanted:
        raise Refused("Offer at least one time.", "times")
    clinic = _check_visit(referral, therapist, at)
    move_referral(referral, Move.OFFER, by=by, at=at, version=version, data={"times": len(wanted)})
    withdraw(referral, by=by, at=at, reason="Other times were offered")
    for starts_at in wanted:
        _check_time(starts_at, minutes, therapist, at)
        beyond = _beyond(referral, starts_at, beyond_reason)
        Appointment.objects.create(
            referral=referral, organization=clinic, therapist=therapist, starts_at=starts_at,
            minutes=minutes, place=place, address=address, status=_PROPOSED,
            beyond_reason=beyond, proposed_by=by, proposed_at=at,
        )  # fmt: skip
    if somebody_can_pick(referral, at):
        # Offered to nobody, it would be no attempt: it must not count towards "unreachable".
        ContactAttempt.objects.create(
            referral=referral, at=at, by=by, channel=ContactAttempt.Channel.PORTAL,
            result=ContactAttempt.Result.WAITING,
        )  # fmt: skip
    return referral


def somebody_can_pick(referral: Referral, at: datetime) -> bool:
    """Whether an adult of the family has a seat now with the right to agree times."""
    return _family_may(referral, Right.AGREE, at)


def _family_may(referral: Referral, right: Right, at: datetime) -> bool:
    seats = Seat.objects.live(at).filter(child=referral.child_id, role=Seat.Role.FAMILY)
    return any(right in seat.rights for seat in seats)


@transaction.atomic
def book_appointment(
    *,
    referral: Referral,
    starts_at: datetime,
    therapist: User,
    minutes: int,
    place: str,
    address: str = "",
    beyond_reason: str = "",
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Book a time agreed with the family in another way: by phone, at the desk."""
    clinic = _check_visit(referral, therapist, at)
    check_move(referral, Move.BOOK, by=by, version=version)
    _check_time(starts_at, minutes, therapist, at)
    beyond = _beyond(referral, starts_at, beyond_reason)
    withdraw(referral, by=by, at=at, reason="Another time was booked")
    Appointment.objects.create(
        referral=referral, organization=clinic, therapist=therapist, starts_at=starts_at,
        minutes=minutes, place=place, address=address, status=_BOOKED,
        beyond_reason=beyond, proposed_by=by, proposed_at=at, booked_by=by, booked_at=at,
    )  # fmt: skip
    return _scheduled(referral, Move.BOOK, starts_at, therapist, place, by, at, version)


@transaction.atomic
def pick_appointment(
    *,
    referral: Referral,
    appointment: Appointment,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Take one of the offered times; the others are withdrawn."""
    check_move(referral, Move.PICK, by=by, version=version)
    offered = (
        Appointment.objects.select_related("therapist")
        .filter(pk=appointment.pk, referral=referral, status=_PROPOSED)
        .first()
    )
    if offered is None:
        raise Outrun(gettext("This time is no longer offered. Please pick another one."))
    _lock(offered.therapist)
    if offered.starts_at <= at:
        raise Outrun(gettext("This time has passed. Please pick another one."))
    if _taken(offered.starts_at, offered.minutes, offered.therapist):
        raise Outrun(gettext("This time has just been taken. Please pick another one."))
    Appointment.objects.filter(pk=offered.pk).update(status=_BOOKED, booked_by=by, booked_at=at)
    withdraw(referral, by=by, at=at, reason="Another time was picked")
    return _scheduled(
        referral, Move.PICK, offered.starts_at, offered.therapist, offered.place, by, at, version
    )


@transaction.atomic
def miss_appointment(
    *, referral: Referral, note: str = "", by: User, at: datetime, version: int | None = None
) -> Referral:
    """Record that the family did not come; a new time is owed."""
    visit = booked_visit(referral)
    if visit is not None and visit.starts_at > at:
        raise Refused("This visit has not begun yet: it cannot have been missed.")
    move_referral(referral, Move.MISS, by=by, at=at, version=version)
    _end(referral, Appointment.Status.NOSHOW, by=by, at=at, reason=note)
    return referral


@transaction.atomic
def cancel_appointment(
    *,
    referral: Referral,
    cancelled_by: str,
    reason: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Cancel the booked visit, saying by whom and why; a new time is owed."""
    if not reason.strip():
        raise Refused("Say why the visit is cancelled.", "reason")
    move_referral(
        referral, Move.CANCEL_VISIT, by=by, at=at, version=version,
        data={"cancelled_by": cancelled_by},
    )  # fmt: skip
    _end(
        referral, Appointment.Status.CANCELLED, by=by, at=at, reason=reason,
        cancelled_by=cancelled_by,
    )  # fmt: skip
    return referral


def booked_visit(referral: Referral) -> Appointment | None:
    """The visit that is booked to evaluate the child; therapy visits are the room `session`."""
    booked = referral.appointments.filter(status=_BOOKED, purpose=_EVALUATION)
    return booked.select_related("organization").first()


def attend(referral: Referral, *, by: User, at: datetime, reason: str = "") -> None:
    """The booked visit took place: part of signing what was found, or of cutting it short."""
    _end(referral, Appointment.Status.FULFILLED, by=by, at=at, reason=reason)


def withdraw(referral: Referral, *, by: User, at: datetime, reason: str) -> None:
    """Withdraw what is still only offered: part of whatever made it pointless."""
    referral.appointments.filter(status=_PROPOSED).update(
        status=Appointment.Status.CANCELLED, ended_by=by, ended_at=at, reason=reason
    )


def drop_visits(referral: Referral, *, by: User, at: datetime, cancelled_by: str) -> None:
    """Cancel what is booked, to evaluate or to treat, and withdraw what is offered: part of
    ending the referral."""
    withdraw(referral, by=by, at=at, reason="The referral ended")
    for purpose in (_EVALUATION, _THERAPY):
        _end(
            referral, Appointment.Status.CANCELLED, purpose, by=by, at=at,
            reason="The referral ended", cancelled_by=cancelled_by,
        )  # fmt: skip


def revised(at: datetime) -> dict[str, Any]:
    """What is written with every change of a visit after its booking: calendars count them."""
    return {"revision": F("revision") + 1, "revised_at": at}


def _end(
    referral: Referral, status: str, purpose: str = _EVALUATION, *, by: User, at: datetime,
    **fields: Any,
) -> None:  # fmt: skip
    referral.appointments.filter(status=_BOOKED, purpose=purpose).update(
        status=status, ended_by=by, ended_at=at, **revised(at), **fields
    )


def _check_visit(referral: Referral, therapist: User, at: datetime) -> Organization:
    check_works_at(therapist, referral.clinic, Role.THERAPIST, at=at)
    assert referral.clinic is not None
    return referral.clinic


def _beyond(referral: Referral, starts_at: datetime, reason: str) -> str:
    # What is booked here leads to the evaluation: any order covers that.
    return check_covered(referral, starts_at, treatment=False, beyond_reason=reason)


def _lock(therapist: User) -> None:
    # Two families picking at the same moment meet here, on databases with row locks.
    User.objects.select_for_update().get(pk=therapist.pk)


def _check_time(starts_at: datetime, minutes: int, therapist: User, at: datetime) -> None:
    if not at < starts_at <= at + _AHEAD:
        raise Refused("Choose a time from now on, within a year.", "starts_at")
    _lock(therapist)
    if _taken(starts_at, minutes, therapist):
        raise Refused(f"{therapist} already has a visit at that time.", "starts_at")


def _taken(starts_at: datetime, minutes: int, therapist: User) -> bool:
    ends_at = starts_at + timedelta(minutes=minutes)
    near = Appointment.objects.filter(
        therapist=therapist,
        status=_BOOKED,
        starts_at__lt=ends_at,
        starts_at__gt=starts_at - _LONGEST,
    )
    return any(visit.ends_at > starts_at for visit in near)


def _scheduled(
    referral: Referral, move: Move, starts_at: datetime, therapist: User, place: str,
    by: User, at: datetime, version: int | None,
) -> Referral:  # fmt: skip
    """Move on to scheduled: the therapist owes the evaluation on the day of the visit.

    The family is asked for its part until then, if an adult has an account to give it.
    """
    clinic = referral.clinic
    assert clinic is not None
    referral.therapist = therapist
    told = FamilyProfile.objects.filter(referral=referral).exists()
    if not told and _family_may(referral, Right.LOG, at):
        day = local_date(starts_at, clinic)
        open_task(referral, Duty.TELL_PROFILE, about=referral.pk, at=at, due=day)
    return move_referral(
        referral, move, by=by, at=at, version=version, therapist=therapist,
        due=local_date(starts_at, clinic),
        data={"starts_at": starts_at.isoformat(), "place": place, "therapist": therapist.name},
    )  # fmt: skip
