"""How does the worker say that it lives, and what does it let go where the clock was set back?"""

from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat

from referrals.models import Caseload, Heartbeat, Notice
from referrals.models.notice import ANY_TIME

from .digest import DIGEST

WORKER: Final = "worker"
#: A last beat so far ahead was told by another clock. By less the servers' clocks may differ, and
#: whatever waits for the old time then waits no longer than this.
AHEAD: Final = timedelta(hours=1)


def beat(*, at: datetime) -> bool:
    """It was at work at this moment; of several the last one counts.

    True where the clock was set back since: nothing waits any more until the old time comes again.
    """
    with transaction.atomic():
        last = Heartbeat.objects.filter(name=WORKER).first()
        was_set_back = last is not None and last.at > at + AHEAD
        if was_set_back:
            _let_go(at)
        Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": at})
    return was_set_back


def _let_go(at: datetime) -> None:
    """Leases, hours and limits of a time that has not come.

    Nothing is done twice for it: a notice that went says so itself, and who works under a lease
    that is no more has lost it.
    """
    waiting = Notice.objects.filter(sent_at__isnull=True, carried_by__isnull=True)
    waiting.filter(not_before__gt=at).update(not_before=ANY_TIME)
    waiting.filter(leased_until__gt=at).update(leased_until=None)
    Caseload.objects.filter(leased_until__gt=at).update(leased_until=None)
    # The e-mails of days to come went already: those days get one of their own when they come.
    told = Notice.objects.filter(kind=DIGEST, created_at__gt=at + timedelta(days=1))
    told.exclude(key__contains=" ").update(
        key=Concat(F("key"), Value(" "), Cast("id", Notice._meta.get_field("key")))
    )
    # How often somebody tried is counted by the time: who had tried too often would stay out.
    cache.clear()
