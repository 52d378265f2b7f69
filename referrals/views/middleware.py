"""What holds for every answer: private pages stay out of caches, time and language are the person's own."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from referrals.belonging import memberships

from .language import language_of

Answer = Callable[[HttpRequest], HttpResponse]
#: Who is signed in, for the scripts of pages that stand open: one of somebody else's sends nothing.
PERSON: Final = "ferry_person"


def private_pages(get_response: Answer) -> Answer:
    """Show times in the time zone of the person's organisation; let nothing signed-in be stored."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        # Asking is a query: not for the bare probes that carry no session.
        if user.is_authenticated:
            places = memberships(user)
            if places:
                timezone.activate(places[0].organization.time_zone)
        try:
            response = get_response(request)
        finally:
            timezone.deactivate()
        if user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        _name_the_person(request, response)
        return response

    return middleware


def _name_the_person(request: HttpRequest, response: HttpResponse) -> None:
    """With the log-in itself: no page may take the new token for its own before it knows whose it is."""
    now = request.session.get(SESSION_KEY, "")
    if request.COOKIES.get(PERSON, "") == now:
        return
    if now:
        response.set_cookie(
            PERSON, now, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax", httponly=False
        )
    else:
        response.delete_cookie(PERSON, samesite="Lax")


def spoken_language(get_response: Answer) -> Answer:
    """Answer in the person's language, and say in which; a door may still turn to the family's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Kept: what goes wrong is told in the same language, with nothing more to be asked.
        request.spoken = language_of(request)  # type: ignore[attr-defined]
        with translation.override(request.spoken, deactivate=True):  # type: ignore[attr-defined]
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        if not request.user.is_authenticated:
            patch_vary_headers(response, ("Accept-Language",))
        return response

    return middleware
