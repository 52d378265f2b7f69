"""What happened to this child, in plain sentences, newest first?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy

from referrals.clinical.letters import KINDS as LETTERS
from referrals.models import (
    Appointment,
    Child,
    ContactAttempt,
    Correction,
    Event,
    Goal,
    Guardian,
    Position,
    Practice,
    Referral,
)
from referrals.models.guardian import apart
from referrals.models.result import CARE_TEAM
from referrals.prepared import prepared
from referrals.wording import day, moment, worded
from referrals.wording import later as _


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of event reads, and whether the family reads it too."""

    sentence: str
    icon: str
    group: str
    family: bool = True
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    sentence: str
    who: str
    icon: str
    tone: str


#: Event kind -> sentence; `{}` names are filled from the event's data.
KINDS: Final[Mapping[str, Kind]] = MappingProxyType({
    "child_registered": Kind("Registered", "user-plus", "child"),
    "child_changed": Kind("Details changed", "pencil", "child"),
    "child_merged": Kind("Two records of this child were made one", "combine", "child"),
    "child_parted": Kind("The two records that were made one are two again", "undo-2", "child"),
    "emergency_opened": Kind("Opened the record in an emergency; the family and {workplace} were told", "siren", "child", tone="warn"),
    "emergency_reviewed": Kind("Looked at why the record was opened in an emergency: it was {emergency_answer}", "shield-check", "child"),
    "care_handed_over": Kind("{left} has left: {owner} takes over", "arrow-right-left", "child"),
    "guardian_added": Kind("An adult of the family was added", "user-plus", "child"),
    "guardian_invited": Kind("An adult of the family was invited", "mail", "child"),
    "guardian_changed": Kind("The rights of an adult changed", "scale", "child", family=False),
    "consent_given": Kind("The family opened parts of the record to {organization} until {until}", "users", "sharing", tone="good"),
    "consent_revoked": Kind("The family closed the record to {organization}", "ban", "sharing"),
    "programme_identified": Kind("A referral to {place} was begun", "file-pen", "sharing"),
    "programme_referred": Kind("Referred to {place} on {on}", "send", "sharing", tone="good"),
    "programme_received": Kind("{place} has the referral since {on}", "inbox", "sharing"),
    "programme_consented": Kind("The family said yes on {on}: {place} may evaluate", "circle-check", "sharing"),
    "programme_evaluated": Kind("{place} evaluated on {on}", "file-check", "sharing", tone="good"),
    "programme_found_eligible": Kind("{place} can help: decided on {on}", "circle-check", "sharing", tone="good"),
    "programme_found_not_eligible": Kind("{place} cannot help: decided on {on}", "circle-x", "sharing", tone="warn"),
    "programme_met": Kind("The plan meeting with {place} was on {on}", "users", "sharing", tone="good"),
    "programme_excepted": Kind("{place} takes longer, until {after} instead of {before}: {reason}", "calendar-clock", "sharing", tone="warn"),
    "programme_closed": Kind("The way to {place} ended", "flag", "sharing"),
    "programme_letter_sent": Kind("The letter to {place} was signed and sent", "send", "sharing", tone="good"),
    "result_asked": Kind("{asking} asked {asked_of} for results", "circle-question-mark", "sharing"),
    "result_answered": Kind("Results were sent: {place} and the care team", "file-check", "sharing", tone="good"),
    "result_refused": Kind("Results cannot be sent: {place} and the care team", "circle-x", "sharing", tone="warn"),
    "result_withdrawn": Kind("A request for results was taken back: {place} and the care team", "undo-2", "sharing"),
    "concern_shared": Kind("A concern was shared", "message-circle", "concern"),
    "concern_answered": Kind("The concern was answered", "message-circle-reply", "concern", tone="good"),
    "referral_drafted": Kind("Began to write a referral", "file-pen", "referral", family=False),
    "referral_draft_saved": Kind("Went on writing the referral", "file-pen", "referral", family=False),
    "referral_attached": Kind("Attached a file", "paperclip", "referral", family=False),
    "referral_brought_in": Kind("The referral was brought in from another list, as it stood there since {on}", "file-input", "referral"),
    "referral_sent": Kind("Sent the referral", "send", "referral", tone="good"),
    "referral_arrived": Kind("The referral came in by computer from {system}", "inbox", "referral", tone="good"),
    "referral_received": Kind("The clinic took the referral in", "inbox", "referral"),
    "referral_asked": Kind("The therapist asked a question", "circle-question-mark", "referral", tone="warn"),
    "referral_answered": Kind("The pediatrician answered the question", "message-circle-reply", "referral"),
    "referral_accepted": Kind("The referral was accepted; {therapist} will evaluate", "circle-check", "referral", tone="good"),
    "referral_declined": Kind("The referral was declined", "circle-x", "referral", tone="bad"),
    "referral_contacted": Kind("Tried to reach the family: {channel}, {result}", "phone", "referral"),
    "appointment_offered": Kind("Offered {times} times to the family", "calendar-plus", "appointment"),
    "appointment_booked": Kind("Booked the visit of {starts_at}", "calendar-check", "appointment", tone="good"),
    "appointment_picked": Kind("The family picked the visit of {starts_at}", "calendar-check", "appointment", tone="good"),
    "appointment_missed": Kind("The visit was missed", "calendar-x", "appointment", tone="warn"),
    "appointment_cancelled": Kind("The visit was cancelled by the {cancelled_by}", "calendar-x", "appointment", tone="warn"),
    "evaluation_cut_short": Kind("The visit was cut short: {reason}", "calendar-x", "evaluation", tone="warn"),
    "evaluation_profile_told": Kind("The family told about its day", "message-circle", "evaluation", tone="good"),
    "evaluation_drafted": Kind("Began to write the evaluation", "file-pen", "evaluation", family=False),
    "evaluation_draft_saved": Kind("Went on writing the evaluation", "file-pen", "evaluation", family=False),
    "evaluation_amended": Kind("The evaluation report was amended: {reason}", "file-check", "evaluation", tone="warn"),
    "evaluation_signed": Kind("The evaluation report was signed", "file-check", "evaluation", tone="good"),
    "plan_drafted": Kind("The therapist began to write the plan of care", "file-pen", "plan", family=False),
    "plan_draft_saved": Kind("The therapist went on writing the plan of care", "file-pen", "plan", family=False),
    "plan_signed": Kind("The therapist signed version {number} of the plan of care", "file-check", "plan", tone="good"),
    "prescription_signed": Kind("A prescription was written, valid until {valid_until}", "file-check", "plan", tone="good"),
    "plan_explained": Kind("The plan of care was explained to the family", "message-circle", "plan", tone="good"),
    "plan_sent": Kind("The plan of care was sent to the pediatrician", "send", "plan"),
    "plan_certified": Kind("The pediatrician signed the plan of care, valid until {valid_until}", "file-check", "plan", tone="good"),
    "plan_returned": Kind("The pediatrician returned the plan with changes", "undo-2", "plan", tone="warn"),
    "plan_revised": Kind("The therapist began a new version of the plan", "file-pen", "plan"),
    "therapy_started": Kind("Therapy began", "sparkles", "plan", tone="good"),
    "goal_proposed": Kind("The {party} proposed a goal", "target", "goal"),
    "goal_changed": Kind("The {party} changed a goal: version {number} is to be agreed anew", "pencil", "goal", tone="warn"),
    "goal_answered": Kind("The {party} answered a goal: {answer}", "message-circle-reply", "goal"),
    "goal_agreed": Kind("All three agreed on a goal", "circle-check", "goal", tone="good"),
    "goal_begun": Kind("The therapist began a goal before all had answered", "play", "goal", tone="warn"),
    "goal_ended": Kind("A goal ended: {outcome}", "flag", "goal"),
    "goal_rated": Kind("The {party} rated a goal", "chart-line", "goal"),
    "goal_performance_rated": Kind("The family said how it goes with a goal", "chart-line", "goal"),
    "discharge_drafted": Kind("The therapist began to write the discharge summary", "file-pen", "discharge", family=False),
    "discharge_draft_saved": Kind("The therapist went on writing the discharge summary", "file-pen", "discharge", family=False),
    "discharge_signed": Kind("Therapy ended: {why}", "flag", "discharge", tone="good"),
    "discharge_amended": Kind("The discharge summary was amended: {reason}", "file-check", "discharge", tone="warn"),
    "correction_asked": Kind("The family asked to correct the {document}", "file-pen-line", "document"),
    "correction_answered": Kind("The wish to correct the {document} was answered", "message-circle-reply", "document", tone="good"),
    "document_exported": Kind("The family took a copy of the record", "file-down", "document"),
    # Families read their letters among the papers: that others were written is none of theirs.
    "letter_written": Kind("A letter was written to {addressee}: {letter_kind}", "mail", "document", family=False),
    "letter_marked_error": Kind("A letter to {addressee} was marked as a mistake: {reason}", "ban", "document", family=False, tone="warn"),
    "discharge_noted": Kind("The family has read how therapy ended", "check-check", "discharge", tone="good"),
    "referral_reopened": Kind("Therapy is taken up again: {reason}", "rotate-ccw", "discharge", tone="good"),
    # Home activities
    "activity_given": Kind("A home activity was given: {title}", "house", "activity", tone="good"),
    "activity_changed": Kind("A home activity was changed: {title}", "pencil", "activity"),
    "activity_pictured": Kind("A picture was added to a home activity: {title}", "image", "activity"),
    "activity_picture_removed": Kind("A picture was taken off a home activity: {title}", "image-off", "activity"),
    "activity_retired": Kind("A home activity has ended: {title}", "archive", "activity"),
    "activity_asked": Kind("The family has a question: {title}", "circle-question-mark", "activity"),
    "activity_answered": Kind("The therapist answered the family’s question", "message-circle-reply", "activity", tone="good"),
    "practice_reacted": Kind("The therapist answered what was practised at home", "heart", "activity", tone="good"),
    "pause_asked": Kind("The family asked for a pause until {until}", "circle-pause", "activity"),
    "pause_agreed": Kind("A pause until {until} was agreed", "circle-pause", "activity"),
    "pause_declined": Kind("The pause until {until} was not agreed", "circle-pause", "activity", tone="warn"),
    "check_in_asked": Kind("The pediatrician asked how it goes", "circle-question-mark", "activity", family=False),
    "check_in_answered": Kind("The therapist answered the pediatrician", "message-circle-reply", "activity", family=False, tone="good"),
    # Practice
    "practice_logged": Kind("Practice at home: {practised}", "house", "practice"),
    "practice_described": Kind("Minutes or a word were added to an entry of practice", "house", "practice"),
    "practice_undone": Kind("An entry of practice was taken back", "undo-2", "practice"),
    "series_planned": Kind("{visits} therapy visits were planned, from {starts_at} on, with {therapist}", "calendar-plus", "session", tone="good"),
    "series_cancelled": Kind("{visits} coming visits were cancelled by the {cancelled_by}", "calendar-x", "session", tone="warn"),
    "authorisation_recorded": Kind("The payer authorised {visits} visits until {until}", "badge-check", "session"),
    "session_moved": Kind("The visit of {was_at} was moved to {starts_at}: {reason}", "calendar-clock", "session", tone="warn"),
    "session_attended": Kind("The visit of {starts_at} took place", "calendar-check", "session", tone="good"),
    "session_report_due": Kind("The visit of {starts_at} took place, number {visits} since the last report. The next one is due on {after}, not {before}", "calendar-check", "session", tone="good"),
    "session_missed": Kind("The visit of {starts_at} was missed", "calendar-x", "session", tone="warn"),
    "session_cancelled": Kind("The visit of {starts_at} was cancelled by the {cancelled_by}", "calendar-x", "session", tone="warn"),
    "session_reopened": Kind("Took back what was said about the visit of {starts_at}", "undo-2", "session", family=False),
    "session_drafted": Kind("Began to write the note of a visit", "file-pen", "session", family=False),
    "session_draft_saved": Kind("Went on writing the note of a visit", "file-pen", "session", family=False),
    "session_signed": Kind("The note of the visit of {starts_at} was signed", "file-check", "session", tone="good"),
    "session_amended": Kind("The note of the visit of {starts_at} was amended: {reason}", "file-check", "session", family=False, tone="warn"),
    "session_cosigned": Kind("The note of the visit of {starts_at} was co-signed", "file-check", "session", family=False, tone="good"),
    "report_drafted": Kind("The therapist began to write report {number}", "file-pen", "report", family=False),
    "report_draft_saved": Kind("The therapist went on writing report {number}", "file-pen", "report", family=False),
    "report_signed": Kind("The therapist signed report {number}", "file-check", "report", family=False),
    "report_sent": Kind("The therapist sent progress report {number}", "send", "report", tone="good"),
    "report_acknowledged": Kind("The pediatrician read progress report {number}", "check-check", "report", tone="good"),
    # Families read their messages where those are, so that here none can show that others exist.
    "thread_started": Kind("Began a thread of messages", "messages-square", "message", family=False),
    "message_sent": Kind("Wrote a message", "message-square", "message", family=False),
    "referral_closed_unreachable": Kind("Closed: the family could not be reached", "circle-x", "referral", tone="bad"),
    "referral_closed_family_declined": Kind("Closed: the family declined", "circle-x", "referral"),
    "referral_closed_not_eligible": Kind("Closed: not eligible", "circle-x", "referral", tone="bad"),
    "referral_cancelled": Kind("The pediatrician cancelled the referral", "circle-x", "referral"),
    "referral_acknowledged": Kind("The pediatrician took note of the ending", "check-check", "referral"),
    "referral_confirmed": Kind("The clinic took note", "check-check", "referral"),
    "referral_postponed": Kind("Moved the due date from {before} to {after}: {reason}", "calendar-clock", "referral", family=False),
    "referral_handed_over": Kind("Handed over to {owner}", "arrow-right-left", "referral", family=False),
    "reminder_risen": Kind("Overdue since {due_on}, and risen to {whom}: {owed}", "bell-ring", "referral", family=False, tone="warn"),
    "referral_marked_error": Kind("Marked as entered in error", "ban", "referral", tone="bad"),
})  # fmt: skip
GROUPS: Final = {
    "child": "Child and family",
    "concern": "Concerns",
    "referral": "Referral",
    "appointment": "Visits",
    "evaluation": "Evaluation",
    "plan": "Plan of care",
    "goal": "Goals",
    "discharge": "End of therapy",
    "activity": "At home",
    "practice": "Practice at home",
    "session": "Therapy visits",
    "report": "Progress reports",
    "document": "Papers",
    "message": "Messages",
    "sharing": "Schools and programmes",
}
#: What is left behind each time a long form saves itself, each day a family practises, and by each
#: message: shown only where its group was chosen.
SAVED: Final = frozenset({
    "evaluation_draft_saved", "plan_draft_saved", "discharge_draft_saved", "session_draft_saved",
    "report_draft_saved",
    "practice_logged", "practice_described", "practice_undone", "message_sent",
})  # fmt: skip
#: What one adult of a family does, or is answered, as neither of two who are kept apart learns of the other.
ALONE: Final = frozenset({"correction_asked", "correction_answered", "document_exported"})
_LABELS: Final[Mapping[str, Mapping[Any, Any]]] = {
    "channel": dict(ContactAttempt.Channel.choices),
    "result": dict(ContactAttempt.Result.choices),
    "place": dict(Appointment.Place.choices),
    "answer": dict(Position.Answer.choices),
    "outcome": dict(Goal.Status.choices),
    "practised": dict(Practice.Result.choices),
    "document": dict(Correction.Sort.choices),
    "letter_kind": {kind.code: kind.label for kind in LETTERS.values()},
    "emergency_answer": {"right": _("right"), "wrong": _("not right")},
    "party": {
        "pediatrician": _("Pediatrician"),
        "therapist": _("Therapist"),
        "family": _("Family"),
    },
    "cancelled_by": {
        "family": _("Family"),
        "clinic": _("Clinic"),
        "practice": pgettext_lazy("place", "Practice"),
    },
}
#: The side of a request for results that is no place: as it stands in the sentence.
_SIDES: Final = {"asking": _("The care team"), "asked_of": _("the care team")}
#: Whom the timeline names where nobody did anything: time passed.
BY_ITSELF: Final = "The clock"
_DATES: Final = frozenset({"until", "before", "after", "valid_until", "due_on", "on"})


def timeline(
    *, child: Child | None = None, about: UUID | None = None, for_family: bool, drafts: bool,
    group: str = "", reader: UUID | None = None, most: int = 50,
) -> list[Entry]:  # fmt: skip
    """The newest of what there is to tell. One query; none for a group that there is not."""
    if group and group not in GROUPS:
        return []
    of = child.pk if child is not None else None
    return [_entry(e) for e in _newest(of, about, for_family, drafts, group, reader, most)]


@prepared
def _newest(
    child: UUID | None, about: UUID | None, for_family: bool, drafts: bool, group: str,
    reader: UUID | None, most: int,
) -> QuerySet[Event]:  # fmt: skip
    events = _events(
        child=child, about=about, for_family=for_family, drafts=drafts, group=group, reader=reader
    )
    return events[:most]


def whole_timeline(*, chunk: int, **what: Any) -> Iterator[Entry]:
    """The same to the very first event, read so many at a time."""
    for event in _events(**what).iterator(chunk_size=chunk):
        yield _entry(event)


def _events(
    *, child: Child | UUID | None = None, about: UUID | None = None, for_family: bool, drafts: bool,
    group: str = "", reader: UUID | None = None,
) -> QuerySet[Event]:  # fmt: skip
    """The events of a child, or of one record of it, newest first.

    `for_family` leaves out what is between clinicians; without `drafts` what was only
    being written stays with those who write it. What saved itself while somebody typed, and
    daily practice, is shown only where a group was chosen: it would crowd out all else. Of adults
    who are kept apart `reader` is not told what the other did alone.
    """
    kinds = [
        kind
        for kind, how in KINDS.items()
        if (how.family or not for_family)
        and (
            drafts or kind not in ("referral_drafted", "referral_draft_saved", "referral_attached")
        )
        and (group or kind not in SAVED)
        and group in ("", how.group)
    ]
    events = Event.objects.filter(kind__in=kinds)
    if child is not None:
        events = events.filter(child=child)
    if about is not None:
        events = events.filter(about=about)
    if not drafts:
        # What was never sent is nobody else's: not even that it was cancelled.
        unsent = Referral.objects.filter(sent_at__isnull=True)
        if child is not None:
            unsent = unsent.filter(child=child)
        events = events.exclude(about__in=unsent.values("pk"))
    if for_family:
        parted = apart(Guardian.objects.filter(child=OuterRef("child")), timezone.now())
        events = events.filter(~(Q(kind__in=ALONE) & ~Q(by=reader) & Exists(parted)))
    return events.select_related("by")


def groups(*, for_family: bool) -> dict[str, str]:
    """The groups to choose from, without those of which the family reads nothing here."""
    return {
        code: gettext(label)
        for code, label in GROUPS.items()
        if not for_family or any(k.family for k in KINDS.values() if k.group == code)
    }


def _entry(event: Event) -> Entry:
    how = KINDS[event.kind]
    said = {name: _say(name, value) for name, value in event.data.items()}
    if "title" in said:
        said["title"] = worded(str(said["title"]), event.data.get("spanish", {}))
    who = event.by.name if event.by else BY_ITSELF
    return Entry(event.at, gettext(how.sentence).format_map(said), who, how.icon, how.tone)


def _say(name: str, value: object) -> object:
    if name in _LABELS:
        return str(_LABELS[name].get(str(value), str(value))).lower()
    if name in _SIDES:
        return _SIDES[name] if value == CARE_TEAM else value
    if name in _DATES:
        return day(date.fromisoformat(str(value)))
    if name in ("starts_at", "was_at"):
        return moment(datetime.fromisoformat(str(value)))
    return gettext(value) if name == "why" and isinstance(value, str) else value
