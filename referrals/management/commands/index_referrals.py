"""Does every referral stand in the lists of all who treat its child, in its place?"""

from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from referrals.actions.listed import lists_amiss
from referrals.management.derived import DerivedCommand
from referrals.models.listed import is_kept


class Command(DerivedCommand):
    help = (
        "Look whether the lists of referrals hold what the children's teams say. Says how many rows"
        " do not belong or lack, never whose. Works while the product runs."
    )

    def amiss(self, *, mend: bool) -> tuple[int, int]:
        if not is_kept(connection):
            raise CommandError("The database does not keep these lists. Run `migrate` first.")
        return lists_amiss(at=timezone.now(), mend=mend)
