"""What does the family practise, what did it do, and what did the therapist say to it?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery
from django.utils.translation import gettext, ngettext

from referrals.clinical.activity_bank import ActivityEntry
from referrals.models import (
    Activity,
    ActivityGoal,
    CheckIn,
    Dose,
    GoalVersion,
    Pause,
    Practice,
    Reaction,
    Referral,
)
from referrals.models.activity import FEW
from referrals.models.person import named
from referrals.models.shelf import activities_at
from referrals.prepared import Asked, prepared
from referrals.remembered import Later, fresh
from referrals.wording import typed_by, worded

#: So many entries stand on the page of an activity, the newest first.
SHOWN: Final = 20
_TONES: Final = {"did": "good", "partly": "info", "not_today": "neutral"}
_PAUSE_TONES: Final = {"asked": "warn", "agreed": "good", "declined": "neutral"}


@dataclass(frozen=True, slots=True)
class Shown:
    """An activity as pages show it, with the words of the goals it serves."""

    activity: Activity
    goals: list[str]

    @property
    def dose(self) -> str:
        """“5 minutes, 5 times a week”."""
        return dose_in_words(self.activity.minutes, self.activity.times_a_week)


@dataclass(frozen=True, slots=True)
class ShownPause:
    pause: Pause
    tone: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class Listing:
    active: list[Shown]
    retired: list[Shown]
    pauses: list[ShownPause]

    @property
    def asked(self) -> list[ShownPause]:
        return [one for one in self.pauses if one.pause.status == Pause.Status.ASKED]

    @property
    def full(self) -> bool:
        """Whether one more needs a reason."""
        return len(self.active) >= FEW


def dose_in_words(minutes: int, times: int) -> str:
    often = {1: gettext("once a week"), 2: gettext("twice a week"), 7: gettext("every day")}
    said = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return f"{said}, {often.get(times) or gettext('{n} times a week').format(n=times)}"


_SAID: Final = ("said", "language", "spanish")


def _said(goal: str) -> dict[str, Subquery]:
    """What a goal says now, in which language it was typed, and its other wording."""
    version = GoalVersion.objects.filter(goal=OuterRef(goal), number=F("goal__number"))
    columns = ("statement", "written_by__language", "spanish")
    return {
        name: Subquery(version.values(column)[:1])
        for name, column in zip(_SAID, columns, strict=True)
    }


def _goals_of(activities: Iterable[Activity]) -> dict[UUID, list[str]]:
    """What each goal says now, by activity. One query."""
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = (
        ActivityGoal.objects.filter(activity__in=[one.pk for one in activities])
        .annotate(**_said("goal"))
        .order_by("id")
    )
    columns = rows.values_list("activity_id", *_SAID)
    for activity, statement, language, spanish in columns:
        found[activity].append(typed_by(statement, language, spanish))
    return found


def listing(referral: Referral, today: date) -> Listing:
    """Three queries, however many: activities, their goals, pauses."""
    activities = list(referral.activities.select_related("begun_by", "retired_by"))
    goals = _goals_of(activities)
    shown = [Shown(one, goals[one.pk]) for one in activities]
    pauses = referral.pauses.select_related("asked_by", "answered_by").order_by("-first_on", "-id")
    retired = [one for one in shown if one.activity.status == Activity.Status.RETIRED]
    return Listing(
        active=[one for one in shown if one.activity.status == Activity.Status.ACTIVE],
        retired=retired[::-1],
        pauses=[_shown_pause(one, today) for one in pauses],
    )


def _shown_pause(pause: Pause, today: date) -> ShownPause:
    agreed = pause.status == Pause.Status.AGREED
    return ShownPause(
        pause, _PAUSE_TONES[pause.status], agreed and pause.first_on <= today <= pause.last_on
    )


@dataclass(frozen=True, slots=True)
class Card:
    """The activities of a referral at a glance."""

    active: list[Activity]
    paused_until: date | None
    #: Whether one more needs a reason.
    full: bool


def card(referral: Referral, today: date) -> Card:
    """One query: what is active, and whether it is paused today."""
    paused = Pause.objects.filter(
        referral=OuterRef("referral"), status=Pause.Status.AGREED, first_on__lte=today,
        last_on__gte=today,
    )  # fmt: skip
    active: list[Activity] = list(
        referral.activities.filter(status=Activity.Status.ACTIVE)
        .select_related("begun_by")
        .annotate(paused_until=Subquery(paused.values("last_on")[:1]))
    )
    until: date | None = getattr(active[0], "paused_until", None) if active else None
    return Card(active, until, full=len(active) >= FEW)


# --- One activity -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the family and what the therapist said to it; `key` is for the next word, new each time."""

    practice: Practice
    tone: str
    reactions: list[Reaction]
    key: str
    marks: list[str]


@dataclass(frozen=True, slots=True)
class Page:
    shown: Shown
    doses: list[tuple[date, str]]
    entries: list[Entry]
    questions: list[CheckIn]
    signs: list[tuple[str, Any]]


def page(referral: Referral, key: UUID, *, for_family: bool) -> Later[Page] | None:
    """Three queries: the activity with its questions, doses with goals, entries with reactions."""
    asked = _with_questions.asked(referral.pk, key)
    if not asked:
        return None
    return Later(_page, asked, _dosed.asked(key), _newest.asked(key), for_family)


def _page(asked: Asked, dosed: Asked, newest: Asked, for_family: bool) -> Page:
    rows: Any = asked.read()
    goals, doses = _goals_and_doses(dosed.read())
    return Page(
        shown=Shown(rows[0], goals),
        doses=doses,
        entries=_entries(newest.read(), for_family=for_family),
        questions=[question for row in rows if (question := getattr(row, "question", None))],
        signs=list(Reaction.Sign.choices),
    )


@prepared
def _with_questions(referral: UUID, key: UUID) -> Any:
    """The activity, once for each question about it, the newest first."""
    about: Any = Activity.objects.filter(referral=referral, pk=key)
    return (
        named(
            about.annotate(question=FilteredRelation("check_ins")),
            "begun_by", "retired_by", "question__asked_by", "question__answered_by",
        )
        .order_by("-question__asked_at", "-question__id")
    )  # fmt: skip


@prepared
def _newest(key: UUID) -> Any:
    """The newest entries, each once for every reaction to it."""
    entries = Practice.objects.filter(activity=key).order_by("-done_on", "-told_at", "-id")
    newest: Any = Practice.objects.filter(pk__in=entries.values("pk")[:SHOWN])
    return named(
        newest.annotate(reaction=FilteredRelation("reactions")), "by", "reaction__by"
    ).order_by("-done_on", "-told_at", "-id", "reaction__at", "reaction__id")


def _entries(rows: Iterable[Any], *, for_family: bool) -> list[Entry]:
    found: dict[UUID, Entry] = {}
    for row in rows:
        if row.pk not in found:
            marks = _marks(row, for_family=for_family)
            found[row.pk] = Entry(row, _TONES[row.result], [], fresh(len(found)), marks)
        if (said := getattr(row, "reaction", None)) is not None:
            found[row.pk].reactions.append(said)
    return list(found.values())


def _marks(practice: Practice, *, for_family: bool) -> list[str]:
    marks = []
    if practice.undone_at is not None:
        marks.append(gettext("Taken back"))
    if practice.after_retired and not for_family:
        marks.append("Arrived after the activity was retired")
    if practice.clock_was_off and not for_family:
        marks.append("The phone’s clock was off: the time is put right")
    return marks


def _goals_and_doses(rows: Iterable[Any]) -> tuple[list[str], list[tuple[date, str]]]:
    """What the goals it serves say now; and from which day on it was asked for how often.

    Of two doses from one day the later stands.
    """
    goals: dict[UUID, str] = {}
    doses: dict[date, str] = {}
    for from_on, times, minutes, goal, *said in rows:
        doses[from_on] = dose_in_words(minutes, times) if times else gettext("No longer asked for")
        if goal is not None:
            goals.setdefault(goal, typed_by(*said))
    return [goals[goal] for goal in sorted(goals)], sorted(doses.items())


@prepared
def _dosed(activity: UUID) -> Any:
    """Each dose once for each goal that is served: there are few of both."""
    return (
        Dose.objects.filter(activity=activity)
        .annotate(**_said("activity__served__goal"))
        .order_by("from_on", "at", "id")
        .values_list("from_on", "times_a_week", "minutes", "activity__served", *_SAID)
    )


def goals_to_serve(referral: Referral, also: Iterable[UUID] = ()) -> list[tuple[str, str]]:
    """The goals at work, and those it serves already, as choices: (id, statement). One query."""
    open_or_served = Q(goal__status__in=["proposed", "active"]) | Q(goal__in=list(also))
    standing = GoalVersion.objects.filter(
        open_or_served, goal__referral=referral, number=F("goal__number")
    )
    rows = standing.order_by("goal__proposed_at", "goal_id")
    said = rows.values_list("goal_id", "statement", "spanish")
    return [(str(pk), worded(text, spanish)) for pk, text, spanish in said]


def entries_at(referral: Referral) -> dict[str, ActivityEntry]:
    """What a therapist of the referral's clinic can start from, by code: ours and its own. One query."""
    return activities_at(referral.clinic_id)
