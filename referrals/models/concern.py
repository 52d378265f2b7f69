"""What worries somebody about a child, and what became of the worry?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.clinical.knowledge import BANDS

from .child import Child
from .organization import Organization
from .person import User
from .record import NO_DUE_DATE, Record, Rising, both_or_neither, risen


class Setting(models.TextChoices):
    HOME = "home", _("At home")
    CHILDCARE = "childcare", _("At childcare or school")
    VISIT = "visit", _("At a well-child visit")
    ELSEWHERE = "elsewhere", _("Somewhere else")


class Concern(Rising, Record):
    """A worry told by a family or noted by a pediatrician, owed an answer by the pediatrician."""

    class State(models.TextChoices):
        SHARED = "shared", _("Waiting for the pediatrician")
        REFERRED = "referred", _("Became a referral")
        ANSWERED = "answered", _("Answered")

    child = models.ForeignKey(Child, models.PROTECT, related_name="concerns")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_as = models.CharField(max_length=16)
    recorded_at = models.DateTimeField()
    band = models.CharField(
        max_length=16, choices=[(band.code, band.label.en) for band in BANDS.values()]
    )
    signs = models.JSONField(default=list)
    words = models.TextField(max_length=4000, blank=True)
    since_when = models.CharField(max_length=120, blank=True)
    setting = models.CharField(max_length=12, choices=Setting, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.SHARED)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    is_open = models.BooleanField(default=True)
    next_due_on = models.DateField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-id"]
        indexes = [
            models.Index(
                fields=["owner", "next_due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_concerns_of_owner",
            ),
            models.Index(
                fields=["organization", "next_due_on", "id"],
                condition=models.Q(is_open=True) & risen(),
                name="risen_concerns_of_place",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="concern_state_known",
                condition=models.Q(state__in=["shared", "referred", "answered"]),
            ),
            models.CheckConstraint(
                name="concern_open_while_shared",
                condition=models.Q(state="shared", is_open=True, next_due_on__lt=NO_DUE_DATE)
                | models.Q(~models.Q(state="shared"), is_open=False, next_due_on=NO_DUE_DATE),
            ),
            models.CheckConstraint(
                name="concern_answer_is_whole",
                condition=both_or_neither("answered_by", "answered_at"),
            ),
            models.CheckConstraint(
                name="concern_answered_with_words",
                condition=~models.Q(state="answered")
                | models.Q(answered_at__isnull=False) & ~models.Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Concern of {self.recorded_at:%Y-%m-%d}"
