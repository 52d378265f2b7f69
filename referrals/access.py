"""Who may see this child, and who may do what for it?

`children_visible_to` is the only scoping query of the product. The predicate for one
child is the same query with a key, so a list and a page can never disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from referrals.models import (
    Child,
    Concern,
    Guardian,
    Membership,
    Referral,
    Role,
    Seat,
    User,
)
from referrals.models.guardian import ALL_RIGHTS, Right
from referrals.pathway import ACTS, MOVES, Act, Move, Party, State

FAMILY: Final = "family"
ADMIN: Final = "admin"


class Permission(StrEnum):
    """What can be done for a child, moves of a referral apart: those stand in the pathway."""

    SEE_CHILD = "see this child"
    SEE_RECORD = "read this record"
    EDIT_CHILD = "change the child's details"
    INVITE_GUARDIAN = "invite the family"
    SHARE_CONCERN = "share a concern"
    ANSWER_CONCERN = "answer a concern"
    REFER = "refer this child"


_CLINICIANS = frozenset({Role.PEDIATRICIAN, Role.THERAPIST, Role.COORDINATOR})
#: Permission -> roles on the child. A family additionally needs the right in RIGHTS.
TABLE: Final[Mapping[Permission, frozenset[str]]] = MappingProxyType({
    Permission.SEE_CHILD: _CLINICIANS | {FAMILY, Role.PARTNER},
    Permission.SEE_RECORD: _CLINICIANS | {FAMILY},
    Permission.EDIT_CHILD: frozenset({Role.PEDIATRICIAN, Role.COORDINATOR}),
    Permission.INVITE_GUARDIAN: frozenset({Role.PEDIATRICIAN, Role.COORDINATOR}),
    Permission.SHARE_CONCERN: frozenset({Role.PEDIATRICIAN, FAMILY}),
    Permission.ANSWER_CONCERN: frozenset({Role.PEDIATRICIAN}),
    Permission.REFER: frozenset({Role.PEDIATRICIAN}),
})  # fmt: skip
#: What an adult of the family additionally needs; seeing is what the seat itself means.
RIGHTS: Final[Mapping[Permission | Move | Act, Right]] = MappingProxyType({
    Permission.SHARE_CONCERN: Right.LOG,
    Move.PICK: Right.AGREE,
    Act.TELL_PROFILE: Right.LOG,
    Act.PROPOSE_GOAL: Right.AGREE,
    Act.ANSWER_GOAL: Right.AGREE,
    Act.RATE_GOAL: Right.LOG,
    Act.LOG_PRACTICE: Right.LOG,
    Act.ASK_PAUSE: Right.LOG,
    Act.ASK_THERAPIST: Right.LOG,
    Act.NOTE_DISCHARGE: Right.SIGN,
})  # fmt: skip
#: Which roles of its members a seat of an organisation lends.
_LENT: Final[Mapping[str, frozenset[str]]] = MappingProxyType({
    Seat.Role.PRACTICE: frozenset({Role.PEDIATRICIAN}),
    Seat.Role.CLINIC: frozenset({Role.THERAPIST, Role.COORDINATOR}),
    Seat.Role.PARTNER: frozenset({Role.PARTNER}),
})  # fmt: skip
_WHO: Final[Mapping[str, str]] = MappingProxyType({
    Role.PEDIATRICIAN: "the pediatrician",
    Role.THERAPIST: "the therapist",
    Role.COORDINATOR: "the clinic's coordinator",
    Role.PARTNER: "the school or programme",
    FAMILY: "the family",
    ADMIN: "an administrator",
})  # fmt: skip


def memberships(user: User) -> list[Membership]:
    """The person's roles that hold now, read once per request (kept on the instance)."""
    if not user.is_active:
        return []
    known = user.__dict__.get("_live_memberships")
    if known is None:
        known = list(
            Membership.objects.live(timezone.now())
            .filter(user=user)
            .annotate(has_family=Exists(Guardian.objects.filter(user=user)))
            .select_related("organization")
        )
        user.__dict__["_live_memberships"] = known
    return list(known)


def is_guardian(user: User) -> bool:
    """Whether somebody with a job is an adult of a child too; read with the memberships."""
    return any(getattr(m, "has_family", False) for m in memberships(user))


def is_family(user: User) -> bool:
    """Whether the family's pages are for them: no job here, or a child of their own beside it."""
    return not memberships(user) or is_guardian(user)


def has_role(user: User, *roles: str) -> bool:
    return any(m.role in roles for m in memberships(user))


def _seats(user: User, roles: Iterable[str]) -> QuerySet[Seat]:
    # A seat of an organisation opens only to members whose role it lends: being a
    # member in another role (a partner of a place that is also a clinic) opens nothing.
    held = Q(pk__in=[])
    own = [r for r in roles if r == Seat.Role.FAMILY]
    if own and user.is_active:
        held |= Q(holder=user.pk, role=Seat.Role.FAMILY)
    for role in roles:
        places = [m.organization_id for m in memberships(user) if m.role in _LENT.get(role, ())]
        if places:
            held |= Q(holder__in=places, role=role)
    return Seat.objects.live(timezone.now()).filter(held)


def children_visible_to(user: User) -> QuerySet[Child]:
    """Every child on whose care team this person sits now. Nobody without a live seat."""
    return Child.objects.filter(pk__in=_seats(user, Seat.Role.values).values("child"))


def records_visible_to(user: User) -> QuerySet[Child]:
    """The children whose clinical record this person may read: a partner's seat does not reach it."""
    roles = [role for role in Seat.Role.values if role != Seat.Role.PARTNER]
    return Child.objects.filter(pk__in=_seats(user, roles).values("child"))


def referrals_visible_to(user: User) -> QuerySet[Referral]:
    """The referrals of those children; a draft only to the practice that writes it."""
    practices = [m.organization_id for m in memberships(user) if m.role == Role.PEDIATRICIAN]
    return Referral.objects.filter(child__in=records_visible_to(user).values("pk")).filter(
        ~Q(state=State.DRAFT) & Q(sent_at__isnull=False) | Q(practice__in=practices)
    )


_READ_WITH: Final = (
    "child__practice", "child__pediatrician", "practice", "clinic", "author", "therapist",
    "owner", "owner_organization", "concern", "sent_by", "closed_by", "acknowledged_by",
)  # fmt: skip


def referral_for(user: User, pk: UUID) -> Referral | None:
    """One referral with all that its page names, if this person sees it; one query."""
    return referrals_visible_to(user).select_related(*_READ_WITH).filter(pk=pk).first()


def concerns_visible_to(user: User) -> QuerySet[Concern]:
    return Concern.objects.filter(child__in=records_visible_to(user).values("pk"))


@dataclass(frozen=True)
class Standing:
    """What a person is to one child: roles on the team, and a family's rights."""

    roles: frozenset[str]
    rights: frozenset[str]
    organizations: frozenset[UUID]
    seats: tuple[Seat, ...] = ()

    def holds(self, permission: Permission) -> bool:
        needed = RIGHTS.get(permission)
        return any(
            role != FAMILY or needed is None or needed in self.rights
            for role in TABLE[permission] & self.roles
        )

    @property
    def main_role(self) -> str:
        """The role a look at the record is logged under."""
        order = (Role.PEDIATRICIAN, Role.THERAPIST, Role.COORDINATOR, FAMILY, Role.PARTNER)
        return next((str(role) for role in order if role in self.roles), "none")


def standing(user: User, child_id: UUID, at: datetime | None = None) -> Standing:
    """Read the child's team, and from it what this person is on it: one query."""
    roles: set[str] = set()
    rights: set[str] = set()
    places: set[UUID] = set()
    seats = tuple(
        Seat.objects.live(at or timezone.now())
        .filter(child=child_id)
        .select_related("user", "organization")
    )
    if not user.is_active:
        return Standing(frozenset(), frozenset(), frozenset())
    for seat in seats:
        if seat.user_id == user.pk and seat.role == Seat.Role.FAMILY:
            roles.add(FAMILY)
            rights |= set(seat.rights) & set(ALL_RIGHTS)
        for m in memberships(user):
            if m.organization_id == seat.organization_id and m.role in _LENT.get(seat.role, ()):
                roles.add(m.role)
                places.add(m.organization_id)
    return Standing(frozenset(roles), frozenset(rights), frozenset(places), seats)


def may(user: User, permission: Permission, child: Child) -> bool:
    return standing(user, child.pk).holds(permission)


def parties(user: User, referral: Referral, team: Standing | None = None) -> frozenset[Party]:
    """On which sides of this referral the person stands; empty for the rest of the team."""
    team = team or standing(user, referral.child_id)
    sides = {
        Party(m.role)
        for m in memberships(user)
        if m.organization_id in team.organizations
        and (
            (m.role == Role.PEDIATRICIAN and m.organization_id == referral.practice_id)
            or (
                m.role in (Role.THERAPIST, Role.COORDINATOR)
                and m.organization_id == referral.clinic_id
            )
        )
    }
    if FAMILY in team.roles:
        sides.add(Party.FAMILY)
    return frozenset(sides)


def may_move(user: User, move: Move, referral: Referral, team: Standing | None = None) -> bool:
    """Whether this person is one of those who make this move; its state is another question.

    What was entered in error is marked by who wrote it, or by an admin.
    """
    if Party.ADMIN in MOVES[move].by and user.is_active and user.is_superuser:
        return True
    if move is Move.MARK_ERROR and user.pk not in (referral.author_id, referral.sent_by_id):
        return False
    return bool(_able(user, move, MOVES[move].by, referral, team))


def may_act(user: User, act: Act, referral: Referral, team: Standing | None = None) -> bool:
    """Whether this person is one of those who do this; the referral's state is another question."""
    return bool(acting_as(user, act, referral, team))


def acting_as(
    user: User, act: Act, referral: Referral, team: Standing | None = None
) -> frozenset[Party]:
    """For which sides this person may do this: a parent who is a pediatrician too may be two."""
    return _able(user, act, ACTS[act].by, referral, team)


def _able(
    user: User, what: Move | Act, by: frozenset[Party], referral: Referral, team: Standing | None
) -> frozenset[Party]:
    team = team or standing(user, referral.child_id)
    able = parties(user, referral, team) & by
    needed = RIGHTS.get(what)
    if needed is not None and needed not in team.rights:
        able -= {Party.FAMILY}
    return able


def who_can(what: Permission | Move | Act) -> str:
    """A sentence for the person who may see but not do."""
    if isinstance(what, Permission):
        roles: Iterable[str] = TABLE[what]
        doing = what.value
    else:
        rule = MOVES[what] if isinstance(what, Move) else ACTS[what]
        roles, doing = rule.by, rule.label[0].lower() + rule.label[1:]
    names = [name for role, name in _WHO.items() if role in set(roles)]
    return f"Only {' or '.join(names)} can {doing} here."
