"""Where is a sign-in too old for what is asked, so that it is asked once more who it is?"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

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
