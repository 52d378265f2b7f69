"""How does a child's therapy go at a glance, in the row of a list?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, F, IntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from referrals.clinical.practice_weeks import monday_of
from referrals.models import Activity, Goal, Pause, Practice, Rating
from referrals.pathway import Party

#: The trend of the goals is over so many days.
TREND_DAYS: Final = 28
COLUMNS: Final = ("done_this_week", "asked_a_week", "paused", "rise")
_TRENDS: Final = {
    1: ("trending-up", "Goals rising"), 0: ("arrow-right", "Goals steady"),
    -1: ("trending-down", "Goals falling"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Glance:
    """Practice of this week, and the trend of the goals in words with an arrow; each may be empty."""

    practice: str
    trend: str
    icon: str


def glances(today: date) -> Mapping[str, Any]:
    """What each row of referrals is read with: no further query."""
    practised = Practice.objects.filter(
        activity__referral=OuterRef("pk"), done_on__gte=monday_of(today), undone_at__isnull=True,
        after_retired=False, result__in=["did", "partly"],
    )  # fmt: skip
    active = Activity.objects.filter(
        referral=OuterRef("pk"), status=Activity.Status.ACTIVE, begun_on__lte=today
    )
    paused = Pause.objects.filter(
        referral=OuterRef("pk"), status=Pause.Status.AGREED, first_on__lte=today,
        last_on__gte=today,
    )  # fmt: skip
    return {
        "done_this_week": _counted(practised, "activity__referral", Count("pk")),
        "asked_a_week": _counted(active, "referral", Sum("times_a_week")),
        "paused": _counted(paused, "referral", Count("pk")),
        "rise": Subquery(_rise(today), output_field=IntegerField()),
    }


def no_glances() -> Mapping[str, Any]:
    """The same columns for rows that are told nothing of it."""
    return {name: Value(None, IntegerField()) for name in COLUMNS}


def _counted(rows: Any, by: str, how: Any) -> Coalesce:
    grouped = rows.order_by().values(by).annotate(counted=how).values("counted")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)


def _rise(today: date) -> Any:
    """By how many levels the therapist's ratings of the goals at work rose in these days; NULL unrated."""
    own = Rating.objects.filter(goal=OuterRef("pk"), party=Party.THERAPIST)
    newest = own.order_by("-rated_on", "-at", "-id").values("level")[:1]
    before = own.filter(rated_on__lte=today - timedelta(days=TREND_DAYS))
    then = before.order_by("-rated_on", "-at", "-id").values("level")[:1]
    # Of the first visit the latest, too: its note may have been amended.
    first = own.order_by("rated_on", "-at", "-id").values("level")[:1]
    goals = Goal.objects.filter(referral=OuterRef("pk"), status=Goal.Status.ACTIVE).annotate(
        now_at=Subquery(newest), then_at=Coalesce(Subquery(then), Subquery(first))
    )
    return (
        goals.order_by().values("referral")
        .annotate(rise=Sum(F("now_at") - F("then_at"))).values("rise")
    )  # fmt: skip


def glance(row: Any) -> Glance | None:
    """The words of one row; None where there is neither practice nor a rating."""
    asked, done = getattr(row, "asked_a_week", None), getattr(row, "done_this_week", None)
    rise = getattr(row, "rise", None)
    practice = ""
    if asked:
        practice = "Practice paused" if row.paused else f"Practised {done} of {asked} this week"
    icon, trend = "", ""
    if rise is not None:
        icon, trend = _TRENDS[(rise > 0) - (rise < 0)]
    return Glance(practice, trend, icon) if practice or trend else None
