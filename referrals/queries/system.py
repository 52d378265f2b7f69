"""Which other computer system is it, and what can one be let do?"""

from datetime import datetime

from referrals.models import System
from referrals.models.system import SCOPES


def system_of(application: object, at: datetime) -> System | None:
    """The system that an OAuth client belongs to, while it is let in."""
    key = getattr(application, "pk", None)
    found = System.objects.live(at).filter(application=key).select_related("user", "organization")
    return found.first()


def system_scopes() -> dict[str, str]:
    """Every scope that a system can be given, each with what it means."""
    return dict(SCOPES)
