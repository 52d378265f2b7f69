"""How are the secrets of second factors kept, and what becomes of somebody who has lost theirs?"""

import base64
from datetime import datetime
from typing import Final

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from referrals.models import User

from .account import note_account_change
from .refusal import Refused

#: What of a factor is secret; a passkey keeps its own on the device.
_SECRETS: Final = ("secret", "seed")


def lock() -> MultiFernet:
    """Made of the server's keys: the first locks, each of them opens."""
    made = (
        salted_hmac("referrals.second_factor", "lock", secret=key, algorithm="sha256").digest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in made])


@transaction.atomic
def relock_factors(*, at: datetime) -> int:
    """Lock every secret anew under the server's first key, before the one of before is taken out.

    What none of the keys opens stays as it is, and is counted: its owner signs in with it no more.
    """
    lost, first = 0, lock()
    for factor in Authenticator.objects.select_for_update().exclude(type="webauthn"):
        for name in _SECRETS:
            if name not in factor.data:
                continue
            try:
                factor.data[name] = first.rotate(factor.data[name].encode()).decode()
            except InvalidToken:
                lost += 1
        factor.save(update_fields=["data"])
    return lost


@transaction.atomic
def forget_factors(*, person: User, by: User, at: datetime) -> int:
    """Somebody who lost them signs in by password again; where a factor is asked for they set up another."""
    if not (by.is_active and by.is_superuser):
        raise Refused("Only an administrator can do this.")
    if person.pk == by.pk:
        raise Refused("Your own you take off under your name, above.")
    gone = int(Authenticator.objects.filter(user_id=person.pk).delete()[0])
    if gone:
        note_account_change(person=person, kind="factors_taken_off", by=by, at=at)
    return gone
