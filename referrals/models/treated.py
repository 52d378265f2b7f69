"""Of which referrals has therapy brought anything, and to which places do they belong?

Of the thousand that a clinic got in a year a few have goals, home activities, visits or an ending. The
numbers of the year look for these at them alone. The database keeps this list itself, by triggers as
that of `listed`: a referral on it may have nothing that counts, but none that has anything lacks.
"""

from typing import Final

from django.db import models

from .listed import Trigger
from .organization import Organization
from .referral import Referral


class Treated(models.Model):
    """A referral with a goal, a summary, a home activity, a pause or a therapy visit, of whatever state."""

    referral = models.OneToOneField(Referral, models.PROTECT, primary_key=True, related_name="+")
    practice = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    clinic = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["practice", "clinic", "referral"], name="treated_of_practice"),
            models.Index(fields=["clinic", "practice", "referral"], name="treated_of_clinic"),
        ]

    def __str__(self) -> str:
        return str(self.referral_id)


# --- How the database keeps it --------------------------------------------------------------------

#: The tables in which stands what therapy brought, and which of their rows.
_BROUGHT: Final = {
    "goal": "", "discharge": "", "activity": "", "pause": "", "appointment": "purpose = 'therapy'",
}  # fmt: skip
_ANYTHING: Final = " OR ".join(
    f"EXISTS (SELECT 1 FROM referrals_{table} x WHERE x.referral_id = r.id"  # nosec B608
    f"{f' AND x.{which}' if which else ''})"
    for table, which in _BROUGHT.items()
)
_REFERRALS: Final = (
    "SELECT r.id AS referral_id, r.practice_id, r.clinic_id FROM referrals_referral r"
)
_INTO: Final = "INSERT INTO referrals_treated (referral_id, practice_id, clinic_id)"
_ONCE: Final = "ON CONFLICT (referral_id) DO NOTHING"
#: What has to be there, and what is there of referrals that are with other places by now.
EXPECTED: Final = f"{_REFERRALS} WHERE ({_ANYTHING})"
THERE: Final = "SELECT referral_id, practice_id, clinic_id FROM referrals_treated"
ELSEWHERE: Final = f"{THERE} EXCEPT {_REFERRALS}"
FILL: Final = f"{_INTO} {EXPECTED} {_ONCE}"

_MOVED: Final = (
    "OLD.practice_id <> NEW.practice_id OR (OLD.clinic_id IS NULL) <> (NEW.clinic_id IS NULL)"
    " OR OLD.clinic_id <> NEW.clinic_id"
)
TRIGGERS: Final = (
    *(
        Trigger(
            f"treated_by_{table}", f"referrals_{table}", "INSERT",
            (f"{_INTO} {_REFERRALS} WHERE r.id = NEW.referral_id {_ONCE}",),
            f"NEW.{which}" if which else "", joins=False,
        )
        for table, which in _BROUGHT.items()
    ),
    # Of a backup the goals may come before their referral.
    Trigger(
        "treated_new_referral", "referrals_referral", "INSERT",
        (f"{_INTO} {EXPECTED} AND r.id = NEW.id {_ONCE}",), joins=False,
    ),
    Trigger(
        "treated_elsewhere", "referrals_referral", "UPDATE OF practice_id, clinic_id",
        (
            "UPDATE referrals_treated SET practice_id = NEW.practice_id, clinic_id = NEW.clinic_id"
            " WHERE referral_id = NEW.id",
        ),
        _MOVED, joins=False,
    ),
)  # fmt: skip
