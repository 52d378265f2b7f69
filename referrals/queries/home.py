"""What does each person owe the children next? One function per home."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Value

from referrals.access import reads_referral
from referrals.models import Referral, User
from referrals.models.record import risen
from referrals.pathway import CLOSING, RUNNING, State
from referrals.prepared import Asked, prepared
from referrals.remembered import Later

from .day import AS_VISIT, Visit, at_places, of_therapist
from .programme import Waiting, owed_beside, waiting_for
from .worklist import (
    CLINIC_ROLES,
    PAGE,
    PRACTICE_ROLES,
    Part,
    Row,
    by_stage,
    desk_rows,
    owner_name,
    places,
    rows_for,
)

#: So much of what others owe stands below one's own: a look, for the rest there is the list.
LOOK: Final = 7


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
    visits: list[Visit] = field(default_factory=list)
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


def _split(rows: Iterable[Row], look: int = LOOK) -> tuple[list[Row], list[Row], list[Row]]:
    """What is owed by the person, by others, and by others for too long: of each the soonest due."""
    mine: list[Row] = []
    others: list[Row] = []
    risen: list[Row] = []
    for one in rows:
        (mine if one.mine else risen if one.risen else others).append(one)
    return mine[:PAGE], others[:look], risen[:look]


def _of_others(user: User, wanted: Q) -> list[Part]:
    """What others owe of these, and what they owe for so long that it has risen: a look at each."""
    theirs = wanted & ~Q(owner=user)
    return [Part(theirs & ~risen(), LOOK), Part(theirs & risen(), LOOK)]


def _tasks(user: User, *places_of: Q) -> list[Part]:
    """The tasks this person owes, and those of others there that have risen."""
    theirs = Q(owner__isnull=True) | ~Q(owner=user)
    return [Part(Q(owner=user)), *(Part(theirs & at, LOOK) for at in places_of)]


def open_at(user: User, side: str, places: list[UUID]) -> list[QuerySet[Any]]:
    """What is open at these places on this side of them, in two parts without an order.

    As long as a referral is under way its places have their seats: an index counts these alone. Of what
    ended is asked whether it is still read.
    """
    here = Referral.objects.filter(**{f"{side}__in": places}, is_open=True).order_by()
    told = RUNNING if side == "practice" else RUNNING - {State.DRAFT}
    ended = here.filter(reads_referral(user, row_by_row=True), state__in=sorted(CLOSING))
    return [here.filter(state__in=sorted(told)), ended]


@prepared
def _stages(user: User, side: str, places: list[UUID]) -> QuerySet[Any]:
    """How many referrals are open in each state, at these places on this side of them."""
    running, ended = (
        part.values_list("state").annotate(n=Count("pk")) for part in open_at(user, side, places)
    )
    both: QuerySet[Any] = running.union(ended, all=True)
    return both


@prepared
def _of_practice(user: User, today: date, own: list[UUID]) -> QuerySet[Any]:
    # A list for each place: of one place an index knows the order.
    others = [part for at in own for part in _of_others(user, Q(practice=at))]
    tasks = _tasks(user, *(risen("due_on") & Q(organization=at) for at in own))
    return desk_rows(user, today, [Part(Q(owner=user)), *others], tasks)


def pediatrician(user: User, today: date) -> Later[Desk]:
    """Three queries: the referrals, their stages, what waits beside them."""
    own = places(user, *PRACTICE_ROLES)
    return Later(
        _pediatrician, _of_practice.asked(user, today, own), _stages.asked(user, "practice", own),
        owed_beside.asked(user, own, today), user.pk, today,
    )  # fmt: skip


def _pediatrician(listed: Asked, stages: Asked, beside: Asked, me: UUID, today: date) -> Desk:
    mine, others, risen = _split(listed.made(rows_for(me, today)))
    return Desk(mine, others, risen, by_stage(stages.read()), beside=beside.made(waiting_for(me)))


@prepared
def _of_therapist(user: User, today: date, own: list[UUID]) -> QuerySet[Any]:
    review, others = Q(state__in=[State.SENT, State.RECEIVED]), ~Q(owner=user)
    parts = [
        Part(Q(clinic=at) & others & wanted, PAGE // 2)
        for at in own
        for wanted in (review, Q(therapist=user))
    ]
    return desk_rows(user, today, [Part(Q(owner=user)), *parts], _tasks(user), drafts=True)


def therapist(user: User, today: date, at: datetime, day: tuple[datetime, datetime]) -> Later[Desk]:
    """Three queries: the referrals, their stages, the day's visits."""
    own = places(user, *CLINIC_ROLES)
    return Later(
        _therapist, _of_therapist.asked(user, today, own), _stages.asked(user, "clinic", own),
        of_therapist.asked(user, day, at), user.pk, today,
    )  # fmt: skip


def _therapist(listed: Asked, stages: Asked, visits: Asked, me: UUID, today: date) -> Desk:
    mine, others, risen = _split(listed.made(rows_for(me, today)), PAGE)
    return Desk(
        mine, (risen + others)[:PAGE], [], by_stage(stages.read()), visits=visits.made(AS_VISIT)
    )


@prepared
def _of_clinic(user: User, today: date, own: list[UUID]) -> QuerySet[Any]:
    trying = Q(state__in=[State.ACCEPTED, State.CONTACTING, State.MISSED, State.VISIT_CANCELLED])
    late = Q(next_due_on__lt=today)
    others = [part for at in own for part in _of_others(user, Q(clinic=at) & (trying | late))]
    tasks = _tasks(user, *(risen("due_on") & Q(clinic=at) for at in own))
    return desk_rows(user, today, [Part(Q(owner=user)), *others], tasks)


@prepared
def _counted(user: User, today: date, since: datetime, own: list[UUID]) -> QuerySet[Any]:
    """Open, late and sent since then, by state and owner."""
    late, none = Q(next_due_on__lt=today), Value(0)
    running, ended = (
        part.values_list("state", "owner__given_name", "owner__family_name")
        .annotate(n=Count("pk"), late=Count("pk", filter=late), sent=none)
        for part in open_at(user, "clinic", own)
    )  # fmt: skip
    # What was sent is only a number, whoever reads it now.
    sent = (
        Referral.objects.filter(clinic__in=own, sent_at__gte=since).order_by()
        .annotate(given=Value(""), family=Value(""), n=none, late=none)
        .values_list("state", "given", "family", "n", "late").annotate(sent=Count("pk"))
    )  # fmt: skip
    all_three: QuerySet[Any] = running.union(ended, sent, all=True)
    return all_three


def coordinator(
    user: User, today: date, at: datetime, day: tuple[datetime, datetime]
) -> Later[Desk]:
    """Three queries: the referrals with their attempts, what is open and what ended, the visits."""
    own = places(user, *CLINIC_ROLES)
    return Later(
        _coordinator, _of_clinic.asked(user, today, own),
        _counted.asked(user, today, at - timedelta(days=365), own),
        at_places.asked(user, day, at, own), user.pk, today,
    )  # fmt: skip


def _coordinator(listed: Asked, counted: Asked, visits: Asked, me: UUID, today: date) -> Desk:
    mine, others, risen = _split(listed.made(rows_for(me, today)))
    stages: Counter[str] = Counter()
    owners: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    for state, given, family, n, late, n_sent in counted.read():
        stages[state] += n
        owners[owner_name(given, family)] += late
        if state != State.ENTERED_IN_ERROR:
            sent[state] += n_sent
    lost = {s: n for s, n in sent.items() if n and s in CLOSING - {State.DISCHARGED}}
    return Desk(
        mine,
        others,
        risen,
        by_stage(stages.items()),
        visits=visits.made(AS_VISIT),
        late_by_owner=[(who, n) for who, n in owners.most_common() if n],
        lost=by_stage(lost.items()),
        sent=sum(sent.values()),
    )
