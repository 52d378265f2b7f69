"""How does another computer system sign in? With its own secret, for a token that soon ends."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views import TokenView

from referrals.queries.system import system_of, system_scopes

from .decorators import public


class SystemScopes(BaseScopes):  # type: ignore[misc]  # ships no types
    """A system may ask for what its organisation was let do; without asking it gets all of that."""

    def get_all_scopes(self) -> dict[str, str]:
        return system_scopes()

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        system = system_of(application, timezone.now())
        return list(system.scopes) if system else []

    get_default_scopes = get_available_scopes


class SystemsOnly(OAuth2Validator):  # type: ignore[misc]
    """Knows the clients that belong to an open system, and no others."""

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return grant_type == "client_credentials" and bool(system_of(client, timezone.now()))

    def validate_bearer_token(self, token: str, scopes: Any, request: Any) -> bool:
        """Where the clock was set back, a token would go on until the old time comes again: it ends."""
        if not super().validate_bearer_token(token, scopes, request):
            return False
        longest = timedelta(seconds=oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS)
        return bool(request.access_token.expires <= timezone.now() + longest)


_token = TokenView.as_view()


@public
@csrf_exempt
def system_token(request: HttpRequest) -> HttpResponseBase:
    """The token endpoint of OAuth 2, for client credentials only (RFC 6749, section 4.4)."""
    answer: HttpResponseBase = _token(request)
    return answer
