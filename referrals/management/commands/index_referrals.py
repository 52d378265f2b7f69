"""Does every referral stand in the lists of all who treat its child, in its place?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from referrals.actions.listed import lists_amiss
from referrals.models.listed import is_kept


class Command(BaseCommand):
    help = (
        "Look whether the lists of referrals hold what the children's teams say. Says how many rows"
        " do not belong or lack, never whose. Works while the product runs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="write what lacks, take out what is left over")  # fmt: skip

    def handle(self, *args: Any, mend: bool = False, **options: Any) -> None:
        if not is_kept(connection):
            raise CommandError("The database does not keep these lists. Run `migrate` first.")
        lacking, left_over = lists_amiss(at=timezone.now(), mend=mend)
        told = f"{lacking:,} lacking, {left_over:,} left over"
        if (lacking or left_over) and not mend:
            raise CommandError(f"{told}. Run it again with --mend.")
        self.stdout.write(f"{told}{'; mended' if lacking or left_over else ''}.")
