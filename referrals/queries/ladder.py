"""How does a family meet its goals on its home: as wishes, each with five steps?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from referrals.models import Goal, GoalVersion, Rating
from referrals.models.goal import PARTIES
from referrals.prepared import prepared
from referrals.wording import typed_by

from .goal import Rung, rungs, seen_on
from .progress import Track


@dataclass(frozen=True, slots=True)
class Ladder:
    """A goal as a family meets it on its home: their wish, and the five steps."""

    wish: str
    rungs: list[Rung]
    url: str

    @property
    def now(self) -> list[tuple[str, str]]:
        return seen_on(self.rungs)


@prepared
def agreed(referrals: list[UUID]) -> QuerySet[GoalVersion]:
    """The newest version of each goal at work, with each rater's latest level."""
    latest = {
        f"by_{party}": Subquery(
            Rating.objects.filter(goal=OuterRef("goal"), party=party)
            .order_by("-rated_on", "-at", "-id").values("level")[:1]
        )
        for party in PARTIES
    }  # fmt: skip
    return (
        GoalVersion.objects.filter(
            goal__referral__in=referrals, goal__status=Goal.Status.ACTIVE, number=F("goal__number")
        )
        .select_related("goal", "written_by")
        .only(
            "goal__referral",
            "number",
            "wish",
            "levels",
            "convention",
            "target_on",
            "spanish",
            "written_by__language",
        )
        .annotate(**latest)
        .order_by("goal__proposed_at", "goal_id")
    )


def ladders_in(rows: Iterable[Any]) -> dict[UUID, list[Ladder]]:
    """The agreed goals of some referrals, each with where its raters see the child now."""
    found: dict[UUID, list[Ladder]] = defaultdict(list)
    for version in rows:
        levels = {party: getattr(version, f"by_{party}") for party in PARTIES}
        seen = [Track(p, [(version.target_on, n)]) for p, n in levels.items() if n is not None]
        found[version.goal.referral_id].append(
            Ladder(
                wish=typed_by(version.wish, version),
                rungs=rungs(version, seen, for_family=True),
                url=reverse("goal_detail", args=[version.goal.referral_id, version.goal_id]),
            )
        )
    return found
