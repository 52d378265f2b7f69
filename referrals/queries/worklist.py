"""Which referrals are on this person's desk, in the order in which they are due?

Keyset pages over (next_due_on, id): page 30 costs what page 1 costs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connections
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.timezone import localtime
from django.utils.translation import gettext

from referrals.access import listed_to, referrals_visible_to
from referrals.act import DUTIES, Duty
from referrals.belonging import memberships
from referrals.clinical.ages import Ages, ages
from referrals.models import Evaluation, Plan, Referral, Role, Task, User
from referrals.models.record import NO_DUE_DATE, risen
from referrals.pathway import STAGES, STEPS, State, Step
from referrals.planned import is_there
from referrals.prepared import Making, Passed, prepared
from referrals.wording import said

from . import glance as at_a_glance
from .address import address
from .glance import Glance
from .loop import LoopStep, small_strip
from .message import unread_of_child
from .task import PAGES

PAGE: Final = 25
_COLUMNS: Final = (
    "id", "state", "state_since", "next_step", "next_due_on", "urgency", "loop", "is_open",
    "owner_id", "owner__given_name", "owner__family_name", "owner_organization__name",
    "child_id", "child__given_name", "child__family_name", "child__name_used",
    "child__date_of_birth", "child__gestation_weeks", "child__gestation_days",
    "clinic__name", "practice_id", "clinic_id", "version",
)  # fmt: skip
#: The same columns of a task: what it owes, to whom and when, on the referral it belongs to.
_OF_TASK: Final = {
    "next_step": "duty", "next_due_on": "due_on", "owner_id": "owner_id",
    "owner__given_name": "owner__given_name", "owner__family_name": "owner__family_name",
    "owner_organization__name": "organization__name", "is_open": "is_open",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One referral as it stands in a list. Of what the database says alike there is one, in all lists."""

    id: UUID
    child_id: UUID
    child_name: str
    ages: Ages
    state: str
    state_label: str
    days_in_state: int
    urgent: bool
    verb: str
    waiting: str
    who: str
    place: str
    clinic: str
    due_on: date | None
    late: bool
    mine: bool
    steps: tuple[LoopStep, ...]
    url: str
    version: int
    drafting: bool = False
    risen: bool = False
    glance: Glance | None = None
    #: Threads about the child with something new for who reads the row.
    unread: int = 0


def of_child(user: User, child: UUID, today: date) -> list[Row]:
    """The referrals of one child that this person reads. One query."""
    return _of_child(user, child, made=rows_for(user.pk, today))


@prepared
def _of_child(user: User, child: UUID) -> QuerySet[Any]:
    return _first_rows(referrals_visible_to(user, row_by_row=True).filter(child=child), PAGE)


def _first_rows(referrals: QuerySet[Referral], most: int) -> QuerySet[Any]:
    return referrals.order_by("next_due_on", "id").values_list(*_COLUMNS, named=True)[:most]


class Part(NamedTuple):
    """A short list: which rows, and how many of the soonest due."""

    wanted: Q
    most: int = PAGE


def desk_rows(
    user: User, today: date, parts: Sequence[Part], tasks: Sequence[Part], *, drafts: bool = False
) -> QuerySet[Any]:
    """What lies on a desk, for `row`: the referrals of these lists, and the tasks of those.

    One query: both are read as rows of the same columns, in the order in which they are due. With
    `drafts` a row says
    whether its evaluation or plan has been begun, how practice and goals go, and whether there are
    new messages.
    """
    begun = Q(owner=user) & _begun() if drafts else Value(False)
    going = at_a_glance.glances(today) if drafts else at_a_glance.no_glances()
    unread = unread_of_child(user) if drafts else Value(0)
    of_referrals = (
        desk(user, parts).order_by()
        .annotate(
            **going, drafting=begun, unread=unread, is_task=Value(False),
            risen=risen(),
        )
    )  # fmt: skip
    also = (*at_a_glance.COLUMNS, "drafting", "unread", "is_task", "risen")
    shown = (*_COLUMNS, *also)
    seen = referrals_visible_to(user, row_by_row=True).filter(pk=OuterRef("referral"))
    owed_now = Task.objects.filter(is_there(seen), is_open=True, from_on__lte=today)
    cut = [
        owed_now.filter(part.wanted).order_by("due_on", "id").values("pk")[: part.most]
        for part in tasks
    ]
    renamed = {
        f"_{n}": F(_OF_TASK.get(column, f"referral__{column}")) for n, column in enumerate(_COLUMNS)
    }
    of_tasks = (
        Task.objects.filter(pk__in=one_of(cut)).order_by()
        .annotate(
            **renamed, **at_a_glance.no_glances(), drafting=Value(False), unread=Value(0),
            is_task=Value(True), risen=risen("due_on"),
        )
        .values_list(*renamed, *also)
    )  # fmt: skip
    both = of_referrals.values_list(*shown, named=True).union(of_tasks, all=True)
    return both.order_by("next_due_on", "id")


def _begun() -> Q:
    """Whether a draft waits to be finished and signed."""
    evaluation = Evaluation.objects.filter(referral=OuterRef("pk"), status="draft")
    plan = Plan.objects.filter(referral=OuterRef("pk"), status="draft")
    return Q(Exists(evaluation)) | Q(Exists(plan))


def owed(r: Any) -> Any:
    """The step or duty that is owed next on a row; None where nothing is."""
    return DUTIES[Duty(r.next_step)] if _is_task(r) else STEPS.get(Step(r.next_step))


def is_mine(r: Any, me: UUID) -> bool:
    return bool(r.owner_id == me and owed(r))


def _is_task(r: Any) -> bool:
    return bool(getattr(r, "is_task", False))


def rows_for(me: UUID, today: date) -> Making:
    """How this person sees the rows of a list today."""
    return Making(row, (me, today))


def row(r: Any, me: UUID, today: date) -> Row:
    """As this person sees it in a list."""
    owes, mine = owed(r), is_mine(r, me)
    page = PAGES[Duty(r.next_step)] if _is_task(r) and mine else "referral_detail"
    if mine and r.next_step == Step.ACKNOWLEDGE_PLAN:
        page = "referral_certify_plan"  # home, the plan, signed: two clicks
    return Row(
        id=r.id,
        child_id=r.child_id,
        child_name=f"{r.child__name_used or r.child__given_name} {r.child__family_name}",
        ages=ages(
            r.child__date_of_birth,
            max(today, r.child__date_of_birth),
            r.child__gestation_weeks,
            r.child__gestation_days,
        ),
        state=r.state,
        state_label=said(STAGES[State(r.state)].label),
        days_in_state=max((today - localtime(r.state_since).date()).days, 0),
        urgent=r.urgency == Referral.Urgency.URGENT,
        verb=owes.verb if owes else "",
        waiting=said(owes.waiting) if owes else gettext("Nothing is owed"),
        who=owner_name(r.owner__given_name, r.owner__family_name),
        place=r.owner_organization__name or "",
        clinic=r.clinic__name or "",
        due_on=r.next_due_on if owes else None,
        late=bool(owes) and r.next_due_on < today,
        mine=mine,
        steps=small_strip(r.state, r.loop, r.next_due_on, today),
        url=address(page, r.id),
        version=r.version,
        drafting=bool(getattr(r, "drafting", False)),
        risen=bool(getattr(r, "risen", False)),
        glance=at_a_glance.glance(r),
        unread=getattr(r, "unread", 0),
    )


def owner_name(given: str | None, family: str | None) -> str:
    """Who owes the next step: somebody, or the family."""
    return f"{given} {family}" if given else gettext("The family")


def desk(user: User, parts: Iterable[Part]) -> QuerySet[Referral]:
    """Several short lists read as one query: each cut before they are joined."""
    visible = referrals_visible_to(user, row_by_row=True).filter(is_open=True)
    cut = [
        visible.filter(part.wanted).order_by("next_due_on", "id").values("pk")[: part.most]
        for part in parts
    ]
    return Referral.objects.filter(pk__in=one_of(cut))


def one_of(lists: Iterable[QuerySet[Any]], column: str = "pk") -> QuerySet[Any]:
    """The ids in this column of the rows that any of these short lists holds.

    As one list: of several lists joined by OR, PostgreSQL looks each row of the table up in turn.
    """
    first: QuerySet[Any]
    first, *others = (_joined(part, column) for part in lists)
    return first.union(*others) if others else first


def _joined(part: QuerySet[Any], column: str) -> QuerySet[Any]:
    """As a list can stand in a union: SQLite takes no LIMIT there, so it stands one step further in."""
    if not connections[part.db].features.supports_slicing_ordering_in_compound:
        part = part.model._default_manager.filter(pk__in=part).order_by()
    return part.values(column)


def places(user: User, *roles: str) -> list[UUID]:
    return [m.organization_id for m in memberships(user) if m.role in roles]


FILTERS: Final[dict[str, tuple[str, frozenset[State] | None]]] = {
    "open": ("Open", None),
    "mine": ("Waiting for me", None),
    "review": ("In review", frozenset({State.SENT, State.RECEIVED, State.INFO_NEEDED})),
    "contact": ("Finding a time", frozenset({State.ACCEPTED, State.CONTACTING, State.MISSED, State.VISIT_CANCELLED})),
    "scheduled": ("Scheduled", frozenset({State.SCHEDULED})),
    "ending": ("Ending", frozenset(s for s, stage in STAGES.items() if stage.closing)),
    "closed": ("Closed", None),
}  # fmt: skip


def _read(cursor: str) -> tuple[Passed, UUID] | None:
    """The cursor `<due date>~<id>`; None where it is none, and the list begins at its start."""
    due, _, last = cursor.partition("~")
    try:
        return Passed.on(date.fromisoformat(due)), UUID(last)
    except ValueError:
        return None


def cursor_of(row: Row, due_on: date) -> str:
    return f"{due_on.isoformat()}~{row.id}"


@prepared
def _behind(user: User, chosen: str, after: tuple[Passed, UUID] | None) -> QuerySet[Any]:
    """A page and one more; an unknown filter is the open ones."""
    if chosen == "mine":
        # Of what waits for one person an index knows: of each row alone is asked whether it is seen.
        visible = referrals_visible_to(user, row_by_row=True)
        return _first_rows(visible.filter(_is_behind(after), owner=user, is_open=True), PAGE + 1)
    behind = _is_behind(after, "referral_id")
    cut = [
        listed.filter(behind, part).order_by("next_due_on", "referral_id").values("pk")[: PAGE + 1]
        for listed in listed_to(user)
        for part in _parts(chosen)
    ]
    found = Referral.objects.none()
    if cut:
        found = Referral.objects.filter(pk__in=one_of(cut, "referral_id"))
    if len(_parts(chosen)) > 1:
        # Of several lists few are shown: these alone are looked up with whom and what they name.
        first = found.order_by("next_due_on", "id").values("pk")[: PAGE + 1]
        found = Referral.objects.filter(pk__in=first)
    return _first_rows(found, PAGE + 1)


def _is_behind(after: tuple[Passed, UUID] | None, key: str = "id") -> Q:
    """Written as `a >= x AND (a > x OR id > i)`, which one index answers."""
    if after is None:
        return Q()
    day, last = after
    return Q(next_due_on__gte=day) & (Q(next_due_on__gt=day) | Q(**{f"{key}__gt": last}))


def _parts(chosen: str) -> list[Q]:
    """The rows of a filter, in parts each of which has an order of its own in an index."""
    states = FILTERS.get(chosen, ("", None))[1]
    if states is None:
        # Given as a value: of a plain "is open" SQLite does not see that its index is in this order.
        return [Q(is_open=Value(chosen != "closed"))]
    return [Q(state=state, is_open=True) for state in sorted(states)]


def page(user: User, chosen: str, today: date, cursor: str = "") -> tuple[list[Row], str]:
    """One page of a filter and the cursor of the next, empty on the last."""
    found = _behind(user, chosen, _read(cursor), made=rows_for(user.pk, today))
    if len(found) <= PAGE:
        return found, ""
    last = found[PAGE - 1]
    return found[:PAGE], cursor_of(last, last.due_on or NO_DUE_DATE)


def by_stage(states: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Counts with the stages' labels, in the order of care."""
    counted = dict(states)
    return [(stage.label, counted[s]) for s, stage in STAGES.items() if counted.get(s)]


PRACTICE_ROLES: Final = (Role.PEDIATRICIAN,)
CLINIC_ROLES: Final = (Role.THERAPIST, Role.COORDINATOR)
