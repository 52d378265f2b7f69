"""What do all signed documents share? Drafts that are kept, a signature, and versions that say why."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .person import User
from .record import Record, RecordQuerySet, T
from .referral import Referral


class SignedQuerySet(RecordQuerySet[T]):
    def for_family(self) -> Self:
        """What is signed and meant for the family to read."""
        meant: models.Q = self.model.FAMILY_READS  # type: ignore[attr-defined]
        return self.filter(meant)


class Signed(Record):
    """A document that is written, signed, and from then on never changes.

    An amendment is a new version, which names the one it `replaces` and the `reason`.
    `edition` rises with each saving of a draft, so that of two people who write on one
    edition the second is told, and nobody signs what changed under their eyes.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FINAL = "final", _("Signed")
        AMENDED = "amended", _("Replaced by a later version")
        ENDED = "ended", _("Ended")

    #: The columns that the author fills in: what an edition, a difference and a copy are made of.
    CONTENT: ClassVar[tuple[str, ...]] = ()
    #: Which of these documents a family reads: one that is signed, and for some sorts more.
    FAMILY_READS: ClassVar[models.Q] = ~models.Q(status="draft")

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="%(class)ss")
    number = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField(_("Why there is a new version"), max_length=500, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    edition = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    #: The signer as they were on that day: name, credentials, licence or NPI.
    signature = models.CharField(max_length=240, blank=True)

    objects = SignedQuerySet.as_manager()  # type: ignore[misc]  # narrower than a Record's

    class Meta:
        abstract = True
        ordering = ["-number", "-id"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_is_signed_whole",
                condition=models.Q(
                    status="draft", signed_by__isnull=True, signed_at__isnull=True, signature=""
                )
                | models.Q(signed_by__isnull=False, signed_at__isnull=False)
                & ~models.Q(status="draft")
                & ~models.Q(signature=""),
            ),
            models.CheckConstraint(
                name="new_%(class)s_says_why",
                condition=models.Q(replaces__isnull=True) | ~models.Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.number} ({self.get_status_display().lower()})"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def content(self) -> dict[str, object]:
        """What the author wrote, by column."""
        return {name: getattr(self, name) for name in self.CONTENT}


def alone(subject: str) -> list[models.UniqueConstraint]:
    """Of one `subject` (a column) one draft is written and one signed version stands."""
    return [
        models.UniqueConstraint(fields=[subject, "number"], name="one_%(class)s_of_a_number"),
        models.UniqueConstraint(
            fields=[subject], condition=models.Q(status="draft"), name="one_draft_%(class)s"
        ),
        models.UniqueConstraint(
            fields=[subject], condition=models.Q(status="final"), name="one_standing_%(class)s"
        ),
    ]


class SignedOnce(Signed):
    """A document of which a referral has one that stands, and its versions before."""

    class Meta(Signed.Meta):
        abstract = True
        constraints = [*alone("referral"), *Signed.Meta.constraints]
