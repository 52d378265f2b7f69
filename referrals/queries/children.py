"""How does a child stand in a list, at the head of a page, and with its team?"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from referrals.access import (
    FAMILY,
    Permission,
    Standing,
)
from referrals.clinical.ages import Ages
from referrals.models import Child, Concern, CourtLimit, Guardian, Seat, User
from referrals.models.guardian import estranged
from referrals.prepared import prepared
from referrals.seated import reads_record, seats_by_ground
from referrals.wording import day, tongue

from .address import address

PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class Header:
    """The child header component."""

    name: str
    full_name: str
    born: date
    age: str
    adjusted: str
    used: str
    language: str
    interpreter: bool
    precautions: str
    equipment: str
    custody_note: str
    url: str


def header(child: Child, today: date, custody_note: str = "") -> Header:
    both = child.ages(max(today, child.date_of_birth))
    full = f"{child.given_name} {child.family_name}"
    languages = dict.fromkeys([child.language_spoken, child.language_written])
    return Header(
        name=child.name,
        full_name=full if full != child.name else "",
        born=child.date_of_birth,
        age=str(both.chronological),
        adjusted=str(both.adjusted) if both.adjusted else "",
        used=both.used,
        language=tongue(", ".join(languages)),
        interpreter=child.interpreter_needed,
        precautions=child.precautions,
        equipment=child.adaptive_equipment,
        custody_note=custody_note,
        url=address("child_detail", child.pk),
    )


def shared_header(child: Child, today: date) -> Header:
    """Who the child is and how old: all that a school or programme knows of itself."""
    bare = header(child, today)
    page = reverse("shared_overview", args=[child.pk])
    return replace(
        bare, full_name="", adjusted="", used="chronological", language="", interpreter=False,
        precautions="", equipment="", url=page,
    )  # fmt: skip


def header_for(child: Child, today: date, team: Standing) -> Header:
    """The header as far as the reader's seat reaches: a partner's ends at who the child is,
    and what a court limits is for the clinicians.
    """
    if not team.holds(Permission.SEE_RECORD):
        bare = header(child, today)
        return replace(bare, language="", interpreter=False, precautions="", equipment="")
    if team.main_role == FAMILY:
        return header(child, today)
    return header(child, today, custody_note(adults(child, today, for_family=False)))


@dataclass(frozen=True, slots=True)
class ListedChild:
    name: str
    born: date
    ages: Ages
    practice: str
    url: str


def listed(child: Any, today: date) -> ListedChild:
    """A partner reads neither the practice nor that the child was born early."""
    both = child.ages(max(today, child.date_of_birth))
    return ListedChild(
        child.name,
        child.date_of_birth,
        both if child.reads else replace(both, adjusted=None),
        child.practice.name if child.reads else "",
        address("child_detail", child.pk),
    )


@prepared
def _newest(user: User, below: UUID | None) -> QuerySet[Child]:
    """A page and one more, each ground's seats walked in the order of the children."""
    cut = []
    for seats in seats_by_ground(user):
        behind = seats.filter(child__lt=below) if below else seats
        first = behind.order_by("-child").values("child").distinct()[: PAGE + 1]
        # SQLite takes no LIMIT inside a union: each list stands one step further in.
        cut.append(Child.objects.filter(pk__in=first).order_by().values("pk"))
    children = Child.objects.filter(pk__in=cut[0].union(*cut[1:])) if cut else Child.objects.none()
    reads = reads_record(user, "pk")
    return children.select_related("practice").annotate(reads=reads).order_by("-id")[: PAGE + 1]


def page(user: User, today: date, cursor: str = "") -> tuple[list[ListedChild], str]:
    """One page, the newest first, and the cursor of the next: an id, never a name."""
    below = None
    with contextlib.suppress(ValueError):
        below = UUID(cursor) if cursor else None
    found = _newest(user, below)
    following = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    return [listed(child, today) for child in found[:PAGE]], following


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    role: str
    since: datetime
    until: datetime | None


def team(seats: Iterable[Seat]) -> list[Member]:
    """Who is on the team, since when, and until when where it ends.

    An adult's seat ends where a court says so: that is no word for the other adults.
    """
    return [
        Member(
            str(seat.user or seat.organization),
            seat.get_role_display(),
            seat.since,
            seat.until if seat.until.year < 9000 and seat.role != Seat.Role.FAMILY else None,
        )
        for seat in seats
    ]


def concerns(child: Child) -> list[Concern]:
    return _concerns(child.pk)


@prepared
def _concerns(child: UUID) -> QuerySet[Concern]:
    return Concern.objects.filter(child=child).select_related("recorded_by", "answered_by")


@dataclass(slots=True)
class Adult:
    """An adult of the child as the page shows them, with what a court limits today."""

    guardian: Guardian
    phone: str
    email: str
    limits: list[str]


def adults(child: Child, today: date, *, for_family: bool) -> list[Adult]:
    """The child's adults, with their court limits: one query.

    The family reads who they are; how to reach the others, and what a court said, is
    for the clinicians.
    """
    found: dict[UUID, Adult] = {}
    for guardian in _with_limits(child.pk):
        reach = ("", "") if for_family else (guardian.phone, guardian.email)
        adult = found.setdefault(guardian.pk, Adult(guardian, reach[0], reach[1], []))
        if guardian.limit and guardian.limit_since <= today <= guardian.limit_until:
            label = str(CourtLimit.Kind(guardian.limit).label)
            until = guardian.limit_until
            adult.limits.append(label + (f" until {day(until)}" if until.year < 9000 else ""))
    return list(found.values())


@prepared
def _with_limits(child: UUID) -> QuerySet[Any]:
    """Each adult once for every limit a court ever set."""
    return (
        Guardian.objects.filter(child=child)
        .order_by("id", "court_limits__since")
        .annotate(
            limit=F("court_limits__kind"),
            limit_since=F("court_limits__since"),
            limit_until=F("court_limits__until"),
        )
    )


def kept_apart_from(child: Child, user: User, at: datetime) -> list[UUID]:
    """The accounts of the adults of whom this one learns nothing, as they do not of this one."""
    return estranged(child.guardians.all(), user, at)


def guardianships(child: Child, user: User) -> list[UUID]:
    """As which of the child's adults this person is known."""
    return list(child.guardians.filter(user=user).values_list("pk", flat=True))


def custody_note(adults: Iterable[Adult]) -> str:
    """What courts limit today, for the clinicians' eyes."""
    return "; ".join(
        f"{adult.guardian.name}: {limit.lower()}" for adult in adults for limit in adult.limits
    )


def details(child: Child) -> list[tuple[str, object]]:
    """The details as they are stored, to be compared with what somebody typed."""
    return [
        (gettext("Name"), f"{child.given_name} {child.family_name}"),
        (gettext("Name used"), child.name_used),
        (gettext("Date of birth"), child.date_of_birth),
        (gettext("Weeks of pregnancy"), child.gestation_weeks),
        (gettext("Language"), child.language_spoken),
        (gettext("Interpreter"), gettext("Yes") if child.interpreter_needed else gettext("No")),
        (gettext("Precautions"), child.precautions),
        (gettext("Equipment"), child.adaptive_equipment),
    ]
