"""What goes into a person's daily e-mail? What they want once a day, and what may have been lost."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from referrals.models import AccountChange, Notice, User
from referrals.models.account import DAILY
from referrals.notifications import DUE

from .hours import Hours, How

DIGEST: Final = "digest"
#: Without it somebody cannot sign in, so it never waits for the day's e-mail.
INVITATIONS: Final = ("guardian_invited", "person_invited")
#: What may be the work of a stranger is told at once, at night too: nobody can undo it tomorrow.
ALARMS: Final = (
    "emergency_opened", *(f"account_{kind}" for kind in AccountChange.Kind if kind not in DAILY),
)  # fmt: skip
_NEVER_IN_A_DIGEST: Final = (DIGEST, *INVITATIONS, *ALARMS)


def is_for_digest(notice: Notice, hours: Hours) -> bool:
    """Whether this notice is told once a day, or may have gone already and is never sent again."""
    if notice.handed_at is not None:
        return True
    if notice.kind in _NEVER_IN_A_DIGEST or hours.how == How.AT_ONCE:
        return False
    return hours.how == How.DIGEST or notice.kind not in DUE


def next_digest(notice: Notice, hours: Hours, at: datetime) -> datetime:
    """When the daily e-mail is due that this notice waits for; `at` itself when that is now."""
    begun = notice.handed_at or notice.created_at
    if begun > at:  # written while the clock ran ahead: as if it had come now
        begun = min(notice.not_before, at)
    due = hours.digest_after(begun)
    if due > at:
        return due
    if Notice.objects.filter(key=_key(notice.to, hours, at)).exists():
        return hours.digest_after(hours.tomorrow(at))
    return hours.open_from(at)


def write_digest(user: User, hours: Hours, free: Q, *, at: datetime) -> bool:
    """The day's one e-mail, and in it all that waits for it; False where another worker was faster.

    `free` are the notices that no worker holds. An earlier daily e-mail of which nobody knows
    whether it went is carried like any other, with what it carried.
    """
    for_digest = Q(handed_at__isnull=False)
    if hours.how != How.AT_ONCE:
        routine = ~Q(kind__in=_NEVER_IN_A_DIGEST)
        for_digest |= routine if hours.how == How.DIGEST else routine & ~Q(kind__in=DUE)
    try:
        with transaction.atomic():
            digest = Notice.objects.create(
                to=user, kind=DIGEST, path=reverse("home"), key=_key(user, hours, at), created_at=at
            )
            waiting = Notice.objects.filter(
                free, for_digest, to=user, sent_at__isnull=True, carried_by__isnull=True
            ).exclude(pk=digest.pk)  # fmt: skip
            carried = list(waiting.values_list("pk", flat=True))
            Notice.objects.filter(Q(pk__in=carried) | Q(carried_by__in=carried)).update(
                carried_by=digest, leased_until=None
            )
    except IntegrityError:
        return False
    return True


def counts(digest: Notice) -> dict[str, int]:
    """All that the daily e-mail says: how many are new, near and overdue."""
    kinds = list(digest.carries.exclude(kind=DIGEST).values_list("kind", flat=True))
    soon = kinds.count("reminder_soon")
    late = sum(kind in DUE for kind in kinds) - soon
    return {"new": len(kinds) - soon - late, "soon": soon, "late": late}


def _key(user: User, hours: Hours, at: datetime) -> str:
    return f"{DIGEST}:{user.pk}:{hours.day(at)}"
