"""Did a therapy visit take place, was it missed or cancelled, and what falls due by that?"""

from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from referrals.act import Act
from referrals.models import Appointment, Event, Referral, User
from referrals.pathway import REPORT_VISITS, Step

from .appointment import revised
from .clock import local_date
from .moving import check_act, write
from .recording import record
from .refusal import Outrun, Refused
from .session import owe_notes

_STATUS = Appointment.Status
THERAPY: Final = Appointment.Purpose.THERAPY
#: Who calls a therapy visit off; a pediatrician ends the referral instead.
CANCELLERS: Final = (Appointment.CancelledBy.FAMILY, Appointment.CancelledBy.CLINIC)


@transaction.atomic
def attend_session(*, appointment: Appointment, by: User, at: datetime) -> Appointment:
    """The visit took place: its note is owed now, and with every tenth visit the progress report."""
    visit = _held(appointment, by=by)
    referral = visit.referral
    if _repeated(visit, _STATUS.FULFILLED, by):
        return visit
    _check_booked(visit)
    _check_begun(visit, at)
    _end(visit, _STATUS.FULFILLED, by=by, at=at)
    owe_notes(referral, by=by, at=at)
    kind = "session_attended"
    data: dict[str, Any] = {
        "appointment": str(visit.pk), "starts_at": visit.starts_at.isoformat(),
    }  # fmt: skip
    brought_forward = _bring_report_forward(referral, at=at)
    if brought_forward:
        kind = "session_report_due"
        data |= brought_forward
    record(
        kind, child=referral.child, about=referral.pk, by=by, at=at, referral=referral, **data
    )  # fmt: skip
    return visit


@transaction.atomic
def miss_session(
    *, appointment: Appointment, note: str = "", by: User, at: datetime
) -> Appointment:
    """Nobody came."""
    visit = _held(appointment, by=by)
    referral = visit.referral
    if _repeated(visit, _STATUS.NOSHOW, by):
        return visit
    _check_booked(visit)
    _check_begun(visit, at)
    _end(visit, _STATUS.NOSHOW, by=by, at=at, reason=note.strip())
    record(
        "session_missed", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, appointment=str(visit.pk), starts_at=visit.starts_at.isoformat(),
    )  # fmt: skip
    return visit


@transaction.atomic
def cancel_session(
    *, appointment: Appointment, cancelled_by: str, reason: str, by: User, at: datetime
) -> Appointment:
    """Cancel one visit, saying by whom and why: what the clinic cancels is not held against a family."""
    visit = _held(appointment, by=by)
    referral = visit.referral
    if _repeated(visit, _STATUS.CANCELLED, by):
        return visit
    _check_booked(visit)
    if cancelled_by not in CANCELLERS:
        raise Refused("Say who cancelled.", "cancelled_by")
    if not reason.strip():
        raise Refused("Say why the visit is cancelled.", "reason")
    _end(visit, _STATUS.CANCELLED, by=by, at=at, cancelled_by=cancelled_by, reason=reason.strip())
    record(
        "session_cancelled", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, appointment=str(visit.pk), starts_at=visit.starts_at.isoformat(),
        cancelled_by=cancelled_by,
    )  # fmt: skip
    return visit


@transaction.atomic
def undo_session(*, appointment: Appointment, by: User, at: datetime) -> Appointment:
    """Take back, on the same day, that a visit was attended or missed: it is booked again.

    What a wrong attendance brought forward goes back with it. A visit whose note is signed stays.
    """
    visit = _held(appointment, by=by)
    referral = visit.referral
    if visit.status == _STATUS.BOOKED:
        return visit
    if visit.status not in (_STATUS.FULFILLED, _STATUS.NOSHOW) or visit.ended_at is None:
        raise Outrun("Only what was said to be attended or missed can be taken back.")
    if local_date(visit.ended_at, visit.organization) != local_date(at, visit.organization):
        raise Refused("This can be taken back on the same day only.")
    if visit.notes.exclude(status="draft").exists():
        raise Refused("The note of this visit is signed: it took place.")
    taken = Appointment.objects.filter(therapist=visit.therapist_id, status=_STATUS.BOOKED)
    if taken.filter(starts_at=visit.starts_at).exists():
        raise Refused(f"{visit.therapist} has another visit booked at that time now.")
    Appointment.objects.filter(pk=visit.pk).update(
        status=_STATUS.BOOKED, ended_by=None, ended_at=None, reason="", **revised(at)
    )
    owe_notes(referral, by=by, at=at)
    _put_report_back(referral, visit)
    record(
        "session_reopened", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, appointment=str(visit.pk), starts_at=visit.starts_at.isoformat(),
    )  # fmt: skip
    return Appointment.objects.get(pk=visit.pk)


def visits_since_report(referral: Referral) -> int:
    """The visits attended since the period of the last progress report, or since therapy began.

    A child that came back begins anew: the visits of the therapy before were its own reports'.
    """
    place = referral.clinic or referral.practice
    first = local_date(referral.state_since, place)
    reports = referral.reports.exclude(status="draft").filter(interim=False)
    last = reports.order_by("-until_on").values_list("until_on", flat=True).first()
    if last is not None:
        first = max(first, last + timedelta(days=1))
    begins = datetime.combine(first, time.min, tzinfo=ZoneInfo(place.time_zone))
    return referral.appointments.filter(
        purpose=THERAPY, status=_STATUS.FULFILLED, starts_at__gte=begins
    ).count()


def _bring_report_forward(referral: Referral, *, at: datetime) -> dict[str, Any]:
    """After so many visits the report is due at once; the event says so. Empty where nothing moves."""
    if referral.next_step != Step.REPORT_PROGRESS:
        return {}
    today = local_date(at, referral.clinic or referral.practice)
    visits = visits_since_report(referral)
    if visits < REPORT_VISITS or referral.next_due_on <= today:
        return {}
    before = referral.next_due_on
    write(referral, next_due_on=today)
    return {"visits": visits, "before": before.isoformat(), "after": today.isoformat()}


def _put_report_back(referral: Referral, visit: Appointment) -> None:
    """Undo what this very visit brought forward, unless the date has moved on since."""
    moved = Event.objects.filter(about=referral.pk, kind="session_report_due").first()
    if (
        moved is not None
        and moved.data["appointment"] == str(visit.pk)
        and moved.data["after"] == referral.next_due_on.isoformat()
        and referral.next_step == Step.REPORT_PROGRESS
    ):
        write(referral, next_due_on=moved.data["before"])


def _held(appointment: Appointment, *, by: User) -> Appointment:
    visit = Appointment.objects.select_for_update().get(pk=appointment.pk)
    check_act(visit.referral, Act.HOLD_SESSION, by=by)
    if visit.purpose != THERAPY:
        raise Refused("This visit is for the evaluation: it is recorded there.")
    return visit


def _repeated(visit: Appointment, status: str, by: User) -> bool:
    """Whether the same person has said the same already: the second click of one."""
    return visit.status == status and visit.ended_by_id == by.pk


def _check_booked(visit: Appointment) -> None:
    if visit.status != _STATUS.BOOKED:
        label = visit.get_status_display().lower()
        raise Outrun(f"Somebody has recorded this visit already: it is “{label}”.")


def _check_begun(visit: Appointment, at: datetime) -> None:
    if visit.starts_at > at:
        raise Refused("This visit has not begun yet. You can cancel it or move it.")


def _end(visit: Appointment, status: str, *, by: User, at: datetime, **columns: Any) -> None:
    ended: dict[str, Any] = {"status": status, "ended_by": by, "ended_at": at, **columns}
    if not Appointment.objects.filter(pk=visit.pk, status=_STATUS.BOOKED).update(
        **ended, **revised(at)
    ):
        raise Outrun("Somebody has recorded this visit meanwhile.")
    for name, value in ended.items():
        setattr(visit, name, value)
