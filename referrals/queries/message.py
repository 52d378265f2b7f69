"""Which messages are there for this person, who else reads them, and to whom could they write?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referrals.access import FAMILY, Standing, threads_visible_to
from referrals.models import (
    Child,
    Consent,
    Enclosure,
    Guardian,
    Message,
    Organization,
    Reading,
    Role,
    Scope,
    Seat,
    Thread,
    User,
)
from referrals.models.guardian import with_apart
from referrals.models.message import CLINICIANS

PAGE: Final = 25
_MOST_READINGS: Final = 300
Audience = Thread.Audience
Words = str | Promise


# --- Lists --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread in a list."""

    subject: str
    #: The language of who began it.
    language: str
    url: str
    child_id: UUID
    child_name: str
    child_url: str
    is_hidden: bool
    with_whom: str
    last_at: datetime
    messages: int
    is_unread: bool


_COLUMNS: Final = (
    "id", "subject", "audience", "is_alone", "last_at", "last_number", "is_unread", "child_id",
    "child__given_name", "child__family_name", "child__name_used", "guardian__given_name",
    "guardian__family_name", "guardian__user_id", "consent__organization__name",
    "started_by__language",
)  # fmt: skip


def page(user: User, cursor: str = "", child: UUID | None = None) -> tuple[list[ThreadRow], str]:
    """One page, unread threads first, then the newest; and the cursor of the next. One query."""
    threads = threads_visible_to(user)
    if child is not None:
        threads = threads.filter(child=child)
    marked = Thread.objects.filter(pk__in=threads.values("pk")).marked_for(user)
    behind = _after(marked, cursor).order_by("-is_unread", "-last_at", "-id")
    found = list(behind.values_list(*_COLUMNS, named=True)[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    following = f"{int(last.is_unread)}~{_in_address(last.last_at)}~{last.id}" if last else ""
    return [_row(one, user) for one in found[:PAGE]], following


def child_asked(text: str) -> UUID | None:
    """Whose threads `?child=` asks for; what is no key asks for all."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _in_address(at: datetime) -> str:
    # In an address a plus is a space: the zone is said by a letter.
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _after(threads: Any, cursor: str) -> Any:
    """What comes behind `<unread>~<last message>~<id>`; a cursor that is none begins at the start."""
    unread, _, rest = cursor.partition("~")
    at, _, last = rest.partition("~")
    try:
        when, key = datetime.fromisoformat(at), UUID(last)
    except ValueError:
        return threads
    if when.tzinfo is None:
        return threads
    older = Q(last_at__lt=when) | Q(last_at=when, id__lt=key)
    if unread == "1":
        return threads.filter(Q(is_unread=False) | older)
    return threads.filter(older, is_unread=False)


def _row(one: Any, user: User) -> ThreadRow:
    named = one.is_alone and one.guardian__user_id != user.pk
    adult = f"{one.guardian__given_name} {one.guardian__family_name}" if named else ""
    return ThreadRow(
        subject=one.subject,
        language=one.started_by__language,
        url=reverse("thread_detail", args=[one.child_id, one.id]),
        child_id=one.child_id,
        child_name=f"{one.child__name_used or one.child__given_name} {one.child__family_name}",
        child_url=reverse("message_child", args=[one.child_id]),
        is_hidden=one.audience == Audience.CLINICIANS,
        with_whom=" · ".join(part for part in (one.consent__organization__name, adult) if part),
        last_at=one.last_at,
        messages=one.last_number,
        is_unread=one.is_unread,
    )


def unread_of_child(user: User, outer: str = "child") -> Combinable:
    """How many threads with something new this person has about the child of a row."""
    visible = threads_visible_to(user, row_by_row=True)
    return visible.unread_by(user).counted_of_child(outer)


# --- Who reads it -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reader:
    """Who can read a thread: a person, or a place with those of its people who do."""

    name: str
    who: Words


_PEOPLE_OF: Final = {
    Seat.Role.PRACTICE: _("pediatricians"),
    Seat.Role.CLINIC: _("therapists and coordinators"),
}


def readers(
    team: Standing, adults: Iterable[Guardian], *, audience: str, alone: UUID | None = None,
    consent: UUID | None = None, wrote: frozenset[UUID] = frozenset(),
) -> list[Reader]:  # fmt: skip
    """Who can read a thread of this kind, told from the child's team.

    `access.threads_visible_to` lets them in; here the same is said in words, and a test compares.
    """
    found = [
        Reader(str(seat.organization), _PEOPLE_OF[Seat.Role(seat.role)])
        for seat in team.seats
        if seat.role in _PEOPLE_OF
    ]
    if audience != Audience.CLINICIANS:
        people = list(adults)
        seated = {seat.ground_id for seat in team.seats if seat.role == Seat.Role.FAMILY}
        found += [
            Reader(adult.name, adult.get_relationship_display())
            for adult in people
            if adult.pk in seated
            and (adult.pk == alone if alone else not _is_kept_from(adult, people, wrote))
        ]
    found += [
        Reader(str(seat.organization), _("the people who work with your child"))
        if FAMILY in team.roles
        else Reader(str(seat.organization), _("the people who work with the child"))
        for seat in team.seats
        if consent and seat.ground_id == consent and Scope.MESSAGES in seat.rights
    ]
    return list(dict.fromkeys(found))


def _is_kept_from(adult: Guardian, adults: list[Guardian], wrote: frozenset[UUID]) -> bool:
    """Whether somebody wrote from whom this adult is kept apart."""
    others = [other for other in adults if other.pk in wrote and other.pk != adult.pk]
    return any(_apart(adult) or _apart(other) for other in others)


def _apart(adult: Guardian) -> bool:
    return bool(getattr(adult, "is_apart", True))


def adults_of(child: Child, at: datetime) -> list[Guardian]:
    """The child's adults, each with whether they are kept apart from the others. One query."""
    return list(with_apart(child.guardians.all(), at).order_by("id"))


# --- To whom one could write --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """A circle of readers to choose when a thread begins."""

    code: str
    label: Words
    readers: list[Reader]
    arguments: dict[str, Any]
    is_hidden: bool = False


def choices(child: Child, team: Standing, user: User, at: datetime) -> list[Choice]:
    """To whom this person could write about the child, each with who would read it. Two queries."""
    adults = adults_of(child, at)
    side = team.main_role
    seated = {seat.ground_id for seat in team.seats if seat.role == Seat.Role.FAMILY}
    present = [adult for adult in adults if adult.pk in seated]
    apart = any(_apart(adult) for adult in adults)
    own = next((adult for adult in adults if adult.user_id == user.pk), None)

    def choice(code: str, label: Words, **arguments: Any) -> Choice:
        guardian, consent = arguments.get("guardian"), arguments.get("consent")
        audience = arguments["audience"]
        found = readers(
            team, adults, audience=audience, alone=guardian and guardian.pk,
            consent=consent and consent.pk,
        )  # fmt: skip
        return Choice(code, label, found, arguments, audience == Audience.CLINICIANS)

    offered: list[Choice] = []
    if side in CLINICIANS:
        offered.append(choice("clinicians", _("Clinicians only"), audience=Audience.CLINICIANS))
    if side == FAMILY:
        if not apart:
            offered.append(
                choice("family", _("The care team and your family"), audience=Audience.FAMILY)
            )
        if own is not None and (apart or len(present) > 1):
            label = _("The care team, and of your family only you")
            offered.append(choice(f"adult-{own.pk}", label, audience=Audience.FAMILY, guardian=own))
    elif side in CLINICIANS and present:
        if not apart:
            offered.append(
                choice("family", _("The whole family and clinicians"), audience=Audience.FAMILY)
            )
        offered += [
            choice(
                f"adult-{adult.pk}", f"{adult.name} alone, and clinicians",
                audience=Audience.FAMILY, guardian=adult,
            )
            for adult in present
            if apart or len(present) > 1
        ]  # fmt: skip
    for consent in _consents(child, team, at):
        one = (own if side == FAMILY else consent.guardian) if apart else None
        offered.append(
            choice(
                f"partner-{consent.pk}", consent.organization.name, audience=Audience.PARTNER,
                consent=consent, guardian=one,
            )
        )  # fmt: skip
    return offered


def _consents(child: Child, team: Standing, at: datetime) -> list[Consent]:
    """The consents that open messages now; a partner's own only."""
    open_now = {seat.ground_id for seat in team.seats if Scope.MESSAGES in seat.rights}
    live = child.consents.live(at).select_related("organization", "guardian").order_by("pk")
    return [
        consent
        for consent in live
        if consent.pk in open_now
        and Scope.MESSAGES in consent.scopes
        and (team.main_role != Role.PARTNER or consent.organization_id in team.organizations)
    ]


# --- One thread ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it stands on the page."""

    number: int
    words: str
    author: User
    who: str
    at: datetime
    is_mine: bool
    is_new: bool
    enclosures: list[Enclosure]
    read_by: list[tuple[str, str, datetime]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One page of a thread: what was said, who can read it, and where earlier messages begin."""

    messages: list[Said]
    readers: list[Reader]
    earlier: int
    newest: int
    #: In this family each adult has messages of their own: an adult does not answer here.
    is_closed_to_adults: bool


def conversation(
    thread: Thread, team: Standing, user: User, at: datetime, before: int = 0
) -> Conversation:
    """The newest page, or the one that ends before a number. Five queries at any length."""
    found = thread.messages.select_related("author").order_by("-number")
    if before:
        found = found.filter(number__lt=before)
    told = list(found.prefetch_related("enclosures")[: PAGE + 1])
    earlier = told[PAGE - 1].number if len(told) > PAGE else 0
    told = sorted(told[:PAGE], key=lambda message: message.number)
    adults = adults_of(thread.child, at)
    wrote = thread.messages.filter(guardian__isnull=False).order_by()
    return Conversation(
        messages=_said(thread, told, team, user),
        readers=readers(
            team, adults, audience=thread.audience, alone=thread.guardian_id,
            consent=thread.consent_id,
            wrote=frozenset(wrote.values_list("guardian", flat=True).distinct()),
        ),
        earlier=earlier,
        newest=told[-1].number if told else 0,
        is_closed_to_adults=not thread.is_alone and any(_apart(adult) for adult in adults),
    )  # fmt: skip


def _said(thread: Thread, told: list[Message], team: Standing, user: User) -> list[Said]:
    first = told[0].number if told else 0
    readings = list(
        Reading.objects.filter(thread=thread, number__gte=first)
        .select_related("user").order_by("number", "at")[:_MOST_READINGS]
    )  # fmt: skip
    mine = max((one.number for one in readings if one.user_id == user.pk), default=0)
    # When an adult of the family reads is for the clinicians: two homes are not shown each other.
    among = [
        one
        for one in readings
        if one.user_id != user.pk and (team.main_role in CLINICIANS or one.role in CLINICIANS)
    ]
    return [
        Said(
            number=message.number, words=message.words, author=message.author,
            who=message.get_role_display(), at=message.at, is_mine=message.author_id == user.pk,
            is_new=message.number > mine and message.author_id != user.pk,
            enclosures=list(message.enclosures.all()),
            read_by=_read_by(among, message) if message.author_id == user.pk else [],
        )
        for message in told
    ]  # fmt: skip


def _read_by(readings: list[Reading], message: Message) -> list[tuple[str, str, datetime]]:
    """Who has read it, and when they first had."""
    first: dict[UUID, Reading] = {}
    for one in readings:
        if one.number >= message.number:
            first.setdefault(one.user_id, one)
    return [(one.user.name, one.get_role_display(), one.at) for one in first.values()]


def enclosure_of(thread: Thread, pk: UUID) -> Enclosure | None:
    """A file of this thread, reached through it."""
    return Enclosure.objects.filter(message__thread=thread, pk=pk).first()


def to_call(team: Standing) -> list[Organization]:
    """Whom to call when it cannot wait: the clinic first, then the practice."""
    places = [
        seat.organization
        for role in (Seat.Role.CLINIC, Seat.Role.PRACTICE)
        for seat in team.seats
        if seat.role == role and seat.organization is not None and seat.organization.phone
    ]
    return list(dict.fromkeys(places))
