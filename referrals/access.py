"""Who may see this child, and who may do what for it?

`children_visible_to` is the only scoping query of the product. The predicate for one
child is the same query with a key, so a list and a page can never disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from referrals.act import ACTS, Act
from referrals.belonging import emergencies, has_role, is_family, memberships
from referrals.models import (
    Arrival,
    Child,
    Concern,
    Consent,
    Emergency,
    Listed,
    Membership,
    Organization,
    Referral,
    Role,
    Scope,
    Seat,
    Thread,
    User,
)
from referrals.models.guardian import ALL_RIGHTS
from referrals.models.message import ThreadQuerySet
from referrals.models.seat import SeatQuerySet
from referrals.models.system import WRITE
from referrals.pathway import MOVES, Move, Party, State
from referrals.permission import (
    ADMIN,
    EMERGENCY,
    FAMILY,
    FAMILY_DUTIES,
    LENT,
    PARTNER,
    REVIEWING,
    RIGHTS,
    SCOPES,
    STAFF,
    TABLE,
    TREATING,
    Permission,
    who_can,
)
from referrals.prepared import prepared
from referrals.seated import READING, is_seen, listed_by_ground, on_seats, seats_of

#: The words in which access is asked for come from here too.
__all__ = [
    "ADMIN", "EMERGENCY", "FAMILY", "FAMILY_DUTIES", "PARTNER", "REVIEWING", "RIGHTS", "TABLE", "TREATING", "WRITE",
    "Permission", "Scope", "who_can",
]  # fmt: skip


def children_visible_to(user: User) -> QuerySet[Child]:
    """Every child on whose care team this person sits now. Nobody without a live seat."""
    return Child.objects.filter(pk__in=seats_of(user, Seat.Role.values).values("child"))


def records_visible_to(user: User) -> QuerySet[Child]:
    """The children whose clinical record this person may read."""
    return Child.objects.filter(pk__in=seats_of(user, READING).values("child"))


def only_read_by(user: User) -> frozenset[UUID]:
    """The children whom this person sees because of an emergency alone: in no list that is saved."""
    if not emergencies(user):
        return frozenset()
    others = [role for role in Seat.Role.values if role != EMERGENCY]
    opened = seats_of(user, [EMERGENCY]).exclude(child__in=seats_of(user, others).values("child"))
    return frozenset(opened.values_list("child", flat=True))


def reads_referral(user: User, *, row_by_row: bool = False) -> Q:
    """Whether this person reads the referral of a row."""
    return on_seats(user, READING, row_by_row=row_by_row) & is_told(user)


def is_told(user: User, to_referral: str = "") -> Q:
    """Whether a referral was sent to somebody: of a draft knows who is at the practice that writes it."""
    practices = [m.organization_id for m in memberships(user) if m.role == Role.PEDIATRICIAN]
    is_draft = Q(**{f"{to_referral}state": State.DRAFT})
    was_sent = Q(**{f"{to_referral}sent_at__isnull": False})
    return ~is_draft & was_sent | Q(**{f"{to_referral}practice__in": practices})


def referrals_visible_to(user: User, *, row_by_row: bool = False) -> QuerySet[Referral]:
    """The referrals of those children that this person reads."""
    return Referral.objects.filter(reads_referral(user, row_by_row=row_by_row))


def listed_to(user: User) -> list[QuerySet[Listed]]:
    """The same ones in their order: a list for each ground, to be cut before they are joined."""
    reads = Q(is_seen(user, "referral__child", record=True)) & is_told(user, "referral__")
    return [held.filter(reads) for held in listed_by_ground(user)]


_READ_WITH: Final = (
    "child__practice", "child__pediatrician", "practice", "clinic", "author", "therapist",
    "owner", "owner_organization", "concern", "sent_by", "closed_by", "acknowledged_by",
)  # fmt: skip


#: What an act asks of a referral whose page it does not show: the child, and the places' clocks.
_BRIEFLY: Final = ("child__practice", "practice", "clinic")


def referral_for(user: User, pk: UUID, *, briefly: bool = False) -> Referral | None:
    """One referral with all that its page names, if this person sees it; one query.

    `briefly` for an act that names nobody on it.
    """
    return next(iter(_referral(user, pk, _BRIEFLY if briefly else _READ_WITH)), None)


@prepared
def _referral(user: User, pk: UUID, named: tuple[str, ...]) -> QuerySet[Referral]:
    visible = referrals_visible_to(user, row_by_row=True)
    return visible.select_related(*named).filter(pk=pk)


def child_for(user: User, pk: UUID) -> Child | None:
    """One child with its practice, if this person sees it; one query."""
    return next(iter(_child(user, pk)), None)


@prepared
def _child(user: User, pk: UUID) -> QuerySet[Child]:
    with_practice = Child.objects.select_related("practice", "pediatrician")
    return with_practice.filter(is_seen(user, "pk"), pk=pk)


#: On which side of a referral the members of an organisation count what became of it, by role.
_COUNTING: Final[Mapping[str, str]] = MappingProxyType({
    Role.PEDIATRICIAN: "practice", Role.THERAPIST: "clinic", Role.COORDINATOR: "clinic",
})  # fmt: skip


#: A key that no row has.
NOBODYS: Final = UUID(int=0)


@dataclass(frozen=True)
class Workplace:
    """An organisation whose numbers a person reads, and its side of a referral."""

    organization: Organization
    side: str


def workplaces(user: User) -> list[Workplace]:
    """Where this person works in a role that counts referrals; a partner or an admin nowhere."""
    found: dict[UUID, Workplace] = {}
    for m in sorted(memberships(user), key=lambda m: (m.organization.name, m.organization_id)):
        if m.role in _COUNTING:
            found.setdefault(m.organization_id, Workplace(m.organization, _COUNTING[m.role]))
    return list(found.values())


def referrals_counted_at(user: User, place: Workplace) -> list[tuple[str, UUID]]:
    """By which side, and which place on it, each referral is found that was sent by a practice or to
    a clinic of this person's: to count, never to name.

    A clinic that declined a child soon no longer reads its record, but still counts it among
    those it declined. What is named or opened goes through `referrals_visible_to`.
    """
    if place not in workplaces(user):
        return [("pk", NOBODYS)]
    return [(place.side, place.organization.pk)]


def arrivals_visible_to(user: User) -> QuerySet[Arrival]:
    """The e-referrals of a clinic to its desk and to whoever owes the answer; its own to a system.

    Where that person works there no longer, any therapist of the clinic finds it.
    """
    held = memberships(user)
    desks = [m.organization_id for m in held if m.role == Role.COORDINATOR]
    clinics = [m.organization_id for m in held if m.role in (Role.COORDINATOR, Role.THERAPIST)]
    own = Q(system__user=user.pk) if has_role(user, Role.SYSTEM) else Q(pk__in=[])
    works = Membership.objects.live(timezone.now())
    left = ~Exists(works.filter(user=OuterRef("owner"), organization=OuterRef("clinic")))
    mine = Q(clinic__in=clinics) & (Q(owner=user.pk) | Q(left))
    return Arrival.objects.filter(Q(clinic__in=desks) | mine | own)


def arrival_for(user: User, pk: UUID) -> Arrival | None:
    """One e-referral that waits for a person, if it waits for this one's desk."""
    if has_role(user, Role.SYSTEM):
        return None
    named = ("system", "practice", "clinic", "author", "owner", "original", "referral")
    return arrivals_visible_to(user).select_related(*named).filter(pk=pk).first()


def seats_of_treating(places: Iterable[UUID]) -> SeatQuerySet:
    """The seats, also ended ones, that these places had because they treat."""
    return Seat.objects.filter(
        organization__in=list(places), role__in=[Seat.Role.PRACTICE, Seat.Role.CLINIC]
    )


def children_once_seated(user: User) -> QuerySet[Child]:
    """Who is or was a child of a place where this person treats: what an emergency can open."""
    places = [m.organization_id for m in memberships(user) if m.role in TREATING]
    seats = seats_of_treating(places).filter(since__lte=timezone.now())
    return Child.objects.filter(pk__in=seats.values("child"), merged_into__isnull=True)


def emergencies_to_review(user: User) -> QuerySet[Emergency]:
    """Those of others, at the places for which this person answers."""
    places = [m.organization_id for m in memberships(user) if m.role in REVIEWING]
    return Emergency.objects.filter(organization__in=places).exclude(user=user.pk)


def concerns_visible_to(user: User) -> QuerySet[Concern]:
    return Concern.objects.filter(child__in=seats_of(user, READING).values("child"))


def threads_visible_to(user: User, *, row_by_row: bool = False) -> ThreadQuerySet:
    """The threads this person may read now: what list, page, count, file and notice all ask.

    `row_by_row` where few are looked at, those of one child after the other.

    Clinicians of the child read every thread, their computer systems only what the family reads
    too; an adult of the family those that are meant for them; a partner those of a consent that
    holds and opens messages.
    """
    now = timezone.now()
    clinicians = [Seat.Role.PRACTICE, Seat.Role.CLINIC, Seat.Role.EMERGENCY]
    read = on_seats(user, clinicians, row_by_row=row_by_row)
    if not has_role(user, *STAFF):
        read &= Q(audience=Thread.Audience.FAMILY)
    if is_family(user):
        own = seats_of(user, [Seat.Role.FAMILY])
        of_family = Thread.objects.for_adult(user, now).filter(child__in=own.values("child"))
        read |= Q(pk__in=of_family.values("pk"))
    if has_role(user, Role.PARTNER):
        opened = seats_of(user, [Seat.Role.PARTNER]).holding(Scope.MESSAGES)
        live = Consent.objects.live(now).filter(pk__in=opened.values("ground_id"))
        read |= Q(consent__in=live.values("pk"))
    return Thread.objects.filter(read)


def thread_for(user: User, child_id: UUID, pk: UUID) -> Thread | None:
    """One thread of one child with all that its page names, if this person reads it."""
    named = (
        "child__practice", "child__pediatrician", "guardian", "consent__organization", "started_by",
    )  # fmt: skip
    found = threads_visible_to(user).filter(child=child_id, pk=pk)
    return found.select_related(*named).first()


@dataclass(frozen=True)
class Standing:
    """What a person is to one child: roles on the team, a family's rights, a partner's scopes."""

    roles: frozenset[str]
    rights: frozenset[str]
    organizations: frozenset[UUID]
    seats: tuple[Seat, ...] = ()
    #: Which parts of the record a consent opens to this person as a partner.
    scopes: frozenset[str] = frozenset()

    def holds(self, permission: Permission) -> bool:
        needed, scope = RIGHTS.get(permission), SCOPES.get(permission)
        return any(
            (role != FAMILY or needed is None or needed in self.rights)
            and (role != Role.PARTNER or scope is None or scope in self.scopes)
            for role in TABLE[permission] & self.roles
        )

    @property
    def saves_files(self) -> bool:
        """Whether what is read may be taken away: not by who opened the record in an emergency.

        A partner, who is on no team, saves what a consent opens.
        """
        return self.holds(Permission.SAVE_FILE) or EMERGENCY not in self.roles

    def reads(self, scope: Scope) -> bool:
        """Whether this part is open: to a partner by consent, to clinicians and family as it is."""
        return scope in self.scopes or bool(TABLE[Permission.SEE_RECORD] & self.roles)

    def places_with(self, scope: Scope) -> frozenset[UUID]:
        """The places of this person, as a partner, to which this part is open: of two not the other."""
        opened = (s for s in self.seats if s.role == Seat.Role.PARTNER and scope in s.rights)
        return self.organizations & {s.organization_id for s in opened if s.organization_id}

    @property
    def main_role(self) -> str:
        """The role a look at the record is logged under."""
        order = (*STAFF, EMERGENCY, FAMILY, Role.PARTNER, Role.SYSTEM)
        return next((str(role) for role in order if role in self.roles), "none")


def standing(user: User, child_id: UUID, at: datetime | None = None) -> Standing:
    """Read the child's team, and from it what this person is on it: one query."""
    roles: set[str] = set()
    rights: set[str] = set()
    places: set[UUID] = set()
    scopes: set[str] = set()
    seats = tuple(_team(child_id, at or timezone.now()))
    if not user.is_active:
        return Standing(frozenset(), frozenset(), frozenset())
    for seat in seats:
        if seat.user_id == user.pk and seat.role == Seat.Role.FAMILY:
            roles.add(FAMILY)
            rights |= set(seat.rights) & set(ALL_RIGHTS)
        if seat.role == EMERGENCY and seat.ground_id in emergencies(user):
            roles.add(EMERGENCY)
        for m in memberships(user):
            if m.organization_id == seat.organization_id and m.role in LENT.get(seat.role, ()):
                roles.add(m.role)
                places.add(m.organization_id)
                if m.role == Role.PARTNER:
                    scopes |= set(seat.rights) & set(Scope.values)
    return Standing(
        frozenset(roles), frozenset(rights), frozenset(places), seats, frozenset(scopes)
    )


@prepared
def _team(child: UUID, at: datetime) -> SeatQuerySet:
    return Seat.objects.live(at).filter(child=child).select_related("user", "organization")


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
            or (
                m.role == Role.SYSTEM
                and m.organization_id in (referral.practice_id, referral.clinic_id)
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
