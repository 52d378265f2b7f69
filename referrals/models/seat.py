"""Who sits on a child's care team, with which rights, from when until when, on what ground?

The one source of who may see whom: every ground of access is written here as a
row, so that lists and pages ask one table.
"""

from datetime import datetime

from django.db import models
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from .child import Child
from .organization import Organization
from .person import User
from .record import FOREVER, ChangingQuerySet, ChangingRecord


class SeatQuerySet(ChangingQuerySet["Seat"]):
    def live(self, at: datetime) -> "SeatQuerySet":
        return self.filter(since__lte=at, until__gt=at)

    def holding(self, right: str) -> "SeatQuerySet":
        """Those whose rights name this one: a word of a fixed list, so its quotes tell it apart."""
        return self.annotate(rights_said=Cast("rights", models.TextField())).filter(
            rights_said__contains=f'"{right}"'
        )


class Seat(ChangingRecord):
    """A person's or an organisation's place on one child's team.

    Both times are half open: the seat holds from `since` up to, not including, `until`.
    """

    class Role(models.TextChoices):
        PRACTICE = "practice", _("Pediatric practice")
        CLINIC = "clinic", _("Therapy clinic")
        FAMILY = "family", _("Family")
        PARTNER = "partner", _("Partner")
        EMERGENCY = "emergency", _("Emergency")

    class Ground(models.TextChoices):
        REGISTRATION = "registration", "Registered the child"
        REFERRAL = "referral", "Referral"
        GUARDIANSHIP = "guardianship", "Guardianship"
        CONSENT = "consent", "Consent of the family"
        EMERGENCY = "emergency", "Opened in an emergency"

    child = models.ForeignKey(Child, models.PROTECT, related_name="seats")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="seats")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="seats"
    )
    #: The id of whichever of the two holds it. Ids are unique over both tables; never NULL.
    holder = models.GeneratedField(
        expression=Coalesce("user", "organization"),
        output_field=models.UUIDField(),
        db_persist=True,
    )
    role = models.CharField(max_length=10, choices=Role)
    rights = models.JSONField(default=list)
    since = models.DateTimeField()
    until = models.DateTimeField(default=FOREVER)
    ground = models.CharField(max_length=12, choices=Ground)
    #: The referral, guardianship or consent that gives the seat.
    ground_id = models.UUIDField()

    objects = SeatQuerySet.as_manager()  # type: ignore[misc]  # narrower than a Record's

    class Meta:
        ordering = ["since", "id"]
        indexes = [
            models.Index(fields=["holder", "child", "until"], name="seat_by_holder"),
            models.Index(fields=["ground_id"], name="seat_by_ground"),
        ]
        constraints = [
            models.CheckConstraint(
                name="seat_has_one_holder",
                condition=models.Q(user__isnull=True, organization__isnull=False)
                | models.Q(user__isnull=False, organization__isnull=True),
            ),
            models.CheckConstraint(
                name="seat_ends_after_it_begins",
                condition=models.Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.user or self.organization}"
