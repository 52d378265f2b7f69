"""Until when may a plan wait for its signature, and how long does a signed one hold?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Literal

from referrals.clinical import tables
from referrals.clinical.ages import add_months

Standing = Literal["not_sent", "waiting", "due_soon", "overdue", "certified"]
STANDARD: Final = "standard"
SOON: Final = 7  # days before a date on which it is called "due soon"


@dataclass(frozen=True)
class Payer:
    """A payer's profile: `sign_within` and `valid_days` in calendar days, or `valid_months`.

    Raises ValueError when a profile names both lengths of validity or none.
    """

    code: str
    label: str
    sign_within: int
    source: str
    valid_days: int | None = None
    valid_months: int | None = None

    def __post_init__(self) -> None:
        if (self.valid_days is None) == (self.valid_months is None) or self.sign_within < 1:
            raise ValueError(f"The payer profile {self.code!r} is not complete.")

    def sign_by(self, sent: date) -> date:
        """The last day on which the signature is in time."""
        return sent + timedelta(days=self.sign_within)

    def valid_until(self, start: date) -> date:
        """The last day of a certification that begins on `start`.

        Days are counted on from the start (2028-01-15 plus 90 is 2028-04-14); months end on the
        day before the same day of the month.
        """
        if self.valid_days is not None:
            return start + timedelta(days=self.valid_days)
        assert self.valid_months is not None
        return add_months(start, self.valid_months) - timedelta(days=1)


PAYERS: Mapping[str, Payer] = MappingProxyType(
    {entry["code"]: Payer(**entry) for entry in tables.read("payers")["payer"]}
)


def standing(
    *, sent: date | None, sign_by: date | None, valid_until: date | None, today: date
) -> Standing:
    """Where a plan stands with its certification: the five words of the tracker.

    "due_soon" is said within `SOON` days of the last day to sign, or of a certification's
    last day; past it, it is "overdue".
    """
    last = valid_until if valid_until is not None else sign_by
    if sent is None or last is None:
        return "not_sent"
    if today > last:
        return "overdue"
    if last - today <= timedelta(days=SOON):
        return "due_soon"
    return "certified" if valid_until is not None else "waiting"
