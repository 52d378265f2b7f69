"""Which adults answer for the child, with which rights, and what has a court limited?"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from .child import Child
from .person import User
from .record import NO_DUE_DATE, ChangingRecord, Record, both_or_neither


class Right(models.TextChoices):
    """What one adult may do for one child."""

    SEE = "see", _("See the record")
    LOG = "log", _("Log practice at home")
    AGREE = "agree", _("Agree times, goals and plans")
    SIGN = "sign", _("Sign papers")
    SHARE = "share", _("Share with a school or programme")


ALL_RIGHTS: Final = tuple(Right.values)


class Guardian(ChangingRecord):
    """An adult of the child: how to reach them, their rights, and their account once they have one."""

    class Relationship(models.TextChoices):
        MOTHER = "mother", _("Mother")
        FATHER = "father", _("Father")
        PARENT = "parent", _("Parent")
        GRANDPARENT = "grandparent", _("Grandparent")
        FOSTER = "foster", _("Foster parent")
        LEGAL = "legal", _("Legal guardian")
        OTHER = "other", _("Another adult")

    #: What each may do, and what is kept from the other: when that changed is nobody else's affair.
    QUIET = frozenset({
        "user", "user_id", "may_see", "may_log", "may_agree", "may_sign", "may_share", "contact_hidden",
        "invited_at", "invited_by", "invited_by_id",
    })  # fmt: skip

    child = models.ForeignKey(Child, models.PROTECT, related_name="guardians")
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="guardianships"
    )
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    relationship = models.CharField(max_length=16, choices=Relationship)
    phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    may_see = models.BooleanField(default=True)
    may_log = models.BooleanField(default=True)
    may_agree = models.BooleanField(default=True)
    may_sign = models.BooleanField(default=True)
    may_share = models.BooleanField(default=True)
    contact_hidden = models.BooleanField(
        default=False, help_text="Phone and e-mail are not shown to the child's other adults."
    )
    invited_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["child", "id"]
        constraints = [
            models.UniqueConstraint(fields=["child", "user"], name="one_guardianship_per_adult"),
            models.CheckConstraint(
                name="guardian_invitation_is_whole",
                condition=both_or_neither("invited_at", "invited_by"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def rights(self) -> frozenset[str]:
        """The rights given, before any court limit."""
        return frozenset(right for right in ALL_RIGHTS if getattr(self, f"may_{right}"))


class CourtLimit(Record):
    """What a court has limited for one adult, from a day until a day (both within)."""

    class Kind(models.TextChoices):
        RECORD = "record", "May not see the record"
        DECIDE = "decide", "May not agree, sign or share"
        CONTACT = "contact", "May not see the other adults' contact details and messages"

    guardian = models.ForeignKey(Guardian, models.PROTECT, related_name="court_limits")
    kind = models.CharField(max_length=8, choices=Kind)
    note = models.CharField(max_length=240, blank=True)
    since = models.DateField()
    until = models.DateField(default=NO_DUE_DATE, help_text="9000-01-01 stands for no end.")

    class Meta:
        ordering = ["guardian", "since"]
        constraints = [
            models.CheckConstraint(
                name="court_limit_ends_after_it_begins",
                condition=models.Q(until__gte=models.F("since")),
                violation_error_message="The limit ends before it begins.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.since}"

    def covers(self, on: date) -> bool:
        return self.since <= on <= self.until


def with_apart(adults: QuerySet[Guardian], at: datetime) -> QuerySet[Any]:
    """Each with `is_apart`: kept apart from the child's other adults, by own wish or by a court.

    One of two suffices: neither then reads what the other wrote. A court's day begins where the
    child lives: in doubt about the hour, the limit holds.
    """
    day = timedelta(days=1)
    limits = CourtLimit.objects.filter(
        guardian=OuterRef("pk"), kind=CourtLimit.Kind.CONTACT, since__lte=(at + day).date(),
        until__gte=(at - day).date(),
    )  # fmt: skip
    return adults.annotate(is_apart=Q(contact_hidden=True) | Exists(limits))


def apart(adults: QuerySet[Guardian], at: datetime) -> QuerySet[Any]:
    """Those of them who are kept apart from the child's other adults."""
    return with_apart(adults, at).filter(is_apart=True)


def estranged(adults: QuerySet[Guardian], user: User, at: datetime) -> list[UUID]:
    """The accounts of those adults from whom this one is kept apart: neither sees what the other did.

    One query; nobody where this person is none of them.
    """
    return estranged_among(with_apart(adults.filter(user__isnull=False), at), user)


def estranged_among(adults: Iterable[Any], user: User) -> list[UUID]:
    """The same of adults who were read `with_apart`."""
    known = [adult for adult in adults if adult.user_id is not None]
    mine = next((adult for adult in known if adult.user_id == user.pk), None)
    if mine is None:
        return []
    others = (adult for adult in known if adult is not mine)
    return [other.user_id for other in others if mine.is_apart or other.is_apart]
