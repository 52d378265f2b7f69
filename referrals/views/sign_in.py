"""When does a sign-in end? After a while without a page, where somebody works here; for everybody after a day's work."""

import time
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from referrals.access import memberships

from .middleware import Answer

#: Written by the site, with the first save of a session that somebody is signed in to.
BEGUN: Final = "sign_in_begun"
SEEN: Final = "sign_in_seen"
#: Seconds within which a page more is not written down: most pages cost no write.
_CLOSE: Final = 60


def sign_in_ends(get_response: Answer) -> Answer:
    """Sign out who has been away too long, or in for too long; the log-in leads back to the page.

    A family's phone is its own: there only the whole length counts.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated:
            now, session = time.time(), request.session
            begun, seen = session.get(BEGUN, 0), session.get(SEEN, 0)
            idle = now - seen > settings.SESSION_IDLE_MINUTES * 60
            works_here = user.is_staff or memberships(user)
            if now - begun > settings.SESSION_COOKIE_AGE or (idle and works_here):
                logout(request)
            elif now - seen > _CLOSE:
                session[SEEN] = now
        return get_response(request)

    return middleware
