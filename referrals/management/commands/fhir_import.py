"""How is an e-referral taken in from a file? As if its system had sent it: the same door, the same answer."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from referrals.fhir.body import LARGEST
from referrals.models import System
from referrals.models.system import WRITE
from referrals.views.arrival import receive


class Command(BaseCommand):
    help = (
        "Take in an e-referral (a FHIR R4 Bundle) for a system that was let in; print the answer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bundle", help="the file with the Bundle; - reads what is piped in")
        parser.add_argument("--system", required=True, help="client id or name of the system")

    def handle(self, *args: Any, bundle: str, system: str, **options: Any) -> None:
        now = timezone.now()
        asked = Q(application__client_id=system) | Q(name=system)
        found = list(System.objects.live(now).filter(asked).select_related("user", "organization"))
        if len(found) != 1:
            raise CommandError(
                "No system is let in under this name, or several are: use its client id."
            )
        if WRITE not in found[0].scopes:
            raise CommandError(f"This system was not let send referrals: it needs {WRITE}.")
        status, answer = receive(found[0], _read(bundle), now)
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        if status >= 400:
            raise CommandError(f"Not taken in ({status}).", returncode=2)


def _read(path: str) -> bytes:
    """The file, or what is piped in; of one that is too large no more than shows that it is."""
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as file:
                raw = file.read(LARGEST + 1)
    except OSError as error:
        raise CommandError(f"The file cannot be read: {error.strerror}.") from None
    if len(raw) > LARGEST:
        raise CommandError(f"The file is larger than {LARGEST // 1024 // 1024} MB.")
    return raw
