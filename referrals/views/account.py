"""How do accounts come to be, and in which language do they read? By invitation, and as each chooses."""

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from referrals.actions.account import choose_password, note_account_change, note_failure
from referrals.actions.person import choose_language
from referrals.belonging import memberships, signed_in_as

from .decorators import public
from .device import DEVICE, device_of

#: Where a choice waits that was made before the log-in of the same session.
_AT_THE_DOOR = "language_chosen"
#: What is told of a change, and what it is called here.
_CHANGES: Final = dict.fromkeys(
    ("password_changed", "password_reset", "password_set"), "password_chosen"
) | {
    "totp_activated": "app_added", "totp_deactivated": "app_removed",
    "webauthn_added": "passkey_added", "webauthn_removed": "passkey_removed",
    "recovery_codes_generated": "codes_made",
}  # fmt: skip


class Backend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: Any) -> Any:
        """Who a session belongs to, read with their roles: one query of a page less."""
        user = signed_in_as(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Who chose a language at the door keeps it inside: it was this person, a moment ago."""
        chosen = request.session.pop(_AT_THE_DOOR, "")
        super().login(request, user)
        note_account_change(person=user, kind="signed_in", by=user, at=timezone.now())
        request.session[DEVICE] = device_of(request)
        if chosen and not memberships(user):
            choose_language(person=user, language=chosen, by=user, at=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        user: Any = request.user
        super().logout(request)
        if user.is_authenticated:
            note_account_change(person=user, kind="signed_out", by=user, at=timezone.now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password, or no such account: administrators read of the first that it happened."""
        note_failure(email=credentials.get("email") or "", kind="sign_in_failed", at=timezone.now())

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a second factor shows that one: a password alone is not asked for."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [way for way in ways if way["id"] != "reauthenticate"] or ways

    def set_password(self, user: Any, password: str) -> None:
        choose_password(person=user, password=password, by=user, at=timezone.now())

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Any = None, email: str | None = None
    ) -> None:
        """Of a password or a factor that changed: by the outbox, so that none is lost."""
        kind = _CHANGES[template_prefix.rpartition("/")[2]]
        note_account_change(person=user, kind=kind, by=user, at=timezone.now())

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
