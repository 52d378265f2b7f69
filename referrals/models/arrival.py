"""Which e-referrals came in from other computer systems, and what became of each?"""

from typing import Final

from django.db import models

from referrals.arriving import LONGEST_SYSTEM, LONGEST_VALUE

from .event import AppendOnlyRecord
from .organization import Organization
from .person import User
from .record import NO_DUE_DATE, Record, Rising, both_or_neither
from .referral import Referral
from .system import System


class Arrival(Rising, Record):
    """One e-referral, known again by the number that its sender gave it.

    The referral that is made of it has the same id, so that what the sender is told once (the id of
    a Task) stays true. While a person must decide whose child this is, it waits for `owner`.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waits for a decision"
        TAKEN_IN = "taken_in", "Became a referral"
        REFUSED = "refused", "Not taken in"

    class Reason(models.TextChoices):
        """Why a person must decide."""

        ALIKE = "alike", "A child who may be the same is known"
        SECOND = "second", "The child already has an open referral"
        BIRTH_DATE = "birth_date", "The birth date is not whole"
        NO_ORDER = "no_order", "It is sent as a plan or a draft, not as an order"
        NO_AUTHOR = "no_author", "No practitioner is named who orders it"

    system = models.ForeignKey(System, models.PROTECT, related_name="arrivals")
    key = models.CharField(max_length=400)
    #: Of the content, so that the same again is told from something else under the same number.
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    practice = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    clinic = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    next_due_on = models.DateField(default=NO_DUE_DATE)
    is_open = models.BooleanField(default=False)
    referral = models.OneToOneField(
        Referral, models.PROTECT, null=True, blank=True, related_name="arrival"
    )
    #: What was kept as words, or left alone: told to the sender each time it asks.
    remarks = models.JSONField(default=list)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    refusal = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["next_due_on", "id"]
        indexes = [
            models.Index(
                fields=["clinic", "next_due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_arrivals",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["system", "key"], name="one_arrival_per_number"),
            models.CheckConstraint(
                name="arrival_decision_is_whole",
                condition=both_or_neither("decided_at", "decided_by"),
            ),
            models.CheckConstraint(
                name="arrival_waits_or_is_settled",
                condition=models.Q(outcome="waiting", is_open=True, referral__isnull=True)
                & ~models.Q(reason="")
                | models.Q(outcome="taken_in", is_open=False, referral__isnull=False)
                | models.Q(outcome="refused", is_open=False, referral__isnull=True)
                & ~models.Q(refusal=""),
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class OrderNumber(Record):
    """A number by which the sender knows its order, or its task: given back to it, and found by it."""

    class Of(models.TextChoices):
        ORDER = "order", "Order"
        TASK = "task", "Task"

    arrival = models.ForeignKey(Arrival, models.PROTECT, related_name="numbers")
    of = models.CharField(max_length=5, choices=Of)
    system = models.CharField(max_length=LONGEST_SYSTEM, blank=True)
    value = models.CharField(max_length=LONGEST_VALUE)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["value"], name="order_number_by_value")]
        constraints = [
            models.UniqueConstraint(
                fields=["arrival", "of", "system", "value"], name="order_number_once"
            ),
            models.CheckConstraint(name="order_number_is_one", condition=~models.Q(value="")),
        ]

    def __str__(self) -> str:
        return self.value


class Original(Record):
    """What came in, word for word and packed. Read by who decides, and by nobody else here."""

    arrival = models.OneToOneField(Arrival, models.PROTECT, related_name="original")
    packed = models.BinaryField()
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.size} bytes"


class ArrivalView(AppendOnlyRecord):
    """One look at what came in, before there is a child's record to write it down in."""

    arrival = models.ForeignKey(Arrival, models.PROTECT, related_name="views")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"at {self.at:%Y-%m-%d %H:%M}"


class Alias(Record):
    """By which number a sender knows a practice, or a person of it, that has none of ours.

    So that the second order of a practitioner without an NPI is not from a second person.
    """

    system = models.ForeignKey(System, models.PROTECT, related_name="aliases")
    key = models.CharField(max_length=400)
    place = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "aliases"
        constraints = [
            models.UniqueConstraint(fields=["system", "key"], name="one_meaning_per_alias")
        ]

    def __str__(self) -> str:
        return str(self.person or self.place)


#: How many characters of a number are kept; a longer one is refused.
LONGEST_KEY: Final = 400
