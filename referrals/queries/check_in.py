"""What was asked and answered during therapy, and who may read it?"""

from referrals.models import CheckIn, Referral
from referrals.pathway import Party


def questions(referral: Referral, *, for_family: bool) -> list[CheckIn]:
    """The newest first; what a pediatrician asks stays between the clinicians. One query."""
    asked = referral.check_ins.select_related("activity", "asked_by", "answered_by")
    if for_family:
        asked = asked.filter(asked_as=Party.FAMILY)
    return list(asked.order_by("-asked_at", "-id"))
