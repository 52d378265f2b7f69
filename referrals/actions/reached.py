"""What has each goal come to, and what is counted, when therapy ends? Read from the records, never typed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, Subquery

from referrals.clinical import gas
from referrals.models import (
    Appointment,
    Discharge,
    Goal,
    GoalVersion,
    Organization,
    Rating,
    Referral,
    Session,
)
from referrals.models.goal import PARTIES
from referrals.wording import day

from .clock import local_date
from .signing import standing

Outcome: Final = Discharge.Outcome
Row = dict[str, Any]


def outcomes_of(
    referral: Referral, said: Iterable[Mapping[str, Any]] = (), before: Discharge | None = None
) -> list[Row]:
    """A row for each goal that was agreed: where it began, where it is now, and what became of it.

    `said` holds what the therapist says of a goal ({"goal", "outcome", "why"}); of one that
    nothing is said of, the latest rating suggests an outcome. A goal that was met before stays
    met. An amendment keeps what was counted `before`: nobody rates after the end.
    """
    told = {str(one["goal"]): one for one in said}
    if before is not None:
        return [_with(row, told.get(row["goal"])) for row in before.outcomes]
    return [_with(_row(version), told.get(str(version.goal_id))) for version in counted(referral)]


def suggested(before: int, end: int | None) -> str:
    """What the latest rating says: met from the expected level on, partly above the start."""
    if end is None:
        return ""
    if end >= 0:
        return Outcome.MET
    return Outcome.PARTLY if end > before else Outcome.NOT_MET


def counted(referral: Referral) -> list[Any]:
    """The goals that were agreed and not retired, as they are worded, with each rater's last level."""
    latest = {
        f"by_{party}": Subquery(
            Rating.objects.filter(goal=OuterRef("goal"), party=party)
            .order_by("-rated_on", "-at", "-id").values("level")[:1]
        )
        for party in PARTIES
    }  # fmt: skip
    versions = GoalVersion.objects.filter(goal__referral=referral, number=F("goal__number"))
    found = versions.exclude(goal__status=Goal.Status.RETIRED).select_related("goal")
    ordered = found.annotate(**latest).order_by("goal__proposed_at", "goal_id")
    return [version for version in ordered if version.goal.is_locked]


def _row(version: Any) -> Row:
    goal, before, end = version.goal, version.baseline_level, version.by_therapist
    met = goal.status == Goal.Status.MET
    return {
        "goal": str(goal.pk),
        "wish": version.wish,
        "statement": version.statement,
        "before": before,
        "before_words": _words(version, before),
        "end": end,
        "end_words": _words(version, end),
        "outcome": Outcome.MET.value if met else str(suggested(before, end)),
        "why": goal.ended_reason if met else "",
        "ended_on": goal.ended_at.date().isoformat() if met else "",
        **version.carried,
    }


def _words(version: Any, level: int | None) -> str:
    return "" if level is None else str(version.levels[level + 2]["words"])


def _with(row: Row, told: Mapping[str, Any] | None) -> Row:
    if told is None or row["ended_on"]:
        return row
    outcome = told.get("outcome") or ""
    return row | {
        "outcome": str(outcome) if outcome in Outcome.values else "",
        "why": str(told.get("why") or "").strip(),
    }


def unfinished(referral: Referral, at: datetime) -> str:
    """Which visit keeps therapy from ending, as a sentence; empty when every visit is told."""
    clinic = _clinic(referral)
    visits = referral.appointments.filter(
        purpose=Appointment.Purpose.THERAPY, starts_at__lte=at
    ).order_by("starts_at", "id")
    untold = visits.filter(status=Appointment.Status.BOOKED)
    if untold:
        return f"Say first whether each visit took place: {_days(untold, clinic)}."
    notes = Session.objects.filter(appointment=OuterRef("pk"), status=Session.Status.FINAL)
    attended = visits.filter(status=Appointment.Status.FULFILLED)
    if unsigned := attended.filter(~Exists(notes)):
        return f"Sign the note of every attended visit first: {_days(unsigned, clinic)}."
    waiting = notes.filter(needs_cosign=True, cosigned_at__isnull=True)
    if uncosigned := attended.filter(Exists(waiting)):
        return f"The assistant’s notes wait for a co-signature: {_days(uncosigned, clinic)}."
    return ""


def _days(visits: Iterable[Appointment], clinic: Organization) -> str:
    return ", ".join(day(local_date(visit.starts_at, clinic)) for visit in visits)


def began_on(referral: Referral) -> str:
    """The day on which this therapy began, as the loop has it; empty where it has not."""
    return str(referral.loop.get("9", [""])[0])


def figures_of(referral: Referral, at: datetime) -> dict[str, Any]:
    """What is counted when therapy ends: its days, its visits by what became of them, T-scores."""
    clinic, began = _clinic(referral), began_on(referral)
    told = referral.appointments.filter(
        purpose=Appointment.Purpose.THERAPY, starts_at__lte=at, booked_at__isnull=False
    ).order_by("starts_at", "id")
    visits = [
        (local_date(starts_at, clinic).isoformat(), status, by)
        for starts_at, status, by in told.values_list("starts_at", "status", "cancelled_by")
    ]
    # A child that came back has visits of the therapy before, which its own summary counts.
    own = [visit for visit in visits if visit[0] >= began]
    attended = [on for on, status, _ in own if status == Appointment.Status.FULFILLED]
    evaluation = standing(referral.evaluations)
    return {
        "began_on": began,
        "first_on": attended[0] if attended else "",
        "last_on": attended[-1] if attended else "",
        "visits": dict(Counter(_sort(status, by) for _, status, by in own)),
        "scores": _scores(referral),
        "evaluation": str(evaluation.pk) if evaluation else "",
    }


def last_attended(referral: Referral, at: datetime) -> Any:
    """The day of the last visit that took place, or None."""
    last = referral.appointments.filter(
        Q(purpose=Appointment.Purpose.THERAPY, status=Appointment.Status.FULFILLED),
        starts_at__lte=at,
    ).order_by("-starts_at").first()  # fmt: skip
    return local_date(last.starts_at, _clinic(referral)) if last else None


def _sort(status: str, cancelled_by: str) -> str:
    return f"cancelled_{cancelled_by}" if status == Appointment.Status.CANCELLED else status


def _scores(referral: Referral) -> dict[str, dict[str, Any]]:
    """Baseline T, T at the end and the change, as each of the three rates; who rated nothing is left out."""
    versions = counted(referral)
    found = {}
    for party in PARTIES:
        came = gas.progress(
            [version.baseline_level for version in versions],
            [getattr(version, f"by_{party}") for version in versions],
            [version.weight for version in versions],
        )
        if came.baseline is not None and came.current is not None and came.change is not None:
            found[str(party)] = {
                "baseline": round(came.baseline, 1), "end": round(came.current, 1),
                "change": round(came.change, 1), "rated": came.rated, "goals": came.goals,
            }  # fmt: skip
    return found


def _clinic(referral: Referral) -> Organization:
    assert referral.clinic is not None
    return referral.clinic
