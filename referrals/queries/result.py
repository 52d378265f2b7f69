"""Which results were asked for, by which side, and what came back?"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from referrals.models import Child, Organization, ResultFile, ResultRequest, Scope

_TONES: Final = {"open": "info", "answered": "good", "refused": "warn", "withdrawn": "neutral"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as either side reads it; `mine` where the reader's side owes the answer."""

    result: ResultRequest
    files: list[ResultFile]
    tone: str
    mine: bool
    late: bool
    #: Whether the reader's side asked, and may still take it back.
    asked_by_us: bool


def exchanges(
    child: Child, today: date, *, places: set[UUID] | frozenset[UUID] | None = None
) -> list[Exchange]:
    """Every request of the child, open ones first; of a partner (`places`) only its own. Two queries."""
    found = child.results.select_related("organization", "asked_by", "closed_by")
    if places is not None:
        found = found.filter(organization__in=places)
    shown = found.prefetch_related("files").order_by("-is_open", "-asked_at", "-id")
    return [_exchange(one, today, for_partner=places is not None) for one in shown]


def _exchange(result: ResultRequest, today: date, *, for_partner: bool) -> Exchange:
    of_ours = result.to_partner != for_partner
    return Exchange(
        result=result,
        files=list(result.files.all()),
        tone=_TONES[result.state],
        mine=result.is_open and not of_ours,
        late=result.is_open and result.due_on < today,
        asked_by_us=result.is_open and of_ours,
    )


def one(
    child: Child, key: UUID, *, to_partner: bool | None = None,
    places: set[UUID] | frozenset[UUID] | None = None,
) -> ResultRequest | None:  # fmt: skip
    """One request of the child; of a partner only its own place's."""
    found: QuerySet[Any] = child.results.select_related("organization", "asked_by", "closed_by")
    if places is not None:
        found = found.filter(organization__in=places)
    if to_partner is not None:
        found = found.filter(to_partner=to_partner)
    return found.filter(pk=key).first()


def places_to_ask(child: Child, at: datetime) -> QuerySet[Organization]:
    """The schools and programmes with which the family shares results now."""
    live = [c.organization_id for c in child.consents.live(at) if Scope.RESULTS in c.scopes]
    return Organization.objects.filter(pk__in=live).order_by("name", "id")
