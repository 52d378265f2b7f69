"""Where does a child stand on the way into a public programme, and by when is what due?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, F, Q, QuerySet, Value
from django.utils.translation import gettext

from referrals.clinical.clocks import CLOCKS, due_by
from referrals.clinical.knowledge import sign
from referrals.clinical.programmes import PATHS, programme_hint
from referrals.models import (
    Child,
    ClockSetting,
    Concern,
    Organization,
    Programme,
    ResultRequest,
    User,
)
from referrals.models.record import risen
from referrals.prepared import Making, prepared
from referrals.seated import is_seen
from referrals.wording import language, spoken

from .address import address
from .worklist import one_of

_MOST: Final = 25
_PLACES: Final = (Organization.Kind.EARLY_INTERVENTION, Organization.Kind.SCHOOL)


@dataclass(frozen=True, slots=True)
class Line:
    """One step: when it was done, or by when the law wants it."""

    code: str
    words: str
    done_on: date | None
    due_on: date | None
    #: Past the law's day, and past the day of an exception where there is one.
    late: bool
    #: The day it was done was after that day.
    was_late: bool
    is_next: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One programme of a child as its page shows it."""

    programme: Programme
    lines: list[Line]
    signs: list[str]

    @property
    def next(self) -> Line | None:
        return next((line for line in self.lines if line.is_next), None)


def ways(child: Child, today: date) -> list[Way]:
    """Every programme of the child, open ones first. Two queries, one where there are none."""
    found = child.programmes.select_related(
        "place", "owner", "exception_by", "closed_by", "letter_by", "created_by"
    )
    rows = sorted(found, key=lambda one: not one.is_open)
    days = _days(child.practice) if rows else {}
    return [_way(one, days, today) for one in rows]


def one(child: Child, key: UUID, today: date) -> Way | None:
    """One programme of the child. Two queries."""
    found = child.programmes.select_related(
        "place", "owner", "exception_by", "closed_by", "letter_by", "created_by", "organization"
    )
    programme = found.filter(pk=key).first()
    if programme is None:
        return None
    programme.child = child
    return _way(programme, _days(child.practice), today)


def _days(practice: Organization) -> dict[str, int]:
    """How long each clock runs at this practice. One query."""
    own = ClockSetting.objects.filter(organization=practice).values_list("clock", "days")
    return {code: clock.days for code, clock in CLOCKS.items()} | dict(own)


def _way(programme: Programme, days: dict[str, int], today: date) -> Way:
    return Way(
        programme, lines_of(programme, days, today), [_sign(code) for code in programme.signs]
    )


def _sign(code: str) -> str:
    """As clinicians say it; in Spanish, which only families read, as families do."""
    found = sign(code)
    return spoken(found.family_label) if language() == "es" else str(found.label)


def lines_of(programme: Programme, days: dict[str, int], today: date) -> list[Line]:
    lines = []
    for step in PATHS[programme.kind]:
        done = getattr(programme, step.done)
        since = getattr(programme, step.since)
        due = due_by(step.clock, since, days[step.clock]) if since else None
        last = step.later(due, programme.exception_due_on) if due else None
        is_next = programme.is_open and step.code == programme.next_step
        lines.append(
            Line(
                code=step.code, words=gettext(step.waiting), done_on=done, due_on=due,
                late=programme.is_open and done is None and last is not None and last < today,
                was_late=done is not None and last is not None and done > last,
                is_next=is_next,
            )
        )  # fmt: skip
    return lines


def letters(child: Child, places: Iterable[UUID]) -> list[Programme]:
    """The letters that were sent to these places."""
    return list(
        child.programmes.filter(place__in=list(places), letter_at__isnull=False)
        .select_related("place", "letter_by")
        .order_by("-letter_at")
    )


def places(child: Child, today: date) -> QuerySet[Organization]:
    """The programmes and schools that the law sends a child of this age to; all where it says none."""
    hint = programme_hint(child.date_of_birth, max(today, child.date_of_birth))
    kinds = [hint.code] if hint else list(_PLACES)
    return Organization.objects.filter(kind__in=kinds, is_active=True).order_by("name", "id")


# --- What waits for a pediatrician beside the referrals -----------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A concern, a programme's step or a request for results on the pediatrician's home."""

    child: str
    url: str
    note: str
    since: datetime
    verb: str
    due_on: date
    mine: bool
    owner: str


def waiting_for(me: UUID) -> Making:
    """How this person sees what waits beside their referrals."""
    return Making(_waiting, (me,))


@prepared
def owed_beside(user: User, own: list[UUID], today: date) -> Any:
    """What this person owes, and what others of their practices owe for so long that it has risen.

    What a school or programme owes is theirs once its day has passed: to ask again, or take it back.
    One query over all, in the order in which they are due.
    """
    seen = is_seen(user)
    late = risen() & Q(organization__in=own)

    def owed(model: Any) -> Any:
        waits = model.objects.filter(seen, is_open=True).order_by("next_due_on", "id")
        both = (waits.filter(which).values("pk")[:_MOST] for which in (Q(owner=user), late))
        return model.objects.filter(pk__in=one_of(both)).order_by()

    asked = ResultRequest.objects.filter(
        seen, child__pediatrician=user, is_open=True, to_partner=False, referral__isnull=True,
    ).order_by()  # fmt: skip
    unanswered = ResultRequest.objects.filter(
        seen, Q(asked_by=user) | risen("due_on") & Q(child__practice__in=own), is_open=True, to_partner=True, referral__isnull=True,
        due_on__lt=today,
    ).order_by()  # fmt: skip
    none = Value("", CharField())
    return (
        _columns(owed(Concern), "concern", "owner", note=F("recorded_as"), since=F("recorded_at"), due=F("next_due_on"), of_kind=none)
        .union(
            _columns(owed(Programme), "programme", "owner", note=F("next_step"), since=F("created_at"), due=F("next_due_on"), of_kind=F("kind")),
            _columns(asked, "result", "child__pediatrician", note=none, since=F("asked_at"), due=F("due_on"), of_kind=none),
            _columns(unanswered, "unanswered", "asked_by", note=F("organization__name"), since=F("asked_at"), due=F("due_on"), of_kind=none),
            all=True,
        )
        .order_by("due", "key")[:_MOST]
    )  # fmt: skip


def _columns(found: Any, sort: str, whose: str, **told: Any) -> Any:
    """The rows of one table in the columns that all share."""
    shared = {
        "key": F("pk"), "sort": Value(sort, CharField()), "of_child": F("child_id"),
        "whose": F(f"{whose}_id"), "owner_given": F(f"{whose}__given_name"),
        "owner_family": F(f"{whose}__family_name"),
        **{f"child_{name}": F(f"child__{name}") for name in ("given_name", "family_name", "name_used")},
        **told,
    }  # fmt: skip
    return found.annotate(**shared).values_list(*sorted(shared), named=True)


def _waiting(row: Any, me: UUID) -> Waiting:
    mine = row.whose == me
    match row.sort:
        case "concern":
            url = address("concern_detail", row.key)
            note = (
                "From the family" if row.note == "family" else "Your own note" if mine else "A note"
            )
            verb = "Answer, or refer"
        case "result":
            url = address("result_list", row.of_child)
            note, verb = "A school or programme asks", "Send the results asked for"
        case "unanswered":
            url = address("result_list", row.of_child)
            note, verb = f"{row.note} was asked for results", "Ask again, or take it back"
        case _:
            url = address("programme_detail", row.of_child, row.key)
            note = str(Programme.Kind(row.of_kind).label)
            verb = next(s.verb for s in PATHS[row.of_kind] if s.code == row.note)
    return Waiting(
        child=f"{row.child_name_used or row.child_given_name} {row.child_family_name}",
        url=url,
        note=note,
        since=row.since,
        verb=verb,
        due_on=row.due,
        mine=mine,
        owner=f"{row.owner_given} {row.owner_family}",
    )
