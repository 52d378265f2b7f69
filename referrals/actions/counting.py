"""What was reached, practised and attended in a period, as a report counts it?"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q

from referrals.clinical import gas
from referrals.clinical.gas import LEVELS
from referrals.clinical.performance import MOST_PROBLEMS, change
from referrals.clinical.practice_weeks import practised
from referrals.models import Goal, GoalVersion, Referral
from referrals.models.course import Course, Level
from referrals.models.goal import PARTIES
from referrals.pathway import Party

#: Of what the family wrote beside its practice, the newest few stand in its view.
FEW_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """The goals with the level at the start and now, the figures, and two texts to begin with."""

    goals: list[dict[str, Any]]
    figures: dict[str, Any]
    summary: str
    family_view: str


def counted(referral: Referral, course: Course, from_on: date, until_on: date) -> Counted:
    """One query beside the course: the goals as they are worded now."""
    versions = _worked_on(referral, from_on)
    goals = [_goal(version, course.levels, from_on, until_on) for version in versions]
    return Counted(
        goals=goals,
        figures={
            "visits": _visits(course, from_on, until_on),
            "practice": _practice(course, from_on, until_on),
            "scores": _scores(versions, course.levels, from_on, until_on),
        },
        summary=_summary(goals),
        family_view=_family_view(versions, course, from_on, until_on),
    )


def digest(found: Counted) -> str:
    """What tells whether the same was counted."""
    whole = json.dumps([found.goals, found.figures], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _worked_on(referral: Referral, from_on: date) -> list[GoalVersion]:
    """The goals at work, and those reached in the period."""
    at_work = Q(goal__status=Goal.Status.ACTIVE)
    reached = Q(goal__status=Goal.Status.MET, goal__ended_at__date__gte=from_on)
    named = GoalVersion.objects.filter(
        at_work | reached, goal__referral=referral, number=F("goal__number")
    )
    return list(named.select_related("goal").order_by("goal__proposed_at", "goal_id"))


def level_at(
    levels: Iterable[Level], goal: UUID, party: Party, on: date, *, start: int | None = None
) -> int | None:
    """The last rating of one rater up to a day; without any, where the goal started."""
    found = start
    for one in levels:
        if one.goal == goal and one.party == party and one.on <= on:
            found = one.level
    return found


def _goal(
    version: GoalVersion, levels: Sequence[Level], from_on: date, until_on: date
) -> dict[str, Any]:
    """What the therapist measured: the level at the start of the period, and now, with their words."""
    start = version.baseline_level
    before = level_at(levels, version.goal_id, Party.THERAPIST, from_on, start=start)
    now = level_at(levels, version.goal_id, Party.THERAPIST, until_on)
    return {
        "goal": str(version.goal_id), "statement": version.statement, "before": before,
        "before_words": _words(version, before), "now": now, "now_words": _words(version, now),
        "words": "", **version.carried,
    }  # fmt: skip


def _words(version: GoalVersion, level: int | None) -> str:
    return "" if level is None else str(version.levels[LEVELS.index(level)]["words"])


def _scores(
    versions: Sequence[GoalVersion], levels: Sequence[Level], from_on: date, until_on: date
) -> list[dict[str, Any]]:
    """The T-score of each rater at the start of the period and now, over the same goals."""
    found = []
    for party in PARTIES:
        before = [
            level_at(levels, v.goal_id, party, from_on, start=v.baseline_level) for v in versions
        ]
        now = [level_at(levels, v.goal_id, party, until_on) for v in versions]
        came = gas.progress(before, now, [v.weight for v in versions])
        if came.baseline is None or came.current is None or came.change is None:
            continue
        found.append({
            "rater": party.value, "before": round(came.baseline, 1),
            "now": round(came.current, 1), "change": round(came.change, 1),
            "rated": came.rated, "goals": came.goals,
        })  # fmt: skip
    return found


def _visits(course: Course, from_on: date, until_on: date) -> dict[str, Any]:
    kept = course.kept(from_on, until_on)
    delivered = course.delivered(until_on)
    return {
        "attended": kept.attended, "missed": kept.missed, "by_family": kept.by_family,
        "by_clinic": kept.by_clinic, "by_practice": kept.by_practice,
        "attendance": kept.attendance,
        "delivered": delivered.visits if delivered else None,
        "due": delivered.due if delivered else None,
        "delivery": delivered.share if delivered else None,
    }  # fmt: skip


def _practice(course: Course, from_on: date, until_on: date) -> dict[str, Any] | None:
    """None where nothing was asked for and nothing was done."""
    found = practised(course.homework, course.pauses, from_on, until_on)
    if not found.days and not found.done:
        return None
    return {
        "done": found.done, "asked": found.asked, "adherence": found.adherence,
        "dose": found.dose, "coverage": found.coverage, "days": found.days,
        "days_practised": found.days_practised, "days_told": found.days_told,
    }  # fmt: skip


def _summary(goals: Sequence[dict[str, Any]]) -> str:
    """How many goals moved, in a sentence to go on from; empty where none was rated."""
    rated = [one for one in goals if one["now"] is not None]
    if not rated:
        return ""
    moves = [one["now"] - one["before"] for one in rated]
    up, same, down = (sum((n > 0) - (n < 0) == way for n in moves) for way in (1, 0, -1))
    words = {
        "moved up": up,
        "stayed where it was" if same == 1 else "stayed where they were": same,
        "fell back": down,
    }
    told = ", ".join(f"{n} {how}" for how, n in words.items() if n)
    return f"Of {len(rated)} goal{'' if len(rated) == 1 else 's'}: {told}."


def _family_view(
    versions: Sequence[GoalVersion], course: Course, from_on: date, until_on: date
) -> str:
    """The family's own numbers and words of the period, one a line."""
    lines, before, after = [], [], []
    for version in versions:
        said = [n for n in course.numbers if n.goal == version.goal_id and n.on <= until_on]
        if not said:
            continue
        early = [n for n in said if n.on <= from_on]
        first, last = (early or said)[-1 if early else 0], said[-1]
        if len(said) == 1 or first is last:
            lines.append(
                f"“{version.wish}”: it goes {last.performance} of 10, "
                f"content {last.satisfaction} of 10."
            )
            continue
        before.append(first.performance)
        after.append(last.performance)
        lines.append(
            f"“{version.wish}”: how well it goes from {first.performance} to {last.performance}, "
            f"how content from {first.satisfaction} to {last.satisfaction} (of 10)."
        )
    if 1 < len(before) <= MOST_PROBLEMS:
        came = change(before, after)
        also = "; some rose and others fell" if came.mixed else ""
        lines.append(f"Mean change in how well it goes: {came.mean:+.1f}{also}.".replace("-", "−"))
    heard = [(on, words) for on, words in course.words if from_on <= on <= until_on]
    lines += [f"“{words}” ({on:%-d %b})" for on, words in heard[-FEW_WORDS:]]
    return "\n".join(lines)[:2000]
