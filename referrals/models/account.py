"""What happened to a person's account: who signed in, what lets them in changed? It only ever grows."""

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from .event import AppendOnlyRecord
from .person import User


class AccountChange(AppendOnlyRecord):
    """One thing that happened to an account: whose, what, when, by whom. No secret, no address."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", "Signed in"
        SIGNED_OUT = "signed_out", "Signed out"
        SIGN_IN_FAILED = "sign_in_failed", "A wrong password was typed"
        FACTOR_FAILED = "factor_failed", "A wrong code was typed"
        SESSIONS_ENDED = "sessions_ended", "Signed out on other devices"
        APP_ADDED = "app_added", _("An authenticator app was set up.")
        APP_REMOVED = "app_removed", _("The authenticator app was taken off.")
        PASSKEY_ADDED = "passkey_added", _("A passkey was added.")
        PASSKEY_REMOVED = "passkey_removed", _("A passkey was taken off.")
        CODES_MADE = "codes_made", _("New recovery codes were made.")
        CODE_USED = "code_used", _("A recovery code was used.")
        PASSWORD_CHOSEN = "password_chosen", _("A new password was chosen.")
        EMAIL_CHANGED = "email_changed", _("The e-mail address for signing in was changed.")
        FACTORS_TAKEN_OFF = "factors_taken_off", _("An administrator took the second factor off.")

    person = models.ForeignKey(User, models.PROTECT, related_name="account_changes")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()
    #: Nobody where nobody knows who it was: whoever typed what was wrong.
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["person", "-at", "-id"], name="account_change_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


#: Of these nobody is written to: they happen each day.
DAILY: Final = frozenset(
    {
        AccountChange.Kind.SIGNED_IN,
        AccountChange.Kind.SIGNED_OUT,
        AccountChange.Kind.SIGN_IN_FAILED,
        AccountChange.Kind.FACTOR_FAILED,
        AccountChange.Kind.SESSIONS_ENDED,
    }
)
#: What was typed wrong: of one account one line in so long, however often it is tried.
FAILED_ONCE_IN: Final = timedelta(hours=1)
