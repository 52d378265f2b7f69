"""Which small worlds are drawn, who sees whom in them by the facts alone, and how are they played?

The oracle tells from what was drawn, without a seat and without a line of `referrals.access`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from referrals.actions.clock import local_date
from referrals.actions.closing import decline_referral
from referrals.actions.consent import revoke_consent
from referrals.actions.emergency import open_emergency
from referrals.actions.guardian import add_guardian, change_guardian, invite_guardian
from referrals.actions.referral import receive_referral, send_referral
from referrals.actions.system import open_system
from referrals.models import (
    Child,
    CourtLimit,
    Guardian,
    Membership,
    Organization,
    Referral,
    Role,
    System,
    User,
)
from referrals.models.record import new_id
from tests.factories.child import ChildFactory
from tests.factories.consent import shared
from tests.factories.organization import ClinicFactory, PracticeFactory, SchoolFactory
from tests.factories.person import LONG_AGO, UserFactory, works_at
from tests.factories.referral import draft_for

FAMILY_NAME = "Ferrante"
PRACTICES, CLINICS, ADULTS, CHILDREN = 2, 2, 2, 2
#: In this order: practices, clinics, the school.
PLACES = PRACTICES + CLINICS + 1
SCHOOL = PLACES - 1
JOBS = (*[Role.PEDIATRICIAN] * PRACTICES, *[Role.THERAPIST] * CLINICS, Role.PARTNER)
EVERYTHING = "system/*.read"

# --- The facts ------------------------------------------------------------------------------------

#: Days from today; both ends of a court's limit and the last day of a consent belong to it.
SPAN = st.tuples(st.sampled_from([-9, -1, 0, 1]), st.sampled_from([-1, 0, 1, 9])).filter(
    lambda span: span[0] <= span[1]
)


@dataclass(frozen=True)
class Limit:
    kind: str
    span: tuple[int, int]


@dataclass(frozen=True)
class Adulthood:
    """One adult of one child: whether they may see at all, and what courts have limited."""

    adult: int
    may_see: bool
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Sharing:
    """What an adult signed for the school before any court spoke."""

    last_day: int
    taken_back: bool


@dataclass(frozen=True)
class Life:
    """One child: where it is registered, whose child it is, how far its referral came."""

    practice: int
    adults: tuple[Adulthood, ...]
    #: "", "draft", "sent", "declined_lately" or "declined_long_ago".
    referral: str
    clinic: int
    sharing: Sharing | None
    #: Whose worker opened it in an emergency, if they could, and how many hours ago.
    emergency: tuple[int, int] | None


@dataclass(frozen=True)
class World:
    children: tuple[Life, ...]
    #: Of each place's one worker, and of each adult, whether the account is open.
    active: tuple[bool, ...]
    #: Whether each place's worker still works there, and whether the place is open.
    works: tuple[bool, ...]
    open: tuple[bool, ...]
    #: A second job: (person, place).
    second: tuple[int, int] | None


MOSTLY = st.sampled_from([True, True, True, True, False])
LIMIT = st.builds(Limit, st.sampled_from(CourtLimit.Kind.values), SPAN)
ADULTHOOD = st.builds(
    Adulthood, st.integers(0, ADULTS - 1), MOSTLY, st.lists(LIMIT, max_size=2).map(tuple)
)
LIFE = st.builds(
    Life,
    practice=st.integers(0, PRACTICES - 1),
    adults=st.lists(ADULTHOOD, max_size=ADULTS, unique_by=lambda one: one.adult).map(tuple),
    referral=st.sampled_from(["", "draft", "sent", "declined_lately", "declined_long_ago"]),
    clinic=st.integers(0, CLINICS - 1),
    sharing=st.none() | st.builds(Sharing, st.sampled_from([-1, 0, 5]), st.booleans()),
    emergency=st.none() | st.tuples(st.integers(0, SCHOOL - 1), st.sampled_from([1, 3, 5])),
)
WORLD = st.builds(
    World,
    children=st.tuples(*[LIFE] * CHILDREN),
    active=st.tuples(*[MOSTLY] * (PLACES + ADULTS)),
    works=st.tuples(*[MOSTLY] * PLACES),
    open=st.tuples(*[MOSTLY] * PLACES),
    second=st.none() | st.tuples(st.integers(0, PLACES + ADULTS - 1), st.integers(0, PLACES - 1)),
)

# --- The oracle -----------------------------------------------------------------------------------


def jobs(world: World, person: int) -> Iterator[int]:
    """The places at which this person works today."""
    if world.active[person]:
        mine = {place for place in range(PLACES) if place == person and world.works[place]}
        if world.second and world.second[0] == person:
            mine.add(world.second[1])
        yield from (place for place in sorted(mine) if world.open[place])


def clinic_reads(life: Life) -> bool:
    """A clinic reads from the sending on, and for thirty days after it said no."""
    return life.referral in ("sent", "declined_lately")


def adult_reads(world: World, life: Life, person: int) -> bool:
    return world.active[person] and any(
        one.adult == person - PLACES
        and one.may_see
        and not any(
            limit.kind == "record" and limit.span[0] <= 0 <= limit.span[1] for limit in one.limits
        )
        for one in life.adults
    )


def place_reads(life: Life, place: int) -> bool:
    if place < PRACTICES:
        return life.practice == place
    return place < SCHOOL and life.clinic == place - PRACTICES and clinic_reads(life)


def was_of(life: Life, place: int) -> bool:
    """Whether it is, or ever was, a child of this place."""
    sent = life.referral not in ("", "draft")
    return life.practice == place or (sent and life.clinic == place - PRACTICES)


def emergency_reads(world: World, life: Life, person: int) -> bool:
    """Who opened a child of their place reads for four hours, as long as they work there."""
    if life.emergency is None:
        return False
    place, hours = life.emergency
    return place == person and hours < 4 and was_of(life, place) and place in jobs(world, person)


def saves_record(world: World, life: Life, person: int) -> bool:
    """Who reads it, and not because of an emergency alone."""
    return adult_reads(world, life, person) or any(
        place_reads(life, place) for place in jobs(world, person)
    )


def reads_record(world: World, life: Life, person: int) -> bool:
    return saves_record(world, life, person) or emergency_reads(world, life, person)


def is_shared(life: Life) -> bool:
    """Somebody who may see gave it, has not taken it back, and its last day is not over."""
    return (
        life.sharing is not None
        and any(one.may_see for one in life.adults)
        and not life.sharing.taken_back
        and life.sharing.last_day >= 0
    )


def is_listed(world: World, life: Life, person: int) -> bool:
    """In a list that is saved stands whom a person sees without an emergency."""
    shown = SCHOOL in jobs(world, person) and is_shared(life)
    return shown or saves_record(world, life, person)


def sees_child(world: World, life: Life, person: int) -> bool:
    return is_listed(world, life, person) or emergency_reads(world, life, person)


def lists_referral(world: World, life: Life, person: int) -> bool:
    """A draft is its practice's alone."""
    if life.referral == "draft":
        return life.practice in jobs(world, person)
    return bool(life.referral) and reads_record(world, life, person)


# --- The world, played ----------------------------------------------------------------------------


@dataclass
class Stage:
    """What was made of the facts, in their order."""

    now: datetime
    places: list[Organization] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    systems: list[System] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    referrals: list[Referral | None] = field(default_factory=list)

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)


def played(world: World, admin: User, now: datetime) -> Stage:
    """Everybody works everywhere until all is written; then they leave, and places close."""
    stage = Stage(now)
    makers = [*[PracticeFactory] * PRACTICES, *[ClinicFactory] * CLINICS, SchoolFactory]
    stage.places = [make() for make in makers]
    for place, job in zip(stage.places, JOBS, strict=True):
        stage.people.append(works_at(place, job, credentials="X"))
    stage.people += [UserFactory() for _ in range(ADULTS)]
    stage.systems = [
        open_system(organization=place, name="S", scopes=[EVERYTHING], by=admin, at=now)[0]
        for place in stage.places[:SCHOOL]
    ]
    for number, life in enumerate(world.children):
        _play(stage, life, number)
    if world.second:
        person, place = world.second
        if person != place:
            Membership.objects.create(
                user=stage.people[person], organization=stage.places[place], role=JOBS[place],
                since=LONG_AGO,
            )  # fmt: skip
    for number, place in enumerate(stage.places):
        if not world.works[number] and world.second != (number, number):
            Membership.objects.filter(organization=place, user=stage.people[number]).update(
                until=stage.ago(1)
            )
        Organization.objects.filter(pk=place.pk).update(is_active=world.open[number])
    for person, active in zip(stage.people, world.active, strict=True):
        User.objects.filter(pk=person.pk).update(is_active=active)
    return stage


def _play(stage: Stage, life: Life, number: int) -> None:
    practice, doctor = stage.places[life.practice], stage.people[life.practice]
    child = ChildFactory(
        given_name=f"Kid{number}", family_name=FAMILY_NAME, practice=practice, by=doctor,
        at=stage.ago(90), guardian=None,
    )  # fmt: skip
    stage.children.append(child)
    today = local_date(stage.now, practice)
    known = [(one, _adult(stage, child, one, doctor)) for one in life.adults]
    signer = next((stage.people[PLACES + one.adult] for one, _ in known if one.may_see), None)
    if life.sharing and signer:
        last_on = today + timedelta(days=life.sharing.last_day)
        given_one = shared(
            child, stage.places[SCHOOL], by=signer, at=stage.ago(80), last_on=last_on
        )
        if life.sharing.taken_back:
            revoke_consent(consent=given_one, by=signer, at=stage.ago(70))
    for one, adult in known:
        _limit(adult, one.limits, today)
        change_guardian(guardian=adult, by=doctor, at=stage.ago(20))
    stage.referrals.append(_referral(stage, life, child, doctor))
    if life.emergency and was_of(life, life.emergency[0]):
        place, hours = life.emergency
        open_emergency(
            id=new_id(), child=child, reason="She cannot breathe.", by=stage.people[place],
            at=stage.now - timedelta(hours=hours),
        )  # fmt: skip


def _adult(stage: Stage, child: Child, one: Adulthood, doctor: User) -> Guardian:
    user = stage.people[PLACES + one.adult]
    adult = add_guardian(
        child=child, given_name=user.given_name, family_name=user.family_name,
        relationship="parent", may_see=one.may_see, by=doctor, at=stage.ago(89),
    )  # fmt: skip
    return invite_guardian(guardian=adult, email=user.email, by=doctor, at=stage.ago(88))


def _limit(adult: Guardian, limits: tuple[Limit, ...], today: date) -> None:
    for limit in limits:
        since, until = (today + timedelta(days=days) for days in limit.span)
        CourtLimit.objects.create(guardian=adult, kind=limit.kind, since=since, until=until)


def _referral(stage: Stage, life: Life, child: Child, doctor: User) -> Referral | None:
    if not life.referral:
        return None
    place = PRACTICES + life.clinic
    referral = draft_for(child, stage.places[place], by=doctor, at=stage.ago(60))
    if life.referral != "draft":
        referral = send_referral(referral=referral, by=doctor, at=stage.ago(59))
    if life.referral.startswith("declined"):
        therapist = stage.people[place]
        days = 25 if life.referral == "declined_lately" else 35
        referral = receive_referral(referral=referral, by=therapist, at=stage.ago(58))
        decline_referral(
            referral=referral, reason="We are full.", suggestion="Try the other clinic.",
            by=therapist, at=stage.ago(days),
        )  # fmt: skip
    return referral
