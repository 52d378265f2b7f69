"""What became of the referrals sent in some time: how far they came, how fast, and what was lost?"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from referrals.models import ContactAttempt, Referral
from referrals.pathway import CLOSING, LOOP, STAGES, State
from referrals.prepared import prepared

ACCEPTED, SCHEDULED, EVALUATED = (
    STAGES[state].done or 0 for state in (State.ACCEPTED, State.SCHEDULED, State.EVALUATED)
)
#: The ways in which a referral ends without therapy, in the order of the pathway.
LOST: Final = tuple(
    state for state in State if state in CLOSING - {State.DISCHARGED, State.ENTERED_IN_ERROR}
)

#: Which referrals are counted: those in which each of these places stands on its side.
Places = Sequence[tuple[str, UUID]]


def counted(places: Places, to_referral: str = "") -> Q:
    """Whether the referral of a row is among them; without a place every one is."""
    return Q(*((f"{to_referral}{side}", place) for side, place in places))


class Course(NamedTuple):
    """How many of the nine steps were ever reached, the days from the step before to each of them, and
    those from sent to evaluated."""

    steps: int
    days: tuple[tuple[int, int], ...]
    to_evaluation: int | None


def course(reached: Mapping[str, str]) -> Course:
    """From the days on which each step was first reached, by its number."""
    on = {int(n): date.fromisoformat(day).toordinal() for n, day in reached.items()}
    days = tuple((step, at - on[step - 1]) for step, at in on.items() if step - 1 in on)
    whole = on[EVALUATED] - on[1] if 1 in on and EVALUATED in on else None
    return Course(max(on, default=0), days, whole)


@lru_cache(maxsize=8192)
def _told(reached: str) -> Course:
    """First days never change: of a referral that was counted before they need not be reckoned again."""
    return course(json.loads(reached))


class Sent(NamedTuple):
    """One referral: where it stands, how it came there, and whom it went to or came from."""

    state: str
    course: Course
    site: UUID
    site_name: str
    talked: bool


@dataclass(slots=True)
class Cohort:
    """Counts over all referrals sent in the time; days are between the first days of two steps."""

    sent: int = 0
    #: How many ever reached step 1, 2, … 9.
    reached: list[int] = field(default_factory=lambda: [0] * len(LOOP))
    #: The days from the step before, by the number of the step.
    days: dict[int, list[int]] = field(default_factory=dict)
    to_evaluation: list[int] = field(default_factory=list)
    #: How many ended without therapy, by how; those that ended after an evaluation apart.
    lost: Counter[State] = field(default_factory=Counter)
    lost_evaluated: int = 0
    #: Of those that were accepted and ended without an evaluation: all, and whose family was never reached.
    not_evaluated: int = 0
    never_reached: int = 0


def moments(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, on the clock of the place."""
    begins = datetime.combine(first, time.min, tzinfo=zone)
    return begins, datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)


def sent_between(places: Places, first: date, last: date, zone: ZoneInfo, other: str) -> list[Sent]:
    """One query. `other` is the column of the other side: `clinic` for a practice, `practice` for a clinic."""
    key = lru_cache(UUID)
    return [
        Sent(state, _told(reached), key(site), name, bool(talked))
        for state, reached, site, name, talked in _sent(places, first, last, zone, other)
    ]


@prepared
def _sent(places: Places, first: date, last: date, zone: ZoneInfo, other: str) -> QuerySet[Any]:
    """As plain as the database keeps them: of a thousand rows, what Django makes of a column costs most.

    The days stand in its text: of a plan that knows none PostgreSQL reads far more rows.
    """
    begins, ends = moments(first, last, zone)
    reached = ContactAttempt.objects.filter(
        referral=OuterRef("pk"), result=ContactAttempt.Result.REACHED
    )
    sent = Referral.objects.filter(counted(places), sent_at__gte=begins, sent_at__lt=ends)
    return (
        sent.exclude(state=State.ENTERED_IN_ERROR).order_by()
        .annotate(
            days=Cast("reached", TextField()), site=Cast(f"{other}_id", TextField()),
            talked=Case(
                When(Exists(reached), then=Value("yes")), default=Value(""), output_field=TextField()
            ),
        )
        .values_list("state", "days", "site", f"{other}__name", "talked")
    )  # fmt: skip


def cohort(sent: Iterable[Sent]) -> Cohort:
    """A family counts as reached once it was spoken with or agreed a visit, or said that it declines."""
    found = Cohort()
    furthest = Counter[int]()
    days: dict[int, list[int]] = defaultdict(list)
    for one in sent:
        found.sent += 1
        furthest[one.course.steps] += 1
        for step, many in one.course.days:
            days[step].append(many)
        if one.course.to_evaluation is not None:
            found.to_evaluation.append(one.course.to_evaluation)
        if one.state in LOST:
            _lose(found, one)
    found.days = dict(days)
    # Who came as far as a step came to each before it.
    found.reached = list(accumulate(furthest[n] for n in range(len(LOOP), 0, -1)))[::-1]
    return found


def _lose(found: Cohort, one: Sent) -> None:
    state, steps = State(one.state), one.course.steps
    if steps >= EVALUATED:
        found.lost_evaluated += 1
        return
    found.lost[state] += 1
    if steps >= ACCEPTED:
        found.not_evaluated += 1
        booked = steps >= SCHEDULED
        declined = state is State.CLOSED_FAMILY_DECLINED
        found.never_reached += not (one.talked or booked or declined)
