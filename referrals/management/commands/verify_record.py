"""Is the record still what was written? Looks at every seal and at every row that has none."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from referrals.queries.seal import Break, Verification

NOTED = re.compile(r"[0-9]{1,18}:[0-9a-f]{64}")
#: So many are told one by one; all are counted.
SHOWN = 50


class Command(BaseCommand):
    help = (
        "Look whether events, looks, signed papers, sign-ins and openings in an emergency are what"
        " they were when they were sealed. Says where they are not, never what they say. Works while the product runs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--known", default="", metavar="NUMBER:LINK",
            help="what an earlier run or the log said of the last seal: it must still stand there",
        )  # fmt: skip

    def handle(self, *args: Any, known: str = "", **options: Any) -> None:
        if known and not NOTED.fullmatch(known):
            raise CommandError("--known is given as it was printed: NUMBER:LINK.")
        walk = Verification(at=timezone.now(), known=known)
        first: Break | None = None
        many = 0
        for many, one in enumerate(walk.breaks(), start=1):
            first = first or one
            if many <= SHOWN:
                self.stdout.write(str(one))
        last = f", the last {walk.last.head}" if walk.last else ""
        self.stdout.write(f"{walk.count:,} seals were looked at{last}")
        if walk.without_key:
            self.stdout.write(f"{walk.without_key:,} of them were made without a key.")
        if first is not None:
            raise CommandError(f"The record is broken in {many:,} places. The first: {first}")
        self.stdout.write("The record is what was written.")
