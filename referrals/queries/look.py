"""Who opened a child's record, on which day, in what role, and which parts of it?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max
from django.db.models.functions import TruncDate
from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from referrals.access import ADMIN, EMERGENCY, FAMILY
from referrals.models import Child, Role

#: So many days stand on a page; the next page begins before them.
SPAN: Final = timedelta(days=28)
#: What a page is called, by the room that its address begins with.
PARTS: Final = {
    "child": _("The child’s page"),
    "concern": _("Worries that were shared"),
    "referral": _("The referral"),
    "appointment": _("Visits"),
    "arrival": _("The referral"),
    "evaluation": _("The evaluation"),
    "plan": _("The plan of care"),
    "prescription": _("Prescriptions"),
    "goal": _("Goals"),
    "activity": _("Home activities"),
    "practice": _("Practice at home"),
    "pause": _("Pauses"),
    "check": _("Questions"),
    "session": _("Therapy visits"),
    "series": _("Therapy visits"),
    "progress": _("Progress"),
    "report": _("Progress reports"),
    "discharge": _("How therapy ended"),
    "correction": _("Corrections"),
    "document": _("Papers"),
    "attachment": _("Files"),
    "letter": _("Letters"),
    "feed": _("Name and times in the therapist’s calendar"),
    "guardian": _("The child’s adults"),
    "look": _("Who opened the record"),
    "message": _("Messages"),
    "thread": _("Messages"),
    "consent": _("Who else may see it"),
    "shared": _("What was shared"),
    "programme": _("Public programs"),
    "results": _("Results"),
    "fhir": _("The record, for another computer system"),
    "timeline": _("Timeline"),
    "export": _("A list that was saved"),
}
ROLES: Final = {
    Role.PEDIATRICIAN: _("pediatrician"),
    Role.THERAPIST: _("therapist"),
    Role.COORDINATOR: _("clinic office"),
    Role.PARTNER: _("school or program"),
    FAMILY: _("family"),
    EMERGENCY: _("in an emergency"),
    ADMIN: _("office of the system"),
    Role.SYSTEM: _("by itself, without a person"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One person's looks on one day, in one role."""

    who: str
    role: str
    mine: bool
    parts: list[str]
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    looks: list[Look]


def looks(
    child: Child,
    reader: UUID | None,
    today: date,
    before: str = "",
    *,
    leave_out: Iterable[UUID] = (),
) -> tuple[list[Day], str]:
    """Four weeks of looks, the newest day first, and the day before which the next page begins.

    `leave_out` are people whose looks this reader does not see. Two queries, however many looks.
    """
    tomorrow = today + timedelta(days=1)
    end = _day(before) or tomorrow
    if not child.date_of_birth <= end <= tomorrow:
        end = tomorrow
    since = end - SPAN
    views = child.views.exclude(user__in=list(leave_out))
    zone = get_current_timezone()
    counted = (
        views.filter(at__gte=_start(since), at__lt=_start(end))
        .order_by()
        .annotate(on=TruncDate("at", tzinfo=zone))
        .values(
            "on",
            "user_id",
            "user__given_name",
            "user__family_name",
            "role",
            "page",
            "user__system__organization__name",
        )
        .annotate(times=Count("pk"), last=Max("at"))
    )
    rows = sorted(counted, key=lambda r: (r["on"], str(r["user_id"]), r["role"]), reverse=True)
    days = [
        Day(on, sorted(_of_day(of_day, reader), key=lambda look: look.last_at, reverse=True))
        for on, of_day in groupby(rows, key=lambda r: r["on"])
    ]
    earlier = views.filter(at__lt=_start(since)).exists()
    return days, since.isoformat() if earlier else ""


def _of_day(rows: Iterable[Any], reader: UUID | None) -> list[Look]:
    found = []
    for (user_id, role), same in groupby(rows, key=lambda r: (r["user_id"], r["role"])):
        pages = list(same)
        first = pages[0]
        found.append(
            Look(
                who=_who(first),
                role=str(ROLES.get(role, role)),
                mine=user_id == reader,
                parts=parts_of(row["page"] for row in pages),
                times=sum(row["times"] for row in pages),
                last_at=max(row["last"] for row in pages),
            )
        )
    return found


def _who(row: Any) -> str:
    place = row["user__system__organization__name"]
    if place:
        return gettext("A computer system of {organization}").format(organization=place)
    return f"{row['user__given_name']} {row['user__family_name']}"


def parts_of(pages: Iterable[str]) -> list[str]:
    """What these pages are called, each name once."""
    return sorted({str(_part(page)) for page in pages})


def _part(page: str) -> Any:
    return PARTS.get(page.split("_")[0], _("Another part of the record"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _start(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
