"""Which early-intervention programme or school district was asked to help, and what is due there?"""

from datetime import date
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.clinical.programmes import PATHS, ProgrammeStep, step_of

from .child import Child
from .concern import Concern
from .organization import Organization
from .person import User
from .record import NO_DUE_DATE, ChangingRecord, Rising, both_or_neither, risen

NO_STEP: Final = ""
_CODES: Final = {step.code: step.verb for path in PATHS.values() for step in path}


class Programme(Rising, ChangingRecord):
    """One child's way into a public programme, beside the referral to therapy.

    The steps and their clocks stand in `clinical/programmes.toml`. While it is open it has an
    owner, a next step and a due date; an exception moves the date and never the law's own.
    """

    class Kind(models.TextChoices):
        EARLY_INTERVENTION = "early_intervention", _("Early intervention")
        SCHOOL = "school", _("School district")

    class Outcome(models.TextChoices):
        SERVED = "served", _("The child gets support")
        NOT_ELIGIBLE = "not_eligible", _("Not eligible")
        DECLINED = "declined", _("The family does not want it")
        OTHER = "other", _("Ended for another reason")

    DATES: Final = (
        "identified_on", "referred_on", "received_on", "consent_on", "evaluated_on", "decided_on",
        "met_on",
    )  # fmt: skip

    child = models.ForeignKey(Child, models.PROTECT, related_name="programmes")
    #: The programme or school district.
    place = models.ForeignKey(Organization, models.PROTECT, related_name="programmes")
    #: The practice that follows it, and the person there.
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    concern = models.ForeignKey(
        Concern, models.PROTECT, null=True, blank=True, related_name="programmes"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    signs = models.JSONField(default=list)
    reason = models.TextField(max_length=2000)
    asked = models.TextField(max_length=2000)
    identified_on = models.DateField()
    referred_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    consent_on = models.DateField(null=True, blank=True)
    evaluated_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    met_on = models.DateField(null=True, blank=True)
    next_step = models.CharField(max_length=10, choices=list(_CODES.items()), blank=True)
    next_due_on = models.DateField()
    is_open = models.BooleanField(default=True)
    #: Why the law's limit was not kept, and the day aimed at instead.
    exception_reason = models.TextField(max_length=1000, blank=True)
    exception_due_on = models.DateField(null=True, blank=True)
    exception_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    exception_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    closed_reason = models.TextField(max_length=1000, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    #: The letter as it was sent; from then on it never changes.
    letter = models.JSONField(default=dict)
    letter_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    letter_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["owner", "next_due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_programmes_of_owner",
            ),
            models.Index(
                fields=["organization", "next_due_on", "id"],
                condition=models.Q(is_open=True) & risen(),
                name="risen_programmes_of_place",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "place"],
                condition=models.Q(is_open=True),
                name="one_open_programme_per_place",
            ),
            models.CheckConstraint(
                name="programme_open_until_closed",
                condition=both_or_neither("closed_by", "closed_at")
                & (
                    models.Q(
                        is_open=True, closed_at__isnull=True, outcome="", next_due_on__lt=NO_DUE_DATE
                    )
                    & ~models.Q(next_step="")
                    | models.Q(
                        is_open=False, closed_at__isnull=False, next_step="",
                        next_due_on=NO_DUE_DATE,
                    )
                    & ~models.Q(outcome="")
                ),
            ),
            models.CheckConstraint(
                name="programme_exception_is_whole",
                condition=both_or_neither("exception_due_on", "exception_by", "exception_at")
                & (models.Q(exception_at__isnull=True) | ~models.Q(exception_reason="")),
            ),
            models.CheckConstraint(
                name="programme_letter_is_whole",
                condition=both_or_neither("letter_by", "letter_at"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.place}"

    @property
    def dates(self) -> dict[str, date | None]:
        return {name: getattr(self, name) for name in self.DATES}

    @property
    def step(self) -> ProgrammeStep | None:
        """What is owed next; None where it is closed."""
        return step_of(self.kind, self.next_step)
