"""Who owes what that is late, and for how many children does each person care now?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    Exists,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Concat

from referrals.models import Organization, Task, User
from referrals.pathway import TREATING
from referrals.prepared import prepared

from .cohort import Named, Places, counted
from .home import open_at

#: Which of its late tasks a referral stands there with: none, the first, or one more.
_NONE, _FIRST, _MORE = range(3)
_WHOLE: Final = Concat("given_name", Value(" "), "family_name", output_field=TextField())
_COLUMNS: Final = (
    "which", "n", "n_open", "n_treated", "n_late", "w_owner", "w_place", "w_own", "w_of_task",
    "w_at_task",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Late:
    """A person who owes, where they work, and how many next steps and tasks of theirs are late."""

    name: str
    place: str
    steps: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Load:
    """A person's children: with an open referral, and of them in therapy."""

    name: str
    open: int
    in_therapy: int


def workload(user: User, places: Places, person: str, today: date) -> tuple[list[Late], list[Load]]:
    """One query: the open referrals that this person reads and their open tasks, counted by owner and
    by whose they are.

    `person` is the path to who cares for the child: `therapist`, or `child__pediatrician`.
    """
    return owed_and_cared_for(work(user, places, person, today))


def owed_and_cared_for(told: Iterable[tuple[Any, ...]]) -> tuple[list[Late], list[Load]]:
    """Of what `work` tells."""
    owed: Counter[tuple[str, str]] = Counter()
    tasked: Counter[tuple[str, str]] = Counter()
    cared: Counter[str] = Counter()
    treated: Counter[str] = Counter()
    for row in told:
        which, n, n_open, n_treated, n_late, *names = row
        owner, place, own, of_task, at_task = (name or "" for name in names)
        if which != _NONE:
            tasked[of_task.strip() or "Families", at_task] += n
        # A referral with several late tasks stands there once for each, and counts with the first.
        if which != _MORE:
            owed[owner.strip() or "Families", place] += n_late
            cared[own.strip() or "Not given to anybody yet"] += n_open
            treated[own.strip() or "Not given to anybody yet"] += n_treated
    for who in tasked:
        owed.setdefault(who, 0)
    return (
        [
            Late(*who, owed[who], tasked[who])
            for who in sorted(owed, key=lambda who: (-owed[who] - tasked[who], who))
            if owed[who] + tasked[who]
        ],
        [Load(who, n, treated[who]) for who, n in sorted(cared.items()) if n],
    )


@prepared
def work(user: User, places: Places, person: str, today: date) -> QuerySet[Any]:
    """Grouped by keys, so that an index alone is read; whose they are is looked up for each group."""
    side, place = places[0]
    running, ended = (
        _grouped(part.filter(counted(places)), person, today)
        for part in open_at(user, side, [place])
    )
    return running.union(ended, all=True)


def _grouped(rows: QuerySet[Any], person: str, today: date) -> QuerySet[Any]:
    late = {"is_open": True, "from_on__lte": today, "due_on__lt": today}
    earlier = Task.objects.filter(referral=OuterRef("pk"), pk__lt=OuterRef("late__pk"), **late)
    rows = rows.annotate(
        late=FilteredRelation(
            "tasks", condition=Q(**{f"tasks__{name}": value for name, value in late.items()})
        ),
        which=Case(
            When(late__isnull=True, then=Value(_NONE)), When(Exists(earlier), then=Value(_MORE)),
            default=Value(_FIRST), output_field=IntegerField(),
        ),
    )  # fmt: skip
    keys = (
        "which", "owner_id", "owner_organization_id", f"{person}_id", "late__owner_id",
        "late__organization_id",
    )  # fmt: skip
    grouped: Any = rows.values(*keys).annotate(
        n=Count("pk"), n_open=Count("pk", filter=Q(sent_at__isnull=False)),
        n_treated=Count("pk", filter=Q(state__in=sorted(TREATING))),
        n_late=Count("pk", filter=Q(next_due_on__lt=today)),
        w_owner=Named(User, "owner_id", _WHOLE),
        w_place=Named(Organization, "owner_organization_id"),
        w_own=Named(User, f"{person}_id", _WHOLE),
        w_of_task=Named(User, "late__owner_id", _WHOLE),
        w_at_task=Named(Organization, "late__organization_id"),
    )  # fmt: skip
    found: QuerySet[Any] = grouped.values_list(*_COLUMNS)
    return found
