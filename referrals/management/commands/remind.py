"""What is overdue where? For a daily job: counts only, so that its mail holds no name."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from referrals.actions.clock import local_date
from referrals.actions.notice import deliver_notices
from referrals.models import Concern, Organization, Referral


class Command(BaseCommand):
    help = "Send the notices that are due, and print how much is overdue in each organisation."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        self.stdout.write(f"{deliver_notices(at=now)} notices sent.")
        overdue: Counter[str] = Counter()
        for place in Organization.objects.filter(is_active=True):
            today = local_date(now, place)
            late = {"is_open": True, "next_due_on__lt": today}
            overdue[place.name] += Referral.objects.filter(owner_organization=place, **late).count()
            overdue[place.name] += Concern.objects.filter(organization=place, **late).count()
        for name, count in overdue.most_common():
            if count:
                self.stdout.write(f"{count:>5} overdue: {name}")
        if not overdue.total():
            self.stdout.write("Nothing is overdue.")
