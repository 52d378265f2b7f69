"""How is somebody signed in once, for many tests?"""

import time
from typing import Final

from django.conf import settings
from django.test import Client

from referrals.models import User
from referrals.views.sign_in import BEGUN, SEEN

HALF_A_DAY: Final = 12 * 60 * 60


def session_of(person: User) -> str:
    """The key of a session in which this person has signed in; it holds for half a day.

    It is replayed to later tests: as if just seen, however long ago the first of them was.
    """
    client = Client()
    client.force_login(person)
    kept = client.session
    kept[BEGUN] = kept[SEEN] = time.time() + HALF_A_DAY
    kept.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def browser(session: str = "") -> Client:
    """A browser in that session, or one in which nobody is signed in."""
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client
