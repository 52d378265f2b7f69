"""What did a person choose about being told?"""

from referrals.models import NoticePreference, User


def own_zone(user: User) -> str:
    """The time zone they chose; empty where it is the one of their care team."""
    chosen = NoticePreference.objects.filter(user=user).values_list("time_zone", flat=True)
    return chosen.first() or ""
