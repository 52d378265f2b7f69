"""Who has shown a second factor, and who must before they see anything? An app or a passkey, codes for a lost phone."""

import base64
import secrets
from typing import Any, Final

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext

from referrals.actions.account import note_account_change, note_failure
from referrals.actions.second_factor import lock
from referrals.belonging import memberships

from .middleware import Answer

#: Whose second factor was shown in this session: kept in it, so that no page asks the tables.
_SHOWN: Final = "second_factor_of"
#: Where a factor is shown, and the way out.
_SHOWING: Final = frozenset({
    "account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
})  # fmt: skip
#: Where the last one is taken off.
_LAST: Final = frozenset({"mfa_deactivate_totp", "mfa_remove_webauthn"})
#: Where a first one is set up: who has done so has shown it.
_FIRST: Final = frozenset({"mfa_activate_totp", "mfa_add_webauthn"})


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are kept locked: who reads the tables or a backup cannot sign in with them."""

    def get_totp_issuer(self) -> str:
        return settings.SITE_NAME

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return gettext("My passkey")

    def encrypt(self, text: str) -> str:
        return lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; where no key of ours opens it, one that nobody knows: no code is right for it."""
        try:
            return lock().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()


class _CodeUsed:
    """A recovery code that lets in is one that somebody wrote down: its owner is told.

    Who types a wrong code has the password: that is kept for administrators.
    """

    def clean_code(self) -> str:
        one: Any = self
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            note_failure(email=one.user.email, kind="factor_failed", at=timezone.now())
            raise
        if one.authenticator.type == "recovery_codes":
            note_account_change(person=one.user, kind="code_used", by=one.user, at=timezone.now())
        return code


class Shown(_CodeUsed, AuthenticateForm):  # type: ignore[misc]
    """The second factor, at the log-in."""


class ShownAgain(_CodeUsed, ReauthenticateForm):  # type: ignore[misc]
    """The second factor, from who is in already."""


def must_show(user: Any) -> bool:
    """Whether this person may do nothing without one: administrators, and who works where it is asked for."""
    if not settings.SECOND_FACTOR:
        return False
    return user.is_staff or any(m.organization.mfa_required for m in memberships(user))


def second_factor_first(get_response: Answer) -> Answer:
    """Lead who must show a second factor to where they show it, or set up their first."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated or not must_show(user):
            return get_response(request)
        if request.session.get(_SHOWN) != str(user.pk):
            return _led(request, user, get_response)
        response = get_response(request)
        # With the last factor goes what it had proved.
        if _name_of(request) in _LAST and not is_mfa_enabled(user):
            request.session.pop(_SHOWN, None)
        return response

    return middleware


def _led(request: HttpRequest, user: Any, get_response: Answer) -> HttpResponse:
    """To where this person shows a factor or sets up the first; from then on the session knows it."""
    try:
        asked = resolve(request.path_info)
    except Resolver404:
        return get_response(request)
    name = asked.url_name or ""
    if getattr(asked.func, "policy", "") == "public" or name in _SHOWING:
        return get_response(request)
    if is_mfa_enabled(user):
        if not any(one["method"] == "mfa" for one in get_authentication_records(request, user)):
            return redirect("mfa_reauthenticate")
        request.session[_SHOWN] = str(user.pk)
        return get_response(request)
    if not name.startswith(("mfa_", "account_")):
        return redirect("mfa_index")
    response = get_response(request)
    if name in _FIRST and is_mfa_enabled(user):
        request.session[_SHOWN] = str(user.pk)
    return response


def _name_of(request: HttpRequest) -> str:
    return (request.resolver_match and request.resolver_match.url_name) or ""
