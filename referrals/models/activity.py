"""What does the family practise at home, what did it do, and who answered?"""

from pathlib import PurePosixPath
from typing import Any, ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.pathway import Party

from .child import Child
from .event import AppendOnlyRecord
from .goal import Goal
from .organization import Organization
from .person import User
from .record import ChangingRecord, Record, both_or_neither
from .referral import Referral

#: So many at once, unless the therapist says why: few and short is what families keep up.
FEW: Final = 3
_ASKERS = [(p.value, p.value.capitalize()) for p in (Party.FAMILY, Party.THERAPIST)]


def picture_name(activity: "Activity", filename: str) -> str:
    """Opaque on disk."""
    return str(PurePosixPath("picture") / f"{activity.pk}.jpg")


class Activity(ChangingRecord):
    """A home activity. It is changed or retired, never deleted; its dose over time is in `doses`."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"

    class Routine(models.TextChoices):
        MORNING = "morning", _("Getting up and dressing")
        MEALS = "meals", _("At meals")
        PLAY = "play", _("At play")
        OUTDOORS = "outdoors", _("Outdoors")
        SCHOOL = "school", _("With school work")
        BATH = "bath", _("Washing and bath")
        BEDTIME = "bedtime", _("At bedtime")
        ANY = "any", _("At any time")

    CONTENT = (
        "title", "why", "steps", "minutes", "times_a_week", "routine", "materials",
        "good_looks_like", "stop_when",
    )  # fmt: skip

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="activities")
    goals = models.ManyToManyField(Goal, through="ActivityGoal", related_name="activities")
    title = models.CharField(max_length=120)
    why = models.CharField("Why it helps", max_length=500)
    #: One step a line.
    steps = models.TextField(max_length=2000)
    minutes = models.PositiveSmallIntegerField("Minutes each time")
    times_a_week = models.PositiveSmallIntegerField("Times a week")
    routine = models.CharField("Where in the day", max_length=8, choices=Routine)
    materials = models.CharField("What you need", max_length=500, blank=True)
    good_looks_like = models.CharField("What good looks like", max_length=500)
    stop_when = models.CharField("When to stop", max_length=500)
    bank_code = models.CharField(max_length=48, blank=True)
    #: What the place's own entry says in Spanish, by its English: as it was when this was given.
    spanish = models.JSONField(default=dict, db_default={}, blank=True)
    picture = models.FileField(upload_to=picture_name, max_length=120, blank=True)
    picture_shows = models.CharField("What the picture shows", max_length=240, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    edition = models.PositiveIntegerField(default=1)
    begun_on = models.DateField()
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    beyond_few = models.CharField("Why more than three at once", max_length=500, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    retired_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    retired_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["begun_at", "id"]
        verbose_name_plural = "activities"
        indexes = [models.Index(fields=["referral", "status"], name="activity_of_referral")]
        constraints = [
            models.CheckConstraint(
                name="activity_retirement_is_whole",
                condition=models.Q(
                    status="active", retired_on__isnull=True, retired_by__isnull=True
                )
                | models.Q(status="retired", retired_on__isnull=False, retired_by__isnull=False)
                & ~models.Q(retired_reason=""),
            ),
            models.CheckConstraint(
                name="activity_is_short_and_often",
                condition=models.Q(
                    minutes__gte=1, minutes__lte=60, times_a_week__gte=1, times_a_week__lte=14
                ),
            ),
            models.CheckConstraint(
                name="activity_picture_is_described",
                condition=models.Q(picture="") | ~models.Q(picture_shows=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def language(self) -> str:
        """In which its words were typed."""
        return self.begun_by.language

    @property
    def called(self) -> dict[str, Any]:
        """For an event: its name that day, and what its place says of that in Spanish, if anything."""
        said = {text: words for text, words in self.spanish.items() if text == self.title}
        return {"title": self.title} | ({"spanish": said} if said else {})

    @property
    def step_list(self) -> list[str]:
        return [line.strip() for line in self.steps.splitlines() if line.strip()]


class ActivityGoal(Record):
    """Which goal an activity serves."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="served")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")

    #: A choice that is made anew with each change; what was chosen stays in the event.
    objects: ClassVar = models.Manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "goal"], name="goal_served_once")
        ]

    def __str__(self) -> str:
        return f"{self.activity} for {self.goal}"


class Dose(AppendOnlyRecord):
    """How often and how long an activity is practised, from this day until the next dose begins.

    A dose of no times a week ends it: the day the activity was retired.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="doses")
    from_on = models.DateField()
    times_a_week = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["activity", "from_on", "at", "id"]

    def __str__(self) -> str:
        return f"{self.times_a_week} times a week from {self.from_on}"


class Pause(Record):
    """Days on which nothing is asked of the family, once both sides agreed to it."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Asked for")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Not agreed")

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="pauses")
    first_on = models.DateField("From")
    last_on = models.DateField("Until and with")
    reason = models.CharField(max_length=500)
    status = models.CharField(max_length=8, choices=Status)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_as = models.CharField(max_length=12, choices=_ASKERS)
    asked_at = models.DateTimeField()
    #: The adult with whom the therapist agreed it, where the therapist wrote it down.
    agreed_with = models.CharField(max_length=240, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="pause_in_order", condition=models.Q(last_on__gte=models.F("first_on"))
            ),
            models.CheckConstraint(
                name="pause_answer_is_whole",
                condition=models.Q(status="asked", answered_by__isnull=True)
                & models.Q(answered_at__isnull=True)
                | ~models.Q(status="asked")
                & models.Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on} to {self.last_on}"


class Practice(Record):
    """One entry of the family: it did the activity, partly, or not today.

    The id is made on the phone: sent again it is the same entry. `told_at` is the moment of the
    tap by the server's reckoning, whatever the phone's clock said. Undone, it counts for nothing
    and stays.
    """

    class Result(models.TextChoices):
        DID = "did", _("Did it")
        PARTLY = "partly", _("Partly")
        NOT_TODAY = "not_today", _("Not today")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="practices")
    child = models.ForeignKey(Child, models.PROTECT, related_name="practices")
    #: The child's custodian, the key by which a region could be divided.
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    result = models.CharField(max_length=9, choices=Result)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    word = models.CharField(max_length=240, blank=True)
    done_on = models.DateField()
    told_at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    #: It arrived when the activity had been retired before that day: kept, marked, shown.
    after_retired = models.BooleanField(default=False)
    #: The phone's clock was off by half a day or more; `told_at` is put right.
    clock_was_off = models.BooleanField(default=False)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-done_on", "-told_at", "-id"]
        indexes = [
            models.Index(fields=["child", "done_on", "minutes"], name="practice_of_child"),
            models.Index(fields=["activity", "-done_on", "-id"], name="practice_of_activity"),
        ]
        constraints = [
            models.CheckConstraint(
                name="practice_undoing_is_whole",
                condition=both_or_neither("undone_by", "undone_at"),
            ),
            models.CheckConstraint(
                name="practice_minutes_plausible",
                condition=models.Q(minutes__isnull=True) | models.Q(minutes__lte=240),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()}, {self.done_on}"


class Reaction(AppendOnlyRecord):
    """What the therapist says to an entry: that it was seen is what keeps a family going."""

    class Sign(models.TextChoices):
        SEEN = "seen", _("I have seen it")
        WELL_DONE = "well_done", _("Well done")
        TALK = "talk", _("Let us talk about it at the next visit")

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="reactions")
    sign = models.CharField(max_length=9, choices=Sign)
    words = models.CharField(max_length=240, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.get_sign_display()
