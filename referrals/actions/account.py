"""What is written down when somebody signs in or what lets them in changes, and who is told?"""

from datetime import datetime
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from referrals import notifications
from referrals.models import AccountChange, User
from referrals.models.account import DAILY, FAILED_ONCE_IN
from referrals.models.record import new_id

from .invitation import use_invitation
from .notice import letter_to

#: Written with each failure, noted or not: a transaction that writes takes longer than one that does not.
_ALIKE: Final = "failure_noted"


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


@transaction.atomic
def note_new_email(*, person: User, before: str, by: User, at: datetime) -> None:
    """Who signs in with another address from now on is told so at both.

    The outbox knows only where somebody is reached now: to the old address it goes as soon as the
    new one is stored, so that who lost the account by it hears of it.
    """
    change = note_account_change(
        person=person, kind=AccountChange.Kind.EMAIL_CHANGED, by=by, at=at
    )
    if User(email=before).has_email:
        letter = letter_to(
            person, "account", reverse("sign_in_list"), address=before,
            what=AccountChange.Kind(change.kind).label,
        )  # fmt: skip
        transaction.on_commit(letter.send, robust=True)


@transaction.atomic
def note_failure(*, email: str, kind: str, at: datetime) -> None:
    """Keep that somebody failed at the door of this account: once an hour, and who it was nobody knows.

    Of an address that is nobody's nothing is kept. The database does the same work for it, and for
    a line too many, up to the write that ends it, so that the time it takes tells of no account.
    """
    person = User.objects.filter(email=email.strip().lower()).first()
    whose = person.pk if person else new_id()
    lately = AccountChange.objects.filter(
        person=whose, kind=AccountChange.Kind(kind), at__gt=at - FAILED_ONCE_IN, at__lte=at
    ).exists()
    with transaction.atomic():
        AccountChange.objects.create(person_id=whose, kind=AccountChange.Kind(kind), by=None, at=at)
        transaction.set_rollback(person is None or lately)
    cache.set(_ALIKE, at.isoformat())
