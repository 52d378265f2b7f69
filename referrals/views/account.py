"""How do accounts come to be, and in which language do they read? By invitation, and as each chooses."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from referrals.access import memberships
from referrals.actions.invitation import use_invitation
from referrals.actions.person import choose_language

from .decorators import public
from .device import DEVICE, device_of

#: Where a choice waits that was made before the log-in of the same session.
_AT_THE_DOOR = "language_chosen"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Who chose a language at the door keeps it inside: it was this person, a moment ago."""
        chosen = request.session.pop(_AT_THE_DOOR, "")
        super().login(request, user)
        request.session[DEVICE] = device_of(request)
        if chosen and not memberships(user):
            choose_language(person=user, language=chosen, by=user, at=timezone.now())

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        use_invitation(person=user, by=user, at=timezone.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of whose account it is; the page that asked for it may be in another."""
        user = context.get("user")
        language = getattr(user, "language", None) or translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, context)


@public
def account_language(request: HttpRequest) -> HttpResponse:
    """Read on in another language: kept with the account, and on this device for before the log-in."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    language, back = request.POST.get("language", ""), request.POST.get("next", "")
    # A path, and nothing that could be taken for the name of a route.
    here = back.startswith("/") and url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    answer = redirect(back if here else "home")
    if language not in dict(settings.LANGUAGES):
        return answer
    user: Any = request.user
    if user.is_authenticated:
        choose_language(person=user, language=language, by=user, at=timezone.now())
    else:
        request.session[_AT_THE_DOOR] = language
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return answer
