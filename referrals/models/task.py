"""What is owed beside the referral's next step: by whom, about which record, and by when?"""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from referrals.act import DUTIES, Duty
from referrals.pathway import Party

from .organization import Organization
from .person import User
from .record import Record, Rising, both_or_neither, risen
from .referral import Referral


class Task(Rising, Record):
    """One duty on a referral. What the family owes has no owner: any adult with the right does it.

    It is shown from `from_on` on: a prescription that ends in a year waits for nobody today.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="tasks")
    duty = models.CharField(max_length=24, choices=[(d.value, DUTIES[d].verb) for d in Duty])
    party = models.CharField(max_length=12, choices=[(p.value, p.value) for p in Party])
    #: The plan, goal, prescription or evaluation it is about.
    about = models.UUIDField()
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="tasks")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_on = models.DateField()
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    #: That of its referral, kept as it rises: of a clinic's thousand referrals an index finds the few.
    clinic = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, editable=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    AS_IT_RISES: ClassVar[Mapping[str, str]] = {"clinic": "referral__clinic"}

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                # What begins later is passed over in the index: of it the row need not be looked up.
                fields=["owner", "due_on", "id", "from_on"],
                condition=models.Q(is_open=True),
                name="begun_task_of_owner",
            ),
            models.Index(
                fields=["organization", "due_on", "id"],
                condition=models.Q(is_open=True) & risen("due_on"),
                name="risen_task_of_place",
            ),
            models.Index(
                fields=["clinic", "due_on", "id"],
                condition=models.Q(is_open=True) & risen("due_on"),
                name="risen_task_of_clinic",
            ),
            models.Index(
                fields=["referral", "due_on", "from_on", "id", "owner", "organization", "is_open"],
                condition=models.Q(is_open=True),
                name="open_task_of_referral",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "duty", "party"],
                condition=models.Q(is_open=True),
                name="one_open_task_per_duty",
            ),
            models.CheckConstraint(
                name="task_of_somebody",
                condition=models.Q(party="family", owner__isnull=True, organization__isnull=True)
                | ~models.Q(party="family")
                & models.Q(owner__isnull=False, organization__isnull=False),
            ),
            models.CheckConstraint(
                name="task_is_done_whole",
                condition=both_or_neither("done_at", "done_by")
                & (
                    models.Q(is_open=True, done_at__isnull=True)
                    | models.Q(is_open=False, done_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="task_duty_known",
                condition=models.Q(duty__in=[duty.value for duty in Duty]),
            ),
        ]

    def __str__(self) -> str:
        return self.get_duty_display()
