"""What does the plan of care say?"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from referrals.clinical.gas import LEVELS
from referrals.clinical.ladder import EXPECTED, signed
from referrals.models import Goal, GoalVersion, Plan, Referral

from .document import (
    Document,
    Fields,
    Ladder,
    Paragraph,
    Rung,
    Section,
    Signature,
    paragraph,
    said,
)
from .head import (
    Sort,
    clinic_of,
    day,
    diagnoses,
    document,
    local_day,
    signature,
    signed_on,
    signed_one,
    written,
    yes_no,
)

CARE: Final = Sort("Plan of care", "replaces")


def plan_of_care(referral: Referral, key: UUID) -> Document | None:
    """The signed plan with this key; None for a draft. Three queries."""
    plan = signed_one(
        referral.plans, key, "evaluation", "explained_by", "sent_by", "certified_by", "returned_by"
    )
    return care_of(plan) if plan else None


def care_of(plan: Plan) -> Document:
    """What the pediatrician signs and the family takes home."""
    referral = plan.referral
    clinic = clinic_of(referral)
    return document(
        plan, CARE, place=clinic, on=signed_on(plan, clinic), on_label="Date of the plan",
        sections=(
            Section("Diagnoses", (paragraph(diagnoses(referral)),)),
            Section("Goals", tuple(_goals(plan)) or (Paragraph("The plan names no goal yet."),)),
            Section("Therapy", (_therapy(plan), written(plan, *_WORDS))),
            Section("Explained to the family", (_explained(plan),)),
            Section("Certification", (_certification(plan),)),
        ),
        signatures=(signature(plan, "Occupational therapist", clinic), *_certified(plan)),
    )  # fmt: skip


_WORDS: Final = (
    "approaches", "precautions", "equipment", "accommodations", "home_programme", "discharge_plan",
)  # fmt: skip


def identifier(goal: Goal) -> str:
    """What a goal is called for life, in every plan and report: the end of its key."""
    end = goal.pk.hex[-8:].upper()
    return f"{end[:4]}-{end[4:]}"


def _goals(plan: Plan) -> Iterable[Section]:
    """Each long-term goal, and after it the short-term ones that serve it."""
    named = [n.version for n in plan.plan_goals.select_related("version__goal")]
    here = {version.goal_id for version in named}
    first = [v for v in named if v.goal.serves_id not in here]
    for version in sorted(first, key=lambda v: v.goal.term != Goal.Term.LONG):
        yield _goal(version)
        yield from (_goal(v) for v in named if v.goal.serves_id == version.goal_id)


def _goal(version: GoalVersion) -> Section:
    goal = version.goal
    facts = {
        "In the family’s own words": version.wish,
        "Area": version.get_domain_display(),
        "At the start": version.baseline,
        "To be reached by": day(version.target_on),
        "What is measured": version.measure,
    }
    heading = f"{goal.get_term_display()} goal {identifier(goal)}, version {version.number}"
    return Section(heading, (Paragraph(version.statement), said(facts), _ladder(version)))


def _ladder(version: GoalVersion) -> Ladder:
    """The five levels, the best on top; the one of today is marked."""
    levels = zip(LEVELS, version.levels, strict=True)
    rungs = [
        Rung(
            f"{signed(level)} {EXPECTED[level]}",
            step["words"],
            "Starts here" if level == version.baseline_level else "",
        )
        for level, step in levels
    ]
    return Ladder(tuple(reversed(rungs)))


def _therapy(plan: Plan) -> Fields:
    return said({
        "Evaluation it is based on": f"Evaluation of {day(plan.evaluation.evaluated_on)}, version {plan.evaluation.number}",
        "Type": plan.get_therapy_display(),
        "Frequency and duration": plan.frequency,
        "Setting": plan.get_setting_display(),
        "Begins on": day(plan.starts_on),
        "To be reviewed on": day(plan.review_on),
    })  # fmt: skip


def _explained(plan: Plan) -> Fields | Paragraph:
    if plan.explained_at is None or plan.explained_by is None:
        return Paragraph("Not yet explained.")
    return said({
        "Explained on": day(local_day(plan.explained_at, clinic_of(plan.referral))),
        "By": plan.explained_by.signature,
        "To": plan.explained_to,
        "Language": plan.explained_language,
        "An interpreter helped": yes_no(plan.interpreter),
        "What the family said back": plan.teach_back,
    })  # fmt: skip


def _certification(plan: Plan) -> Fields | Paragraph:
    referral = plan.referral
    if plan.sent_at is None:
        return Paragraph("Not yet sent to the pediatrician.")
    rows = {
        "Sent on": day(local_day(plan.sent_at, clinic_of(referral))),
        "Sent to": f"{referral.author.signature}, {referral.practice}",
        "Payer": plan.get_payer_display(),
    }
    if plan.certified_at and plan.certified_by:
        rows["Signed"] = (
            f"{plan.certified_by.signature}, {day(local_day(plan.certified_at, referral.practice))}"
        )
        rows["Valid"] = f"{day(plan.valid_from)} to {day(plan.valid_until)}"
    elif plan.returned_at and plan.returned_by:
        # What was asked for is between the clinicians; that it was returned, everybody may know.
        on = day(local_day(plan.returned_at, referral.practice))
        rows["Returned with changes"] = f"{plan.returned_by.signature}, {on}"
    else:
        rows["Signature awaited by"] = day(plan.answer_due_on)
    return said(rows)


def _certified(plan: Plan) -> tuple[Signature, ...]:
    if plan.certified_at is None:
        return ()
    on = day(local_day(plan.certified_at, plan.referral.practice))
    return (Signature("Certified by the pediatrician", plan.certified_signature, on),)
