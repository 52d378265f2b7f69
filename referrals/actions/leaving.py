"""Somebody leaves: who takes over all that they owe, and how is their account closed?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from referrals.models import (
    Appointment,
    Arrival,
    Child,
    Concern,
    Discharge,
    Evaluation,
    Guardian,
    Membership,
    Organization,
    Plan,
    Programme,
    Referral,
    Report,
    Role,
    Series,
    Session,
    Task,
    User,
)

from .appointment import revised
from .feed import revoke_feed
from .moving import write
from .recording import record
from .refusal import Refused

#: What somebody may have begun to write; a colleague goes on with it where it lies.
DRAFTS: Final = (Evaluation, Plan, Session, Report, Discharge)
_STANDING: Final = (Appointment.Status.BOOKED, Appointment.Status.PROPOSED)


@dataclass
class Left:
    """What one person owes at one place, and the colleagues there who may take it."""

    place: Organization
    referrals: list[Referral] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    visits: list[Appointment] = field(default_factory=list)
    concerns: list[Concern] = field(default_factory=list)
    programmes: list[Programme] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    intake: bool = False
    drafts: int = 0
    takers: list[User] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(
            self.referrals or self.tasks or self.visits or self.concerns or self.programmes
            or self.children or self.arrivals or self.intake
        )  # fmt: skip


def left_by(person: User, at: datetime) -> list[Left]:
    """All that this person owes, place by place: next steps, care, tasks, visits, answers, intake."""
    mine = Membership.objects.filter(user=person, until__gt=at).select_related("organization")
    found: dict[UUID, Left] = {}

    def at_place(place: Organization | None) -> Left:
        assert place is not None
        return found.setdefault(place.pk, Left(place))

    for membership in mine.order_by("pk"):
        here = at_place(membership.organization)
        here.intake |= membership.takes_intake
    named = ("child", "owner_organization", "clinic")
    still = Referral.objects.filter(is_open=True).select_related(*named).order_by("pk")
    for referral in still.filter(owner=person):
        at_place(referral.owner_organization).referrals.append(referral)
    for referral in still.filter(therapist=person, clinic__isnull=False):
        listed = at_place(referral.clinic).referrals
        if referral not in listed:
            listed.append(referral)
    tasks = Task.objects.filter(is_open=True, owner=person).order_by("pk")
    for task in tasks.select_related("organization", "referral__child"):
        at_place(task.organization).tasks.append(task)
    visits = Appointment.objects.filter(therapist=person, status__in=_STANDING, starts_at__gt=at)
    for visit in visits.select_related("organization", "referral__child").order_by("starts_at"):
        at_place(visit.organization).visits.append(visit)
    for concern in Concern.objects.filter(is_open=True, owner=person).select_related("child", "organization"):  # fmt: skip
        at_place(concern.organization).concerns.append(concern)
    for programme in Programme.objects.filter(is_open=True, owner=person).select_related("child", "organization"):  # fmt: skip
        at_place(programme.organization).programmes.append(programme)
    own = Child.objects.filter(pediatrician=person, merged_into__isnull=True)
    for child in own.select_related("practice").order_by("pk"):
        at_place(child.practice).children.append(child)
    for arrival in Arrival.objects.filter(is_open=True, owner=person).select_related("clinic"):
        at_place(arrival.clinic).arrivals.append(arrival)
    for here in found.values():
        here.drafts = sum(
            table.objects.filter(author=person, status="draft", referral__clinic=here.place).count()
            for table in DRAFTS
        )
        here.takers = _takers(person, here, at)
    return sorted(found.values(), key=lambda here: (here.place.name, here.place.pk))


def _takers(person: User, here: Left, at: datetime) -> list[User]:
    """The colleagues who do there what this person does: a therapist also does the desk's part."""
    was = Membership.objects.filter(user=person, organization=here.place)
    treats = was.filter(role=Role.THERAPIST).exists() or bool(here.visits)
    if here.place.kind == Organization.Kind.PEDIATRIC_PRACTICE:
        roles: tuple[str, ...] = (Role.PEDIATRICIAN,)
    elif here.place.kind == Organization.Kind.THERAPY_CLINIC:
        roles = (Role.THERAPIST,) if treats else (Role.COORDINATOR, Role.THERAPIST)
    else:
        roles = (Role.PARTNER,)
    there = Membership.objects.live(at).filter(organization=here.place, role__in=roles)
    if not was.filter(is_assistant=True).exists():
        there = there.filter(is_assistant=False)
    people = User.objects.filter(pk__in=there.values("user")).exclude(pk=person.pk)
    return list(people.order_by("family_name", "given_name", "pk"))


@transaction.atomic
def close_account(
    *, person: User, takers: Mapping[UUID, User], reason: str, by: User, at: datetime
) -> User:
    """Hand over everything, end the memberships, and close the account; all of it or nothing.

    `takers` says who takes over, by the id of the place. Somebody who is an adult of a child here
    keeps the account for that. Raises Refused while something has nobody to take it.
    """
    if not (by.is_active and by.is_superuser):
        raise Refused("Only an administrator can do this.")
    if by.pk == person.pk:
        raise Refused("You cannot shut yourself out. Ask another administrator.")
    if not reason.strip():
        raise Refused("Say why they leave.", "reason")
    ids = {person.pk, *(taker.pk for taker in takers.values())}
    people = {u.pk: u for u in User.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    person = people[person.pk]
    said = {"left": person.name, "reason": reason.strip()}
    told: set[UUID] = set()
    after: list[tuple[Left, User]] = []
    for here in left_by(person, at):
        if not here.any:
            continue
        taker = takers.get(here.place.pk)
        if taker is None or taker not in here.takers:
            raise Refused(f"Choose who takes over at {here.place}.", str(here.place.pk))
        _check_free(here, taker)
        _hand_over(here, person, taker, by=by, at=at, said=said, told=told)
        after.append((here, taker))
    _end_memberships(person, at)
    for here, taker in after:
        if here.intake:
            _take_intake(here.place, taker, at)
    revoke_feed(user=person, by=by, at=at)
    person.is_staff = person.is_superuser = False
    if not Guardian.objects.filter(user=person).exists():
        person.is_active = False
        person.set_unusable_password()  # no session of theirs outlives it, not even a coming back
    person.save(update_fields=["is_active", "is_staff", "is_superuser", "password"])
    return person


def _check_free(here: Left, taker: User) -> None:
    """Refuse to put a visit where the colleague has one of their own."""
    if not here.visits:
        return
    first = here.visits[0].starts_at - timedelta(hours=4)
    booked = Appointment.objects.filter(
        therapist=taker, status=Appointment.Status.BOOKED, starts_at__gt=first
    )
    own = [(visit.starts_at, visit.ends_at) for visit in booked]
    for visit in here.visits:
        if any(begin < visit.ends_at and visit.starts_at < end for begin, end in own):
            raise Refused(
                f"{taker} has a visit of their own at {visit.local_start:%-d %b %Y %H:%M}. Move one of "
                "the two first, or choose somebody else.", str(here.place.pk),
            )  # fmt: skip


def _hand_over(
    here: Left, person: User, taker: User, *, by: User, at: datetime, said: dict[str, Any],
    told: set[UUID],
) -> None:  # fmt: skip
    """Put all of it on the colleague, with one event for each thing; the first one tells them."""
    touched: dict[UUID, Referral] = {one.pk: one for one in here.referrals}
    beside: list[Task | Appointment] = [*here.tasks, *here.visits]
    for owed in beside:
        touched.setdefault(owed.referral_id, owed.referral)
    Task.objects.filter(pk__in=[one.pk for one in here.tasks]).update(owner=taker)
    visits = [one.pk for one in here.visits]
    Appointment.objects.filter(pk__in=visits).update(therapist=taker, **revised(at))
    series = {one.series_id for one in here.visits if one.series_id}
    Series.objects.filter(pk__in=series, therapist=person).update(therapist=taker)
    about: list[tuple[Child, UUID]] = []
    for referral in touched.values():
        columns: dict[str, Any] = {}
        if referral.owner_id == person.pk and referral.owner_organization_id == here.place.pk:
            columns["owner"] = taker
        if referral.therapist_id == person.pk and referral.clinic_id == here.place.pk:
            columns["therapist"] = taker
        if columns:
            write(referral, **columns)
        about.append((referral.child, referral.pk))
    waiting = [one.pk for one in here.arrivals]
    Arrival.objects.filter(pk__in=waiting).update(owner=taker)
    for one in here.concerns:
        Concern.objects.filter(pk=one.pk).update(owner=taker)
        about.append((one.child, one.pk))
    for way in here.programmes:
        Programme.objects.filter(pk=way.pk).update(owner=taker)
        about.append((way.child, way.pk))
    for child in here.children:
        Child.objects.filter(pk=child.pk).update(pediatrician=taker, version=F("version") + 1)
        about.append((child, child.pk))
    for child, pk in about:
        to = [] if taker.pk in told else [str(taker.pk)]
        told.add(taker.pk)
        record("care_handed_over", child=child, about=pk, by=by, at=at, owner=taker.name, to=to, **said)  # fmt: skip


def _end_memberships(person: User, at: datetime) -> None:
    mine = Membership.objects.filter(user=person, until__gt=at)
    mine.filter(since__gt=at).update(until=F("since"))
    mine.filter(since__lte=at).update(until=at)


def _take_intake(place: Organization, taker: User, at: datetime) -> None:
    """Unless a successor takes it already: one does."""
    taken = Membership.objects.live(at).filter(organization=place, takes_intake=True)
    if taken.exists():
        return
    works = (
        Membership.objects.live(at).filter(user=taker, organization=place).order_by("pk").first()
    )
    if works is not None:
        Membership.objects.filter(pk=works.pk).update(takes_intake=True)
