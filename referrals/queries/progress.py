"""How far has the child come on its goals, rater by rater, in numbers and in a drawing?"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from django.db.models import Aggregate, Case, OuterRef, Q, QuerySet, Subquery, TextField, When

from referrals.clinical import gas
from referrals.clinical.ladder import signed
from referrals.clinical.performance import Change, change
from referrals.clinical.plateau import plateau
from referrals.models import Goal, GoalVersion, Performance, Rating, User
from referrals.models.goal import PARTIES
from referrals.pathway import Party
from referrals.prepared import prepared
from referrals.wording import language, typed_by
from referrals.wording import later as _

RATERS: Final = {
    Party.PEDIATRICIAN: _("Pediatrician"),
    Party.THERAPIST: _("Therapist"),
    Party.FAMILY: _("Family"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One rating: a level from one of the three, or the family's two numbers from 1 to 10."""

    goal: UUID
    kind: str
    party: Party
    value: int
    satisfaction: int
    on: date
    note: str

    @property
    def sign(self) -> str:
        return signed(self.value)

    @property
    def rater(self) -> str:
        return rater(self.party)


def rater(party: Party) -> str:
    """One of the three, by name: kept, for a table says it in row after row."""
    return _rater(party, language())


@lru_cache(maxsize=8)
def _rater(party: Party, language: str) -> str:
    return str(RATERS[party])


def marks_of(goals: list[UUID]) -> list[Mark]:
    """The ratings of some goals, oldest first. One query."""
    return marks_in(ratings(goals))


def marks_in(goals: Iterable[tuple[UUID, str | None, str | None]]) -> list[Mark]:
    """The ratings of such rows, oldest first.

    Of what one rater said of one goal in one visit the latest counts: a note may be amended.
    """
    found: list[tuple[_When, Mark]] = []
    for goal, levels, numbers in goals:
        said: dict[Any, tuple[_When, Mark]] = {}
        for party, level, on, note, tongue, visit, at, key in json.loads(levels or "[]"):
            when, it = (on, datetime.fromisoformat(at), key), (party, visit or key)
            if it not in said or said[it][0][1:] < when[1:]:
                mark = Mark(goal, "level", Party(party), level, 0, _day(on), typed_by(note, tongue))
                said[it] = when, mark
        found += said.values()
        for value, content, on, at, key in json.loads(numbers or "[]"):
            mark = Mark(goal, "performance", Party.FAMILY, value, content, _day(on), "")
            found.append(((on, datetime.fromisoformat(at), key), mark))
    return [mark for _, mark in sorted(found, key=itemgetter(0))]


#: The day, the moment and the key that a rating is put in order by.
_When = tuple[str, datetime, str]
_day = lru_cache(maxsize=512)(date.fromisoformat)


class _Lines(Aggregate):
    """Some columns of all rows as one text of JSON: of hundreds of rows it is read in a third of the time."""

    output_field = TextField()
    template = "JSON_AGG(JSON_BUILD_ARRAY(%(expressions)s))::text"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "JSON_GROUP_ARRAY(JSON_ARRAY(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **context)


@prepared
def ratings(goals: list[UUID]) -> QuerySet[Any]:
    """Each goal with its ratings of both kinds, each kind as one text."""

    def lines(table: type[Rating] | type[Performance], *columns: str | Case) -> Subquery:
        of = table._default_manager.filter(goal=OuterRef("pk")).order_by()
        return Subquery(
            of.values("goal").annotate(lines=_Lines(*columns, "at", "id")).values("lines")
        )

    # Of hundreds of ratings few have a note: for these alone is looked up in which language it is.
    spoken = User.objects.filter(pk=OuterRef("by")).values("language")
    tongue = Case(When(~Q(note=""), then=Subquery(spoken)))
    return Goal.objects.filter(pk__in=goals).order_by().values_list(
        "pk",
        lines(Rating, "party", "level", "rated_on", "note", tongue, "visit"),
        lines(Performance, "performance", "satisfaction", "rated_on"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Track:
    """One rater's levels on one goal, oldest first."""

    party: Party
    points: list[tuple[date, int]]

    @property
    def label(self) -> str:
        return rater(self.party)

    @property
    def latest(self) -> int:
        return self.points[-1][1]

    @property
    def latest_on(self) -> date:
        return self.points[-1][0]

    @property
    def sign(self) -> str:
        return signed(self.latest)

    @property
    def stands_still(self) -> bool:
        return plateau(self.points)


def tracks(marks: Iterable[Mark]) -> list[Track]:
    """The raters of one goal who rated it, each apart."""
    found: dict[Party, list[tuple[date, int]]] = {party: [] for party in PARTIES}
    for mark in marks:
        if mark.kind == "level":
            found[mark.party].append((mark.on, mark.value))
    return [Track(party, points) for party, points in found.items() if points]


@dataclass(frozen=True, slots=True)
class Score:
    """The T-score as one of the three rates: at the start, now, and the change."""

    rater: str
    baseline: float
    current: float
    change: str
    rated: str


def scores(goals: Sequence[tuple[GoalVersion, Sequence[Track]]]) -> list[Score]:
    """One line per rater who rated any goal that was agreed and not retired; else none."""
    counted = [
        (version, {track.party: track.latest for track in of})
        for version, of in goals
        if version.goal.is_locked and version.goal.status != Goal.Status.RETIRED
    ]
    found = []
    for party in PARTIES:
        came = gas.progress(
            [version.baseline_level for version, _ in counted],
            [latest.get(party) for _, latest in counted],
            [version.weight for version, _ in counted],
        )
        if came.baseline is None or came.current is None or came.change is None:
            continue
        rated = f"{came.rated} of {came.goals} goal{'' if came.goals == 1 else 's'} rated"
        found.append(Score(rater(party), came.baseline, came.current, tenths(came.change), rated))
    return found


def tenths(change: float) -> str:
    """A change as it is printed: +2.7, −1.0."""
    return f"{change:+.1f}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Problem:
    """What the family rates from 1 to 10: at first, now, and the change."""

    name: str
    first: tuple[int, int]
    now: tuple[int, int]

    @property
    def changes(self) -> tuple[str, str]:
        return signed(self.now[0] - self.first[0]), signed(self.now[1] - self.first[1])


@dataclass(frozen=True, slots=True)
class Told:
    """The family's own numbers: problem by problem first, then both mean changes."""

    problems: list[Problem]
    performance: Change
    satisfaction: Change

    @property
    def means(self) -> tuple[str, str]:
        return tenths(self.performance.mean), tenths(self.satisfaction.mean)

    @property
    def mixed(self) -> bool:
        return self.performance.mixed or self.satisfaction.mixed


def told(goals: Iterable[tuple[str, Iterable[Mark]]]) -> Told | None:
    """The change over the problems rated twice or more; None where there is none."""
    problems = []
    for name, marks in goals:
        rated = [(m.value, m.satisfaction) for m in marks if m.kind == "performance"]
        if len(rated) > 1:
            problems.append(Problem(name, rated[0], rated[-1]))
    if not problems:
        return None
    return Told(problems, *(
        change([p.first[i] for p in problems], [p.now[i] for p in problems])
        for i in (0, 1)
    ))  # fmt: skip


# --- The drawing ------------------------------------------------------------------------------

#: To the right of the lines stand their names, where no rating lies on them.
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 620, 250, 44, 66, 14, 34


@dataclass(frozen=True, slots=True)
class Line:
    """One rater in the drawing: a line through its ratings, and a mark of its own shape on each."""

    label: str
    css: str
    points: str
    marks: str
    key: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Levels over time, drawn on the server: it prints, zooms and needs no script."""

    width: int
    height: int
    left: int
    right: int
    levels: list[tuple[int, str, str]]
    days: list[tuple[int, str, date]]
    lines: list[Line]
    sentence: str


def chart(found: Sequence[Track], baseline: int) -> Chart | None:
    """The ratings of one goal by rater over time; None while nobody has rated."""
    days = [on for track in found for on, _ in track.points]
    if not days:
        return None
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def x(on: date) -> int:
        middle = first == last
        share = 0.5 if middle else (on - first).days / span
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT))

    lines = [
        Line(
            label=track.label,
            css=f"line-{track.party}",
            points=" ".join(f"{x(on)},{_y(level)}" for on, level in track.points),
            marks="".join(_mark(track.party, x(on), _y(level)) for on, level in track.points),
            key=_mark(track.party, 0, 0),
        )
        for track in found
    ]
    names = {baseline: "start", 0: "goal"}
    return Chart(
        width=_WIDTH, height=_HEIGHT, left=_LEFT, right=_WIDTH - _RIGHT,
        levels=[(_y(level), signed(level), names.get(level, "")) for level in gas.LEVELS],
        days=[(x(on), anchor, on) for on, anchor in _ends(first, last)],
        lines=lines,
        sentence="; ".join(
            f"{track.label}: {signed(track.points[0][1])} at first, {track.sign} now, "
            f"{len(track.points)} rating{'' if len(track.points) == 1 else 's'}"
            for track in found
        ),
    )  # fmt: skip


def _ends(first: date, last: date) -> list[tuple[date, str]]:
    return [(first, "middle")] if first == last else [(first, "start"), (last, "end")]


@lru_cache(maxsize=len(gas.LEVELS))
def _y(level: int) -> int:
    step = (_HEIGHT - _TOP - _BOTTOM) / (len(gas.LEVELS) - 1)
    return round(_TOP + (max(gas.LEVELS) - level) * step)


def _mark(party: Party, x: int, y: int) -> str:
    """A square around a circle around a diamond: who rated is seen where they agree, and without colours."""
    if party is Party.PEDIATRICIAN:
        return f"M{x - 7} {y - 7}h14v14h-14z"
    if party is Party.THERAPIST:
        return f"M{x - 6} {y}a6 6 0 1 0 12 0a6 6 0 1 0-12 0"
    return f"M{x} {y - 4}l4 4-4 4-4-4z"
