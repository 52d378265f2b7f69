"""When does a sign-in end, and what is said to who signs in where another is in already?"""

import time
from typing import Any, Final

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from referrals.belonging import memberships

from .language import language_of
from .middleware import Answer

#: Written by the site, with the first save of a session that somebody is signed in to.
BEGUN: Final = "sign_in_begun"
SEEN: Final = "sign_in_seen"
#: Seconds within which a page more is not written down: most pages cost no write.
_CLOSE: Final = 60


def is_over(user: Any, session: Any, now: float) -> bool:
    """Whether this person has been away too long for this session, or in for too long.

    A family's phone is its own: there only the whole length counts. Where the clock was set back,
    a time may lie ahead of it: no further than it may lie behind, or the session would outlive it.
    """
    since_begun, since_seen = now - session.get(BEGUN, 0), now - session.get(SEEN, 0)
    if abs(since_begun) > settings.SESSION_COOKIE_AGE:
        return True
    idle = abs(since_seen) > settings.SESSION_IDLE_MINUTES * 60
    return bool(idle and (user.is_staff or memberships(user)))


def sign_in_ends(get_response: Answer) -> Answer:
    """Sign out whose session is over; the log-in leads back to the page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated:
            now, session = time.time(), request.session
            if is_over(user, session, now):
                logout(request)
            else:
                if now - session.get(SEEN, 0) > _CLOSE:
                    session[SEEN] = now
                _forget_what_lies_ahead(session, now)
                _say_who_is_in(request, user)
        return get_response(request)

    return middleware


def _say_who_is_in(request: HttpRequest, user: Any) -> None:
    """From a log-in page that stood open, another comes to this person's pages: they read whose."""
    if request.method != "POST" or request.path != reverse("account_login"):
        return
    if request.POST.get("login", "").strip().lower() != user.email.lower():
        with translation.override(language_of(request)):
            said = _("{name} is signed in here. If that is somebody else, sign out first.")
            messages.warning(request, said.format(name=user))


def _forget_what_lies_ahead(session: Any, now: float) -> None:
    """Where the clock was set back, who they are was shown long ago: it is asked for once more.

    How it was shown stays: a second factor that let somebody in still counts as shown.
    """
    shown = session.get(AUTHENTICATION_METHODS_SESSION_KEY, ())
    if any(one.get("at", 0) > now + _CLOSE for one in shown):
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            one | ({"at": 0} if one.get("at", 0) > now + _CLOSE else {}) for one in shown
        ]
