"""Who is the child, and by which words can it be found?"""

import unicodedata
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from referrals.clinical.ages import Ages, ages

from .organization import Organization
from .person import User
from .record import ChangingRecord

#: Completed weeks a pregnancy can have lasted when a child is born alive.
GESTATION_WEEKS = (22, 44)
#: Years after which a person is no longer in paediatric care.
OLDEST = 21


class Child(ChangingRecord):
    """A child whose care is coordinated here. The custodian is the practice that registered it."""

    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    name_used = models.CharField(
        max_length=80, blank=True, help_text="What the child is called, where it differs."
    )
    date_of_birth = models.DateField()
    gestation_weeks = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(GESTATION_WEEKS[0]), MaxValueValidator(GESTATION_WEEKS[1])],
    )
    gestation_days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(6)]
    )
    language_spoken = models.CharField(max_length=60, default="English")
    language_written = models.CharField(max_length=60, default="English")
    interpreter_needed = models.BooleanField(default=False)
    precautions = models.TextField(max_length=1000, blank=True)
    adaptive_equipment = models.TextField(max_length=1000, blank=True)
    practice = models.ForeignKey(Organization, models.PROTECT, related_name="children")
    pediatrician = models.ForeignKey(User, models.PROTECT, related_name="children")
    registered_at = models.DateTimeField()
    #: The record that stays, where this one turned out to be of the same child: see `merge`.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["family_name", "given_name", "id"]
        verbose_name_plural = "children"
        indexes = [
            models.Index(fields=["practice", "date_of_birth", "id"], name="child_birthday"),
            # Of whatever place: the administration looks so.
            models.Index(fields=["date_of_birth", "id"], name="child_birthday_anywhere"),
        ]
        constraints = [
            models.CheckConstraint(
                name="gestation_plausible",
                condition=models.Q(gestation_weeks__isnull=True)
                | models.Q(
                    gestation_weeks__gte=GESTATION_WEEKS[0], gestation_weeks__lte=GESTATION_WEEKS[1]
                ),
            ),
            models.CheckConstraint(
                name="gestation_days_within_a_week",
                condition=models.Q(gestation_days__isnull=True)
                | models.Q(gestation_days__lte=6, gestation_weeks__isnull=False),
            ),
            models.CheckConstraint(
                name="merged_into_another",
                condition=models.Q(merged_into__isnull=True)
                | ~models.Q(merged_into=models.F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name used, then the family name: what people say."""
        return f"{self.name_used or self.given_name} {self.family_name}"

    def ages(self, on: date) -> Ages:
        """Both ages on a day, and which of them counts."""
        return ages(self.date_of_birth, on, self.gestation_weeks, self.gestation_days)


def validate_birth(born: date, on: date) -> None:
    """Refuse a birth after `on`, or more than 21 years before it."""
    if born > on:
        raise ValidationError("This date lies in the future.")
    if (on.year - born.year, on.month, on.day) > (OLDEST, born.month, born.day):
        raise ValidationError(f"This person is over {OLDEST} years old: please check the year.")


class ChildIdentifier(ChangingRecord):
    """A number the child is known by somewhere: a medical record number, a school number."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="identifiers")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    value = models.CharField(max_length=40)
    #: Which numbers it is one of, as the computer system says that sent it; empty where none did.
    system = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        ordering = ["organization", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "value"], name="one_child_per_identifier"
            )
        ]

    def __str__(self) -> str:
        return self.value


class ChildToken(models.Model):
    """A word under which the people of one organisation find a child: of a name, a number, its birthday.

    Kept by the actions, a row for every organisation with a seat, so that a search is one range
    of one index and can never reach a child of somebody else's.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    token = models.CharField(max_length=80)
    child = models.ForeignKey(Child, models.PROTECT, related_name="tokens")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "token", "child"], name="one_row_per_token"
            )
        ]
        # Of whatever place: the administration looks so.
        indexes = [models.Index(fields=["token", "child"], name="token_of_any_place")]

    def __str__(self) -> str:
        return self.token


class Spelling(models.Model):
    """A word of `ChildToken` with no letter or one left out: two words one mistake apart share one.

    A row for each of an organisation's distinct words and each of its letters, however many
    children bear the name. It goes with the word's last child there.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    form = models.CharField(max_length=80)
    word = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "form", "word"], name="one_row_per_spelling"
            )
        ]

    def __str__(self) -> str:
        return self.form


#: Letters that a word must have: of a shorter one nearly every other is a mistake away.
FEWEST_LETTERS: Final = 4


def spellings(word: str) -> set[str]:
    """The word, and the word without each one of its letters; nothing for a short one or a number."""
    if len(word) < FEWEST_LETTERS or not word.isalpha():
        return set()
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


def birthday(born: date) -> str:
    """The word of `ChildToken` for a date of birth: no word that is typed begins with its sign."""
    return f"={born.isoformat()}"


def tokens(text: str) -> set[str]:
    """The words of a text in the form in which they are searched: lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return {word[:80] for word in letters.split()}
