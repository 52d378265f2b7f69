"""How does it go: what did the therapist report, and what was asked and answered in between?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.pathway import Party

from .activity import Activity
from .person import User
from .record import Record, both_or_neither
from .referral import Referral
from .signing import Signed

_ASKERS = [(p.value, p.value.capitalize()) for p in (Party.PEDIATRICIAN, Party.FAMILY)]


class Report(Signed):  # a Signed says what it is
    """A progress report on one period. An interim report says how it goes without closing the period.

    `goals` is a list of {"goal", "statement", "before", "now", "words"}, and "spanish" where
    the clinic's own bank has its words; `figures` holds what was counted when it was signed: visits, practice, T-scores. Signed they never change.
    """

    class Recommendation(models.TextChoices):
        CONTINUE = "continue", _("Go on as planned")
        CHANGE = "change", _("Change the plan")
        DISCHARGE = "discharge", _("End therapy")

    CONTENT = (
        "from_on", "until_on", "interim", "goals", "summary", "family_view", "recommendation",
        "what_next",
    )  # fmt: skip

    FAMILY_READS = Signed.FAMILY_READS & models.Q(sent_at__isnull=False)

    from_on = models.DateField(_("From"))
    until_on = models.DateField(_("Until"))
    interim = models.BooleanField(_("Interim report"), default=False)
    goals = models.JSONField(default=list, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    summary = models.TextField(_("How it went"), max_length=4000, blank=True)
    family_view = models.TextField(_("How the family sees it"), max_length=2000, blank=True)
    recommendation = models.CharField(max_length=9, choices=Recommendation, blank=True)
    what_next = models.TextField(_("What comes next"), max_length=2000, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(_("What the pediatrician says"), max_length=2000, blank=True)

    class Meta(Signed.Meta):
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="one_report_of_a_number"),
            models.UniqueConstraint(
                fields=["referral"], condition=models.Q(status="draft"), name="one_draft_report"
            ),
            *Signed.Meta.constraints,
            models.CheckConstraint(
                name="report_period_in_order",
                condition=models.Q(until_on__gte=models.F("from_on")),
                violation_error_message="It ends before it begins.",
            ),
            models.CheckConstraint(
                name="report_sending_is_whole", condition=both_or_neither("sent_at", "sent_by")
            ),
            models.CheckConstraint(
                name="report_acknowledging_is_whole",
                condition=both_or_neither("acknowledged_at", "acknowledged_by"),
            ),
            models.CheckConstraint(
                name="only_a_sent_report_is_acknowledged",
                condition=models.Q(acknowledged_at__isnull=True) | models.Q(sent_at__isnull=False),
            ),
        ]


class CheckIn(Record):
    """A question to the therapist during therapy, and the answer; of a family, about an activity."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="check_ins")
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="check_ins"
    )
    asked_as = models.CharField(max_length=12, choices=_ASKERS)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    text = models.TextField(max_length=2000)
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(name="check_in_has_words", condition=~models.Q(text="")),
            models.CheckConstraint(
                name="check_in_answer_is_whole",
                condition=both_or_neither("answered_by", "answered_at")
                & (models.Q(answered_at__isnull=True) | ~models.Q(answer="")),
            ),
            models.CheckConstraint(
                name="family_asks_about_an_activity",
                condition=models.Q(asked_as="pediatrician", activity__isnull=True)
                | models.Q(asked_as="family", activity__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Check-in of {self.asked_at:%Y-%m-%d}"
