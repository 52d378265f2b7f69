"""What do the people around a child write to each other, and who of them may read it?"""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .child import Child
from .consent import Consent
from .document import ACCEPTED
from .event import AppendOnlyRecord
from .guardian import Guardian, apart
from .person import User
from .record import Record, RecordQuerySet

#: The most that one message holds.
LONGEST: Final = 4000  # characters
MOST_FILES: Final = 5


class ThreadQuerySet(RecordQuerySet["Thread"]):
    def for_adult(self, user: User, at: datetime) -> "ThreadQuerySet":
        """What an adult of the family may read, of children whose family they are anyway.

        A thread with one adult is that adult's alone. One with the whole family is hidden where
        somebody wrote in it from whom this adult is kept apart.
        """
        kept_apart = apart(Guardian.objects.all(), at)
        by_others = Message.objects.filter(thread=OuterRef("pk"), guardian__isnull=False).exclude(
            guardian__user=user
        )
        mine_is_apart = Q(thread__child__in=kept_apart.filter(user=user).values("child"))
        # Asked of each message's own adult: as a list it would be read through for a whole region.
        is_apart = Exists(kept_apart.filter(pk=OuterRef("guardian")))
        hidden = by_others.filter(Q(is_apart) | mine_is_apart)
        return self.exclude(audience=Thread.Audience.CLINICIANS).filter(
            Q(is_alone=True, guardian__user=user) | Q(~Exists(hidden), is_alone=False)
        )

    def unread_by(self, user: User) -> "ThreadQuerySet":
        return self.filter(~Exists(_read_to_the_end(user)))

    def marked_for(self, user: User) -> "ThreadQuerySet":
        """With `is_unread`, for this reader."""
        return self.annotate(is_unread=~Exists(_read_to_the_end(user)))

    def counted_of_child(self, outer: str) -> Combinable:
        """How many of these are about the child of an outer query's row."""
        of_child = self.filter(child=OuterRef(outer)).order_by().values("child")
        return Coalesce(Subquery(of_child.annotate(n=Count("pk")).values("n")), 0)


def _read_to_the_end(user: User) -> models.QuerySet["Reading"]:
    return Reading.objects.filter(
        thread=OuterRef("pk"), user=user, number__gte=OuterRef("last_number")
    )


class Thread(Record):
    """Messages about one child, between people who are named when it begins: that never changes."""

    class Audience(models.TextChoices):
        CLINICIANS = "clinicians", _("Clinicians only")
        FAMILY = "family", _("Family and clinicians")
        PARTNER = "partner", _("School or programme, family and clinicians")

    child = models.ForeignKey(Child, models.PROTECT, related_name="threads")
    audience = models.CharField(max_length=10, choices=Audience)
    subject = models.CharField(max_length=120)
    #: Of the family only `guardian` reads it. Never NULL, as it decides who may see.
    is_alone = models.BooleanField(default=False)
    guardian = models.ForeignKey(
        Guardian, models.PROTECT, null=True, blank=True, related_name="threads"
    )
    #: What lets a partner read it, as long as it holds.
    consent = models.ForeignKey(
        Consent, models.PROTECT, null=True, blank=True, related_name="threads"
    )
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_number = models.PositiveIntegerField(default=1)

    objects = ThreadQuerySet.as_manager()  # type: ignore[misc]  # narrower than a Record's

    class Meta:
        ordering = ["-last_at", "-id"]
        indexes = [models.Index(fields=["child", "-last_at", "-id"], name="thread_of_child")]
        constraints = [
            models.CheckConstraint(
                name="thread_with_one_adult_names_them",
                condition=Q(is_alone=True, guardian__isnull=False)
                | Q(is_alone=False, guardian__isnull=True),
            ),
            models.CheckConstraint(
                name="thread_with_a_partner_names_the_consent",
                condition=Q(audience="partner", consent__isnull=False)
                | (~Q(audience="partner") & Q(consent__isnull=True)),
            ),
            models.CheckConstraint(
                name="thread_of_clinicians_has_no_adult",
                condition=~Q(audience="clinicians", is_alone=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}, since {self.started_at:%Y-%m-%d}"

    @property
    def is_hidden_from_family(self) -> bool:
        return self.audience == self.Audience.CLINICIANS


class Side(models.TextChoices):
    """In which role somebody writes or reads."""

    PEDIATRICIAN = "pediatrician", _("Pediatrician")
    THERAPIST = "therapist", _("Occupational therapist")
    COORDINATOR = "coordinator", _("Coordinator")
    FAMILY = "family", _("Family")
    PARTNER = "partner", _("School or programme")


#: The sides to which a thread between clinicians is open.
CLINICIANS: Final = frozenset({Side.PEDIATRICIAN, Side.THERAPIST, Side.COORDINATOR})


class Message(AppendOnlyRecord):
    """What one person wrote, in the role in which they wrote it. It never changes."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages")
    #: Its place in the thread, from 1 on.
    number = models.PositiveIntegerField()
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=Side)
    #: The adult who wrote it, where the family did: an account may pass to another person.
    guardian = models.ForeignKey(Guardian, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField(max_length=LONGEST)
    at = models.DateTimeField()

    class Meta:
        ordering = ["thread", "number"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="one_message_per_number"),
            models.CheckConstraint(name="message_says_something", condition=~Q(words="")),
            models.CheckConstraint(
                name="message_of_a_family_names_the_adult",
                condition=Q(role="family", guardian__isnull=False)
                | (~Q(role="family") & Q(guardian__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.number}"


def storage_name(enclosure: "Enclosure", filename: str) -> str:
    """Opaque on disk: neither the child's nor the file's name."""
    return str(PurePosixPath("enclosure") / f"{enclosure.pk}")


class Enclosure(AppendOnlyRecord):
    """A file that came with a message. Only ever downloaded, never shown inline."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="enclosures")
    file = models.FileField(upload_to=storage_name, max_length=120)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=40, choices=[(kind, kind) for kind in ACCEPTED])
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "sha256"], name="one_copy_of_a_file_per_message"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Reading(AppendOnlyRecord):
    """Up to which message somebody had read, and when: a row for each time it was further on."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=Side)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["number", "at"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "user", "number"], name="read_once")
        ]

    def __str__(self) -> str:
        return f"Up to {self.number}"
