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

from django.db.models import (
    Aggregate,
    Case,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

from referrals.models import ContactAttempt, Organization, Referral
from referrals.pathway import CLOSING, LOOP, STAGES, State
from referrals.planned import is_there
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
    """Referrals that are alike: where they stand, how they came there, and whom they went to or came from."""

    state: str
    course: Course
    site: UUID
    site_name: str
    #: Whether somebody spoke with the family: asked only of what ended without therapy.
    talked: bool
    many: int = 1


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


class Named(Subquery):
    """The name to a key that rows are grouped by: looked up once a group, not once a row."""

    def __init__(self, table: type[Model], key: str, name: Any = "name") -> None:
        rows = QuerySet[Any](table).filter(pk=OuterRef(key)).order_by()
        super().__init__(rows.values_list(name)[:1])

    def get_group_by_cols(self) -> list[Any]:
        return []


class Together(Aggregate):
    """The texts of many rows as one: what a database hands over row by row costs most."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, '|')"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **more)


def sent_between(places: Places, first: date, last: date, zone: ZoneInfo, other: str) -> list[Sent]:
    """One query. `other` is the column of the other side: `clinic` for a practice, `practice` for a clinic."""
    return each_sent(sendings(places, first, last, zone, other))


def each_sent(told: Iterable[tuple[Any, ...]]) -> list[Sent]:
    """Of what `sendings` tells."""
    return [
        Sent(state, _told(reached), site, name, bool(talked), many)
        for state, site, talked, courses, name in told
        # No day and no number of a step has this sign in it.
        for reached, many in Counter(courses.split("|")).items()
    ]


@prepared
def sendings(places: Places, first: date, last: date, zone: ZoneInfo, other: str) -> QuerySet[Any]:
    """A row for each state and other side, with the courses of all its referrals in one text.

    The days stand in its text: of a plan that knows none PostgreSQL reads far more rows.
    """
    begins, ends = moments(first, last, zone)
    spoken_with = is_there(
        ContactAttempt.objects.filter(referral=OuterRef("pk"), result=ContactAttempt.Result.REACHED)
    )
    site = f"{other}_id"
    alike: Any = (
        Referral.objects.filter(counted(places), sent_at__gte=begins, sent_at__lt=ends)
        .exclude(state=State.ENTERED_IN_ERROR).order_by()
        .annotate(
            talked=Case(
                When(Q(state__in=LOST) & Q(spoken_with), then=Value("yes")), default=Value(""),
                output_field=TextField(),
            ),
        )
        .values("state", site, "talked")
    )  # fmt: skip
    found: QuerySet[Any] = alike.annotate(
        courses=Together(Cast("reached", TextField())), site_name=Named(Organization, site)
    ).values_list("state", site, "talked", "courses", "site_name")
    return found


def cohort(sent: Iterable[Sent]) -> Cohort:
    """A family counts as reached once it was spoken with or agreed a visit, or said that it declines."""
    found = Cohort()
    furthest = Counter[int]()
    days: dict[int, list[int]] = defaultdict(list)
    for one in sent:
        course, many = one.course, one.many
        found.sent += many
        furthest[course.steps] += many
        for step, after in course.days:
            days[step] += [after] * many
        if course.to_evaluation is not None:
            found.to_evaluation += [course.to_evaluation] * many
        if one.state in LOST:
            _lose(found, one)
    found.days = dict(days)
    # Who came as far as a step came to each before it.
    found.reached = list(accumulate(furthest[n] for n in range(len(LOOP), 0, -1)))[::-1]
    return found


def _lose(found: Cohort, one: Sent) -> None:
    state, steps = State(one.state), one.course.steps
    if steps >= EVALUATED:
        found.lost_evaluated += one.many
        return
    found.lost[state] += one.many
    if steps >= ACCEPTED:
        found.not_evaluated += one.many
        booked = steps >= SCHEDULED
        declined = state is State.CLOSED_FAMILY_DECLINED
        found.never_reached += 0 if one.talked or booked or declined else one.many
