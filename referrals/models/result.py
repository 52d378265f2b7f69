"""Which results were asked for between the care team and a school or programme, and what came back?"""

from pathlib import PurePosixPath
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from .child import Child
from .consent import Consent
from .document import ACCEPTED
from .organization import Organization
from .person import User
from .record import Record, Rising, both_or_neither
from .referral import Referral

MOST: Final = 5  # files with one answer
#: In an event, the side that is no place of its own.
CARE_TEAM: Final = "care_team"


class ResultRequest(Rising, Record):
    """One side asks the other for results under a consent. FHIR: Task, with its focus and owner.

    It is open until it is answered, refused with a reason, or withdrawn; then it never changes.
    """

    class Kind(models.TextChoices):
        SCHOOL_EVALUATION = "school_evaluation", _("The school’s or programme’s evaluation")
        SCHOOL_PLAN = "school_plan", _("Goals of the school or family plan (IEP, IFSP)")
        OBSERVATION = "observation", _("What teachers or staff observe")
        THERAPY_EVALUATION = "therapy_evaluation", _("The occupational therapy evaluation")
        THERAPY_PLAN = "therapy_plan", _("The plan of care and its goals")
        PROGRESS = "progress", _("How it goes: a progress report")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("Not possible")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    child = models.ForeignKey(Child, models.PROTECT, related_name="results")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="results")
    #: The referral whose therapist answers, or whose clinic asked; else it is the practice's.
    referral = models.ForeignKey(
        Referral, models.PROTECT, null=True, blank=True, related_name="results"
    )
    #: Asked of the school or programme; else it asks the care team.
    to_partner = models.BooleanField()
    kinds = models.JSONField(default=list)
    words = models.TextField(max_length=2000, blank=True)
    due_on = models.DateField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    is_open = models.BooleanField(default=True)
    #: What came back in words; of a refusal or a withdrawal its reason.
    answer = models.TextField(max_length=4000, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["organization", "due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_results_of_place",
            ),
            models.Index(
                fields=["child", "due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_results_of_child",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="result_state_known",
                condition=models.Q(state__in=["open", "answered", "refused", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="result_open_until_closed",
                condition=both_or_neither("closed_by", "closed_at")
                & (
                    models.Q(state="open", is_open=True, closed_at__isnull=True)
                    | ~models.Q(state="open") & models.Q(is_open=False, closed_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="result_refused_with_a_reason",
                condition=~models.Q(state__in=["refused", "withdrawn"]) | ~models.Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.labels)

    @property
    def owner(self) -> User:
        """Who sees to it: of what a partner owes whoever asked, else the child's pediatrician."""
        return self.asked_by if self.to_partner else self.child.pediatrician

    @property
    def labels(self) -> list[str]:
        """What is asked for, in words."""
        return [str(self.Kind(kind).label) for kind in self.kinds]


def storage_name(file: "ResultFile", filename: str) -> str:
    """Opaque on disk: neither the child's nor the file's name."""
    return str(PurePosixPath("result") / f"{file.pk}")


class ResultFile(Record):
    """A file that came with an answer. Only ever downloaded, never shown inline."""

    result = models.ForeignKey(ResultRequest, models.PROTECT, related_name="files")
    file = models.FileField(upload_to=storage_name, max_length=120)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=40, choices=[(kind, kind) for kind in ACCEPTED])
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["result", "sha256"], name="one_copy_of_a_file_per_result"
            )
        ]

    def __str__(self) -> str:
        return self.name
