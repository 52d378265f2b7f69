"""How is somebody signed in once, for many tests?"""

from django.conf import settings
from django.test import Client

from referrals.models import User


def session_of(person: User) -> str:
    """The key of a session in which this person has signed in; it holds for half a day."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def browser(session: str = "") -> Client:
    """A browser in that session, or one in which nobody is signed in."""
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client
