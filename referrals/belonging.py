"""In which roles does this person work now, and what waits at those places?"""

from typing import Any
from uuid import UUID

from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils import timezone

from referrals.models import Arrival, Emergency, Guardian, Membership, User
from referrals.permission import TREATING


def signed_in_as(pk: object) -> User | None:
    """A person with the roles that hold now, in one query: every page asks this first.

    With each role it says what waits at its place, so that only then more is asked.
    """
    now = timezone.now()
    live = Q(memberships__since__lte=now, memberships__until__gt=now)
    there = OuterRef("live__organization")
    opened = Emergency.objects.live(now).filter(user=OuterRef("pk"), organization=there)
    waiting = {
        "has_family": Exists(Guardian.objects.filter(user=OuterRef("pk"))),
        "has_arrivals": Exists(Arrival.objects.filter(clinic=there, is_open=True)),
        "has_emergency": Exists(opened),
        "has_reviews": Exists(Emergency.objects.filter(organization=there, is_open=True)),
    }
    rows: list[Any] = list(
        User.objects.filter(pk=pk).select_related("live__organization")  # type: ignore[misc]
        .annotate(live=FilteredRelation("memberships", condition=live), **waiting)
        .order_by("live__organization__name", "live__organization_id", "live__role", "live__id")
    )  # fmt: skip
    held = []
    for row in rows:
        if (one := getattr(row, "live", None)) is not None and one.organization.is_active:
            for name in waiting:
                setattr(one, name, getattr(row, name))
            held.append(one)
    person: User | None = rows[0] if rows else None
    if person is not None:
        person._live_memberships = held  # type: ignore[attr-defined]
    return person


def memberships(user: User) -> list[Membership]:
    """The person's roles that hold now, read once per request (kept on the instance)."""
    if not user.is_active:
        return []
    if not hasattr(user, "_live_memberships"):
        user._live_memberships = getattr(signed_in_as(user.pk), "_live_memberships", [])  # type: ignore[attr-defined]
    return list(user._live_memberships)  # type: ignore[attr-defined]


def emergencies(user: User) -> list[UUID]:
    """What this person has opened in an emergency at places where they treat; asked where there is any."""
    treats = (m for m in memberships(user) if m.role in TREATING)
    places = [m.organization_id for m in treats if getattr(m, "has_emergency", False)]
    opened = Emergency.objects.live(timezone.now()).filter(user=user.pk, organization__in=places)
    return list(opened.values_list("pk", flat=True)) if places else []


def is_guardian(user: User) -> bool:
    """Whether somebody with a job is an adult of a child too; read with the memberships."""
    return any(getattr(m, "has_family", False) for m in memberships(user))


def awaits_arrivals(user: User) -> bool:
    """Whether an e-referral waits for a decision where this person works; read with the memberships."""
    return any(getattr(m, "has_arrivals", False) for m in memberships(user))


def is_family(user: User) -> bool:
    """Whether the family's pages are for them: no job here, or a child of their own beside it."""
    return not memberships(user) or is_guardian(user)


def has_role(user: User, *roles: str) -> bool:
    return any(m.role in roles for m in memberships(user))
