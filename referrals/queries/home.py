"""What does each person owe the children next? One function per home."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from referrals.access import FAMILY, referrals_visible_to
from referrals.act import Duty
from referrals.models import (
    Appointment,
    Child,
    Concern,
    Referral,
    Reminder,
    Seat,
    Session,
    Task,
    User,
)
from referrals.models.guardian import Right
from referrals.pathway import CLOSING, STAGES, STEPS, Party, State
from referrals.prepared import prepared

from .arrival import Waiting as Arrived
from .arrival import waiting as arrived
from .ladder import Ladder, ladders_of
from .loop import LoopStep, strip
from .message import unread_of_child
from .programme import Waiting, waiting
from .today import Practising, practising_of, with_pause
from .worklist import (
    CLINIC_ROLES,
    PAGE,
    PRACTICE_ROLES,
    Row,
    by_stage,
    desk_rows,
    is_mine,
    places,
    row,
)

#: So many visits of a day stand on a home.
_MOST_VISITS: Final = 40
#: So much of what others owe stands below one's own: a look, for the rest there is the list.
LOOK: Final = 10


@dataclass(frozen=True)
class Desk:
    """A clinician's home: what waits for them, what else is under way, and how much of it."""

    mine: list[Row]
    others: list[Row]
    #: What others owe and did not do for so long that it has risen.
    risen: list[Row]
    stages: list[tuple[str, int]]
    #: Concerns, public programmes and requests for results: what has no referral.
    beside: list[Waiting] = field(default_factory=list)
    #: E-referrals of which somebody must say whose they are.
    arrived: list[Arrived] = field(default_factory=list)
    visits: list[Appointment] = field(default_factory=list)
    late_by_owner: list[tuple[str, int]] = field(default_factory=list)
    lost: list[tuple[str, int]] = field(default_factory=list)
    sent: int = 0

    @property
    def is_full(self) -> bool:
        """Whether more may wait for the person than a home shows."""
        return len(self.mine) >= PAGE

    @property
    def has_more_risen(self) -> bool:
        return len(self.risen) >= LOOK

    @property
    def unread(self) -> int:
        """Threads with something new about the children on this desk."""
        of_child: dict[UUID, int] = {}
        for one in [*self.mine, *self.others]:
            of_child[one.child_id] = max(one.unread, of_child.get(one.child_id, 0))
        return sum(of_child.values())

    @property
    def lost_count(self) -> int:
        return sum(n for _, n in self.lost)

    @property
    def lost_share(self) -> int:
        """Whole per cent of the referrals sent in the last year that ended before an evaluation."""
        return round(100 * self.lost_count / self.sent) if self.sent else 0


def _split(
    found: Iterable[Any], user: User, today: date, look: int = LOOK
) -> tuple[list[Row], list[Row], list[Row]]:
    """What is owed by the person, by others, and by others for too long: of each the soonest due."""
    mine: list[Any] = []
    others: list[Any] = []
    risen: list[Any] = []
    for one in found:
        (mine if is_mine(one, user) else risen if one.risen else others).append(one)

    def shown(part: list[Any], most: int) -> list[Row]:
        return [row(one, user, today) for one in part[:most]]

    return shown(mine, PAGE), shown(others, look), shown(risen, look)


def _risen(places_of: Q, today: date) -> Q:
    return places_of & Q(Reminder.objects.all().risen(), next_due_on__lt=today)


@prepared
def _stages(user: User, side: str, places: list[UUID]) -> QuerySet[Any]:
    """How many referrals are open in each state, at these places on this side of them."""
    open_ones = referrals_visible_to(user).filter(**{f"{side}__in": places}, is_open=True)
    return open_ones.order_by().values_list("state").annotate(n=Count("pk"))


@prepared
def _of_practice(user: User, today: date, own: list[UUID]) -> QuerySet[Any]:
    return desk_rows(
        user, today, Q(owner=user), Q(practice__in=own), most=85, tasks_of=Q(organization__in=own)
    )


def pediatrician(user: User, today: date) -> Desk:
    """Three queries: the referrals, their stages, what waits beside them."""
    own = places(user, *PRACTICE_ROLES)
    mine, others, risen = _split(_of_practice(user, today, own), user, today)
    stages = by_stage(_stages(user, "practice", own))
    return Desk(mine, others, risen, stages, beside=waiting(user, own, today))


@prepared
def _of_therapist(user: User, today: date, own: list[UUID]) -> QuerySet[Any]:
    of_clinic = Q(clinic__in=own)
    to_review = of_clinic & Q(state__in=[State.SENT, State.RECEIVED])
    caseload = of_clinic & Q(therapist=user)
    return desk_rows(user, today, Q(owner=user), to_review, caseload, most=75, drafts=True)


def therapist(user: User, today: date, day: tuple[datetime, datetime]) -> Desk:
    """Three queries: the referrals, their stages, the day's visits; one more where something came in
    of which somebody must say whose it is.
    """
    own = places(user, *CLINIC_ROLES)
    mine, others, risen = _split(_of_therapist(user, today, own), user, today, PAGE)
    return Desk(
        mine, (risen + others)[:PAGE], [], by_stage(_stages(user, "clinic", own)),
        arrived=arrived(user), visits=_visits_of(user, day),
    )  # fmt: skip


@prepared
def _visits_of(user: User, day: tuple[datetime, datetime]) -> QuerySet[Appointment]:
    return _day(user, day, therapist=user)


@prepared
def _visits_at(
    user: User, day: tuple[datetime, datetime], places: list[UUID]
) -> QuerySet[Appointment]:
    return _day(user, day, organization__in=places)


def _day(user: User, day: tuple[datetime, datetime], **whose: Any) -> QuerySet[Appointment]:
    """The visits of a day that are booked or took place, each with whether its note is signed."""
    noted = Session.objects.filter(appointment=OuterRef("pk"), status="final")
    seen = referrals_visible_to(user, row_by_row=True).filter(pk=OuterRef("referral"))
    visits = Appointment.objects.filter(
        Exists(seen),
        status__in=[Appointment.Status.BOOKED, Appointment.Status.FULFILLED],
        starts_at__gte=day[0],
        starts_at__lt=day[1],
        **whose,
    ).annotate(is_noted=Exists(noted))
    with_names = visits.select_related("referral__child", "organization", "therapist")
    return with_names.order_by("starts_at", "id")[:_MOST_VISITS]


@prepared
def _of_clinic(user: User, today: date, own: list[UUID]) -> QuerySet[Any]:
    of_clinic = Q(clinic__in=own)
    trying = of_clinic & Q(
        state__in=[State.ACCEPTED, State.CONTACTING, State.MISSED, State.VISIT_CANCELLED]
    )
    late = of_clinic & Q(next_due_on__lt=today)
    return desk_rows(
        user, today, Q(owner=user), trying, late, _risen(of_clinic, today), most=100,
        tasks_of=Q(referral__in=Referral.objects.filter(of_clinic).values("pk")),
    )  # fmt: skip


@prepared
def _counted(user: User, today: date, since: datetime, own: list[UUID]) -> QuerySet[Any]:
    """Open, late and sent since then, by state and owner."""
    # What is open is counted as far as it is seen; what was sent is only a number.
    is_open = Q(is_open=True, pk__in=referrals_visible_to(user).values("pk"))
    lately = Q(sent_at__gte=since)
    return (
        Referral.objects.filter(Q(clinic__in=own) & (lately | Q(is_open=True))).order_by()
        .values_list("state", "owner__given_name", "owner__family_name")
        .annotate(
            n=Count("pk", filter=is_open),
            late=Count("pk", filter=is_open & Q(next_due_on__lt=today)),
            sent=Count("pk", filter=lately),
        )
    )  # fmt: skip


def coordinator(user: User, today: date, at: datetime, day: tuple[datetime, datetime]) -> Desk:
    """Three queries: the referrals with their attempts, what is open and what ended, the visits; one
    more where something came in of which somebody must say whose it is.
    """
    own = places(user, *CLINIC_ROLES)
    mine, others, risen = _split(_of_clinic(user, today, own), user, today)
    counted = _counted(user, today, at - timedelta(days=365), own)
    stages: Counter[str] = Counter()
    owners: Counter[str] = Counter()
    sent_by_state: Counter[str] = Counter()
    for state, given, family_name, n, n_late, n_sent in counted:
        stages[state] += n
        owners[f"{given} {family_name}"] += n_late
        if state != State.ENTERED_IN_ERROR:
            sent_by_state[state] += n_sent
    lost = {s: n for s, n in sent_by_state.items() if n and s in CLOSING - {State.DISCHARGED}}
    return Desk(
        mine,
        others,
        risen,
        by_stage(stages.items()),
        arrived=arrived(user),
        visits=_visits_at(user, day, own),
        late_by_owner=[(who, n) for who, n in owners.most_common() if n],
        lost=by_stage(lost.items()),
        sent=sum(sent_by_state.values()),
    )


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


@dataclass(frozen=True)
class FamilyChild:
    """One child on the family's home: every way that is open, or the last one that ended."""

    child: Child
    journeys: list[Journey]
    concerns: list[Concern]
    team: list[Seat]
    may_decide: bool
    may_log: bool
    may_sign: bool
    #: Threads with something new for this adult.
    unread: int


def family(user: User, today: date, at: datetime) -> list[FamilyChild]:
    """Five queries, whatever the number of children."""
    own = Seat.objects.live(at).filter(user=user, role=FAMILY)
    # Their own seats, the team's beside them, and what they shared, in one.
    shared = FilteredRelation("child__concerns", condition=Q(child__concerns__recorded_by=user))
    rows = list(
        Seat.objects.live(at).filter(Q(child__in=own.values("child")))
        .filter(Q(user=user, role=FAMILY) | Q(organization__isnull=False))
        .annotate(shared=shared, unread=unread_of_child(user))
        .select_related("child__practice", "organization", "shared__answered_by")  # type: ignore[misc]
    )  # fmt: skip
    seats = list({seat.pk: seat for seat in rows}.values())
    told = {c.pk: c for seat in rows if (c := getattr(seat, "shared", None)) is not None}
    concerns = sorted(told.values(), key=lambda c: (c.recorded_at, c.pk), reverse=True)
    team = [seat for seat in seats if seat.organization_id]
    unread = {seat.child_id: seat.unread for seat in seats}  # type: ignore[attr-defined]
    rights = {seat.child_id: set(seat.rights) for seat in seats if not seat.organization_id}
    children = sorted({seat.child for seat in seats}, key=lambda child: child.name)
    followed = (
        with_pause(referrals_visible_to(user).filter(child__in=children), today)
        .select_related("clinic", "owner")
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
    shown: dict[UUID, list[Referral]] = {child.pk: [] for child in children}
    for referral in followed:
        if referral.is_open or not shown[referral.child_id]:
            shown[referral.child_id].append(referral)
    visits = list(
        Appointment.objects.filter(
            Q(purpose=Appointment.Purpose.EVALUATION)
            | Q(pk__in=[r.next_therapy for several in shown.values() for r in several]),  # type: ignore[attr-defined]
            referral__in=[r.pk for several in shown.values() for r in several],
            status__in=[Appointment.Status.PROPOSED, Appointment.Status.BOOKED],
        )
        .select_related("therapist", "organization")
        .order_by("starts_at", "id")
    )
    ladders = ladders_of([r.pk for several in shown.values() for r in several])
    logging = {child for child, held in rights.items() if Right.LOG in held}
    practising = practising_of(
        [r for several in shown.values() for r in several],
        {child.pk: child for child in children}, user=user, logging=logging, at=at,
    )  # fmt: skip
    home = [
        FamilyChild(
            child=child,
            journeys=[
                _journey(r, visits, ladders[r.pk], practising[r.pk], today, at)
                for r in shown[child.pk]
            ],
            concerns=[c for c in concerns if c.child_id == child.pk],
            team=[s for s in team if s.child_id == child.pk],
            may_decide=Right.AGREE in rights[child.pk],
            may_log=Right.LOG in rights[child.pk],
            may_sign=Right.SIGN in rights[child.pk],
            unread=unread[child.pk],
        )
        for child in children
    ]
    # The child who practises stands first, then the one for whom something is on its way.
    return sorted(
        home, key=lambda one: (not any(j.practising.cards for j in one.journeys), not one.journeys)
    )


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
    today: date, at: datetime,
) -> Journey:  # fmt: skip
    own = [v for v in visits if v.referral_id == referral.pk]
    stage = STAGES[State(referral.state)]
    return Journey(
        referral=referral,
        steps=strip(referral.state, referral.loop, referral.next_due_on, today),
        where=gettext(stage.family_label),
        next=gettext(STEPS[stage.owes].waiting) if referral.is_open else "",
        offers=[v for v in own if v.status == "proposed" and v.starts_at > at],
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
