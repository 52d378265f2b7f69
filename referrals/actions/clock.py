"""By when is the next step due, on the clock of the organisation that owes it?"""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from referrals.clinical.clocks import CLOCKS, due_by
from referrals.models import ClockSetting, Organization
from referrals.prepared import prepared


def local_date(at: datetime, organization: Organization) -> date:
    """The day it is at that moment where the organisation is."""
    return at.astimezone(ZoneInfo(organization.time_zone)).date()


#: Hours on the wall between which hardly anybody works or practises.
NIGHT: Final = (1, 4)


def is_night(at: datetime, organization: Organization) -> bool:
    """Whether it is the quietest part of the night where the organisation is."""
    begins, ends = NIGHT
    return begins <= at.astimezone(ZoneInfo(organization.time_zone)).hour < ends


def due_on(clock: str, *, organization: Organization, at: datetime) -> date:
    """The organisation's own setting for the clock where it has one, else the default."""
    return due_by(clock, local_date(at, organization), days_of(clock, organization))


def warned_from(end: date, *, organization: Organization) -> date:
    """The first day on which it is said that something ends on `end`."""
    return end - timedelta(days=days_of("warn_before_end", organization))


def days_of(clock: str, organization: Organization) -> int:
    """How long this clock runs there."""
    return clocks_of(organization, clock)[0]


def clocks_of(organization: Organization, *clocks: str) -> list[int]:
    """How long each of these runs there. One query."""
    return clocks_at(*((organization, clock) for clock in clocks))


def clocks_at(*asked: tuple[Organization, str]) -> list[int]:
    """How long each clock runs at its place. One query, however many places."""
    places = list(dict.fromkeys(place.pk for place, _ in asked))
    own = _settings(places, tuple(dict.fromkeys(clock for _, clock in asked)))
    set_to = {(place, clock): days for place, clock, days in own}
    return [set_to.get((place.pk, clock), CLOCKS[clock].days) for place, clock in asked]


@prepared
def _settings(places: list[UUID], clocks: tuple[str, ...]) -> Any:
    own = ClockSetting.objects.filter(organization__in=places, clock__in=clocks)
    return own.order_by().values_list("organization_id", "clock", "days")
