"""Where is a sign-in too old for what is asked, so that it is asked once more who it is?"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def asks_again(view: View) -> View:
    """For what carries records away: who showed who they are some minutes ago shows it once more.

    It stands before the door, so that no look is written down for a file that was not given. Only
    for what is asked for by a link or a choice: what somebody typed would lie in the session.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        seconds = settings.REAUTHENTICATION_MINUTES * 60
        if seconds and user.is_authenticated:
            shown = (one["at"] for one in get_authentication_records(request, user))
            if time.time() - max(shown, default=0) > seconds:
                raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    inner.asks_again = True  # type: ignore[attr-defined]
    return inner
