"""What does a family say is wrong in a signed document, and what was it told?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .person import User
from .record import Record, both_or_neither
from .referral import Referral


class Correction(Record):
    """An adult's wish that a signed document say something else, and the answer of its author's side.

    Both stay, beside the document and on its print: a wish that is granted leads to an amendment,
    one that is not keeps its reasons. The document itself never changes.
    """

    class Sort(models.TextChoices):
        """The documents that can be asked to be corrected; each names a relation of the referral."""

        EVALUATION = "evaluation", _("Evaluation report")
        PLAN = "plan", _("Plan of care")
        PRESCRIPTION = "prescription", _("Prescription")
        REPORT = "report", _("Progress report")
        DISCHARGE = "discharge", _("Discharge summary")
        SESSION = "session", _("Visit note")

    class Answer(models.TextChoices):
        GRANTED = "granted", _("Yes, it will be corrected")
        DECLINED = "declined", _("It stays as it is")

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="corrections")
    sort = models.CharField(max_length=12, choices=Sort)
    #: The version it is about, and its number as people call it.
    about = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    passage = models.TextField(max_length=1000)
    wish = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Answer, blank=True)
    answer = models.TextField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["referral", "about"], name="correction_of_document")]
        constraints = [
            models.CheckConstraint(
                name="correction_answer_is_whole",
                condition=both_or_neither("answered_by", "answered_at"),
            ),
            models.CheckConstraint(
                name="correction_answered_with_words",
                condition=models.Q(answered_at__isnull=True, decision="", answer="")
                | models.Q(answered_at__isnull=False)
                & ~models.Q(decision="")
                & ~models.Q(answer=""),
            ),
            models.CheckConstraint(
                name="correction_says_what",
                condition=~models.Q(passage="") & ~models.Q(wish=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Correction of {self.asked_at:%Y-%m-%d}"
