"""Whose visits does a calendar elsewhere read, by which secret address, and with names or without?"""

from django.db import models

from .person import User
from .record import Record, both_or_neither


class Feed(Record):
    """A secret address at which a calendar program reads one person's own visits.

    Of the secret only its hash is kept: the address is shown once, when it is made, and one that
    was lost is made anew. A person has one that is open.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="feeds")
    secret_hash = models.CharField(max_length=64)
    with_names = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(revoked_at__isnull=True),
                name="one_open_feed_per_person",
            ),
            models.CheckConstraint(
                name="feed_closed_whole", condition=both_or_neither("revoked_by", "revoked_at")
            ),
        ]

    def __str__(self) -> str:
        return "open" if self.revoked_at is None else "closed"
