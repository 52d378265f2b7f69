"""Who was invited to set a password, by whom, and was it used or withdrawn?"""

from django.db import models

from .person import User
from .record import Record, both_or_neither


class Invitation(Record):
    """A link by e-mail with which one person sets their first password; it holds once.

    The link itself is kept nowhere: it is made when the e-mail goes, and is good until it is used,
    withdrawn, followed by another one, or too old (`PASSWORD_RESET_TIMEOUT` after it went).
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation",
            ),
            models.CheckConstraint(
                name="invitation_withdrawing_is_whole",
                condition=both_or_neither("withdrawn_by", "withdrawn_at"),
            ),
            models.CheckConstraint(
                name="invitation_used_or_withdrawn",
                condition=models.Q(used_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.invited_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.used_at is None and self.withdrawn_at is None
