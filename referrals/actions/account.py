"""What is written down when somebody signs in or what lets them in changes, and who is told?"""

from datetime import datetime

from django.db import transaction

from referrals import notifications
from referrals.models import AccountChange, User
from referrals.models.account import DAILY

from .invitation import use_invitation


@transaction.atomic
def choose_password(*, person: User, password: str, by: User, at: datetime) -> None:
    """Of the row the password alone is written: when it changed, no other system is told."""
    person.set_password(password)
    person.save(update_fields=["password"])
    use_invitation(person=person, by=by, at=at)


@transaction.atomic
def note_account_change(*, person: User, kind: str, by: User, at: datetime) -> AccountChange:
    """Keep it for administrators; of what may be a stranger's doing the person gets an e-mail at once."""
    change = AccountChange.objects.create(
        person=person, kind=AccountChange.Kind(kind), by=by, at=at
    )
    if change.kind not in DAILY:
        notifications.warn(change)
    return change
