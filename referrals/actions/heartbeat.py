"""How does the worker say that it lives?"""

from datetime import datetime
from typing import Final

from referrals.models import Heartbeat

WORKER: Final = "worker"


def beat(*, at: datetime) -> None:
    """It was at work at this moment; of several the last one counts."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": at})
