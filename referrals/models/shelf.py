"""What does an organisation keep on its own shelf, beside what the product ships, and what is on offer there?

Each row turns into the same entry that the shipped table gives. What is retired is not offered any
more; where it was used it stays readable.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext, ngettext

from referrals.clinical import activity_bank, goal_bank, phrasebook
from referrals.clinical.activity_bank import ACTIVITIES, LONGEST, NOT_OURS, ActivityEntry
from referrals.clinical.goal_bank import BANK, BankEntry
from referrals.clinical.knowledge import DOMAINS
from referrals.clinical.payers import PAYERS, Payer
from referrals.clinical.text import Text

from .activity import Activity
from .organization import Organization
from .record import Record, RecordQuerySet

CODE = RegexValidator(
    r"^[a-z][a-z0-9_]*\Z", "Begin with a small letter; then small letters, digits and “_”."
)
_AREAS = [(one.code, one.label) for one in DOMAINS.values() if one.code != NOT_OURS]


class ShelfQuerySet(RecordQuerySet["Shelved"]):
    def at(self, place: UUID | None) -> Self:
        """What this organisation keeps, retired entries among it."""
        return self.filter(organization=place)

    def offered(self) -> Self:
        return self.filter(is_active=True)


class Shelved(Record):
    """One entry of an organisation's own: its code means nothing anywhere else."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    code = models.CharField(
        max_length=24, validators=[CODE],
        help_text="Short and of your own, such as h_socks. It stays, and can stand in an address.",
    )  # fmt: skip
    is_active = models.BooleanField(
        "offered", default=True,
        help_text="Taken off, nobody can choose it any more; where it was chosen it stays.",
    )  # fmt: skip
    source = models.CharField(
        max_length=240, help_text="Who worked it out or where it is written, for who comes after."
    )

    objects: ClassVar[Any] = ShelfQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["organization", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], name="%(class)s_code_once",
                violation_error_message="This place has an entry of this code.",
            ),
        ]  # fmt: skip

    #: The codes that the product ships: none of them can be an organisation's own.
    SHIPPED: Mapping[str, Any] = {}

    def clean(self) -> None:
        super().clean()
        if self.code in self.SHIPPED:
            raise ValidationError({"code": "The product itself ships an entry of this code."})


class OwnActivity(Shelved):
    """A home activity to start from that is an organisation's own, with or without its Spanish.

    Given to a family it is written into the record: what changes here changes no record.
    """

    SHIPPED = ACTIVITIES
    #: What has a Spanish column of its own.
    READ = ("title", "why", "steps", "materials", "good_looks_like", "stop_when")

    domain = models.CharField("Area of daily life", max_length=40, choices=_AREAS)
    bands = models.JSONField("Ages", default=list)
    title = models.CharField(max_length=LONGEST)
    why = models.CharField("Why it helps", max_length=LONGEST)
    #: One step a line.
    steps = models.TextField(
        max_length=1000, help_text="One step a line, three to five short ones."
    )
    minutes = models.PositiveSmallIntegerField("Minutes each time")
    times_a_week = models.PositiveSmallIntegerField("Times a week")
    routine = models.CharField("Where in the day", max_length=8, choices=Activity.Routine)
    materials = models.CharField("What they need", max_length=240, blank=True)
    good_looks_like = models.CharField("What good looks like", max_length=LONGEST)
    stop_when = models.CharField("When to stop", max_length=LONGEST)
    title_es = models.CharField("Title in Spanish", max_length=LONGEST, blank=True)
    why_es = models.CharField("Why it helps, in Spanish", max_length=LONGEST, blank=True)
    steps_es = models.TextField(
        "Steps in Spanish", max_length=1000, blank=True, help_text="As many lines as in English."
    )
    materials_es = models.CharField("What they need, in Spanish", max_length=240, blank=True)
    good_looks_like_es = models.CharField(
        "What good looks like, in Spanish", max_length=LONGEST, blank=True
    )
    stop_when_es = models.CharField("When to stop, in Spanish", max_length=LONGEST, blank=True)

    class Meta(Shelved.Meta):
        verbose_name = "own home activity"
        verbose_name_plural = "own home activities"

    def __str__(self) -> str:
        return self.title

    @property
    def entry(self) -> ActivityEntry:
        """As the shipped table gives one; what nobody said in Spanish is its English in either."""
        steps, spanish = _lines(self.steps), _lines(self.steps_es)
        spanish = spanish if len(spanish) == len(steps) else steps
        said = _said(self, (name for name in self.READ if name != "steps"))
        return ActivityEntry(
            code=self.code, domain=self.domain, bands=tuple(self.bands),
            steps=tuple(Text(*pair) for pair in zip(steps, spanish, strict=True)),
            minutes=self.minutes, times_a_week=self.times_a_week, routine=self.routine,
            source=self.source, **said,
        )  # fmt: skip

    @property
    def spanish(self) -> dict[str, str]:
        """By an English text that a family reads of it: the Spanish one, where there is one."""
        return {text.en: text.es for text in self.entry.texts if text.es != text.en}

    def clean(self) -> None:
        super().clean()
        if None in (self.minutes, self.times_a_week) or not isinstance(self.bands, list):
            return  # said at its field already
        found = found_in(self, activity_bank.faults(self.entry))
        if self.steps_es and len(_lines(self.steps_es)) != len(_lines(self.steps)):
            found.setdefault("steps_es", []).append("Write as many steps as in English.")
        if found:
            raise ValidationError(found)


class OwnGoal(Shelved):
    """A goal to start from that is an organisation's own, all of it in Spanish or none.

    Taken for a child it is written into the record: what changes here changes no record.
    """

    SHIPPED = BANK
    #: What has a Spanish column of its own.
    READ = ("title", "does_what", "conditions", "how_well", "measure", "step")

    domain = models.CharField("Area of daily life", max_length=40, choices=_AREAS)
    bands = models.JSONField("Ages", default=list)
    title = models.CharField(max_length=LONGEST)
    does_what = models.CharField(
        "Will do what", max_length=LONGEST, help_text="It follows on “Mina will”."
    )
    conditions = models.CharField("Under what conditions", max_length=LONGEST)
    how_well = models.CharField(
        "How well", max_length=LONGEST, help_text="With the amount of level 0 in figures."
    )
    measure = models.CharField("What is counted or measured", max_length=LONGEST)
    amounts = models.CharField(
        "Amounts", max_length=80, help_text="Five, from level −2 to +2, such as: 0, 1, 3, 4, 5"
    )
    step = models.CharField(
        "Words of a level", max_length=LONGEST, help_text="With {amount} where its amount goes."
    )
    title_es = models.CharField("Title in Spanish", max_length=LONGEST, blank=True)
    does_what_es = models.CharField("Will do what, in Spanish", max_length=LONGEST, blank=True)
    conditions_es = models.CharField(
        "Under what conditions, in Spanish", max_length=LONGEST, blank=True
    )
    how_well_es = models.CharField("How well, in Spanish", max_length=LONGEST, blank=True)
    measure_es = models.CharField(
        "What is counted or measured, in Spanish", max_length=LONGEST, blank=True
    )
    step_es = models.CharField("Words of a level, in Spanish", max_length=LONGEST, blank=True)

    class Meta(Shelved.Meta):
        verbose_name = "own goal to start from"
        verbose_name_plural = "own goals to start from"

    def __str__(self) -> str:
        return self.title

    @property
    def entry(self) -> BankEntry:
        """As the shipped table gives one. Raises ValueError where an amount is no number."""
        return BankEntry(
            code=self.code, domain=self.domain, bands=tuple(self.bands), source=self.source,
            amounts=tuple(_amount(said) for said in self.amounts.replace(",", " ").split()),
            **_said(self, self.READ),
        )  # fmt: skip

    def clean(self) -> None:
        super().clean()
        if not isinstance(self.bands, list):
            return  # said at its field already
        spanish = [f"{name}_es" for name in self.READ]
        missing = [name for name in spanish if not getattr(self, name).strip()]
        if missing and len(missing) < len(spanish):
            # Half of a sentence in another language is none.
            raise ValidationError(dict.fromkeys(missing, "Say all of it in Spanish, or nothing."))
        try:
            entry = self.entry
        except ValueError:
            raise ValidationError({"amounts": "Write numbers, such as: 0, 1, 3, 4, 5"}) from None
        if found := found_in(self, goal_bank.faults(entry)):
            raise ValidationError(found)


class OwnPayer(Shelved):
    """A payer's profile that an organisation has learned: until when to sign, and how long it holds."""

    SHIPPED = PAYERS

    name = models.CharField(max_length=60)
    sign_within = models.PositiveSmallIntegerField("Days to sign in")
    valid_days = models.PositiveSmallIntegerField(
        "Days it holds", null=True, blank=True, help_text="Either days or months."
    )
    valid_months = models.PositiveSmallIntegerField("Months it holds", null=True, blank=True)

    class Meta(Shelved.Meta):
        verbose_name = "own payer profile"
        verbose_name_plural = "own payer profiles"
        constraints = [
            *Shelved.Meta.constraints,
            models.CheckConstraint(
                name="own_payer_days_to_sign",
                condition=models.Q(sign_within__gte=1, sign_within__lte=366),
                violation_error_message="Let the pediatrician sign within 1 to 366 days.",
            ),
            models.CheckConstraint(
                name="own_payer_one_length",
                # Compared with nothing, a row would pass: so each is asked for first.
                condition=models.Q(valid_days__isnull=False, valid_months__isnull=True)
                & models.Q(valid_days__gte=1, valid_days__lte=366)
                | models.Q(valid_months__isnull=False, valid_days__isnull=True)
                & models.Q(valid_months__gte=1, valid_months__lte=12),
                violation_error_message="Say how long it holds: in days (up to 366) or in months (up to 12), in one of them.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def entry(self) -> Payer:
        """As the shipped table gives one, its label in the language of who reads."""
        if self.valid_months is not None:
            holds = ngettext("%(n)d month", "%(n)d months", self.valid_months)
        else:
            holds = ngettext("%(n)d day", "%(n)d days", self.valid_days or 0)
        within = ngettext("%(n)d day", "%(n)d days", self.sign_within) % {"n": self.sign_within}
        label = gettext("{name}: signed in {within}, valid for {holds}").format(
            name=self.name, within=within, holds=holds % {"n": self.valid_months or self.valid_days}
        )
        return Payer(
            code=self.code, label=label, sign_within=self.sign_within, source=self.source,
            valid_days=self.valid_days, valid_months=self.valid_months,
        )  # fmt: skip


def _said(one: Shelved, names: Iterable[str]) -> dict[str, Text]:
    """Its texts by name; what nobody said in Spanish is its English in either."""
    pairs = {name: (getattr(one, name), getattr(one, f"{name}_es")) for name in names}
    return {name: Text(english, spanish or english) for name, (english, spanish) in pairs.items()}


def found_in(one: Any, faults: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """What is wrong, by field, without what the field itself says already."""
    found: dict[str, list[str]] = {}
    for field, sentence in faults:
        if field != "domain" and getattr(one, field) not in ("", []):
            found.setdefault(field, []).append(sentence)
    return found


def _amount(said: str) -> float:
    amount = float(said)
    return int(amount) if amount.is_integer() else amount


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


# --- What is on offer at a place, and what a code that was chosen there means --------------------


def activities_at(place: UUID | None) -> dict[str, ActivityEntry]:
    """The shipped activities, and after them the place's own. One query."""
    own: Any = OwnActivity.objects.at(place).offered().order_by("title", "code")
    return {**ACTIVITIES, **{one.code: one.entry for one in own}}


def goals_at(place: UUID | None) -> dict[str, BankEntry]:
    """The shipped goals to start from, and after them the place's own. One query."""
    own: Any = OwnGoal.objects.at(place).offered().order_by("title", "code")
    return {**BANK, **{one.code: one.entry for one in own}}


def payers_at(place: UUID | None) -> dict[str, Payer]:
    """The shipped profiles, and after them the place's own. One query."""
    own: Any = OwnPayer.objects.at(place).offered().order_by("name", "code")
    return {**PAYERS, **{one.code: one.entry for one in own}}


def payer_at(place: UUID | None, code: str) -> Payer | None:
    """What a code means that was chosen at a place, retired or not. No query for a shipped one."""
    if not code or code in PAYERS:
        return PAYERS.get(code)
    own: Any = OwnPayer.objects.at(place).filter(code=code).first()
    return own.entry if own is not None else None


def payer_in_words(place: UUID | None, code: str) -> str:
    """What a payer's code means, in the language of who reads; empty where none was chosen."""
    found = payer_at(place, code)
    return gettext(found.label) if found is not None else code


def payers_by_place(
    chosen: Iterable[tuple[UUID | None, str]],
) -> dict[tuple[UUID | None, str], Payer]:
    """The same for many: by place and code. One query, and none where all are shipped."""
    chosen = set(chosen)
    found = {(place, code): PAYERS[code] for place, code in chosen if code in PAYERS}
    left = {(place, code) for place, code in chosen if code and code not in PAYERS}
    if left:
        own: Any = OwnPayer.objects.filter(organization__in={place for place, _ in left})
        found |= {
            (one.organization_id, one.code): one.entry
            for one in own
            if (one.organization_id, one.code) in left
        }
    return found


def spanish_of_activity(place: UUID | None, code: str) -> dict[str, str]:
    """The Spanish of a place's own activity by its English. No query for a shipped one or none."""
    if not code or code in ACTIVITIES:
        return {}  # the shipped words are known wherever they stand
    own: Any = OwnActivity.objects.at(place).filter(code=code).first()
    return own.spanish if own is not None else {}


def spanish_of_goal(place: UUID | None, texts: Iterable[str]) -> dict[str, str]:
    """Of some texts of a goal those that the place's own entries word, retired or not. One query."""
    own: Any = OwnGoal.objects.at(place)
    return phrasebook.carried(texts, [one.entry for one in own])
