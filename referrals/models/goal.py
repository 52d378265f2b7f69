"""What is to be reached, who has agreed to which version of it, and how far has the child come?"""

from collections.abc import Iterable, Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.clinical.gas import BASELINE_LEVEL
from referrals.clinical.goal_bank import statement
from referrals.clinical.knowledge import DOMAINS
from referrals.clinical.text import LANGUAGES
from referrals.pathway import Party

from .appointment import Appointment
from .event import AppendOnlyRecord
from .person import User
from .plan import Plan
from .record import ChangingRecord, Record
from .referral import Referral

#: The three who set goals together, and who each may rate them.
PARTIES: Final = (Party.PEDIATRICIAN, Party.THERAPIST, Party.FAMILY)
_PARTIES = [(p.value, p.value.capitalize()) for p in PARTIES]
_ONE_TO_THREE = [(1, "1 A little"), (2, "2 Rather"), (3, "3 Very")]


class Goal(ChangingRecord):
    """A goal keeps its identity for life; what it says stands in its versions."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACTIVE = "active", _("Agreed")
        MET = "met", _("Met")
        RETIRED = "retired", _("Retired")

    class Term(models.TextChoices):
        LONG = "long", _("Long-term")
        SHORT = "short", _("Short-term")

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="goals")
    status = models.CharField(max_length=8, choices=Status, default=Status.PROPOSED)
    term = models.CharField(max_length=5, choices=Term)
    #: The long-term goal that a short-term one serves.
    serves = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="served_by"
    )
    #: Number of the version that stands.
    number = models.PositiveSmallIntegerField(default=1)
    edition = models.PositiveIntegerField(default=1)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_as = models.CharField(max_length=12, choices=_PARTIES)
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    #: Why therapy began without a party's word: {"family": "No answer since 3 May."}
    started_without = models.JSONField(default=dict, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["proposed_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="goal_ending_is_whole",
                condition=models.Q(status__in=["proposed", "active"], ended_at__isnull=True)
                & models.Q(ended_by__isnull=True)
                | models.Q(status__in=["met", "retired"], ended_at__isnull=False)
                & models.Q(ended_by__isnull=False)
                & ~models.Q(ended_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_term_display()} goal"

    @property
    def is_open(self) -> bool:
        """Neither met nor retired."""
        return self.status in (self.Status.PROPOSED, self.Status.ACTIVE)

    @property
    def is_locked(self) -> bool:
        """Whether what it is measured by can no longer change: it was once agreed, or worked on."""
        return self.agreed_at is not None or bool(self.started_without)


class GoalVersion(AppendOnlyRecord):
    """What the goal says. Never changed: another wording is another version, to be agreed anew.

    `levels` holds five entries from -2 to +2, each {"amount": number, "words": text}; one
    variable, `measure`, runs through all five. `convention` says which level is today.
    """

    class Convention(models.TextChoices):
        MINUS_TWO = "minus_two", _("-2 is today")
        MINUS_ONE = "minus_one", _("-1 is today, -2 would be a loss")

    CONTENT = (
        "wish", "domain", "who", "does_what", "conditions", "how_well", "statement", "baseline",
        "measure", "levels", "convention", "importance", "difficulty", "target_on",
    )  # fmt: skip
    #: What a rating is read against: it stays as it was agreed.
    LOCKED = ("baseline", "measure", "levels", "convention", "importance", "difficulty")

    #: What the child will do, how and how well: the parts of the statement that are words.
    DEED = ("does_what", "conditions", "how_well")

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    wish = models.CharField(_("In the family's own words"), max_length=500)
    domain = models.CharField(max_length=24, choices=[(d.code, d.label) for d in DOMAINS.values()])
    who = models.CharField(max_length=80)
    does_what = models.CharField(max_length=240)
    conditions = models.CharField(_("Under what conditions"), max_length=240)
    how_well = models.CharField(max_length=240)
    statement = models.TextField(max_length=1000)
    baseline = models.CharField(_("Today"), max_length=500)
    measure = models.CharField(_("What is counted or measured"), max_length=120)
    levels = models.JSONField()
    convention = models.CharField(max_length=9, choices=Convention)
    importance = models.PositiveSmallIntegerField(choices=_ONE_TO_THREE)
    difficulty = models.PositiveSmallIntegerField(choices=_ONE_TO_THREE)
    target_on = models.DateField()
    reason = models.CharField(_("What changed, and why"), max_length=500, blank=True)
    #: What the place's own goal bank says of it, by its English the Spanish (empty where there is
    #: none): as it was when this was written.
    spanish = models.JSONField(default=dict, db_default={}, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_as = models.CharField(max_length=12, choices=_PARTIES)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["goal", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "number"], name="one_version_of_a_number"),
            models.CheckConstraint(
                name="later_version_says_why",
                condition=models.Q(number=1) | ~models.Q(reason=""),
            ),
            models.CheckConstraint(
                name="goal_weights_from_one_to_three",
                condition=models.Q(importance__in=[1, 2, 3], difficulty__in=[1, 2, 3]),
            ),
        ]

    def __str__(self) -> str:
        return self.statement

    @property
    def language(self) -> str:
        """In which its words were typed."""
        return self.written_by.language

    @property
    def carried(self) -> dict[str, dict[str, str]]:
        """For a row that copies its words: what its place says of them in Spanish, if anything."""
        return {"spanish": self.spanish} if self.spanish else {}

    @property
    def made_in(self) -> str | None:
        """The language in which the statement is made of the parts; None where somebody worded it."""
        parts = (self.who, self.does_what, self.conditions, self.how_well, self.target_on)
        return next((lang for lang in LANGUAGES if self.statement == statement(*parts, lang)), None)

    @property
    def own_statement(self) -> str:
        """The statement where somebody worded it; empty where it is made of the parts."""
        return "" if self.made_in else self.statement

    @property
    def content(self) -> dict[str, object]:
        """What its author wrote, by column."""
        return {name: getattr(self, name) for name in self.CONTENT}

    @property
    def baseline_level(self) -> int:
        """The level that is today: -2 or -1, by the stored convention."""
        return BASELINE_LEVEL[self.convention]  # type: ignore[index]

    @property
    def weight(self) -> int:
        """Importance times difficulty: 1 to 9."""
        return self.importance * self.difficulty


class Position(AppendOnlyRecord):
    """What one party says to one version; the latest of a party is its position."""

    class Answer(models.TextChoices):
        AGREE = "agree", _("Agrees")
        CHANGE = "change", _("Wants a change")
        DECLINE = "decline", _("Declines")

    version = models.ForeignKey(GoalVersion, models.PROTECT, related_name="positions")
    party = models.CharField(max_length=12, choices=_PARTIES)
    answer = models.CharField(max_length=8, choices=Answer)
    words = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="change_or_decline_says_what",
                condition=models.Q(answer="agree") | ~models.Q(words=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_party_display()}: {self.get_answer_display().lower()}"


def by_party(positions: Iterable[Position]) -> dict[Party, Position | None]:
    """Of the positions on one version, oldest first, the latest of each of the three."""
    said: dict[Party, Position | None] = dict.fromkeys(PARTIES)
    for position in positions:
        said[Party(position.party)] = position
    return said


def awaited(said: Mapping[Party, Position | None]) -> list[Party]:
    """Who has to do something: who has not answered, and the therapist, where somebody disagrees."""
    waiting = [party for party, position in said.items() if position is None]
    disagreed = any(p and p.answer != Position.Answer.AGREE for p in said.values())
    if disagreed and Party.THERAPIST not in waiting:
        waiting.append(Party.THERAPIST)
    return waiting


class Rating(AppendOnlyRecord):
    """A level reached, as one of the three sees it; the raters are never mixed."""

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="ratings")
    party = models.CharField(max_length=12, choices=_PARTIES)
    level = models.SmallIntegerField()
    rated_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    #: The therapy visit whose note says so; of two ratings from one visit the later one counts.
    visit = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="ratings"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["rated_on", "at", "id"]
        indexes = [models.Index(fields=["goal", "rated_on", "id"], name="rating_of_goal")]
        constraints = [
            models.CheckConstraint(
                name="rating_level_on_the_scale",
                condition=models.Q(level__gte=-2, level__lte=2),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level:+d} on {self.rated_on}"


class Performance(AppendOnlyRecord):
    """How well it goes and how content the family is with that, 1 to 10 each, rated by the family."""

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="performances")
    performance = models.PositiveSmallIntegerField()
    satisfaction = models.PositiveSmallIntegerField()
    rated_on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["rated_on", "at", "id"]
        constraints = [
            models.CheckConstraint(
                name="performance_from_one_to_ten",
                condition=models.Q(
                    performance__gte=1,
                    performance__lte=10,
                    satisfaction__gte=1,
                    satisfaction__lte=10,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.performance} and {self.satisfaction} on {self.rated_on}"


class PlanGoal(Record):
    """Which goals a plan named when it was signed, and in which version."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="plan_goals")
    version = models.ForeignKey(GoalVersion, models.PROTECT, related_name="plan_goals")

    class Meta:
        ordering = ["plan", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "version"], name="goal_named_once_in_a_plan")
        ]

    def __str__(self) -> str:
        return str(self.version)
