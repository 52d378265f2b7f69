"""How much is overdue? For a daily job: counts only, so that its mail names nobody and no place."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from referrals.actions.clock import local_date
from referrals.actions.consent import warn_of_ending
from referrals.actions.notice import ATTEMPTS, deliver_notices
from referrals.actions.owing import SOURCES
from referrals.actions.reminder import raise_reminders
from referrals.models import Notice, Organization
from referrals.models.record import risen as has_risen


class Command(BaseCommand):
    help = "Raise the reminders and send the notices that are due; print counts."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        self.stdout.write(f"{raise_reminders(at=now)} reminders raised.")
        warn_of_ending(at=now)
        self.stdout.write(f"{deliver_notices(at=now)} notices sent.")
        stuck = Notice.objects.filter(
            sent_at__isnull=True, carried_by__isnull=True, handed_at__isnull=True,
            attempts__gte=ATTEMPTS,
        ).count()  # fmt: skip
        if stuck:
            self.stdout.write(f"{stuck} refused by the mail server: the administration lists them.")
        late, risen = self._counted(now)
        said = f"{late} overdue, {risen} of them risen." if late else "Nothing is overdue."
        self.stdout.write(said)

    def _counted(self, now: datetime) -> tuple[int, int]:
        """How much is overdue where it is owed, and how much of it has risen."""
        late = risen = 0
        for place in Organization.objects.all():
            today = local_date(now, place)
            for source in SOURCES:
                owed = source.open(today).filter(owed_by=place.pk, **{f"{source.due}__lt": today})
                late += owed.count()
                risen += owed.filter(has_risen(source.due)).count()
        return late, risen
