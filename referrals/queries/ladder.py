"""How does a family meet its goals on its home: as wishes, each with five steps?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse

from referrals.models import Goal, GoalVersion, Rating
from referrals.models.goal import PARTIES
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


def ladders_of(referrals: Iterable[UUID]) -> dict[UUID, list[Ladder]]:
    """The agreed goals of some referrals, each with where its raters see the child now. One query."""
    latest = {
        f"by_{party}": Subquery(
            Rating.objects.filter(goal=OuterRef("goal"), party=party)
            .order_by("-rated_on", "-at", "-id").values("level")[:1]
        )
        for party in PARTIES
    }  # fmt: skip
    found: dict[UUID, list[Ladder]] = defaultdict(list)
    versions = GoalVersion.objects.filter(
        goal__referral__in=list(referrals),
        goal__status=Goal.Status.ACTIVE,
        number=F("goal__number"),
    )
    for version in (
        versions.select_related("goal", "written_by")
        .annotate(**latest)
        .order_by("goal__proposed_at", "goal_id")
    ):
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
