"""What can the story say from the evaluation on, and which action is that?"""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from referrals.actions import evaluation as evaluations
from referrals.actions import goal as goals
from referrals.actions import plan as plans
from referrals.actions import prescription as prescriptions
from referrals.actions import rating as ratings
from referrals.actions.signing import drafted, standing
from referrals.actions.starting import begin_goal, start_therapy
from referrals.clinical.goal_bank import statement
from referrals.models import Goal, Referral, User
from referrals.models.record import new_id
from referrals.pathway import Move

from .stage import Facts, Stage, working_day
from .verbs import Verb, plain
from .year import year

#: What a step says beside the words that an action takes.
_OF_STEP: Final = frozenset({"day", "at", "by", "do", "write", "goal"})
#: The profile of a family that told nothing before.
ASKED_AT_THE_VISIT: Final = {
    "wants": "To manage the day like other children of that age.",
    "supports": "A calm start, and knowing what comes next.",
    "barriers": "Hurry and noise.",
    "routines": "Childcare or school in the morning, home in the afternoon.",
    "priorities": "That everyday things cost less strength.",
}


@cache
def therapy() -> dict[str, Any]:
    """The children who went on to therapy and its end, and what was written for them."""
    told: dict[str, Any] = {"child": []}
    folder = Path(__file__)
    files = [
        tomllib.loads(folder.with_name(name).read_text("utf-8"))
        for name in ("therapy.toml", "months.toml")
    ]
    for one in (*files, year()):
        for kind, more in one.items():
            told[kind] = [*told[kind], *more] if kind == "child" else told.get(kind, {}) | more
    return told


def _said(step: Facts) -> dict[str, Any]:
    return {name: value for name, value in step.items() if name not in _OF_STEP}


def _on(stage: Stage, written: Facts, **renamed: str) -> dict[str, Any]:
    """What was written, with its days counted from the day of the story."""
    days = {
        column: working_day(stage.today, written[name])
        for name, column in renamed.items()
        if name in written
    }
    return {name: value for name, value in written.items() if name not in renamed} | days


# --- Evaluation -------------------------------------------------------------------------------


def _draft_evaluation(
    stage: Stage, referral: Referral, step: Facts, by: User, at: datetime
) -> object:
    content = therapy()["evaluation"][step["write"]]
    begun = drafted(referral.evaluations)
    asked = {} if begun or hasattr(referral, "family_profile") else ASKED_AT_THE_VISIT
    return evaluations.draft_evaluation(
        id=begun.pk if begun else new_id(), referral=referral, by=by, at=at, **{**asked, **content}
    )


def _sign_evaluation(
    stage: Stage, referral: Referral, step: Facts, by: User, at: datetime
) -> object:
    return evaluations.sign_evaluation(referral=referral, by=by, at=at)


def _amend(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return evaluations.amend_evaluation(id=new_id(), referral=referral, by=by, at=at, **_said(step))


# --- Plan and prescription --------------------------------------------------------------------


def _draft_plan(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    current = referral
    content = _on(
        stage, therapy()["plan"][step["write"]], starts="starts_on", review="review_on"
    )  # fmt: skip
    begun = drafted(current.plans)
    renewed = standing(current.plans) is not None and begun is None
    return plans.draft_plan(
        id=begun.pk if begun else new_id(), referral=current,
        reason="Renewed for the next months." if renewed else "", by=by, at=at, **content,
    )  # fmt: skip


def _sign_plan(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return plans.sign_plan(plan=drafted(referral.plans), by=by, at=at)


def _prescribe(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    order = _on(stage, _said(step), lasts="valid_until")
    return prescriptions.sign_prescription(
        id=new_id(), referral=referral, service=Referral.Service.EVALUATE_AND_TREAT,
        valid_from=at.date(), by=by, at=at, **order,
    )  # fmt: skip


# --- Goals ------------------------------------------------------------------------------------


def goal_named(referral: Referral, key: str) -> Goal:
    wish = therapy()["goal"][key]["wish"]
    return Goal.objects.select_related("referral__child").get(
        referral=referral, versions__number=1, versions__wish=wish
    )


def _propose(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    told = _on(stage, therapy()["goal"][step["write"]], target="target_on")
    levels = [{"amount": amount, "words": words} for amount, words in told.pop("levels")]
    wording = {name: told[name] for name in ("who", "does_what", "conditions", "how_well")}
    said = statement(**wording, by=told["target_on"])
    return goals.propose_goal(
        id=new_id(), referral=referral, levels=levels, statement=said, by=by, at=at,
        **{"convention": "minus_two", **told},
    )  # fmt: skip


def _change(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    goal = goal_named(referral, step["goal"])
    return goals.change_goal(goal=goal, number=goal.number, by=by, at=at, **_said(step))


def _answer(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    goal = goal_named(referral, step["goal"])
    return goals.answer_goal(goal=goal, number=goal.number, by=by, at=at, **_said(step))


def _begin(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    goal = goal_named(referral, step["goal"])
    return begin_goal(goal=goal, number=goal.number, by=by, at=at, **_said(step))


def _end(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    goal = goal_named(referral, step["goal"])
    return goals.end_goal(goal=goal, edition=goal.edition, by=by, at=at, **_said(step))


def _rate(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return ratings.rate_goal(
        id=new_id(), goal=goal_named(referral, step["goal"]), rated_on=at.date(), by=by, at=at,
        **_said(step),
    )  # fmt: skip


def _perform(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return ratings.rate_performance(
        id=new_id(), goal=goal_named(referral, step["goal"]), rated_on=at.date(), by=by, at=at,
        **_said(step),
    )  # fmt: skip


CARE: Final[Mapping[str, Verb]] = {
    "tell_profile": plain(
        evaluations.tell_profile, "wants", "supports", "barriers", "routines", "priorities"
    ),
    "draft_evaluation": _draft_evaluation,
    Move.SIGN_EVALUATION: _sign_evaluation,
    "amend_evaluation": _amend,
    Move.CUT_SHORT: plain(evaluations.cut_short_evaluation, "reason"),
    "draft_plan": _draft_plan,
    "sign_plan": _sign_plan,
    Move.EXPLAIN_PLAN: plain(
        plans.explain_plan, "explained_to", "language", "interpreter", "teach_back"
    ),
    Move.SEND_PLAN: plain(plans.send_plan),
    Move.CERTIFY_PLAN: plain(plans.certify_plan, "prescribe"),
    Move.RETURN_PLAN: plain(plans.return_plan, "changes"),
    Move.REVISE_PLAN: plain(plans.revise_plan, "reason"),
    "sign_prescription": _prescribe,
    "propose_goal": _propose,
    "change_goal": _change,
    "answer_goal": _answer,
    "begin_goal": _begin,
    "end_goal": _end,
    "rate_goal": _rate,
    "rate_performance": _perform,
    Move.START_THERAPY: plain(start_therapy, "reasons"),
}  # fmt: skip
