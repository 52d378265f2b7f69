"""What has a family opened to a school, programme or service, for what, and until when?"""

from datetime import datetime
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from .child import Child
from .guardian import Guardian
from .organization import Organization
from .person import User
from .record import Record, RecordQuerySet, both_or_neither

#: A consent is asked for anew after a year at the latest.
LONGEST: Final = 366  # days


class Scope(models.TextChoices):
    """A part of the record that a consent can open; a partner's seat carries these as its rights."""

    GOALS = "goals", _("The goals, and how far they are")
    ACTIVITIES = "activities", _("What you practice at home")
    VISITS = "visits", _("Days and times of visits")
    PLAN = "plan", _("The plan of care")
    EVALUATION = "evaluation", _("The evaluation report")
    REPORTS = "reports", _("Progress reports")
    RESULTS = "results", _("Results that are asked for and sent, both ways")
    MESSAGES = "messages", _("Messages with the team")


#: What each part holds, for who gives it and who reads it.
EXPLAINED: Final = {
    Scope.GOALS: _("What your child works toward, and each step on the way."),
    Scope.ACTIVITIES: _("The exercises, how to do them and how often. Not what you log."),
    Scope.VISITS: _("When visits are, and which took place. Not what was done there."),
    Scope.PLAN: _("The signed plan: how often, for how long, and the goals."),
    Scope.EVALUATION: _("The whole signed report, with its test scores."),
    Scope.REPORTS: _("What the therapist wrote to your doctor about how it goes."),
    Scope.RESULTS: _(
        "They and your care team may ask each other for reports and send them. Your doctor’s letter "
        "to a public program says how to reach you."
    ),
    Scope.MESSAGES: _("They may write with your care team about your child."),
}
#: The kinds of places that a family can open a record to.
PARTNERS: Final = (
    Organization.Kind.SCHOOL, Organization.Kind.EARLY_INTERVENTION, Organization.Kind.COMMUNITY,
)  # fmt: skip


class ConsentQuerySet(RecordQuerySet["Consent"]):
    def live(self, at: datetime) -> "ConsentQuerySet":
        return self.filter(since__lte=at, until__gt=at, revoked_at__isnull=True)


class Consent(Record):
    """One adult's word that one organisation may see these parts of the record until that day.

    It holds from `since` up to, not including, `until`, or up to the moment it is taken back.
    What it opens is a seat with the scopes as its rights; the row itself never changes but by
    being taken back.
    """

    child = models.ForeignKey(Child, models.PROTECT, related_name="consents")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="consents")
    #: The adult who gave it, with their account and the name they signed with.
    guardian = models.ForeignKey(Guardian, models.PROTECT, related_name="consents")
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    signed_name = models.CharField(max_length=160)
    scopes = models.JSONField(default=list)
    purpose = models.CharField(max_length=240)
    since = models.DateTimeField()
    until = models.DateTimeField()
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()  # type: ignore[misc]  # narrower than a Record's

    class Meta:
        ordering = ["-given_at", "-id"]
        indexes = [models.Index(fields=["child", "organization", "until"], name="consent_of_child")]
        constraints = [
            models.CheckConstraint(
                name="consent_ends_after_it_begins",
                condition=models.Q(until__gt=models.F("since")),
            ),
            models.CheckConstraint(
                name="consent_taken_back_is_whole",
                condition=both_or_neither("revoked_by", "revoked_at"),
            ),
            models.CheckConstraint(name="consent_says_what_for", condition=~models.Q(purpose="")),
        ]

    def __str__(self) -> str:
        return f"{self.organization} until {self.until:%Y-%m-%d}"

    def holds(self, at: datetime) -> bool:
        return self.revoked_at is None and self.since <= at < self.until
