"""Who owes what that is late, and for how many children does each person care now?"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from referrals.access import reads_referral
from referrals.models import Referral, Task, User
from referrals.pathway import TREATING
from referrals.prepared import prepared

from .cohort import Places, counted

_NAMES = ("w_given", "w_family", "w_place", "w_own_given", "w_own_family")
_COUNTS = ("w_open", "w_treated", "w_late", "w_tasks")


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
    owed: Counter[tuple[str, str]] = Counter()
    tasked: Counter[tuple[str, str]] = Counter()
    cared: Counter[str] = Counter()
    treated: Counter[str] = Counter()
    for row in _work(user, places, person, today):
        given, family, place, own_given, own_family, n, n_treated, n_late, n_tasks = row
        who = (f"{given} {family}".strip() or "Families", place)
        owed[who] += n_late
        tasked[who] += n_tasks
        own = f"{own_given} {own_family}".strip() or "Not given to anybody yet"
        cared[own] += n
        treated[own] += n_treated
    return (
        [
            Late(*who, owed[who], tasked[who])
            for who in sorted(owed, key=lambda who: (-owed[who] - tasked[who], who))
            if owed[who] + tasked[who]
        ],
        [Load(who, n, treated[who]) for who, n in sorted(cared.items()) if n],
    )


@prepared
def _work(user: User, places: Places, person: str, today: date) -> QuerySet[Any]:
    seen = reads_referral(user)
    still = Referral.objects.filter(counted(places) & seen, is_open=True)
    steps = _grouped(
        still, owner="owner", place="owner_organization__name", person=person,
        w_open=Count("pk", filter=Q(sent_at__isnull=False)),
        w_treated=Count("pk", filter=Q(state__in=sorted(TREATING))),
        w_late=Count("pk", filter=Q(next_due_on__lt=today)), w_tasks=_none(),
    )  # fmt: skip
    late = Task.objects.filter(
        referral__in=still.values("pk"), is_open=True, from_on__lte=today, due_on__lt=today
    )
    tasks = _grouped(
        late, owner="owner", place="organization__name", person="",
        w_open=_none(), w_treated=_none(), w_late=_none(), w_tasks=Count("pk"),
    )  # fmt: skip
    return steps.union(tasks, all=True)


def _grouped(
    rows: QuerySet[Any], *, owner: str, place: str, person: str, **counts: Any
) -> QuerySet[Any, Any]:
    def said(path: str) -> Any:
        return Coalesce(F(path), Value(""), output_field=CharField())

    names = {
        "w_given": said(f"{owner}__given_name"), "w_family": said(f"{owner}__family_name"),
        "w_place": said(place),
        "w_own_given": said(f"{person}__given_name") if person else Value("", CharField()),
        "w_own_family": said(f"{person}__family_name") if person else Value("", CharField()),
    }  # fmt: skip
    grouped: Any = rows.order_by().annotate(**names).values(*_NAMES)
    counted: QuerySet[Any, Any] = grouped.annotate(**counts).values_list(*_NAMES, *_COUNTS)
    return counted


def _none() -> Value:
    return Value(0, IntegerField())
