"""What can a family practise today, what did it log these days, and what did the therapist say?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, FilteredRelation, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext

from referrals.access import FAMILY, referrals_visible_to
from referrals.act import ACTS, Act
from referrals.models import Activity, Child, Pause, Practice, Reaction, Referral, Seat, User
from referrals.models.guardian import Right
from referrals.models.record import new_id
from referrals.prepared import Asked, prepared
from referrals.wording import typed_by, worded

from .address import address

#: A week is listed; a reaction of the week before is still shown.
WEEK: Final = 7
_READ: Final = 14
_DURING: Final = ACTS[Act.LOG_PRACTICE].during


@dataclass(frozen=True, slots=True)
class Reply:
    """What the therapist said to an entry."""

    sign: str
    words: str
    who: str
    at: datetime
    to: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One tap of one adult."""

    id: UUID
    title: str
    child: str
    result: str
    said: str
    minutes: int | None
    word: str
    on: date
    who: str
    mine: bool
    #: Where it is taken back or added to; empty where that is not theirs to do, or too late.
    undo_url: str = ""
    describe_url: str = ""


@dataclass(slots=True)
class Card:
    """One activity as the family taps it; `ask_url` is empty for who may not log."""

    id: UUID
    child_id: UUID
    child: str
    title: str
    minutes: int
    times: int
    routine: str
    begun_on: date
    today: date
    may_log: bool
    log_url: str
    ask_url: str
    detail_url: str
    #: The key of the next tap; sent twice it makes one entry.
    key: UUID | str = field(default_factory=new_id)
    key_before: UUID = field(default_factory=new_id)
    entries: list[Entry] = field(default_factory=list)
    reply: Reply | None = None

    @property
    def of_today(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.on == self.today]

    @property
    def of_yesterday(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.on == self.yesterday]

    @property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)

    @property
    def has_begun(self) -> bool:
        """What was given for a day to come is announced; nothing can be said of it yet."""
        return self.begun_on <= self.today

    @property
    def lacks_yesterday(self) -> bool:
        return self.begun_on <= self.yesterday and not self.of_yesterday


@dataclass(frozen=True, slots=True)
class Practising:
    """What one referral asks of a family today, and whether it asks nothing for a while."""

    cards: list[Card]
    #: With those of activities that were retired these days.
    entries: list[Entry]
    paused_until: date | None
    pause_asked_from: date | None
    pause_url: str


@dataclass(frozen=True, slots=True)
class PractisingChild:
    child: Child
    may_log: bool
    practising: list[Practising]

    @property
    def has_cards(self) -> bool:
        return any(one.cards for one in self.practising)


@dataclass(frozen=True, slots=True)
class Today:
    """The phone's start page: today, and what was logged on the seven days before."""

    children: list[PractisingChild]
    week: list[tuple[date, list[Entry]]]

    @property
    def cards(self) -> list[Card]:
        return [c for one in self.children for p in one.practising for c in p.cards]

    @property
    def yesterday(self) -> list[Card]:
        return [card for card in self.cards if card.may_log and card.lacks_yesterday]


def with_pause(referrals: QuerySet[Referral], today: date) -> QuerySet[Referral]:
    """Whether nothing is asked of the family today, in the query that reads the referrals."""
    pauses = Pause.objects.filter(referral=OuterRef("pk"), last_on__gte=today).order_by("first_on")
    agreed = pauses.filter(status=Pause.Status.AGREED, first_on__lte=today)
    asked = pauses.filter(status=Pause.Status.ASKED)
    return referrals.annotate(
        paused_until=Subquery(agreed.values("last_on")[:1]),
        pause_asked_from=Subquery(asked.values("first_on")[:1]),
    )


def today_of(user: User, today: date, at: datetime) -> Today:
    """Three queries, whatever the number of children and activities."""
    seats = list(
        Seat.objects.live(at).filter(user=user, role=FAMILY).select_related("child")
    )  # fmt: skip
    logging = {seat.child_id for seat in seats if Right.LOG in seat.rights}
    children = {seat.child_id: seat.child for seat in seats}
    found = referrals_visible_to(user).filter(child__in=list(children), state__in=_DURING)
    referrals = list(with_pause(found, today).select_related("clinic").order_by("-sent_at", "-id"))
    asked = asked_of([referral.pk for referral in referrals], at, _READ)
    practising = practising_in(
        asked, referrals, children, user=user.pk, logging=logging, at=at, back=_READ
    )
    by_child = [
        PractisingChild(
            child=child,
            may_log=child.pk in logging,
            practising=[practising[r.pk] for r in referrals if r.child_id == child.pk],
        )
        for child in sorted(children.values(), key=lambda one: one.name)
    ]
    days: dict[date, list[Entry]] = defaultdict(list)
    for one in practising.values():
        on_cards = {entry.id for card in one.cards for entry in card.of_today}
        for entry in one.entries:
            if entry.on >= today - timedelta(days=WEEK) and entry.id not in on_cards:
                days[entry.on].append(entry)
    return Today(by_child, sorted(days.items(), reverse=True))


def practises(referral: Referral) -> bool:
    """Whether anything can be practised on it now."""
    return _now(Act.LOG_PRACTICE, referral)


def _now(act: Act, referral: Referral) -> bool:
    """Whether it is done in this state: what is practised on after the end is asked of nobody."""
    return referral.state in ACTS[act].during


def asked_of(referrals: Iterable[UUID], at: datetime, back: int = 1) -> Asked:
    """The activities of these referrals with the entries of so many days and the replies of two weeks.

    One query. A day back is in every time zone a part of today.
    """
    since, shown = (at.date() - timedelta(days=days) for days in (_READ, back))
    return _rows.asked(list(referrals), since, shown, at)


def practising_in(
    rows: Asked, referrals: Iterable[Referral], children: Mapping[UUID, Child], *, user: UUID,
    logging: set[UUID], at: datetime, back: int = 1,
) -> dict[UUID, Practising]:  # fmt: skip
    """What such rows say. Of the moment nothing but the day on a clinic's clock is read here."""
    mine = {referral.pk: referral for referral in referrals if practises(referral)}
    cards: dict[UUID, Card] = {}
    seen: set[tuple[UUID, UUID]] = set()
    of: dict[UUID, list[Card]] = defaultdict(list)
    entries: dict[UUID, list[Entry]] = defaultdict(list)
    shown = at.date() - timedelta(days=back)
    for row in _in_order(rows.read()):
        referral = mine[row["referral_id"]]
        child = children[referral.child_id]
        card = cards.get(row["pk"])
        if card is None:
            card = cards[row["pk"]] = _card(row, referral, child, referral.child_id in logging, at)
            if row["status"] == Activity.Status.ACTIVE:
                of[referral.pk].append(card)
        if row["entry__pk"] is None:
            continue
        if row["entry__done_on"] >= shown and (card.id, row["entry__pk"]) not in seen:
            seen.add((card.id, row["entry__pk"]))
            card.entries.append(_entry(row, card, referral, user))
            entries[referral.pk].append(card.entries[-1])
        reply = _reply(row)
        if reply and (card.reply is None or reply.at > card.reply.at):
            card.reply = reply
    return {
        referral.pk: Practising(
            cards=of[referral.pk],
            entries=entries[referral.pk],
            paused_until=getattr(referral, "paused_until", None),
            pause_asked_from=getattr(referral, "pause_asked_from", None),
            pause_url=(
                address("pause_ask", referral.pk)
                if of[referral.pk] and _now(Act.ASK_PAUSE, referral)
                else ""
            ),
        )
        for referral in referrals
    }


_COLUMNS: Final = (
    "pk", "referral_id", "begun_at", "title", "spanish", "minutes", "times_a_week", "routine", "begun_on", "status",
    "entry__pk", "entry__result", "entry__minutes", "entry__word", "entry__done_on",
    "entry__told_at", "young", "entry__by_id", "entry__by__language", "begun_by__language", "entry__by__given_name", "entry__by__family_name",
    "entry__reactions__sign", "entry__reactions__words", "entry__reactions__at",
    "entry__reactions__by__given_name", "entry__reactions__by__family_name",
    "entry__reactions__by__language",
)  # fmt: skip


@prepared
def _rows(referrals: list[UUID], since: date, shown: date, at: datetime) -> Any:
    """With the entries from the day `shown` on, and those since that were replied to."""
    activities = Activity.objects.filter(referral__in=referrals).order_by()
    at_work = Q(status=Activity.Status.ACTIVE) | Q(retired_on__gte=since)
    young = Case(When(entry__received_at__gte=at - timedelta(days=WEEK), then=True), default=False)

    def with_entries(these: Q = at_work, **days: date) -> Any:
        which = Q(practices__undone_at__isnull=True, **days)
        entry = FilteredRelation("practices", condition=which)
        # All that is asked of an entry in one filter: another would join every entry once more.
        return (
            activities.annotate(entry=entry).filter(these).annotate(young=young).values(*_COLUMNS)
        )

    rows = with_entries(practices__done_on__gte=shown)
    if shown <= since:
        return rows
    replied = at_work & Q(entry__reactions__isnull=False)
    before = with_entries(replied, practices__done_on__gte=since, practices__done_on__lt=shown)
    return rows.union(before, all=True)


def _in_order(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """By activity, each with its newest entry first."""
    newest = sorted(
        rows, reverse=True,
        key=lambda row: [
            (row["entry__done_on"], row["entry__told_at"], row["entry__pk"])
        ] if row["entry__pk"] else [],
    )  # fmt: skip
    return sorted(newest, key=lambda row: (row["begun_at"], row["pk"]))


def _card(
    row: Mapping[str, Any], referral: Referral, child: Child, may_log: bool, at: datetime
) -> Card:
    keys = (referral.pk, row["pk"])
    return Card(
        id=row["pk"],
        child_id=child.pk,
        child=child.name,
        title=typed_by(row["title"], row["begun_by__language"], row["spanish"]),
        minutes=row["minutes"],
        times=row["times_a_week"],
        routine=str(Activity.Routine(row["routine"]).label),
        begun_on=row["begun_on"],
        today=_local_day(referral, at),
        may_log=may_log,
        log_url=address("practice_log", *keys),
        ask_url=(
            address("activity_ask", *keys) if may_log and _now(Act.ASK_THERAPIST, referral) else ""
        ),
        detail_url=address("activity_detail", *keys),
    )


def _entry(row: Mapping[str, Any], card: Card, referral: Referral, user: UUID) -> Entry:
    mine = row["entry__by_id"] == user
    keys = (referral.pk, card.id, row["entry__pk"])
    young = card.may_log and row["young"]
    return Entry(
        id=row["entry__pk"],
        title=card.title,
        child=card.child,
        result=row["entry__result"],
        said=_said(row["entry__result"], row["entry__done_on"] == card.today),
        minutes=row["entry__minutes"],
        word=typed_by(row["entry__word"], row["entry__by__language"]),
        on=row["entry__done_on"],
        who=f"{row['entry__by__given_name']} {row['entry__by__family_name']}",
        mine=mine,
        undo_url=address("practice_undo", *keys) if young else "",
        describe_url=address("practice_describe", *keys) if young and mine else "",
    )


def _reply(row: Mapping[str, Any]) -> Reply | None:
    if row["entry__reactions__sign"] is None:
        return None
    return Reply(
        sign=str(Reaction.Sign(row["entry__reactions__sign"]).label),
        words=typed_by(row["entry__reactions__words"], row["entry__reactions__by__language"]),
        who=f"{row['entry__reactions__by__given_name']} {row['entry__reactions__by__family_name']}",
        at=row["entry__reactions__at"],
        to=row["entry__done_on"],
    )


def _said(result: str, today: bool) -> str:
    if result == Practice.Result.NOT_TODAY and not today:
        return gettext("Not then")
    return str(Practice.Result(result).label)


def _local_day(referral: Referral, at: datetime) -> date:
    place = referral.clinic or referral.practice
    return at.astimezone(ZoneInfo(place.time_zone)).date()


# --- One tap ----------------------------------------------------------------------------------


def told(entry: Practice, referral: Referral, user: User, at: datetime) -> Entry:
    """An entry just made, as the card shows it. No query."""
    keys = (referral.pk, entry.activity_id, entry.pk)
    today = entry.done_on == _local_day(referral, at)
    return Entry(
        id=entry.pk,
        title=worded(entry.activity.title, entry.activity.spanish),
        child=referral.child.name,
        result=entry.result,
        said=_said(entry.result, today),
        minutes=entry.minutes,
        word=typed_by(entry.word, user),
        on=entry.done_on,
        who=user.name,
        mine=True,
        undo_url=address("practice_undo", *keys),
        describe_url=address("practice_describe", *keys),
    )


def activity_of(referral: Referral, pk: UUID) -> Activity | None:
    """One activity of a referral; one query."""
    activity = next(iter(_activity(referral.pk, pk)), None)
    if activity is not None:
        activity.referral = referral
    return activity


@prepared
def _activity(referral: UUID, pk: UUID) -> QuerySet[Activity]:
    return Activity.objects.filter(referral=referral, pk=pk)


def activities_for(user: User, ids: Iterable[UUID]) -> dict[UUID, Activity]:
    """Of these activities those whose referral the person sees, with all an entry needs. One query."""
    seen = Activity.objects.filter(
        pk__in=list(ids), referral__in=referrals_visible_to(user).values("pk")
    ).select_related("referral__child", "referral__clinic", "referral__practice")
    return {activity.pk: activity for activity in seen}
