"""Who is to be told by e-mail that something is new? The outbox, written with what it tells of."""

from django.db import models

from .person import User
from .record import Record


class Notice(Record):
    """One e-mail owed to one person. Holds no clinical fact: a kind and a link.

    Sent by `manage.py worker`: a row is leased by a conditional UPDATE, so that
    of several workers one sends it.
    """

    to = models.ForeignKey(User, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=48)
    path = models.CharField(max_length=200)
    #: What makes it one: the event it tells of and the person it tells.
    key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                condition=models.Q(sent_at__isnull=True),
                name="notices_to_send",
            )
        ]

    def __str__(self) -> str:
        return self.kind
