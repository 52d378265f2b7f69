"""Which other computer systems read and refer here, for which organisation, and how far?"""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import models

from .organization import Organization
from .person import User
from .record import FOREVER, Record, RecordQuerySet, both_or_neither

#: Scope -> what it lets a system do. The words are those of SMART App Launch for systems.
WRITE: Final = "system/Bundle.write"
TYPES: Final = (
    "Patient", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization", "CareTeam",
    "Condition", "ServiceRequest", "Task", "Appointment", "Encounter", "Observation",
    "DiagnosticReport", "QuestionnaireResponse", "CarePlan", "Goal", "Communication", "Consent",
    "DocumentReference", "Provenance", "AuditEvent",
)  # fmt: skip
SCOPES: Final[dict[str, str]] = {
    "system/*.read": "Read everything that this interface tells of",
    WRITE: "Send referrals",
    **{f"system/{kind}.read": f"Read {kind}" for kind in TYPES},
}


class SystemQuerySet(RecordQuerySet["System"]):
    def live(self, at: datetime) -> "SystemQuerySet":
        return self.filter(
            opened_at__lte=at, until__gt=at, user__is_active=True, organization__is_active=True
        )


class System(Record):
    """A computer system of an organisation: an OAuth 2 client, and the account it acts as.

    The account is a member of the organisation in the role of a system, so that seats decide what
    it sees as they do for people, and the look log names it. Nobody can sign in as it.
    """

    name = models.CharField(
        max_length=80, help_text="As its people call it: “Records of Elm Street”."
    )
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="systems")
    user = models.OneToOneField(User, models.PROTECT, related_name="system")
    application = models.OneToOneField(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL, models.PROTECT, related_name="system"
    )
    scopes = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    until = models.DateTimeField(default=FOREVER)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SystemQuerySet.as_manager()  # type: ignore[misc]  # narrower than a Record's

    class Meta:
        ordering = ["organization", "name", "id"]
        constraints = [
            models.CheckConstraint(
                name="system_closed_by_somebody",
                condition=both_or_neither("closed_at", "closed_by"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.organization}"
