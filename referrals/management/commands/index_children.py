"""Is every child found by its words, also with a typing mistake in them, and nobody by one that is gone?"""

from referrals.actions.seat import spellings_amiss, words_amiss
from referrals.management.derived import DerivedCommand


class Command(DerivedCommand):
    help = (
        "Look whether the words and spellings under which children are found are those of their names,"
        " numbers and dates of birth."
        " Says how many do not, never which. Works while the product runs."
    )

    def amiss(self, *, mend: bool) -> tuple[int, int]:
        both = zip(words_amiss(mend=mend), spellings_amiss(mend=mend), strict=True)
        lacking, left_over = (sum(counts) for counts in both)
        return lacking, left_over
