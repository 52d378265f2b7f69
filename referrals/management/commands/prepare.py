"""What must be done before the server starts, on the first day and after each update? Only this."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from referrals.actions.second_factor import relock_factors


class Command(BaseCommand):
    help = "Bring the database up to date; in demo mode also play the story, once."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("load_diagnoses", stdout=self.stdout)
        lost = relock_factors(at=timezone.now())
        if lost:
            self.stderr.write(
                f"{lost} secrets of second factors are locked with a key that is gone."
            )
        if settings.DEMO:
            call_command("demo", unless_played=True, stdout=self.stdout)
