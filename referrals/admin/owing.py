"""What does somebody who leaves still owe the children?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from referrals.models import Arrival, Concern, Organization, Programme, Referral, Task, User


@dataclass
class Owed:
    """Next steps of open referrals, concerns waiting for an answer, and tasks beside both."""

    referrals: int = 0
    concerns: int = 0
    tasks: int = 0
    programmes: int = 0
    arrivals: int = 0

    @property
    def any(self) -> bool:
        return bool(
            self.referrals or self.concerns or self.tasks or self.programmes or self.arrivals
        )


def open_steps(people: Iterable[User], place: Organization | None = None) -> dict[UUID, Owed]:
    """What each of these people owes, everywhere or at one place; five queries."""
    owed: dict[UUID, Owed] = defaultdict(Owed)
    ids = [person.pk for person in people]
    referrals = Referral.objects.filter(is_open=True, owner__in=ids)
    concerns = Concern.objects.filter(is_open=True, owner__in=ids)
    tasks = Task.objects.filter(is_open=True, owner__in=ids)
    programmes = Programme.objects.filter(is_open=True, owner__in=ids)
    arrivals = Arrival.objects.filter(is_open=True, owner__in=ids)
    if place is not None:
        arrivals = arrivals.filter(clinic=place)
        referrals = referrals.filter(owner_organization=place)
        concerns = concerns.filter(organization=place)
        tasks = tasks.filter(organization=place)
        programmes = programmes.filter(organization=place)
    for owner, n in referrals.order_by().values_list("owner").annotate(n=Count("pk")):
        owed[owner].referrals = n
    for owner, n in concerns.order_by().values_list("owner").annotate(n=Count("pk")):
        owed[owner].concerns = n
    for owner, n in tasks.order_by().values_list("owner").annotate(n=Count("pk")):
        owed[owner].tasks = n
    for owner, n in programmes.order_by().values_list("owner").annotate(n=Count("pk")):
        owed[owner].programmes = n
    for owner, n in arrivals.order_by().values_list("owner").annotate(n=Count("pk")):
        owed[owner].arrivals = n
    return owed


def steps_in_words(owed: Owed) -> str:
    parts = [
        f"the next step of {owed.referrals} open referral{'s' * (owed.referrals != 1)}",
        f"an answer to {owed.concerns} concern{'s' * (owed.concerns != 1)}",
        f"{owed.tasks} task{'s' * (owed.tasks != 1)} beside them",
        f"the next step of {owed.programmes} public programme{'s' * (owed.programmes != 1)}",
        f"a decision on {owed.arrivals} e-referral{'s' * (owed.arrivals != 1)}",
    ]
    counts = (owed.referrals, owed.concerns, owed.tasks, owed.programmes, owed.arrivals)
    return " and ".join(part for part, n in zip(parts, counts, strict=True) if n)
