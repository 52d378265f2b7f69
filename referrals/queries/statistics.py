"""What do the numbers of a practice or a clinic say, with none so small that it points to a child?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from referrals.access import Workplace, referrals_counted_at
from referrals.clinical.adherence import percent
from referrals.clinical.benchmarks import BENCHMARKS, Benchmark
from referrals.clinical.small_numbers import (
    FEWEST,
    Shown,
    share,
    shares,
    shown,
    span,
    total,
)
from referrals.clinical.spread import FEWEST_FOR_NINETIETH, Spread, spread
from referrals.models import Discharge, User
from referrals.pathway import LOOP, State
from referrals.prepared import Asked
from referrals.remembered import Later

from .bars import Bars, bars, ranges
from .cohort import EVALUATED, LOST, Cohort, cohort, each_sent, sendings
from .outcome import OUTCOMES, Outcome, brought, brought_by
from .workload import owed_and_cared_for, work

#: On a drawing only what is about the children whose steps it shows.
_ON_THE_FUNNEL: Final = ("referred", "evaluated")
_LOST: Final = {
    State.DECLINED: "Declined by the clinic",
    State.CLOSED_UNREACHABLE: "Family not reached",
    State.CLOSED_FAMILY_DECLINED: "Family declined",
    State.CLOSED_NOT_ELIGIBLE: "Not eligible",
    State.CANCELLED: "Cancelled by the pediatrician",
}
_VISITS: Final = {
    "fulfilled": "Attended", "noshow": "Missed", "family": "Cancelled by the family",
    "practice": "Cancelled by the pediatrician", "clinic": "Cancelled by the clinic",
}  # fmt: skip
TOO_FEW: Final = f"Fewer than {FEWEST} children: numbers this small are not shown."


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands on the page and in the file of the same name."""

    code: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    #: What is counted, and when.
    note: str
    chart: Bars | None = None
    #: What is said where there is nothing to count, or too little.
    without: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """All tables of an organisation in some time."""

    first: date
    last: date
    sent: Shown
    #: With whom: the other side of the referrals sent in the time, by its id.
    sites: list[tuple[str, str]]
    tables: dict[str, Table]
    benchmarks: Sequence[Benchmark]
    never_reached: str

    @property
    def is_empty(self) -> bool:
        return self.sent.value == 0


class UnknownSite(LookupError):
    """No referral of the time went to or came from there."""


def page(
    user: User, place: Workplace, first: date, last: date, today: date, site: UUID | None = None
) -> Page:
    """Three queries, however many referrals there are. Raises UnknownSite."""
    return asked(user, place, first, last, today, site).made()


def asked(
    user: User, place: Workplace, first: date, last: date, today: date, site: UUID | None = None
) -> Later[Page]:
    """What the database tells for a page; nothing is counted before it is made. Raises UnknownSite."""
    zone = ZoneInfo(place.organization.time_zone)
    other = "clinic" if place.side == "practice" else "practice"
    places = referrals_counted_at(user, place)
    sent = sendings.asked(places, first, last, zone, other)
    if site is not None:
        if site not in {one.site for one in each_sent(sent.read())}:
            raise UnknownSite
        places = [*places, (other, site)]
    person = "therapist" if place.side == "clinic" else "child__pediatrician"
    # What therapy brought is not known of days that have not come.
    until = min(last, today)
    return Later(
        _page, sent, work.asked(user, places, person, today),
        brought.asked(places, first, until, zone), first, last, until, site,
    )  # fmt: skip


def _page(
    sent_told: Asked, work_told: Asked, brought_told: Asked,
    first: date, last: date, until: date, site: UUID | None,
) -> Page:  # fmt: skip
    """Of nothing but what the database told, and of whose day and site it was asked."""
    sent = each_sent(sent_told.read())
    sites = {one.site: one.site_name for one in sent}
    found = cohort(one for one in sent if site in (None, one.site))
    late, loads = owed_and_cared_for(work_told.read())
    outcome = brought_by(brought_told.read(), first, until)
    tables = [
        _funnel(found), _days(found), _lost(found),
        Table(
            "overdue", "Overdue by person", ("Who", "Where", "Next steps", "Tasks"),
            [(one.name, one.place, str(one.steps), str(one.tasks)) for one in late],
            "Today, of all that is open. This is work, told by whom it is owed: small numbers stay.",
            without="Nothing is overdue.",
        ),
        Table(
            "caseload", "Caseload", ("Who", "Open referrals", "In therapy"),
            [(one.name, str(one.open), str(one.in_therapy)) for one in loads],
            "Today. Each of these children can be opened from your list: small numbers stay.",
            without="No referral is open.",
        ),
        _goals(outcome), _endings(outcome), _practice(outcome), _visits(outcome),
    ]  # fmt: skip
    return Page(
        first=first, last=last, sent=shown(found.sent),
        sites=sorted(((str(pk), name) for pk, name in sites.items()), key=lambda one: one[1]),
        tables={table.code: table for table in tables}, benchmarks=list(BENCHMARKS.values()),
        never_reached=_never_reached(found),
    )  # fmt: skip


def _share(part: Shown, whole: Shown) -> str:
    return percent(share(part, whole))


def _figure(part: Shown, of: str) -> str:
    return f"{part} · {of}" if of else str(part)


def _funnel(found: Cohort) -> Table:
    whole = shown(found.sent)
    names = [f"{n} {name}" for n, name in enumerate(LOOP, start=1)]
    reached = zip(names, map(shown, found.reached), strict=True)
    rows = [(name, n, _share(n, whole)) for name, n in reached]
    drawn = bars(
        [(name, n, _figure(n, of)) for name, n, of in rows], whole.value,
        [BENCHMARKS[code] for code in _ON_THE_FUNNEL],
    )  # fmt: skip
    return Table(
        "funnel", "The nine steps", ("Step", "Referrals", "Of those sent"),
        [(name, str(n), of) for name, n, of in rows] if whole.value else [],
        "Of the referrals sent in this time, how many have ever reached each step.",
        chart=drawn if whole.value else None,
        without=TOO_FEW if found.sent else "No referral was sent in this time.",
    )  # fmt: skip


def _days(found: Cohort) -> Table:
    steps = [
        (f"{n} {name}", spread(found.days.get(n, ())))
        for n, name in enumerate(LOOP, start=1) if n > 1
    ]  # fmt: skip
    ways = [*steps, (f"1 to {EVALUATED}: sent to evaluated", spread(found.to_evaluation))]
    rows: list[tuple[str, ...]] = [
        (label, str(shown(of.count)), number(of.median), number(of.ninetieth)) for label, of in ways
    ]
    drawn = ranges([(label, of, _in_days(of)) for label, of in ways])
    return Table(
        "days", "Days from step to step", ("To step", "Referrals", "Half within", "Nine in ten within"),
        rows if drawn.rows else [],
        "Calendar days from the step before, each on the day it was first reached. "
        f"Half needs {FEWEST} referrals, nine in ten {FEWEST_FOR_NINETIETH}. "
        "Between two days the number is interpolated.",
        chart=drawn if drawn.rows else None,
        without="Too few referrals have come from one step to the next to say how long it takes.",
    )  # fmt: skip


def number(days: float | None) -> str:
    """Days as they are printed: 4, 12.5."""
    return "" if days is None else f"{days:.1f}".removesuffix(".0")


def _in_days(of: Spread) -> str:
    nine = f" · {number(of.ninetieth)}" if of.ninetieth is not None else ""
    return f"{number(of.median)}{nine} days"


def _lost(found: Cohort) -> Table:
    rows = [(_LOST[state], found.lost[state]) for state in LOST]
    rows.append(("Ended after the evaluation, before therapy", found.lost_evaluated))
    return _counted(
        Table(
            "lost", "Lost, and why", ("How it ended", "Referrals", "Of those that ended"), [],
            "Of the referrals sent in this time, those that have ended without therapy.",
            without="None of these referrals has ended without therapy.",
        ),
        rows, children=found.sent,
    )  # fmt: skip


def _goals(found: Outcome) -> Table:
    return _counted(
        Table(
            "goals", "Goals by outcome", ("What became of it", "Goals", "Of all that ended"), [],
            "Goals that ended in this time, by a discharge or on the way.",
            without="No goal ended in this time.",
        ),
        [(str(label), found.goals[code]) for code, label in OUTCOMES.items()],
        children=found.children_with_goals,
    )  # fmt: skip


def _endings(found: Outcome) -> Table:
    return _counted(
        Table(
            "endings", "Why therapy ended", ("Why", "Children", "Of all"), [],
            "Discharges in this time.",
            without="No therapy ended in this time.",
        ),
        [(str(label), found.endings[code]) for code, label in Discharge.Why.choices],
        children=found.endings.total(),
    )  # fmt: skip


def _practice(found: Outcome) -> Table:
    few = 0 < found.children_practising < FEWEST
    asked = found.children_practising and not few and found.adherence is not None
    return Table(
        "practice", "Practice at home", ("Measure", "Value"),
        [
            ("Children who were asked to practise", str(found.children_practising)),
            ("Adherence", percent(found.adherence)),
        ] if asked else [],
        "Of what was asked for in the weeks of this time, how much was done, each week of each "
        "activity by itself and at most what was asked. Agreed pauses are left out.",
        without=TOO_FEW if few else "No practice was asked for in this time.",
    )  # fmt: skip


def _visits(found: Outcome) -> Table:
    table = _counted(
        Table(
            "visits", "Therapy visits", ("What became of it", "Visits", "Of all"), [],
            "Visits in this time. Attendance is of those that the clinic kept open.",
            without="No therapy visit took place in this time.",
        ),
        [(label, found.visits[code]) for code, label in _VISITS.items()],
        children=found.children_with_visits,
    )  # fmt: skip
    if not table.rows:
        return table
    kept = {code: shown(found.visits[code]) for code in _VISITS if code != "clinic"}
    between = shares(kept["fulfilled"], span(kept.values()))
    return replace(table, rows=[*table.rows, ("Attendance", "", _between(between))])


def _between(two: tuple[float, float] | None) -> str:
    if two is None:
        return ""
    low, high = percent(two[0]), percent(two[1])
    return low if low == high else f"{low.removesuffix(' %')} to {high}"


def _counted(table: Table, counts: Iterable[tuple[str, int]], *, children: int) -> Table:
    """The table with its counts and their sum; empty where nothing, or too little, was counted."""
    counts = list(counts)
    rows, whole = [(label, shown(n)) for label, n in counts], total(n for _, n in counts)
    if not whole.high:
        return table
    if children < FEWEST:
        return replace(table, without=TOO_FEW)
    drawn = [(label, n, _share(n, whole)) for label, n in rows if n.high]
    told = [(label, str(n), _share(n, whole)) for label, n in rows]
    return replace(
        table, rows=[*told, ("Together", str(whole), "")],
        chart=bars([(label, n, _figure(n, of)) for label, n, of in drawn], None),
    )  # fmt: skip


def _never_reached(found: Cohort) -> str:
    """Our own share beside the published one; a sentence where it cannot be told."""
    part, whole = shown(found.never_reached), shown(found.not_evaluated)
    if not found.not_evaluated:
        return "Here: no referral that was accepted has ended without an evaluation."
    said = _share(part, whole)
    if whole.value is None:
        return "Here: too few referrals that were accepted have ended without an evaluation to say."
    which = f"{part} of {whole} that were accepted and ended without an evaluation"
    return f"Here: {said}, {which}." if said else f"Here: {which}."
