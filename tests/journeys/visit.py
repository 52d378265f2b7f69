"""When was the visit of a journey that begins after it?"""

from datetime import datetime, timedelta

from django.utils import timezone


def yesterday() -> datetime:
    """Eight days back: the visit that is booked for a week later was yesterday."""
    then = timezone.localtime() - timedelta(days=8)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)
