"""How does somebody try the product out? With invented families, whose story this plays."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from referrals.demo.player import PASSWORD, accounts, is_played, play


class Command(BaseCommand):
    help = "Play the demo story into an empty database, and print the demo accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--unless-played", action="store_true", help="do nothing where it was played already"
        )

    def handle(self, *args: Any, unless_played: bool = False, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has known passwords: it is played only with DEMO=1.")
        if not is_played():
            call_command("load_diagnoses", stdout=self.stdout)
            children = play(now=timezone.now())
            self.stdout.write(f"The story of {children} invented children was played.")
        elif not unless_played:
            raise CommandError("The demo was played already. For a new one, use another database.")
        self.stdout.write(f"\nDemo accounts, password {PASSWORD}:")
        for email, what in accounts():
            self.stdout.write(f"  {email:<34} {what}")
