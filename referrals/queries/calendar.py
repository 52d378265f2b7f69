"""How does a visit read in somebody's calendar?"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from icalendar import Calendar, Event

from referrals.models import Appointment

_PRODUCT: Final = "-//Ferry//Care coordination//EN"


def calendar_of(visit: Appointment) -> bytes:
    """An iCalendar file (RFC 5545). A phone's calendar is shared: no name, no reason, no home."""
    calendar = _empty()
    event = Event()
    event.add("uid", _uid(visit))
    event.add("summary", gettext("Appointment"))
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    event.add("dtstamp", _changed(visit))
    place = visit.family_address or (visit.organization.address if visit.place == "clinic" else "")
    if place:
        event.add("location", place)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def feed_calendar(visits: Iterable[Any], *, with_names: bool) -> bytes:
    """A therapist's own visits, on the clock of the clinic; each `known` says whether to name the child.

    The same visits give the same bytes: what changed is told by what was stored, never by the hour.
    """
    calendar = _empty()
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "OT visits")
    told = list(visits)
    for visit in told:
        calendar.add_component(_visit(visit, named=with_names and visit.known))
    if told:
        # The clock's rules of these years, and not of the last century too.
        years = [visit.starts_at.year for visit in told]
        calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
    return bytes(calendar.to_ical())


def _visit(visit: Appointment, *, named: bool) -> Event:
    clock = ZoneInfo(visit.organization.time_zone)
    cancelled = visit.status == Appointment.Status.CANCELLED
    event = Event()
    event.add("uid", _uid(visit))
    event.add("summary", f"OT visit: {visit.referral.child.name}" if named else "OT visit")
    event.add("dtstart", visit.starts_at.astimezone(clock))
    event.add("dtend", visit.ends_at.astimezone(clock))
    event.add("dtstamp", _changed(visit))
    event.add("last-modified", _changed(visit))
    event.add("sequence", visit.revision)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("location", _where(visit, named=named))
    return event


def _where(visit: Appointment, *, named: bool) -> str:
    """The place. The address of a home, a school or a video room only beside a name."""
    label = str(visit.get_place_display())
    if visit.place == Appointment.Place.CLINIC:
        return ", ".join(filter(None, (visit.organization.name, visit.organization.address)))
    return f"{label}: {visit.address}" if named and visit.address else label


def _empty() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def _uid(visit: Appointment) -> str:
    return f"{visit.pk}@ferry"


def _changed(visit: Appointment) -> datetime:
    """When this visit last changed in a way that a calendar shows."""
    return (visit.revised_at or visit.booked_at or visit.proposed_at).astimezone(UTC)
