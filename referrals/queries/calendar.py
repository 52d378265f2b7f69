"""How does a visit read in somebody's calendar?"""

from datetime import UTC

from icalendar import Calendar, Event

from referrals.models import Appointment


def calendar_of(visit: Appointment) -> bytes:
    """An iCalendar file (RFC 5545). A phone's calendar is shared: no name, no reason."""
    calendar = Calendar()
    calendar.add("prodid", "-//Ferry//Care coordination//EN")
    calendar.add("version", "2.0")
    event = Event()
    event.add("uid", f"{visit.pk}@ferry")
    event.add("summary", "Appointment")
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    event.add("dtstamp", (visit.booked_at or visit.proposed_at).astimezone(UTC))
    place = visit.address or (visit.organization.address if visit.place == "clinic" else "")
    if place:
        event.add("location", place)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
