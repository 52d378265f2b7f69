"""What can fall due, who owes it, and who coordinates it when nobody does it?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import F, Model, QuerySet, UUIDField
from django.db.models.functions import Coalesce

from referrals import access
from referrals.act import DUTIES, Duty
from referrals.models import (
    Arrival,
    Child,
    Concern,
    Emergency,
    Organization,
    Programme,
    Referral,
    ResultRequest,
    Role,
    Seat,
    Task,
    User,
)
from referrals.pathway import STEPS, Party, Step

from .owner import intake_of

KIND: Final = Organization.Kind
#: Who coordinates at a place of this kind: the first of these roles that anybody has there.
COORDINATE: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    KIND.PEDIATRIC_PRACTICE: ((Role.PEDIATRICIAN,),),
    KIND.THERAPY_CLINIC: ((Role.COORDINATOR,), (Role.THERAPIST,)),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One table of what is due: open rows with an owner, a place that owes it, and a date."""

    model: type[Model]
    visible_to: Callable[[User], QuerySet[Any]]
    #: The column that says what is asked for, else the one thing it always is.
    step: str = ""
    asks: str = ""
    #: How the owing side's part is said.
    words: Callable[[str], str] = str
    due: str = "next_due_on"
    #: The moment from which on it is owed.
    since: str = "recorded_at"
    places: tuple[Any, ...] = ("organization",)
    #: Which of the open rows, where others are owed as something else.
    only: Mapping[str, Any] = field(default_factory=dict)
    #: The day from which on it is shown, where that is not at once.
    shown: str = ""

    def open(self, today: date) -> Any:
        """What is owed today, each row with the place that owes it (`owed_by`)."""
        rows: Any = self.model._default_manager.filter(**self.only, is_open=True)
        first, *others = self.places
        place = Coalesce(first, *others, output_field=UUIDField()) if others else F(first)
        rows = rows.filter(**{f"{self.shown}__lte": today}) if self.shown else rows
        return rows.annotate(owed_by=place)

    def step_of(self, item: Any) -> str:
        return str(getattr(item, self.step)) if self.step else self.asks

    def says(self, item: Any) -> str:
        return self.words(self.step_of(item))


def _results_visible_to(user: User) -> QuerySet[Any]:
    return ResultRequest.objects.filter(child__in=access.records_visible_to(user).values("pk"))


#: All that has a clock. A new table of what is owed is one line here.
SOURCES: Final = (
    Source(Referral, access.referrals_visible_to, step="next_step", words=lambda step: STEPS[Step(step)].waiting, since="state_since", places=("owner_organization",)),
    Source(Concern, access.concerns_visible_to, asks="review_concern", words=lambda _: "The pediatrician answers a concern"),
    Source(Emergency, access.emergencies_to_review, asks="review_emergency", words=lambda _: "Somebody says whether an emergency was one", due="due_on", since="opened_at"),
    Source(Arrival, access.arrivals_visible_to, asks="decide_arrival", words=lambda _: "The clinic decides whose e-referral this is", since="received_at", places=("clinic",)),
    Source(Programme, lambda user: Programme.objects.filter(child__in=access.records_visible_to(user).values("pk")), step="next_step", words=lambda _: "A step towards a public programme", since="created_at"),
    Source(Task, lambda user: Task.objects.filter(referral__in=access.referrals_visible_to(user)), step="duty", words=lambda duty: DUTIES[Duty(duty)].waiting, due="due_on", since="opened_at", places=("organization", "referral__clinic", "referral__practice"), shown="from_on"),
    # What a school or programme owes is asked for again by the side that asked; nobody there is reminded.
    # What a clinic asked or was asked is a task of its referral.
    Source(ResultRequest, _results_visible_to, asks="results_asked", words=lambda _: "A school or programme was asked for results", due="due_on", since="asked_at", places=("child__practice",), only={"to_partner": True, "referral__isnull": True}),
    Source(ResultRequest, _results_visible_to, asks="answer_results", words=lambda _: "The pediatrician sends results", due="due_on", since="asked_at", places=("child__practice",), only={"to_partner": False, "referral__isnull": True}),
)  # fmt: skip


def referral_of(item: Any) -> Referral | None:
    found = item if isinstance(item, Referral) else getattr(item, "referral", None)
    return found if isinstance(found, Referral) else None


def child_of(item: Any) -> Child | None:
    """The child it is about; None where that is just what is to be decided."""
    referral = referral_of(item)
    child: Child | None = referral.child if referral else getattr(item, "child", None)
    return child


def owners(source: Source, item: Any, place: Organization, at: datetime) -> list[User]:
    """Who is reminded: the owner, or each adult of the family who may do it.

    An owner who may no longer see the child is told nothing; whoever coordinates there is.
    """
    people: list[User | None] = [item.owner] if item.owner else _adults(item, at)
    if item.owner and not _sees(source, item, item.owner):
        people = [_coordinator(place, at)]
    return [one for one in people if one is not None and _sees(source, item, one)]


def coordinators(
    source: Source, item: Any, place: Organization, at: datetime
) -> list[tuple[Organization, User | None]]:
    """To whom it rises: where it is owed, and at the clinic that waits for it and may see it."""
    referral = referral_of(item)
    places = [place]
    if referral and referral.sent_at and referral.clinic and referral.clinic_id != place.pk:
        places.append(referral.clinic)
    risen = []
    for one in places:
        person = _coordinator(one, at)
        sees = person is not None and _sees(source, item, person)
        if one == place or sees:
            risen.append((one, person if sees else None))
    return risen


def _coordinator(place: Organization, at: datetime) -> User | None:
    there = (intake_of(place, at, *roles) for roles in COORDINATE.get(place.kind, ()))
    return next((person for person in there if person), None)


def _adults(item: Any, at: datetime) -> list[User | None]:
    """The adults of the family with the right that the duty needs."""
    if getattr(item, "party", None) != Party.FAMILY:
        return []
    right = access.RIGHTS[access.FAMILY_DUTIES[Duty(item.duty)]]
    seats = Seat.objects.live(at).filter(child=child_of(item), role=Seat.Role.FAMILY)
    found = seats.select_related("user").order_by("since", "id")
    return [seat.user for seat in found if right in seat.rights]


def _sees(source: Source, item: Any, person: User) -> bool:
    return person.is_active and source.visible_to(person).filter(pk=item.pk).exists()
