"""How does a command look at rows that are derived from others, and mend them where it is told to?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class DerivedCommand(BaseCommand):
    """Says how many rows lack and how many are left over, never whose. Works while the product runs."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="write what lacks, take out what is left over")  # fmt: skip

    def amiss(self, *, mend: bool) -> tuple[int, int]:
        """How many rows lack and how many are left over; `mend` puts them right."""
        raise NotImplementedError

    def handle(self, *args: Any, mend: bool = False, **options: Any) -> None:
        lacking, left_over = self.amiss(mend=mend)
        told = f"{lacking:,} lacking, {left_over:,} left over"
        if (lacking or left_over) and not mend:
            raise CommandError(f"{told}. Run it again with --mend.")
        self.stdout.write(f"{told}{'; mended' if lacking or left_over else ''}.")
