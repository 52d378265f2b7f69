"""When does a sign-in end, and where is it too old for what is asked?"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from referrals.access import memberships

from .middleware import Answer

#: Written by the site, with the first save of a session that somebody is signed in to.
BEGUN: Final = "sign_in_begun"
SEEN: Final = "sign_in_seen"
#: Seconds within which a page more is not written down: most pages cost no write.
_CLOSE: Final = 60

View = Callable[..., HttpResponseBase]


def shown_lately(request: HttpRequest) -> bool:
    """Whether this person showed who they are within the minutes that are set; 0 minutes ask nobody.

    Who has a second factor showed it with that one: a password alone may be somebody else's by now.
    What lies ahead of the clock, or has no time at all, was not shown lately.
    """
    seconds = settings.REAUTHENTICATION_MINUTES * 60
    if not seconds:
        return True
    user: Any = request.user
    now = time.time()
    ways = {
        one.get("method")
        for one in get_authentication_records(request, user)
        if 0 <= now - one.get("at", 0) <= seconds
    }
    return "mfa" in ways or (bool(ways) and not is_mfa_enabled(user))


def asks_again(view: View) -> View:
    """For what carries records away: who showed who they are some minutes ago shows it once more.

    It stands before the door, so that no look is written down for a file that was not given. Only
    for what is asked for by a link or a choice: what somebody typed would lie in the session.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not shown_lately(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    inner.asks_again = True  # type: ignore[attr-defined]
    return inner


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
            elif now - session.get(SEEN, 0) > _CLOSE:
                session[SEEN] = now
        return get_response(request)

    return middleware
