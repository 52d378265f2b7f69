"""What became of the referrals sent in some time: how far they came, how fast, and what was lost?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from referrals.models import ContactAttempt, Referral
from referrals.pathway import CLOSING, LOOP, STAGES, State

ACCEPTED, SCHEDULED, EVALUATED = (
    STAGES[state].done or 0 for state in (State.ACCEPTED, State.SCHEDULED, State.EVALUATED)
)
#: The ways in which a referral ends without therapy, in the order of the pathway.
LOST: Final = tuple(
    state for state in State if state in CLOSING - {State.DISCHARGED, State.ENTERED_IN_ERROR}
)


class Sent(NamedTuple):
    """One referral: where it stands, when it first reached each step, and whom it went to or came from."""

    state: str
    reached: dict[str, str]
    site: UUID
    site_name: str
    talked: bool

    @property
    def steps(self) -> int:
        """How many of the nine steps it ever reached."""
        return max(map(int, self.reached), default=0)


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


def sent_between(
    referrals: QuerySet[Referral], begins: datetime, ends: datetime, other: str
) -> list[Sent]:
    """One query. `other` is the column of the other side: `clinic` for a practice, `practice` for a clinic."""
    reached = ContactAttempt.objects.filter(
        referral=OuterRef("pk"), result=ContactAttempt.Result.REACHED
    )
    rows = (
        referrals.filter(sent_at__gte=begins, sent_at__lt=ends)
        .exclude(state=State.ENTERED_IN_ERROR).order_by().annotate(talked=Exists(reached))
        .values_list("state", "reached", f"{other}_id", f"{other}__name", "talked")
    )  # fmt: skip
    return [Sent(*row) for row in rows]


def cohort(sent: Iterable[Sent]) -> Cohort:
    """A family counts as reached once it was spoken with or agreed a visit, or said that it declines."""
    found = Cohort()
    for one in sent:
        found.sent += 1
        for step in range(one.steps):
            found.reached[step] += 1
        _time(found, {int(n): date.fromisoformat(on) for n, on in one.reached.items()})
        state = State(one.state)
        if state not in LOST:
            continue
        if one.steps >= EVALUATED:
            found.lost_evaluated += 1
            continue
        found.lost[state] += 1
        if one.steps >= ACCEPTED:
            found.not_evaluated += 1
            booked = one.steps >= SCHEDULED
            declined = state is State.CLOSED_FAMILY_DECLINED
            found.never_reached += not (one.talked or booked or declined)
    return found


def _time(found: Cohort, on: dict[int, date]) -> None:
    for step in on:
        if step - 1 in on:
            found.days.setdefault(step, []).append((on[step] - on[step - 1]).days)
    if 1 in on and EVALUATED in on:
        found.to_evaluation.append((on[EVALUATED] - on[1]).days)
