"""In which roles does this person work now, and what waits at those places?"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone

from referrals.models import Arrival, Emergency, Guardian, Membership, User
from referrals.permission import TREATING
from referrals.prepared import Double, Value, double, prepared

#: What waits at a place, said with each role there.
_WAITING: Final = ("has_family", "has_arrivals", "has_emergency", "has_reviews")


def signed_in_as(pk: object) -> User | None:
    """A person with the roles that hold now, in one query: every page asks this first.

    With each role it says what waits at its place, so that only then more is asked.
    """
    rows = _with_roles(pk if isinstance(pk, UUID) else UUID(str(pk)))
    held = []
    for row in rows:
        if (one := getattr(row, "live", None)) is not None and one.organization.is_active:
            for name in _WAITING:
                setattr(one, name, getattr(row, name))
            held.append(one)
    person: User | None = rows[0] if rows else None
    if person is not None:
        person._live_memberships = held  # type: ignore[attr-defined]
    return person


@prepared
def _with_roles(pk: UUID) -> QuerySet[User]:
    now = timezone.now()
    live = Q(memberships__since__lte=now, memberships__until__gt=now)
    there = OuterRef("live__organization")
    opened = Emergency.objects.live(now).filter(user=OuterRef("pk"), organization=there)
    return (
        User.objects.filter(pk=pk).select_related("live__organization")  # type: ignore[misc]
        .annotate(
            live=FilteredRelation("memberships", condition=live),
            has_family=Exists(Guardian.objects.filter(user=OuterRef("pk"))),
            has_arrivals=Exists(Arrival.objects.filter(clinic=there, is_open=True)),
            has_emergency=Exists(opened),
            has_reviews=Exists(Emergency.objects.filter(organization=there, is_open=True)),
        )
        .order_by("live__organization__name", "live__organization_id", "live__role", "live__id")
    )  # fmt: skip


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


@double.register(User)
def _(user: User) -> Double:
    """A person is made up with the same roles at as many places; in an emergency nobody is."""
    held = memberships(user)
    places = list(dict.fromkeys(m.organization_id for m in held))
    standing = {name: getattr(user, name) for name in ("is_active", "is_staff", "is_superuser")}
    roles: list[tuple[Any, ...]] = [
        (m.role, places.index(m.organization_id), *(getattr(m, name, False) for name in _WAITING))
        for m in held
    ]

    def another(values: Sequence[Value]) -> User:
        key, *others = values
        person = _only(User, id=key, **standing)
        person._live_memberships = []
        for role, at, *waiting in roles:
            one = _only(Membership, role=role, organization_id=others[at])
            vars(one).update(zip(_WAITING, waiting, strict=True))
            person._live_memberships.append(one)
        return person  # type: ignore[no-any-return]

    shape = (User, *standing.values(), *roles)
    opened = any(getattr(m, "has_emergency", False) for m in held)
    return Double(None if opened else shape, [user.pk, *places], another)


def _only(model: Any, **told: Any) -> Any:
    """A row of which nothing else is known: whoever reads more of it asks the database, and fails."""
    names = [f.attname for f in model._meta.concrete_fields if f.attname in told]
    return model.from_db(DEFAULT_DB_ALIAS, names, [told[name] for name in names])
