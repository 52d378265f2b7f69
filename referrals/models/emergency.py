"""Who opened a record in an emergency, outside their seats, why, and was it right?"""

from datetime import datetime, timedelta
from typing import Final

from django.db import models

from .child import Child
from .organization import Organization
from .person import User
from .record import Record, RecordQuerySet, Rising, both_or_neither

#: As long as a visit takes with its telephone calls, and no second shift: then it is asked for anew.
LASTS: Final = timedelta(hours=4)


class EmergencyQuerySet(RecordQuerySet["Emergency"]):
    def live(self, at: datetime) -> "EmergencyQuerySet":
        return self.filter(opened_at__lte=at, until__gt=at)


class Emergency(Rising, Record):
    """One opening: what it gives is a seat of its own that reads; its coordinator owes an answer."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="emergencies")
    #: Where the person works who opened it, and whose child it was.
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="emergencies")
    reason = models.TextField(max_length=1000)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    #: Who is to say whether it was right; nobody where the person works there alone.
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField()
    is_open = models.BooleanField(default=True)
    was_right = models.BooleanField(null=True, blank=True)
    review = models.TextField(max_length=1000, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = EmergencyQuerySet.as_manager()  # type: ignore[misc]  # narrower than a Record's

    class Meta:
        verbose_name_plural = "emergencies"
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(
                fields=["organization", "due_on", "id"],
                condition=models.Q(is_open=True),
                name="emergency_to_review",
            ),
            models.Index(fields=["user", "until"], name="emergency_of_user"),
        ]
        constraints = [
            models.CheckConstraint(name="emergency_says_why", condition=~models.Q(reason="")),
            models.CheckConstraint(
                name="emergency_ends_after_it_begins",
                condition=models.Q(until__gt=models.F("opened_at")),
            ),
            models.CheckConstraint(
                name="emergency_review_is_whole",
                condition=both_or_neither("reviewed_by", "reviewed_at", "was_right")
                & (
                    models.Q(is_open=True, reviewed_at__isnull=True)
                    | models.Q(is_open=False, reviewed_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="emergency_wrong_says_why",
                condition=~models.Q(was_right=False) | ~models.Q(review=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Emergency of {self.opened_at:%Y-%m-%d %H:%M}"
