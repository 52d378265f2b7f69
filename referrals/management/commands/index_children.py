"""Is every child found by a name with a typing mistake in it, and nobody by a name that is gone?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from referrals.actions.seat import spellings_amiss


class Command(BaseCommand):
    help = (
        "Look whether the spellings under which children are found belong to the names they bear."
        " Says how many do not, never which. Works while the product runs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="write what lacks, take out what is left over")  # fmt: skip

    def handle(self, *args: Any, mend: bool = False, **options: Any) -> None:
        lacking, left_over = spellings_amiss(mend=mend)
        told = f"{lacking:,} lacking, {left_over:,} left over"
        if (lacking or left_over) and not mend:
            raise CommandError(f"{told}. Run it again with --mend.")
        self.stdout.write(f"{told}{'; mended' if lacking or left_over else ''}.")
