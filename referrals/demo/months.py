"""How do months of therapy go by in the story, visit by visit, to the report and the discharge?"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from referrals.actions import attendance, series
from referrals.actions import discharge as discharges
from referrals.actions import report as reports
from referrals.actions import session as sessions
from referrals.actions.plan import signed_plan
from referrals.actions.signing import drafted, standing
from referrals.models import Appointment, Referral, Session, User
from referrals.models.record import new_id
from referrals.pathway import Move

from .care import goal_named, therapy
from .stage import Facts, Stage, working_day
from .verbs import Verb, plain

NOTE_AFTER: Final = timedelta(minutes=20)


def only(step: Facts, *names: str) -> dict[str, Any]:
    return {name: step[name] for name in names if name in step}


# --- Visits -----------------------------------------------------------------------------------


def _plan_series(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return series.plan_series(
        id=new_id(), referral=referral, therapist=stage.people[step["therapist"]],
        first_on=working_day(stage.today, step["first"]),
        starts_at=time.fromisoformat(step["starts"]), by=by, at=at,
        **only(step, "weekdays", "visits", "minutes", "place", "address", "every_weeks"),
    )  # fmt: skip


def _authorise(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return series.record_authorisation(
        id=new_id(), referral=referral, visits=step["visits"], reference=step["reference"],
        valid_from=working_day(stage.today, step["since"]),
        valid_until=working_day(stage.today, step["until"]), by=by, at=at,
    )  # fmt: skip


def _hold_visits(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> None:
    """Each visit that was booked until now: attended with its note, missed, or cancelled."""
    told = therapy()["visits"][step["write"]]
    goals = {str(goal_named(referral, key).pk): levels for key, levels in told["levels"].items()}
    lines = list(told["done"])
    waiting = _booked(referral, at)
    for number, visit in waiting:
        over = visit.starts_at + timedelta(minutes=visit.minutes)
        if number in told.get("missed", ()):
            attendance.miss_session(appointment=visit, note="Nobody came.", by=by, at=over)
        elif str(number) in told.get("cancelled", {}):
            who, why = told["cancelled"][str(number)]
            early = visit.starts_at - timedelta(hours=5)
            attendance.cancel_session(
                appointment=visit, cancelled_by=who, reason=why, by=by, at=early
            )
        else:
            writer = stage.people[told["assistant"]] if number in told.get("assisted", ()) else by
            attendance.attend_session(appointment=visit, by=writer, at=over)
            content = {
                "worked_on": [
                    {"goal": goal, "level": _level(levels, number)}
                    for goal, levels in goals.items()
                    if levels[0][0] <= number
                ],
                "done": lines[number % len(lines)],
                "child_was": "tired" if number % 7 == 3 else "eager" if number % 3 else "steady",
                "practise": told["practise"],
            }  # fmt: skip
            note = sessions.draft_session(
                id=new_id(), appointment=visit, by=writer, at=over + NOTE_AFTER, **content
            )
            if (number, visit) != waiting[-1] or not step.get("last_open"):
                _sign_note(note, writer, over + 2 * NOTE_AFTER)
            else:
                sessions.draft_session(
                    id=note.pk, appointment=visit, edition=note.edition, practise="",
                    by=writer, at=over + 2 * NOTE_AFTER,
                )  # fmt: skip


def _booked(referral: Referral, at: datetime) -> list[tuple[int, Appointment]]:
    """The visits that lie behind and wait for a word, each with its number from 1."""
    visits = referral.appointments.filter(purpose="therapy").order_by("starts_at", "id")
    numbered = enumerate(visits.select_related("referral__child", "organization"), 1)
    return [
        (number, visit)
        for number, visit in numbered
        if visit.status == "booked" and visit.ends_at < at
    ]


def _level(levels: list[list[int]], number: int) -> int:
    """The level of a goal at this visit: that of the last entry [from visit, level] before it."""
    return [level for since, level in levels if since <= number][-1]


def _sign_note(note: Session, by: User, at: datetime) -> Session:
    plan = signed_plan(note.referral)
    assert plan is not None
    return sessions.sign_session(session=note, edition=note.edition, plan=plan.pk, by=by, at=at)


def _cosign(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> None:
    waiting = referral.sessions.filter(needs_cosign=True, cosigned_at__isnull=True, status="final")
    for note in list(waiting.order_by("signed_at"))[: step.get("most", 1)]:
        sessions.cosign_session(session=note, by=by, at=at)


def _amend_note(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    last = referral.sessions.filter(status="final", needs_cosign=False).order_by("-signed_at")[0]
    note = sessions.draft_session(
        id=new_id(), appointment=last.appointment, reason=step["reason"], done=step["done"],
        by=by, at=at,
    )  # fmt: skip
    return _sign_note(note, by, at + NOTE_AFTER)


def _move_visit(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    visit = referral.appointments.filter(purpose="therapy", status="booked", starts_at__gt=at)[0]
    return series.move_session(
        appointment=visit, starts_at=visit.starts_at + timedelta(minutes=step["minutes"]),
        reason=step["reason"], by=by, at=at,
    )  # fmt: skip


def _cancel_series(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return series.cancel_series(
        series=referral.series.latest("made_at"), cancelled_by=step["cancelled_by"],
        reason=step["reason"], by=by, at=at,
    )  # fmt: skip


def _undo_visit(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    """Ticked by mistake, and put right a minute later."""
    _, visit = _booked(referral, at)[0]
    attendance.miss_session(appointment=visit, note="", by=by, at=at)
    return attendance.undo_session(appointment=visit, by=by, at=at + timedelta(minutes=1))


# --- Reports ------------------------------------------------------------------------


#: What a family says where nothing was rated or written at home yet.
FAMILY_VIEW: Final = "They see it in everyday life, and are content with the pace."
_REPORT: Final = ("interim", "summary", "family_view", "recommendation", "what_next")


def _report(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    """Drafted from the data, read over once more, signed."""
    begun = reports.draft_report(
        id=new_id(), referral=referral, by=by, at=at, **only(step, *_REPORT[:-1])
    )
    later = at + NOTE_AFTER
    kept = reports.draft_report(
        id=begun.pk, referral=referral, by=by, at=later,
        family_view=begun.family_view or FAMILY_VIEW, **only(step, "what_next"),
    )  # fmt: skip
    return reports.sign_report(report=kept, by=by, at=later + NOTE_AFTER)


def _amend_report(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    begun = reports.amend_report(
        id=new_id(), report=standing(referral.reports), reason=step["reason"], by=by, at=at
    )
    kept = reports.draft_report(
        id=begun.pk, referral=referral, by=by, at=at + NOTE_AFTER, **only(step, *_REPORT)
    )
    return reports.sign_report(report=kept, by=by, at=at + 2 * NOTE_AFTER)


def _take_note(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    unread = reports.unread(referral).first()
    return reports.acknowledge_report(report=unread, answer=step.get("answer", ""), by=by, at=at)


# --- Discharge ------------------------------------------------------------------------------------


def _draft_discharge(
    stage: Stage, referral: Referral, step: Facts, by: User, at: datetime
) -> object:
    told = dict(therapy()["discharge"][step["write"]])
    began = discharges.start_of(referral, at)
    whys = told.pop("whys", {})
    outcomes = [
        {**row, "why": row["why"] or whys.get(row["outcome"], "")} for row in began["outcomes"]
    ]
    if "until" in told:
        told["return_until"] = working_day(stage.today, told.pop("until"))
    begun = drafted(referral.discharges)
    return discharges.draft_discharge(
        id=begun.pk if begun else new_id(), referral=referral, reason=step.get("reason", ""),
        outcomes=outcomes, by=by, at=at, **{**told, **step.get("changed", {})},
    )  # fmt: skip


def _amend_discharge(
    stage: Stage, referral: Referral, step: Facts, by: User, at: datetime
) -> object:
    return discharges.amend_discharge(discharge=drafted(referral.discharges), by=by, at=at)


def _note_discharge(
    stage: Stage, referral: Referral, step: Facts, by: User, at: datetime
) -> object:
    signed = discharges.signed_discharge(referral)
    assert signed is not None
    return discharges.note_discharge(discharge=signed, by=by, at=at)


MONTHS: Final[Mapping[str, Verb]] = {
    "plan_series": _plan_series,
    "authorise": _authorise,
    "hold_visits": _hold_visits,
    "undo_visit": _undo_visit,
    "move_visit": _move_visit,
    "cancel_series": _cancel_series,
    "cosign": _cosign,
    "amend_note": _amend_note,
    "report": _report,
    "amend_report": _amend_report,
    Move.SEND_REPORT: plain(reports.send_report),
    "take_note": _take_note,
    "draft_discharge": _draft_discharge,
    Move.DISCHARGE: plain(discharges.discharge_referral),
    "amend_discharge": _amend_discharge,
    "note_discharge": _note_discharge,
    Move.REOPEN: plain(discharges.reopen_referral, "reason"),
}  # fmt: skip
