"""Does every referral stand in the lists that the database keeps, in its place?"""

from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from referrals.actions.listed import lists_amiss
from referrals.actions.reminder import risen_amiss
from referrals.actions.treated import treated_amiss
from referrals.management.derived import DerivedCommand
from referrals.models.listed import is_kept
from referrals.models.treated import TRIGGERS


class Command(DerivedCommand):
    help = (
        "Look whether the lists of referrals hold what the children's teams say, and that of those"
        " of which therapy brought anything what their goals, visits and endings say, and whether what has risen says so. Says how many rows"
        " do not belong or lack, never whose. Works while the product runs."
    )

    def amiss(self, *, mend: bool) -> tuple[int, int]:
        if not is_kept(connection) or not is_kept(connection, TRIGGERS):
            raise CommandError("The database does not keep these lists. Run `migrate` first.")
        found = (
            lists_amiss(at=timezone.now(), mend=mend), treated_amiss(mend=mend),
            risen_amiss(mend=mend),
        )  # fmt: skip
        return sum(lacking for lacking, _ in found), sum(left_over for _, left_over in found)
