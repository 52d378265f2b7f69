"""When may this person be written to: outside their quiet hours, and once a day at their hour?

Hours are read off the clock on the person's wall; what is compared is moments, so that a day
of 23 or 25 hours costs nobody an e-mail.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from referrals.models import Membership, NoticePreference, Seat, User

How = NoticePreference.How
#: digest at, quiet from, quiet until: for those who work here, and for families.
AT_WORK: Final = (time(7, 30), time(20), time(7))
AT_HOME: Final = (time(8), time(20), time(8))


@dataclass(frozen=True, slots=True)
class Hours:
    how: str
    digest_at: time
    quiet_from: time
    quiet_until: time
    zone: ZoneInfo

    def day(self, at: datetime) -> date:
        """The day it is for this person."""
        return at.astimezone(self.zone).date()

    def open_from(self, at: datetime) -> datetime:
        """`at` itself, or the end of the quiet hours that it lies in."""
        wall = at.astimezone(self.zone)
        if not self._quiet(wall.time()):
            return at
        late = self.quiet_from > self.quiet_until and wall.time() >= self.quiet_from
        day = wall.date() + timedelta(days=late)
        # An hour that the clock shows twice ends twice: the end that is still to come counts.
        ends = (self._shown(day, self.quiet_until, fold) for fold in (0, 1))
        return min(end for end in ends if end > at)

    def digest_after(self, at: datetime) -> datetime:
        """The first moment from `at` on at which the daily e-mail is due."""
        today = self.day(at)
        days = (today + timedelta(days=n) for n in range(3))
        moments = (self._shown(day, self.digest_at) for day in days)
        return self.open_from(next(moment for moment in moments if moment >= at))

    def tomorrow(self, at: datetime) -> datetime:
        """The moment at which the next day begins for this person."""
        return self._shown(self.day(at) + timedelta(days=1), time.min)

    def _quiet(self, wall: time) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= wall < self.quiet_until
        return wall >= self.quiet_from or wall < self.quiet_until

    def _shown(self, day: date, wall: time, fold: int = 0) -> datetime:
        """When the wall shows this; where it never does, as long after as it would have been."""
        return datetime.combine(day, wall.replace(fold=fold), self.zone).astimezone(UTC)


def hours_of(user: User, at: datetime) -> Hours:
    """What the person chose, else what is usual where they work or for a family."""
    chosen = NoticePreference.objects.filter(user=user).first()
    zone, usual = _place(user, at)
    if chosen is None:
        return Hours(How.AT_ONCE, *usual, ZoneInfo(zone))
    return Hours(
        chosen.how, chosen.digest_at, chosen.quiet_from, chosen.quiet_until,
        ZoneInfo(chosen.time_zone or zone),
    )  # fmt: skip


def usual_zone(user: User, at: datetime) -> str:
    """The time zone of whoever did not choose one."""
    return _place(user, at)[0]


def _place(user: User, at: datetime) -> tuple[str, tuple[time, time, time]]:
    work = Membership.objects.live(at).filter(user=user).select_related("organization").first()
    if work is not None:
        return work.organization.time_zone, AT_WORK
    family = Seat.objects.live(at).filter(user=user, role=Seat.Role.FAMILY)
    seat = family.select_related("child__practice").first()
    return seat.child.practice.time_zone if seat else settings.TIME_ZONE, AT_HOME
