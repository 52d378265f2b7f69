"""How does therapy end with a summary that everybody reads, and how does a child come back?"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from referrals.act import Act, Duty
from referrals.models import Discharge, Goal, Position, Referral, Seat, User
from referrals.models.guardian import Right
from referrals.models.signing import Signed
from referrals.pathway import Move, State
from referrals.wording import day

from .appointment import drop_visits
from .clock import due_on, local_date
from .goal import ask_for_answers, keep_goal, positions_of
from .moving import check_act, check_move, move_referral
from .reached import began_on, figures_of, last_attended, outcomes_of, unfinished
from .recording import record
from .refusal import Outrun, Refused
from .signing import (
    changed_sentence,
    check_content,
    check_credentials,
    check_edition,
    check_signs_alone,
    drafted,
    keep,
    next_number,
    sign,
    standing,
)
from .task import close_task, open_task

#: What a summary must say before it can be signed, and how a person is asked for it.
REQUIRED_TO_SIGN: Final[Mapping[str, str]] = {
    "why": "Say why therapy ends.",
    "ended_on": "Say which day was the last day of therapy.",
    "summary": "Say how it went.",
    "home_programme": "Say what the family keeps up at home.",
    "return_signs": "Say for which sign the child should come back.",
    "return_until": "Say until when the child can come back without a new referral.",
    "told": "Say who was told, and how.",
}
_FARTHEST: Final = timedelta(days=366)
Outcome: Final = Discharge.Outcome


@transaction.atomic
def draft_discharge(
    *,
    id: UUID,
    referral: Referral,
    edition: int | None = None,
    reason: str = "",
    by: User,
    at: datetime,
    **content: Any,
) -> Discharge:
    """Keep a summary that is being written: begun on the first call, changed on later ones.

    It begins with what is known. After the end it is another version, which says why. Of a goal
    only the outcome and its reason are taken from `content`; the levels come from the ratings.
    """
    check_act(referral, Act.WRITE_DISCHARGE, by=by)
    check_content(Discharge, content)
    # Two who begin at one moment meet here, on databases with row locks.
    Referral.objects.select_for_update().get(pk=referral.pk)
    discharge = Discharge.objects.filter(pk=id).first()
    if discharge is None:
        discharge = _begin(referral, id=id, reason=reason, by=by, at=at, content=content)
        kind = "discharge_drafted"
    else:
        if discharge.referral_id != referral.pk:
            raise Outrun("This form was already used. Please start again.")
        if "outcomes" in content:
            said = content["outcomes"] or ()
            content["outcomes"] = outcomes_of(referral, said, _before(discharge))
        if not keep(discharge, edition=edition, at=at, **content):
            return discharge
        kind = "discharge_draft_saved"
    record(
        kind, child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        number=discharge.number,
    )  # fmt: skip
    return discharge


def _begin(
    referral: Referral, *, id: UUID, reason: str, by: User, at: datetime, content: dict[str, Any]
) -> Discharge:
    begun = drafted(referral.discharges)
    if begun is not None:
        raise Outrun(changed_sentence(begun))
    before = signed_discharge(referral)
    if before is not None and not reason.strip():
        raise Refused("Say why there is a new version.", "reason")
    start = start_of(referral, at) | content
    start["outcomes"] = outcomes_of(referral, start["outcomes"], before)
    return Discharge.objects.create(
        id=id, referral=referral, number=next_number(referral.discharges), replaces=before,
        reason=reason.strip() if before is not None else "", author=by, created_at=at,
        saved_at=at, **start,
    )  # fmt: skip


def start_of(referral: Referral, at: datetime) -> dict[str, Any]:
    """What a summary begins with: the version it replaces, or what the records say already."""
    before = signed_discharge(referral)
    if before is not None:
        return before.content
    plan, outcomes = standing(referral.plans), outcomes_of(referral)
    active = referral.activities.filter(status="active").values_list("title", "times_a_week")
    keeps = [f"{title}: {times} time{'s' * (times != 1)} a week" for title, times in active]
    if plan is not None and plan.home_programme:
        keeps.insert(0, plan.home_programme)
    met = bool(outcomes) and all(row["outcome"] == Outcome.MET for row in outcomes)
    clinic = _clinic(referral)
    equipment = (plan.equipment if plan else "") or referral.child.adaptive_equipment
    return {
        "why": Discharge.Why.GOALS_MET if met else "",
        "ended_on": last_attended(referral, at) or local_date(at, clinic),
        "outcomes": outcomes,
        "equipment": equipment[:2000],
        "home_programme": "\n".join(keeps)[:4000],
        "return_until": due_on("return_open", organization=clinic, at=at),
    }


def lacks(discharge: Discharge, at: datetime) -> dict[str, str]:
    """What keeps a draft from being signed, by field; empty when nothing does."""
    referral = discharge.referral
    today = local_date(at, _clinic(referral))
    found = {
        name: sentence
        for name, sentence in REQUIRED_TO_SIGN.items()
        if not str(getattr(discharge, name) or "").strip()
    }
    if discharge.ended_on is not None:
        found |= _wrong_end(discharge, discharge.ended_on, today, at)
    until, before = discharge.return_until, _before(discharge)
    kept = before is not None and until == before.return_until
    if until is not None and not kept and not today <= until <= today + _FARTHEST:
        found["return_until"] = "Choose a day to come, within a year."
    if outcomes_of(referral, discharge.outcomes, before) != discharge.outcomes:
        found["outcomes"] = (
            "A goal was rated or changed after this was saved. Go on writing, and save it again."
        )
    for row in discharge.outcomes:
        if not row["outcome"]:
            found[row["goal"]] = f"Say what became of the goal “{row['wish']}”."
        elif row["outcome"] != Outcome.MET and not row["why"]:
            found[row["goal"]] = f"Say why the goal “{row['wish']}” is not met in full."
    return found


def _wrong_end(discharge: Discharge, on: date, today: date, at: datetime) -> dict[str, str]:
    if on > today:
        return {"ended_on": "The last day of therapy cannot lie ahead."}
    began, last = began_on(discharge.referral), last_attended(discharge.referral, at)
    if began and on < date.fromisoformat(began):
        first = date.fromisoformat(began)
        return {"ended_on": f"Therapy began on {day(first)}: it cannot have ended before."}
    if last is not None and on < last:
        return {"ended_on": f"The last visit was on {day(last)}: therapy ended then or later."}
    return {}


@transaction.atomic
def discharge_referral(
    *,
    referral: Referral,
    edition: int | None = None,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Sign the summary: therapy ends, met goals with it; the others stay open for coming back.

    Visits that were still booked are cancelled by the clinic, so that they count as nobody's
    absence. Home activities stay. The family and the pediatrician each owe that they take note.
    """
    check_move(referral, Move.DISCHARGE, by=by, version=version)
    check_credentials(by)
    check_signs_alone(by, referral.clinic, at)
    discharge = drafted(referral.discharges)
    if discharge is None:
        raise Refused("Write the discharge summary first.")
    _check_whole(discharge, edition, at)
    if sentence := unfinished(referral, at):
        raise Refused(sentence)
    Discharge.objects.filter(pk=discharge.pk).update(figures=figures_of(referral, at))
    sign(discharge, edition=edition, by=by, at=at)
    _settle_goals(discharge, by=by, at=at)
    drop_visits(referral, by=by, at=at, cancelled_by="clinic")
    why = discharge.get_why_display()
    move_referral(
        referral, Move.DISCHARGE, by=by, at=at, version=version, closed_at=at, closed_by=by,
        closing_reason=why, data={"why": why},
    )  # fmt: skip
    _ask_family(discharge, at=at)
    return referral


@transaction.atomic
def amend_discharge(
    *, discharge: Discharge, edition: int | None = None, by: User, at: datetime
) -> Discharge:
    """Sign another version of the summary; the family is asked to read it again."""
    referral = discharge.referral
    check_act(referral, Act.WRITE_DISCHARGE, by=by)
    check_credentials(by)
    check_signs_alone(by, referral.clinic, at)
    if referral.state != State.DISCHARGED:
        raise Outrun("Therapy goes on: the summary is signed when it ends.")
    _check_whole(discharge, edition, at)
    before = _before(discharge)
    assert before is not None
    Discharge.objects.filter(pk=discharge.pk).update(figures=before.figures)
    sign(discharge, edition=edition, by=by, at=at)
    _settle_goals(discharge, by=by, at=at)
    _ask_family(discharge, at=at)
    record(
        "discharge_amended", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, reason=discharge.reason,
    )  # fmt: skip
    return discharge


def _check_whole(discharge: Discharge, edition: int | None, at: datetime) -> None:
    check_edition(discharge, edition)
    missing = lacks(discharge, at)
    if missing:
        field, sentence = next(iter(missing.items()))
        raise Refused(sentence, field)


def _settle_goals(discharge: Discharge, *, by: User, at: datetime) -> None:
    """End what is met; what an amendment no longer calls met is open again."""
    goals = {str(goal.pk): goal for goal in discharge.referral.goals.select_for_update()}
    for row in discharge.outcomes:
        goal = goals[row["goal"]]
        met = row["outcome"] == Outcome.MET
        if met and goal.is_open:
            why = (row["why"] or "Met when therapy ended.")[:500]
            keep_goal(goal, status=Goal.Status.MET, ended_at=at, ended_by=by, ended_reason=why)
        elif not met and goal.status == Goal.Status.MET:
            status = Goal.Status.ACTIVE if _holds(goal) else Goal.Status.PROPOSED
            keep_goal(goal, status=status, ended_at=None, ended_by=None, ended_reason="")


def _holds(goal: Goal) -> bool:
    """Whether all three agree to it as it is worded, or it was begun without those who do not say."""
    return all(
        said.answer == Position.Answer.AGREE if said else party in goal.started_without
        for party, said in positions_of(goal).items()
    )


def _ask_family(discharge: Discharge, *, at: datetime) -> None:
    """Where an adult of the family may sign and has an account, it is asked to read the summary."""
    if readers(discharge.referral, at):
        open_task(discharge.referral, Duty.NOTE_DISCHARGE, about=discharge.pk, at=at)


def readers(referral: Referral, at: datetime) -> list[str]:
    """The adults with an account who may say that they have read it."""
    seats = Seat.objects.live(at).filter(child=referral.child_id, role=Seat.Role.FAMILY)
    return [
        str(seat.user)
        for seat in seats.select_related("user")
        if Right.SIGN in seat.rights and seat.user is not None and seat.user.is_active
    ]


@transaction.atomic
def note_discharge(*, discharge: Discharge, by: User, at: datetime) -> Discharge:
    """An adult of the family has read how therapy ended; the first who says so does it for all."""
    referral = discharge.referral
    check_act(referral, Act.NOTE_DISCHARGE, by=by)
    if discharge.status != Signed.Status.FINAL:
        raise Outrun(gettext("There is a newer version. Please read that one."))
    noted = Discharge.objects.filter(pk=discharge.pk, family_noted_at__isnull=True)
    if not noted.update(family_noted_at=at, family_noted_by=by):
        return discharge  # the second click, or the other parent's
    discharge.family_noted_at, discharge.family_noted_by = at, by
    close_task(referral, Duty.NOTE_DISCHARGE, by=by, at=at)
    record("discharge_noted", child=referral.child, about=referral.pk, by=by, at=at, referral=referral)  # fmt: skip
    return discharge


@transaction.atomic
def reopen_referral(
    *, referral: Referral, reason: str, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Take therapy up again within the return rule, with all that was: a new plan is owed.

    Evaluation, goals that were not met, plans and activities are there as they were left. The
    summary is ended, not undone; one that was being amended becomes the start of the next.
    """
    check_move(referral, Move.REOPEN, by=by, version=version)
    reason = reason.strip()
    if not reason:
        raise Refused("Say which sign brings the child back.", "reason")
    discharge = signed_discharge(referral)
    if discharge is None or not may_return(discharge, local_date(at, _clinic(referral))):
        raise Refused(too_late(discharge))
    summaries = Discharge.objects.filter(referral=referral)
    summaries.filter(status=Signed.Status.FINAL).update(status=Signed.Status.ENDED)
    summaries.filter(status=Signed.Status.DRAFT).update(
        replaces=None, reason="", edition=F("edition") + 1
    )
    close_task(referral, Duty.NOTE_DISCHARGE, by=by, at=at)
    move_referral(
        referral, Move.REOPEN, by=by, at=at, version=version, data={"reason": reason},
        closed_at=None, closed_by=None, closing_reason="", closing_suggestion="",
        acknowledged_at=None, acknowledged_by=None,
    )  # fmt: skip
    waiting = referral.goals.filter(status=Goal.Status.PROPOSED).first()
    if waiting is not None:
        ask_for_answers(waiting, by=by, at=at, anew=True)
    return referral


def may_return(discharge: Discharge, today: date) -> bool:
    """Whether the child still comes back without a new referral: to the last day and with it."""
    return discharge.return_until is not None and today <= discharge.return_until


def too_late(discharge: Discharge | None) -> str:
    until = discharge.return_until if discharge else None
    on = f" on {day(until)}" if until else ""
    return (
        f"The time to come back without a new referral ended{on}. "
        "A new referral by the pediatrician carries everything over."
    )


def signed_discharge(referral: Referral) -> Discharge | None:
    """The summary that was signed and stands."""
    discharge: Discharge | None = standing(referral.discharges)
    return discharge


def _before(discharge: Discharge) -> Discharge | None:
    before: Discharge | None = discharge.replaces  # type: ignore[assignment]
    return before


def _clinic(referral: Referral) -> Any:
    assert referral.clinic is not None
    return referral.clinic
