"""How does a family follow each of its children: where are they, what is next, what is practised?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext

from referrals.access import FAMILY, referrals_visible_to
from referrals.act import Duty
from referrals.models import Appointment, Child, Referral, Seat, Task, User
from referrals.models.guardian import Right
from referrals.pathway import STAGES, STEPS, Party, State
from referrals.prepared import Asked, prepared
from referrals.remembered import Later, fresh, remembered

from .ladder import Ladder, agreed, ladders_in
from .loop import LoopStep, strip
from .message import unread_of_child
from .today import Practising, asked_of, practises, practising_in, with_pause


@dataclass(frozen=True)
class Journey:
    """One referral as the family follows it: in plain words, with what there is to do."""

    referral: Referral
    steps: list[LoopStep]
    where: str
    next: str
    offers: list[Appointment]
    visit: Appointment | None
    profile_due_on: date | None
    goals_due_on: date | None
    note_due_on: date | None
    goals: list[Ladder]
    ending: dict[str, Any] | None
    practising: Practising


@dataclass(frozen=True, slots=True)
class Shared:
    """A concern that this adult shared; an answer is in the language of who gave it."""

    child_id: UUID
    pk: UUID
    state: str
    answer: str
    recorded_at: datetime
    next_due_on: date
    language: str | None


@dataclass(frozen=True)
class FamilyChild:
    """One child on the family's home: every way that is open, or the last one that ended."""

    child: Child
    journeys: list[Journey]
    concerns: list[Shared]
    team: list[Seat]
    may_decide: bool
    may_log: bool
    may_sign: bool
    #: Threads with something new for this adult.
    unread: int


#: What the home says of a seat, its child and its place, and of a concern: each stands in many rows.
_ON_HOME: Final = (
    "role", "rights", "user", "child__given_name", "child__name_used", "child__family_name",
    "organization__name", "organization__phone",
)  # fmt: skip
_SHARED: Final = {
    "pk": "id", "state": "state", "answer": "answer", "recorded_at": "recorded_at",
    "next_due_on": "next_due_on", "language": "answered_by__language",
}  # fmt: skip


_OF_VISIT: Final = (
    "referral", "status", "starts_at", "purpose", "place", "address", "minutes",
    "therapist__given_name", "therapist__family_name", "therapist__email",
    "organization__name", "organization__phone", "organization__time_zone",
)  # fmt: skip


@prepared
def _seats(user: User, at: datetime) -> QuerySet[Seat]:
    """Their own seats, the team's beside them, and what they shared, in one."""
    is_own = Q(user=user, role=FAMILY)
    own = Seat.objects.live(at).filter(is_own)
    shared = FilteredRelation("child__concerns", condition=Q(child__concerns__recorded_by=user))
    # Once a child: the team's seats need not be asked it again.
    unread = Case(When(is_own, then=unread_of_child(user)))
    return (
        Seat.objects.live(at).filter(Q(child__in=own.values("child")))
        .filter(is_own | Q(organization__isnull=False))
        .annotate(shared=shared, unread=unread)
        .annotate(**{f"shared_{name}": F(f"shared__{path}") for name, path in _SHARED.items()})
        .select_related("child", "organization").only(*_ON_HOME)
    )  # fmt: skip


@prepared
def _followed(user: User, children: list[UUID], today: date, at: datetime) -> QuerySet[Referral]:
    """Every referral of these children, what is open first, with what the family owes on it."""
    return (
        with_pause(referrals_visible_to(user).filter(child__in=children), today)
        .select_related("clinic")
        .only("child", "state", "is_open", "sent_at", "next_due_on", "loop", "clinic__time_zone")
        .annotate(
            profile_due_on=_due_to_family(Duty.TELL_PROFILE),
            goals_due_on=_due_to_family(Duty.ANSWER_GOALS),
            note_due_on=_due_to_family(Duty.NOTE_DISCHARGE),
            next_therapy=_next_therapy(at),
        )
        .annotate(summary=FilteredRelation("discharges", condition=Q(discharges__status="final")))
        .annotate(**{name: F(f"summary__{column}") for name, column in _ENDING.items()})
        .order_by("-is_open", "-sent_at", "-id")
    )  # fmt: skip


@prepared
def _visits(referrals: list[UUID], therapies: list[UUID], at: datetime) -> QuerySet[Appointment]:
    """What is offered still and booked for an evaluation, and these next visits of a therapy."""
    offered = Q(status=Appointment.Status.PROPOSED, starts_at__gt=at)
    return (
        Appointment.objects.filter(
            Q(purpose=Appointment.Purpose.EVALUATION) | Q(pk__in=therapies),
            offered | Q(status=Appointment.Status.BOOKED),
            referral__in=referrals,
        )
        .select_related("therapist", "organization")
        .only(*_OF_VISIT)
        .order_by("starts_at", "id")
    )


def children(user: User, today: date, at: datetime) -> Later[list[FamilyChild]]:
    """Five queries, whatever the number of children."""
    seats = _seats.asked(user, at)
    followed = _followed.asked(user, list(_children_in(seats)), today, at)
    ways, practised, therapies = _ways_in(seats, followed)
    visits = _visits.asked(list(ways), list(therapies), at)
    ladders = agreed.asked(list(ways))
    # In every time zone a day begins at a quarter of an hour.
    quarter = at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)
    return Later(
        _home, seats, followed, visits, ladders, asked_of(practised, at), user.pk, today, quarter
    )


@remembered(most=500)
def _children_in(seats: Asked) -> tuple[UUID, ...]:
    return tuple(sorted({seat.child_id for seat in seats.read()}))


@remembered(most=500)
def _ways_in(seats: Asked, followed: Asked) -> tuple[tuple[UUID, ...], ...]:
    """Which referrals are shown, on which of them is practised, and the next visits of a therapy."""
    ways = [one for several in _shown(seats.read(), followed.read()).values() for one in several]
    return (
        tuple(one.pk for one in ways),
        tuple(one.pk for one in ways if practises(one)),
        tuple(next_one for one in ways if (next_one := one.next_therapy)),  # type: ignore[attr-defined]
    )


def _shown(seats: Iterable[Seat], followed: Iterable[Referral]) -> dict[Child, list[Referral]]:
    """By child, in the order of their names: every way that is open, or the last one that ended."""
    children = sorted({seat.child for seat in seats}, key=lambda child: child.name)
    shown: dict[UUID, list[Referral]] = {child.pk: [] for child in children}
    for referral in followed:
        if referral.is_open or not shown[referral.child_id]:
            shown[referral.child_id].append(referral)
    return {child: shown[child.pk] for child in children}


def _home(
    seated: Asked, followed: Asked, visited: Asked, agreed: Asked, practised: Asked, user: UUID,
    today: date, at: datetime,
) -> list[FamilyChild]:  # fmt: skip
    rows = seated.read()
    seats = list({seat.pk: seat for seat in rows}.values())
    told = {_shared(seat) for seat in rows if getattr(seat, "shared_pk", None)}
    concerns = sorted(told, key=lambda c: (c.recorded_at, c.pk), reverse=True)
    team = [seat for seat in seats if seat.organization_id]
    unread = {seat.child_id: seat.unread for seat in seats if not seat.organization_id}
    rights = {seat.child_id: set(seat.rights) for seat in seats if not seat.organization_id}
    shown = _shown(seats, followed.read())
    visits, ladders = visited.read(), ladders_in(agreed.read())
    logging = {child for child, held in rights.items() if Right.LOG in held}
    practising = practising_in(
        practised, [referral for several in shown.values() for referral in several],
        {child.pk: child for child in shown}, user=user, logging=logging, at=at,
    )  # fmt: skip
    cards = [card for one in practising.values() for card in one.cards]
    for number, card in enumerate(cards):
        card.key = fresh(number)
    home = [
        FamilyChild(
            child=child,
            journeys=[_journey(r, visits, ladders[r.pk], practising[r.pk], today) for r in ways],
            concerns=[c for c in concerns if c.child_id == child.pk],
            team=[s for s in team if s.child_id == child.pk],
            may_decide=Right.AGREE in rights[child.pk],
            may_log=Right.LOG in rights[child.pk],
            may_sign=Right.SIGN in rights[child.pk],
            unread=unread[child.pk],
        )
        for child, ways in shown.items()
    ]
    # The child who practises stands first, then the one for whom something is on its way.
    return sorted(
        home, key=lambda one: (not any(j.practising.cards for j in one.journeys), not one.journeys)
    )


def _shared(seat: Seat) -> Shared:
    said = {name: getattr(seat, f"shared_{name}") for name in _SHARED}
    return Shared(child_id=seat.child_id, **said)


#: What a family reads of the end of therapy, and where it stands in its summary.
_ENDING: Final = {
    "summary_id": "id", "therapy_ended_on": "ended_on", "keep_up": "home_programme",
    "come_back_if": "return_signs", "come_back_until": "return_until",
    "language": "signed_by__language",
}  # fmt: skip


def _due_to_family(duty: Duty) -> Subquery:
    """By when the family owes this on a referral; NULL where it does not."""
    owed = Task.objects.filter(
        referral=OuterRef("pk"), duty=duty, party=Party.FAMILY, is_open=True
    )  # fmt: skip
    return Subquery(owed.values("due_on")[:1])


def _next_therapy(at: datetime) -> Subquery:
    """The next of many therapy visits, until it is over; NULL where none is booked."""
    booked = Appointment.objects.filter(
        referral=OuterRef("pk"), purpose=Appointment.Purpose.THERAPY,
        status=Appointment.Status.BOOKED, starts_at__gt=at - timedelta(hours=1),
    )  # fmt: skip
    return Subquery(booked.order_by("starts_at", "id").values("pk")[:1])


def _journey(
    referral: Referral, visits: list[Appointment], goals: list[Ladder], practising: Practising,
    today: date,
) -> Journey:  # fmt: skip
    own = [v for v in visits if v.referral_id == referral.pk]
    stage = STAGES[State(referral.state)]
    return Journey(
        referral=referral,
        steps=strip(referral.state, referral.loop, referral.next_due_on, today),
        where=gettext(stage.family_label),
        next=gettext(STEPS[stage.owes].waiting) if referral.is_open else "",
        offers=[v for v in own if v.status == "proposed"],
        visit=next((v for v in own if v.status == "booked"), None),
        profile_due_on=getattr(referral, "profile_due_on", None),
        goals_due_on=getattr(referral, "goals_due_on", None),
        note_due_on=getattr(referral, "note_due_on", None),
        goals=goals,
        ending=_ending(referral),
        practising=practising,
    )


def _ending(referral: Referral) -> dict[str, Any] | None:
    """How therapy ended, what to keep up and when to come back; None while it has not."""
    told = {name: getattr(referral, name, None) for name in _ENDING}
    return told if told["summary_id"] and referral.state == State.DISCHARGED else None
