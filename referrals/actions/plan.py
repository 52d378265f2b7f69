"""How is a plan of care written, signed, explained, sent, certified or returned, and renewed?"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from referrals.act import Act, Duty
from referrals.clinical.payers import PAYERS, STANDARD, Payer
from referrals.models import Evaluation, Goal, GoalVersion, Plan, PlanGoal, Referral, User
from referrals.models.shelf import payer_at, payers_at
from referrals.models.timing import Timing
from referrals.pathway import Move, State, Step
from referrals.wording import day

from .clock import due_on, local_date, warned_from
from .moving import check_act, check_move, move_referral
from .prescription import write_prescription
from .recording import new_id, record
from .refusal import Outrun, Refused
from .signing import (
    CHANGED_UNDER_THE_SIGNER,
    changed_sentence,
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

#: What a plan must say before it can be signed, and how a person is asked for it.
REQUIRED_TO_SIGN: Final[Mapping[str, str]] = {
    "therapy": "Choose the kind of therapy.",
    "visits": "Say how many visits.",
    "per": "Say in which time: a week, two weeks or a month.",
    "weeks": "Say for how many weeks.",
    "setting": "Choose where therapy takes place.",
    "starts_on": "Say when therapy starts.",
    "review_on": "Say when the plan is reviewed.",
    "discharge_plan": "Say how and when therapy is meant to end.",
    "payer": "Choose how long the payer lets a plan hold.",
}
_FARTHEST: Final = timedelta(days=366)


@transaction.atomic
def draft_plan(
    *,
    id: UUID,
    referral: Referral,
    reason: str = "",
    edition: int | None = None,
    by: User,
    at: datetime,
    **content: Any,
) -> Plan:
    """Keep a plan that is being written: begun on the first call, changed on later ones.

    It begins with what the evaluation recommends, or with all of the version that it replaces
    and must say why. `id` comes with the form, so that a repeated save finds the same draft;
    `edition` guards against a draft that changed in another tab.
    """
    check_act(referral, Act.WRITE_PLAN, by=by)
    # Two who begin at one moment meet here, on databases with row locks.
    Referral.objects.select_for_update().get(pk=referral.pk)
    plan = Plan.objects.filter(pk=id).first()
    _check_payer(referral, content.get("payer", ""))
    if plan is None:
        plan = _begin(referral, id=id, reason=reason, by=by, at=at, content=content)
        kind = "plan_drafted"
    else:
        if plan.referral_id != referral.pk:
            raise Outrun("This form was already used. Please start again.")
        if not keep(plan, edition=edition, at=at, **content):
            return plan
        kind = "plan_draft_saved"
    record(
        kind, child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        number=plan.number,
    )  # fmt: skip
    return plan


def _check_payer(referral: Referral, code: str) -> None:
    """One that is on offer at the clinic, or that a plan of this referral names already."""
    if not code or code in PAYERS or code in payers_at(referral.clinic_id):
        return
    if not referral.plans.filter(payer=code).exists():
        raise Refused(REQUIRED_TO_SIGN["payer"], "payer")


def _begin(
    referral: Referral, *, id: UUID, reason: str, by: User, at: datetime, content: dict[str, Any]
) -> Plan:
    begun = drafted(referral.plans)
    if begun is not None:
        raise Outrun(changed_sentence(begun))
    before = signed_plan(referral)
    evaluation = standing(referral.evaluations)
    if evaluation is None:
        raise Refused("Sign the evaluation first: the plan is written from it.")
    if before is not None and not reason.strip():
        raise Refused("Say why there is a new version.", "reason")
    return Plan.objects.create(
        id=id, referral=referral, evaluation=evaluation, number=next_number(referral.plans),
        replaces=before, reason=reason if before is not None else "", author=by, created_at=at,
        saved_at=at, **{**start_of(referral), **content},
    )  # fmt: skip


def start_of(referral: Referral) -> dict[str, Any]:
    """What the form of a plan shows that nobody has begun yet."""
    before, evaluation = signed_plan(referral), standing(referral.evaluations)
    if before is not None:
        return from_version(before)
    return from_evaluation(evaluation) if evaluation is not None else {}


def from_evaluation(evaluation: Evaluation) -> dict[str, Any]:
    """What a first plan begins with: nothing is typed twice."""
    child = evaluation.referral.child
    visit = evaluation.appointment
    return {name: getattr(evaluation, name) for name in Timing.TIMING} | {
        "precautions": (evaluation.referral.precautions or child.precautions)[:500],
        "equipment": child.adaptive_equipment[:2000],
        "setting": visit.place if visit is not None else "",
        "payer": STANDARD,
    }


def from_version(before: Plan) -> dict[str, Any]:
    """What a new version begins with: all of the old one; renewed, it goes on where that ends.

    Where therapy is taken up again the old days are over, and are chosen anew.
    """
    referral = before.referral
    if referral.state != State.IN_THERAPY or before.valid_until is None:
        since = local_date(referral.state_since, _clinic(referral))
        over = before.starts_on is not None and before.starts_on < since
        return before.content | ({"starts_on": None, "review_on": None} if over else {})
    following = before.valid_until + timedelta(days=1)
    return before.content | {"starts_on": following, "review_on": None}


def lacks(plan: Plan, today: date) -> dict[str, str]:
    """What keeps a draft from being signed, by field; empty when nothing does."""
    found = {
        name: sentence for name, sentence in REQUIRED_TO_SIGN.items() if not getattr(plan, name)
    }
    starts_on, review_on, evaluated_on = (
        plan.starts_on,
        plan.review_on,
        plan.evaluation.evaluated_on,
    )
    if starts_on and evaluated_on and starts_on < evaluated_on:
        found["starts_on"] = f"The plan cannot start before the evaluation of {day(evaluated_on)}."
    elif starts_on and starts_on > today + _FARTHEST:
        found["starts_on"] = "Choose a start within a year."
    if starts_on and review_on and review_on <= starts_on:
        found["review_on"] = "The review comes after the start."
    elif starts_on and review_on and review_on > starts_on + _FARTHEST:
        found["review_on"] = "Review the plan within a year of its start."
    return found


@transaction.atomic
def sign_plan(*, plan: Plan, edition: int | None = None, by: User, at: datetime) -> Plan:
    """Sign a draft: it stands from now on, and names the goals as they are worded today."""
    referral = plan.referral
    check_act(referral, Act.WRITE_PLAN, by=by)
    check_signs_alone(by, referral.clinic, at)
    check_credentials(by)
    check_edition(plan, edition, CHANGED_UNDER_THE_SIGNER)
    missing = lacks(plan, local_date(at, _clinic(referral)))
    if missing:
        field, sentence = next(iter(missing.items()))
        raise Refused(sentence, field)
    before = signed_plan(referral)
    sign(plan, edition=edition, by=by, at=at)
    named = GoalVersion.objects.filter(
        goal__in=goals_at_work(referral).values("pk"), number=F("goal__number")
    )
    PlanGoal.objects.bulk_create(PlanGoal(plan=plan, version=version) for version in named)
    if before is not None and lies_with_pediatrician(before) and referral.state == State.IN_THERAPY:
        close_task(referral, Duty.SIGN_RENEWED_PLAN, by=by, at=at)
        _owe_new_version(plan, at=at)
    record(
        "plan_signed", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        number=plan.number,
    )  # fmt: skip
    return plan


def goals_at_work(referral: Referral) -> Any:
    """The goals that are still to be reached."""
    return referral.goals.filter(status__in=[Goal.Status.PROPOSED, Goal.Status.ACTIVE])


@transaction.atomic
def explain_plan(
    *,
    referral: Referral,
    explained_to: str,
    language: str,
    teach_back: str,
    interpreter: bool = False,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Write down that the family has heard the signed plan, and what they said back."""
    check_move(referral, Move.EXPLAIN_PLAN, by=by, version=version)
    plan = _signed(referral)
    if drafted(referral.plans) is not None:
        raise Refused("A new version is being written. Sign it first, then explain that.")
    if plan.explained_at is not None:
        raise Outrun("This version was explained already. Sign the new version first.")
    for value, field, sentence in (
        (explained_to, "explained_to", "Say to whom you explained it."),
        (language, "language", "Say in which language."),
        (teach_back, "teach_back", "Write what the family said back, in their own words."),
    ):
        if not value.strip():
            raise Refused(sentence, field)
    _mark(
        plan, explained_at=at, explained_by=by, explained_to=explained_to,
        explained_language=language, interpreter=interpreter, teach_back=teach_back,
    )  # fmt: skip
    return move_referral(referral, Move.EXPLAIN_PLAN, by=by, at=at, version=version)


@transaction.atomic
def send_plan(
    *, referral: Referral, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Send the explained plan to the pediatrician, who answers within the payer's time."""
    check_move(referral, Move.SEND_PLAN, by=by, version=version)
    plan = _signed(referral)
    if plan.explained_at is None:
        raise Refused("Explain the plan to the family first.")
    if plan.sent_at is not None:
        raise Outrun("This plan was sent already.")
    due = _payer(plan).sign_by(local_date(at, _clinic(referral)))
    _mark(plan, sent_at=at, sent_by=by, answer_due_on=due)
    if referral.state == State.IN_THERAPY:
        open_task(referral, Duty.SIGN_RENEWED_PLAN, about=plan.pk, at=at, due=due)
        close_task(referral, Duty.RENEW_PLAN, by=by, at=at)
    return move_referral(referral, Move.SEND_PLAN, by=by, at=at, version=version, due=due)


@transaction.atomic
def certify_plan(
    *,
    referral: Referral,
    valid_from: date | None = None,
    valid_until: date | None = None,
    prescribe: bool = False,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Certify the plan for as long as the payer lets it hold; the therapist renews it in time.

    With `prescribe` therapy is ordered as planned in the same click.
    """
    check_move(referral, Move.CERTIFY_PLAN, by=by, version=version)
    signature = check_credentials(by)
    plan = awaiting(referral)
    first, last = certifiable(plan)
    valid_from, valid_until = valid_from or first, valid_until or last
    if not first <= valid_from <= last:
        raise Refused(f"Choose a day from {day(first)} to {day(last)}.", "valid_from")
    if not valid_from <= valid_until <= last:
        raise Refused(f"Choose a day from {day(valid_from)} to {day(last)}.", "valid_until")
    if valid_until < local_date(at, referral.practice):
        raise Refused(
            "It would have ended already: return the plan for a new start.", "valid_until"
        )
    _mark(
        plan, certified_at=at, certified_by=by, certified_signature=signature,
        valid_from=valid_from, valid_until=valid_until,
    )  # fmt: skip
    close_task(referral, Duty.SIGN_RENEWED_PLAN, by=by, at=at)
    open_task(
        referral, Duty.RENEW_PLAN, about=plan.pk, at=at, due=valid_until,
        from_on=warned_from(valid_until, organization=_clinic(referral)),
    )  # fmt: skip
    if prescribe:
        _prescribe_as_planned(plan, signature=signature, by=by, at=at)
    return move_referral(
        referral, Move.CERTIFY_PLAN, by=by, at=at, version=version,
        data={"valid_until": valid_until.isoformat()},
    )  # fmt: skip


def certifiable(plan: Plan) -> tuple[date, date]:
    """The first and the last day that a certification of this plan can hold."""
    assert plan.starts_on is not None
    return plan.starts_on, _payer(plan).valid_until(plan.starts_on)


def _payer(plan: Plan) -> Payer:
    found = payer_at(plan.referral.clinic_id, plan.payer)
    if found is None:
        raise Refused("Choose how long the payer lets a plan hold.", "payer")
    return found


def _prescribe_as_planned(plan: Plan, *, signature: str, by: User, at: datetime) -> None:
    referral = plan.referral
    write_prescription(
        referral, service=Referral.Service.EVALUATE_AND_TREAT, precautions=plan.precautions,
        valid_from=local_date(at, referral.practice),
        valid_until=due_on("order_valid", organization=referral.practice, at=at),
        reason=f"As planned in plan of care {plan.number}", signature=signature, by=by, at=at,
        **{name: getattr(plan, name) for name in Timing.TIMING},
    )  # fmt: skip


@transaction.atomic
def return_plan(
    *, referral: Referral, changes: str, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Send the plan back, saying what should change; the therapist owes a new version."""
    check_move(referral, Move.RETURN_PLAN, by=by, version=version)
    if not changes.strip():
        raise Refused("Say what should change.", "changes")
    plan = awaiting(referral)
    _mark(plan, returned_at=at, returned_by=by, changes_wanted=changes)
    owes: Step | None = Step.REVISE_PLAN
    if referral.state == State.IN_THERAPY:
        # Therapy goes on, and so does its own next step; the new version is a duty beside it.
        owes = None
        close_task(referral, Duty.SIGN_RENEWED_PLAN, by=by, at=at)
        _owe_new_version(plan, at=at)
    return move_referral(referral, Move.RETURN_PLAN, by=by, at=at, version=version, owes=owes)


@transaction.atomic
def revise_plan(
    *, referral: Referral, reason: str, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Begin a new version with all of the old one in it; it is explained and sent again."""
    check_move(referral, Move.REVISE_PLAN, by=by, version=version)
    move_referral(referral, Move.REVISE_PLAN, by=by, at=at, version=version)
    _begin(referral, id=new_id(), reason=reason, by=by, at=at, content={})
    return referral


def awaiting(referral: Referral) -> Plan:
    """The plan that lies with the pediatrician. Raises Refused or Outrun where none does."""
    plan = _signed(referral)
    if plan.sent_at is None:
        raise Refused("No plan has been sent to you yet.")
    if not lies_with_pediatrician(plan):
        raise Outrun("This plan was answered already.")
    return plan


def lies_with_pediatrician(plan: Plan) -> bool:
    """Whether the plan was sent and waits for its answer."""
    return plan.sent_at is not None and plan.certified_at is None and plan.returned_at is None


def _owe_new_version(plan: Plan, *, at: datetime) -> None:
    due = due_on("revise_plan", organization=_clinic(plan.referral), at=at)
    open_task(plan.referral, Duty.RENEW_PLAN, about=plan.pk, at=at, due=due)


def signed_plan(referral: Referral) -> Plan | None:
    """The version that was signed and stands."""
    plan: Plan | None = standing(referral.plans)
    return plan


def _signed(referral: Referral) -> Plan:
    plan = signed_plan(referral)
    if plan is None:
        raise Refused("Sign the plan first.")
    return plan


def _clinic(referral: Referral) -> Any:
    assert referral.clinic is not None
    return referral.clinic


def _mark(plan: Plan, **columns: Any) -> None:
    """Write what became of a signed plan; its content stays as it was signed."""
    Plan.objects.filter(pk=plan.pk).update(**columns)
    for name, value in columns.items():
        setattr(plan, name, value)
