"""Who is to be told by e-mail that something is new, and when does each person want to be told?

The outbox is written with what it tells of.
"""

from datetime import UTC, datetime
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from .organization import validate_time_zone
from .person import User
from .record import Record

#: A notice that nothing holds back.
ANY_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Notice(Record):
    """One e-mail owed to one person. Holds no clinical fact: a kind and a link.

    Sent by `manage.py worker`: a row is leased by a conditional UPDATE, so that of several
    workers one sends it, and `handed_at` is stored just before the mail server is spoken to.
    A row whose worker died behind that point may or may not have gone: it is never sent again,
    but counted in the person's next daily e-mail. That one is a notice too, of the kind
    `digest`, and `carried_by` says in which of them a notice stands.
    """

    to = models.ForeignKey(User, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=48)
    path = models.CharField(max_length=200)
    #: What makes it one: the event it tells of and the person it tells, or person and day.
    key = models.CharField(max_length=160, unique=True)
    created_at = models.DateTimeField()
    #: Not looked at before: quiet hours, the hour of the digest, the pause after a failure.
    not_before = models.DateTimeField(default=ANY_TIME)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    carried_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carries"
    )

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["not_before", "created_at", "id"],
                condition=models.Q(sent_at__isnull=True, carried_by__isnull=True),
                name="notices_to_send",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_carries_not_itself",
                condition=models.Q(carried_by__isnull=True) | ~models.Q(carried_by=models.F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class NoticePreference(Record):
    """How one person wants to be told. Without a row it is as their role has it."""

    class How(models.TextChoices):
        AT_ONCE = "at_once", _("Each one at once")
        DUE_AT_ONCE = "due_at_once", _("At once what is due, the rest once a day")
        DIGEST = "digest", _("Once a day")

    user = models.OneToOneField(User, models.PROTECT, related_name="notice_preference")
    how = models.CharField(max_length=12, choices=How, default=How.AT_ONCE)
    digest_at = models.TimeField()
    #: Nothing is sent from the first to the second, over midnight too; alike, there are none.
    quiet_from = models.TimeField()
    quiet_until = models.TimeField()
    #: Empty: the one of the organisation, or of the child's practice.
    time_zone = models.CharField(max_length=64, blank=True, validators=[validate_time_zone])
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["user"]
        constraints = [
            models.CheckConstraint(
                name="notice_preference_known",
                condition=models.Q(how__in=["at_once", "due_at_once", "digest"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_how_display())
