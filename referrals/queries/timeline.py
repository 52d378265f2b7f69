"""What happened to this child, in plain sentences, newest first?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.utils.timezone import localtime

from referrals.models import (
    Appointment,
    Child,
    ContactAttempt,
    Event,
    Goal,
    Position,
    Practice,
    Referral,
)


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
    "guardian_added": Kind("An adult of the family was added", "user-plus", "child"),
    "guardian_invited": Kind("An adult of the family was invited", "mail", "child"),
    "guardian_changed": Kind("The rights of an adult changed", "scale", "child", family=False),
    "seat_opened": Kind("{organization} joined the team until {until}", "users", "child"),
    "concern_shared": Kind("A concern was shared", "message-circle", "concern"),
    "concern_answered": Kind("The concern was answered", "message-circle-reply", "concern", tone="good"),
    "referral_drafted": Kind("Began to write a referral", "file-pen", "referral", family=False),
    "referral_draft_saved": Kind("Went on writing the referral", "file-pen", "referral", family=False),
    "referral_attached": Kind("Attached a file", "paperclip", "referral", family=False),
    "referral_sent": Kind("Sent the referral", "send", "referral", tone="good"),
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
    "prescription_signed": Kind("The pediatrician wrote a prescription, valid until {valid_until}", "file-check", "plan", tone="good"),
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
    "goal_begun": Kind("The therapist began with a goal before everybody had answered", "play", "goal", tone="warn"),
    "goal_ended": Kind("A goal ended: {outcome}", "flag", "goal"),
    "goal_rated": Kind("The {party} rated a goal", "chart-line", "goal"),
    "goal_performance_rated": Kind("The family said how it goes with a goal", "chart-line", "goal"),
    "discharge_drafted": Kind("The therapist began to write the discharge summary", "file-pen", "discharge", family=False),
    "discharge_draft_saved": Kind("The therapist went on writing the discharge summary", "file-pen", "discharge", family=False),
    "discharge_signed": Kind("Therapy ended: {why}", "flag", "discharge", tone="good"),
    "discharge_amended": Kind("The discharge summary was amended: {reason}", "file-check", "discharge", tone="warn"),
    "discharge_noted": Kind("The family has read how therapy ended", "check-check", "discharge", tone="good"),
    "referral_reopened": Kind("Therapy is taken up again: {reason}", "rotate-ccw", "discharge", tone="good"),
    # Home activities
    "activity_given": Kind("A home activity was given: {title}", "house", "activity", tone="good"),
    "activity_changed": Kind("A home activity was changed: {title}", "pencil", "activity"),
    "activity_pictured": Kind("A picture was added to a home activity: {title}", "image", "activity"),
    "activity_picture_removed": Kind("A picture was taken off a home activity: {title}", "image-off", "activity"),
    "activity_retired": Kind("A home activity has ended: {title}", "archive", "activity"),
    "activity_asked": Kind("The family asked about a home activity: {title}", "circle-question-mark", "activity"),
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
    "session_report_due": Kind("The visit of {starts_at} took place, the {visits}th since the last report: a progress report is due on {after}, not {before}", "calendar-check", "session", tone="good"),
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
    "referral_closed_unreachable": Kind("Closed: the family could not be reached", "circle-x", "referral", tone="bad"),
    "referral_closed_family_declined": Kind("Closed: the family declined", "circle-x", "referral"),
    "referral_closed_not_eligible": Kind("Closed: not eligible", "circle-x", "referral", tone="bad"),
    "referral_cancelled": Kind("The pediatrician cancelled the referral", "circle-x", "referral"),
    "referral_acknowledged": Kind("The pediatrician took note of the ending", "check-check", "referral"),
    "referral_confirmed": Kind("The clinic took note", "check-check", "referral"),
    "referral_postponed": Kind("Moved the due date from {before} to {after}: {reason}", "calendar-clock", "referral", family=False),
    "referral_handed_over": Kind("Handed over to {owner}", "arrow-right-left", "referral", family=False),
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
}
#: What is left behind each time a long form saves itself, and each day a family practises: shown
#: only where its group was chosen.
SAVED: Final = frozenset({
    "evaluation_draft_saved", "plan_draft_saved", "discharge_draft_saved", "session_draft_saved",
    "report_draft_saved",
    "practice_logged", "practice_described", "practice_undone",
})  # fmt: skip
_LABELS: Final = {
    "channel": dict(ContactAttempt.Channel.choices),
    "result": dict(ContactAttempt.Result.choices),
    "place": dict(Appointment.Place.choices),
    "answer": dict(Position.Answer.choices),
    "outcome": dict(Goal.Status.choices),
    "practised": dict(Practice.Result.choices),
}
_DATES: Final = frozenset({"until", "before", "after", "valid_until"})


def timeline(
    *, child: Child | None = None, about: UUID | None = None, for_family: bool, drafts: bool,
    group: str = "", most: int = 50,
) -> list[Entry]:  # fmt: skip
    """The newest events of a child, or of one record of it. One query.

    `for_family` leaves out what is between clinicians; without `drafts` what was only
    being written stays with those who write it. What saved itself while somebody typed, and
    daily practice, is shown only where a group was chosen: it would crowd out all else.
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
    return [_entry(event) for event in events.select_related("by")[:most]]


def _entry(event: Event) -> Entry:
    how = KINDS[event.kind]
    said = {name: _say(name, value) for name, value in event.data.items()}
    return Entry(event.at, how.sentence.format_map(said), event.by.name, how.icon, how.tone)


def _say(name: str, value: object) -> object:
    if name in _LABELS:
        return _LABELS[name].get(str(value), str(value)).lower()
    if name in _DATES:
        return f"{date.fromisoformat(str(value)):%-d %b %Y}"
    if name in ("starts_at", "was_at"):
        return f"{localtime(datetime.fromisoformat(str(value))):%-d %b %Y, %H:%M}"
    return value
