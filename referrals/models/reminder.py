"""What was said about what is due: near, overdue, or risen to those who coordinate?"""

from django.db import models

from .child import Child
from .organization import Organization
from .record import Record


class Reminder(Record):
    """One level that one thing reached with one due date: written once, whoever looks and how often."""

    class Level(models.TextChoices):
        SOON = "soon", "Due soon"
        OVERDUE = "overdue", "Overdue"
        RISEN = "risen", "Risen"

    #: None where an e-referral waits of which nobody knows yet whose child it is for.
    child = models.ForeignKey(
        Child, models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    #: The referral, concern or task that is due, and what it asks for.
    about = models.UUIDField()
    step = models.CharField(max_length=48)
    due_on = models.DateField()
    level = models.CharField(max_length=8, choices=Level)
    #: Who owes it.
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["raised_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "due_on", "level", "step"], name="reminded_once"
            ),
            models.CheckConstraint(
                name="reminder_level_known",
                condition=models.Q(level__in=["soon", "overdue", "risen"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.due_on}"

    @property
    def key(self) -> str:
        return f"{self.about}:{self.step}:{self.due_on}:{self.level}"
