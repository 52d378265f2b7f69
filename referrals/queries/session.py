"""Which therapy visits does a child have, how did they go, and what does the note of one say?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from referrals.clinical.adherence import attendance
from referrals.clinical.ladder import EXPECTED, signed
from referrals.models import Appointment, GoalVersion, Rating, Referral, Series, Session
from referrals.models.signing import Signed
from referrals.pathway import Party
from referrals.wording import worded

THERAPY: Final = Appointment.Purpose.THERAPY
_STATUS: Final = Appointment.Status
_FINAL: Final = Signed.Status.FINAL
PAGE: Final = 25
COMING: Final = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One visit in a list: what it is, what is owed for it, and the note where it is signed."""

    visit: Appointment
    word: str
    tone: str
    icon: str
    #: `hold`: say whether it took place; `write`, `sign_off`: its note; empty where nothing is owed.
    owes: str = ""
    note: Session | None = None


def _row(visit: Any, at: datetime, note: Session | None = None, *, for_family: bool = False) -> Row:
    match visit.status:
        case _STATUS.FULFILLED if for_family:
            return Row(visit, gettext("You were there"), "good", "circle-check", "", note)
        case _STATUS.BOOKED if visit.starts_at <= at and not for_family:
            return Row(visit, gettext("Did it take place?"), "warn", "circle-question-mark", "hold")
        case _STATUS.BOOKED:
            return Row(visit, gettext("Booked"), "good", "calendar-check")
        case _STATUS.NOSHOW:
            return Row(visit, gettext("Missed"), "warn", "calendar-x")
        case _STATUS.CANCELLED:
            said = gettext("Cancelled")
            if visit.cancelled_by:
                who = visit.get_cancelled_by_display().lower()
                said = gettext("Cancelled by {who}").format(who=who)
            return Row(visit, said, "neutral", "ban")
    if visit.to_cosign:
        return Row(visit, gettext("Co-signature awaited"), "warn", "file-check", "sign_off", note)
    if visit.is_signed:
        return Row(visit, gettext("Attended"), "good", "circle-check", "", note)
    return Row(visit, gettext("Note to be finished"), "warn", "file-pen", "write")


def with_notes(visits: QuerySet[Appointment]) -> QuerySet[Any]:
    """Visits that know whether their note is signed and whether it waits for a co-signature."""
    final = Session.objects.filter(appointment=OuterRef("pk"), status=_FINAL)
    return visits.annotate(
        is_signed=Exists(final),
        to_cosign=Exists(final.filter(needs_cosign=True, cosigned_at=None)),
    ).select_related("therapist", "organization")


@dataclass(frozen=True, slots=True)
class Listing:
    """The page of a referral's therapy visits."""

    to_do: list[Row]
    coming: list[Row]
    past: list[Row]
    more_coming: str
    more_past: str
    series: list[Any]
    figures: "Figures"


def listing(
    referral: Referral, at: datetime, *, after: str = "", before: str = "", for_family: bool
) -> Listing:
    """Six queries at any size: to do, coming, past, the past ones' notes, series, figures."""
    visits = with_notes(referral.appointments.filter(purpose=THERAPY))
    ended = ~Q(status=_STATUS.BOOKED)
    owing = Q(status=_STATUS.BOOKED, starts_at__lte=at) | Q(
        status=_STATUS.FULFILLED, is_signed=False
    )
    to_do: Any = visits.filter(owing | Q(to_cosign=True)).order_by("starts_at")[:PAGE]
    coming: Any = visits.filter(status=_STATUS.BOOKED, starts_at__gt=at).order_by("starts_at", "id")
    coming, more_coming = _page(coming, after, COMING, forward=True)
    over = visits.filter(ended).order_by("-starts_at", "-id")
    past, more_past = _page(over, before, PAGE, forward=False)
    notes = notes_of(past, for_family=for_family)
    return Listing(
        to_do=[] if for_family else [_row(visit, at) for visit in to_do],
        coming=[_row(visit, at) for visit in coming],
        past=[_row(visit, at, notes.get(visit.pk), for_family=for_family) for visit in past],
        more_coming=more_coming,
        more_past=more_past,
        series=_series(referral, at),
        figures=figures(referral, _tonight(referral, at)),
    )


def _tonight(referral: Referral, at: datetime) -> datetime:
    """The end of the clinic's day: progress counts whole days, and both say the same."""
    zone = ZoneInfo((referral.clinic or referral.practice).time_zone)
    return at.astimezone(zone).replace(hour=23, minute=59, second=59, microsecond=999999)


def _page(visits: Any, cursor: str, most: int, *, forward: bool) -> tuple[list[Any], str]:
    """One page and the cursor `<start>~<id>` of the next; a cursor that is none begins at the start."""
    when, _, last = cursor.partition("~")
    try:
        start, key = datetime.fromisoformat(when).replace(tzinfo=UTC), UUID(last)
    except ValueError:
        pass
    else:
        way = "gt" if forward else "lt"
        visits = visits.filter(**{f"starts_at__{way}e": start}).filter(
            Q(**{f"starts_at__{way}": start}) | Q(**{f"id__{way}": key})
        )
    found = list(visits[: most + 1])
    if len(found) <= most:
        return found, ""
    edge = found[most - 1]
    return found[:most], f"{edge.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}~{edge.pk}"


def notes_of(visits: Iterable[Appointment], *, for_family: bool) -> dict[UUID, Session]:
    """The signed notes of visits; to a family an assistant's once it is co-signed. One query."""
    notes = Session.objects.filter(status=_FINAL, appointment__in=[visit.pk for visit in visits])
    if for_family:
        notes = notes.for_family()
    return {note.appointment_id: note for note in notes.select_related("author")}


def _series(referral: Referral, at: datetime) -> list[Series]:
    """The series that still have visits to come."""
    still = Q(appointments__status=_STATUS.BOOKED, appointments__starts_at__gt=at)
    return list(
        referral.series.annotate(left=Count("appointments", filter=still))
        .filter(left__gt=0).select_related("therapist")[:COMING]
    )  # fmt: skip


# --- Figures --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """How many visits there were, and what became of them; `share` is attendance in per cent."""

    scheduled: int
    attended: int
    missed: int
    cancelled_by_family: int
    cancelled_by_clinic: int
    cancelled_otherwise: int

    @property
    def share(self) -> float | None:
        found = attendance(self.scheduled, self.attended, self.cancelled_by_clinic)
        return None if found is None else 100 * found


def figures(referral: Referral, until: datetime, since: datetime | None = None) -> Figures:
    """Attendance from `since` (or the first visit on) up to `until`. One query.

    What is cancelled weeks ahead, and lies still to come, is no visit that anybody missed.
    """
    visits = referral.appointments.filter(purpose=THERAPY, starts_at__lte=until)
    if since is not None:
        visits = visits.filter(starts_at__gte=since)
    cancelled = Q(status=_STATUS.CANCELLED)
    by = Appointment.CancelledBy
    counted = visits.aggregate(
        scheduled=Count("pk", filter=~Q(status=_STATUS.BOOKED)),
        attended=Count("pk", filter=Q(status=_STATUS.FULFILLED)),
        missed=Count("pk", filter=Q(status=_STATUS.NOSHOW)),
        cancelled_by_family=Count("pk", filter=cancelled & Q(cancelled_by=by.FAMILY)),
        cancelled_by_clinic=Count("pk", filter=cancelled & Q(cancelled_by=by.CLINIC)),
        cancelled_otherwise=Count(
            "pk", filter=cancelled & ~Q(cancelled_by__in=[by.FAMILY, by.CLINIC])
        ),
    )
    return Figures(**counted)


# --- One visit ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """One goal as a note offers it: what it says, its five levels, and where the child was last."""

    key: str
    statement: str
    wish: str
    last: int | None
    start: int
    words: dict[int, str]


def worksheet(visit: Appointment, before: Session | None = None) -> list[Sheet]:
    """The goals that can be worked on in a visit: agreed or begun, not ended. One query.

    Those of the version that is amended stand among them, ended or not.
    """
    # Written late, a note still looks back from its own day.
    seen = Rating.objects.filter(
        goal=OuterRef("goal"), party=Party.THERAPIST, rated_on__lte=visit.local_start.date()
    )
    latest = seen.exclude(visit=visit.pk).order_by("-rated_on", "-at", "-id")
    locked = Q(goal__agreed_at__isnull=False) | ~Q(goal__started_without={})
    able = Q(goal__status__in=["proposed", "active"]) & locked
    able &= Q(goal__proposed_at__lte=visit.ends_at)
    if before is not None:
        able |= Q(goal__in=[entry["goal"] for entry in before.worked_on])
    versions = (
        GoalVersion.objects.filter(able, goal__referral=visit.referral_id, number=F("goal__number"))
        .select_related("goal").annotate(last=Subquery(latest.values("level")[:1]))
        .order_by("goal__proposed_at", "goal_id")
    )  # fmt: skip
    return [
        Sheet(
            key=str(version.goal_id), statement=worded(version.statement, version.spanish), wish=version.wish,
            last=version.last, start=version.baseline_level, words=_words(version),
        )
        for version in versions
    ]  # fmt: skip


def _words(version: GoalVersion) -> dict[int, str]:
    said = [worded(str(step["words"]), version.spanish) for step in version.levels]
    return {n - 2: words for n, words in enumerate(said)}


@dataclass(frozen=True, slots=True)
class Worked:
    """A goal with the level it was on in a visit."""

    statement: str
    sign: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note as it is read."""

    session: Session
    worked: list[Worked]


@dataclass(frozen=True, slots=True)
class Page:
    visit: Appointment
    row: Row
    note: Note | None
    draft: Session | None
    versions: list[Note] = field(default_factory=list)


def one(referral: Referral, pk: UUID) -> Any:
    """A therapy visit of this referral; None where there is no such one."""
    visits = with_notes(referral.appointments.filter(purpose=THERAPY, pk=pk))
    return visits.select_related("therapist", "organization", "series", "ended_by").first()


def read(visit: Any, at: datetime, *, for_family: bool, writes: bool) -> Page:
    """Two queries: every version of the note, and the goals they name."""
    written = list(visit.notes.select_related("signed_by", "cosigned_by", "author"))
    drafts = [note for note in written if note.is_draft]
    versions = [] if for_family else _read([note for note in written if not note.is_draft])
    stands = [note for note in written if note.status == _FINAL]
    if for_family:
        versions = [Note(n, []) for n in stands if not n.needs_cosign or n.cosigned_at]
    note = next((one for one in versions if one.session.status == _FINAL), None)
    return Page(
        visit=visit,
        row=_row(visit, at, note.session if note else None, for_family=for_family),
        note=note,
        draft=drafts[0] if drafts and writes else None,
        versions=[one for one in versions if one is not note],
    )


def read_one(note: Session) -> Note:
    """One note with its goals, to be read beside the next one. One query."""
    return _read([note])[0]


def _read(notes: list[Session]) -> list[Note]:
    keys = {entry["goal"] for note in notes for entry in note.worked_on}
    versions = (
        {
            str(version.goal_id): version
            for version in GoalVersion.objects.filter(goal__in=keys, number=F("goal__number"))
        }
        if keys
        else {}
    )
    return [
        Note(
            note,
            [
                Worked(
                    worded(
                        versions[entry["goal"]].statement, versions[entry["goal"]].spanish
                    ), signed(entry["level"]),
                    EXPECTED[entry["level"]], _words(versions[entry["goal"]])[entry["level"]],
                )
                for entry in note.worked_on
                if entry["goal"] in versions
            ],
        )
        for note in notes
    ]  # fmt: skip
