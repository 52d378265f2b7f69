"""How long is a link good that somebody sets a password with? For as long as is set, by either side of the clock."""

from typing import Any

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from django.conf import settings
from django.utils.http import base36_to_int


class TokenGenerator(EmailAwarePasswordResetTokenGenerator):  # type: ignore[misc]
    def check_token(self, user: Any, token: str | None) -> bool:
        """Where the clock was set back, a link lies ahead of it: no further than it may lie behind."""
        if not token or not super().check_token(user, token):
            return False
        made = base36_to_int(token.partition("-")[0])
        now = self._num_seconds(self._now())
        return bool(made - now <= settings.PASSWORD_RESET_TIMEOUT)
