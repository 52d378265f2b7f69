"""Which letters were written for a child, to whom, and from which texts does a place write them?"""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.clinical.letters import KINDS

from .guardian import Guardian
from .organization import Organization
from .person import User
from .record import Record, RecordQuerySet, both_or_neither
from .referral import Referral

_KINDS = [(kind.code, kind.label) for kind in KINDS.values()]


class LetterTemplate(Record):
    """One version of a place's own text for a kind of letter, in one language.

    Never changed: who edits writes the next version. With `shipped` the product's own text stands
    again, and no words are kept.
    """

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="letter_templates",
        # Schools and programmes write no letters: an administrator is not offered them.
        limit_choices_to={"kind__in": ["pediatric_practice", "therapy_clinic"], "is_active": True},
    )
    kind = models.CharField(max_length=20, choices=_KINDS)
    language = models.CharField(max_length=2, choices=User.Language)
    version = models.PositiveSmallIntegerField()
    shipped = models.BooleanField("the product’s own text", default=False)
    subject = models.CharField(max_length=160, blank=True)
    body = models.TextField(max_length=6000, blank=True)
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        ordering = ["organization", "kind", "language", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "language", "version"],
                name="one_letter_template_of_a_version",
            ),
            models.CheckConstraint(
                name="letter_template_says_something_or_nothing",
                condition=models.Q(shipped=True, subject="", body="")
                | models.Q(shipped=False) & ~models.Q(subject="") & ~models.Q(body=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_language_display()}, version {self.version}"


class LetterQuerySet(RecordQuerySet["Letter"]):
    def for_family(self) -> Self:
        """What was written to an adult of the child."""
        return self.filter(to_guardian__isnull=False)

    def for_adult(self, reader: User, adults: Iterable[Any]) -> Self:
        """Of those to the family what this person reads; the child's `adults` were read `with_apart`.

        A clinician reads what both were sent; of two adults who are kept apart each their own.
        """
        known, found = list(adults), self.for_family()
        if any(one.user_id == reader.pk for one in known) and any(one.is_apart for one in known):
            return found.filter(to_guardian__user=reader)
        return found


class Letter(Record):
    """A letter as it was made final: it never changes again, but can be marked as a mistake.

    It goes to one adult of the child or to one place. `template_version` is the version of the
    text it was begun from, 0 for the product's own; its words may have been changed since.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=20, choices=_KINDS)
    language = models.CharField(max_length=2, choices=User.Language)
    to_guardian = models.ForeignKey(
        Guardian, models.PROTECT, null=True, blank=True, related_name="letters"
    )
    to_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: The recipient by the name they had that day.
    addressee = models.CharField(max_length=200)
    subject = models.CharField(max_length=240)
    body = models.TextField(max_length=12000)
    template_version = models.PositiveSmallIntegerField(default=0)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    signature = models.CharField(max_length=240)
    error_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    error_at = models.DateTimeField(null=True, blank=True)
    error_reason = models.CharField(max_length=500, blank=True)

    objects = LetterQuerySet.as_manager()  # type: ignore[misc]  # narrower than a Record's

    class Meta:
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["referral", "-written_at"], name="letter_of_referral")]
        constraints = [
            models.CheckConstraint(
                name="letter_has_one_recipient",
                condition=models.Q(to_guardian__isnull=True, to_organization__isnull=False)
                | models.Q(to_guardian__isnull=False, to_organization__isnull=True),
            ),
            models.CheckConstraint(
                name="letter_says_something", condition=~models.Q(subject="") & ~models.Q(body="")
            ),
            models.CheckConstraint(
                name="letter_mistake_is_whole",
                condition=both_or_neither("error_by", "error_at")
                & (models.Q(error_at__isnull=True) | ~models.Q(error_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def title(self) -> Any:
        """What the family reads it as."""
        return _("Letter")
