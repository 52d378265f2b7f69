"""Is every child found by a name with a typing mistake in it, and nobody by a name that is gone?"""

from referrals.actions.seat import spellings_amiss
from referrals.management.derived import DerivedCommand


class Command(DerivedCommand):
    help = (
        "Look whether the spellings under which children are found belong to the names they bear."
        " Says how many do not, never which. Works while the product runs."
    )

    def amiss(self, *, mend: bool) -> tuple[int, int]:
        return spellings_amiss(mend=mend)
