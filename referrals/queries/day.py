"""Which visits stand on somebody's day, and what is to be done about each?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from referrals.access import referrals_visible_to
from referrals.models import Appointment, Session, User
from referrals.models.person import name_of
from referrals.planned import is_there
from referrals.prepared import Making, prepared

from .address import address

#: So many visits of a day stand on a home.
_MOST: Final = 40
_COLUMNS: Final = (
    "id", "referral_id", "purpose", "place", "minutes", "status", "starts_at", "is_noted", "has_begun",
    "organization__time_zone", "therapist__given_name", "therapist__family_name", "therapist__email",
    "referral__child__given_name", "referral__child__family_name", "referral__child__name_used",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """A visit as it stands in a day."""

    child: str
    therapist: str
    at: datetime
    has_begun: bool
    minutes: int
    purpose: str
    place: str
    url: str
    #: Where to say, once it has begun, that it took place; empty where that is said or not to be said.
    attend_url: str
    #: Where its note is written; empty where none is awaited.
    note_url: str
    is_noted: bool


@prepared
def of_therapist(user: User, day: tuple[datetime, datetime], at: datetime) -> QuerySet[Any]:
    return _day(user, day, at, therapist=user)


@prepared
def at_places(
    user: User, day: tuple[datetime, datetime], at: datetime, places: list[UUID]
) -> QuerySet[Any]:
    return _day(user, day, at, organization__in=places)


def _day(user: User, day: tuple[datetime, datetime], at: datetime, **whose: Any) -> QuerySet[Any]:
    """The visits that are booked or took place, for `AS_VISIT`: each with whether its note is signed."""
    noted = Session.objects.filter(appointment=OuterRef("pk"), status="final")
    seen = referrals_visible_to(user, row_by_row=True).filter(pk=OuterRef("referral"))
    visits = Appointment.objects.filter(
        is_there(seen),
        status__in=[Appointment.Status.BOOKED, Appointment.Status.FULFILLED],
        starts_at__gte=day[0],
        starts_at__lt=day[1],
        **whose,
    ).annotate(is_noted=Exists(noted), has_begun=Q(starts_at__lte=at))
    return visits.order_by("starts_at", "id").values_list(*_COLUMNS, named=True)[:_MOST]


def _visit(row: Any) -> Visit:
    is_therapy = row.purpose == Appointment.Purpose.THERAPY
    took_place = row.status == Appointment.Status.FULFILLED
    keys = (row.referral_id, row.id)
    called = row.referral__child__name_used or row.referral__child__given_name
    return Visit(
        child=f"{called} {row.referral__child__family_name}",
        therapist=name_of(
            row.therapist__given_name, row.therapist__family_name, row.therapist__email
        ),
        at=row.starts_at.astimezone(ZoneInfo(row.organization__time_zone)),
        has_begun=bool(row.has_begun),
        minutes=row.minutes,
        purpose=str(Appointment.Purpose(row.purpose).label),
        place=str(Appointment.Place(row.place).label),
        url=address("session_detail", *keys)
        if is_therapy
        else address("referral_detail", row.referral_id),
        attend_url=address("session_attend", *keys) if is_therapy and not took_place else "",
        note_url=address("session_write", *keys)
        if is_therapy and took_place and not row.is_noted
        else "",
        is_noted=is_therapy and took_place and row.is_noted,
    )


AS_VISIT: Final = Making(_visit)
