"""What does the plan of care say?"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.utils.translation import gettext

from referrals.clinical.gas import LEVELS
from referrals.clinical.ladder import EXPECTED, signed
from referrals.models import Goal, GoalVersion, Plan, Referral
from referrals.models.shelf import payer_in_words
from referrals.wording import later as _
from referrals.wording import tongue, typed_by

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

CARE: Final = Sort(_("Plan of care"), _("replaces"))


def plan_of_care(referral: Referral, key: UUID, *, shared: bool = False) -> Document | None:
    """The signed plan with this key; None for a draft. Three queries.

    A copy that is `shared` with a school leaves out what the family said back, and the payer.
    """
    plan = signed_one(
        referral.plans, key, "evaluation", "explained_by", "sent_by", "certified_by", "returned_by"
    )
    return care_of(plan, shared=shared) if plan else None


def care_of(plan: Plan, *, shared: bool = False) -> Document:
    """What the pediatrician signs and the family takes home."""
    referral = plan.referral
    clinic = clinic_of(referral)
    between = () if shared else (
        Section(gettext("Explained to the family"), (_explained(plan),)),
        Section(gettext("Certification"), (_certification(plan),)),
    )  # fmt: skip
    return document(
        plan, CARE, place=clinic, on=signed_on(plan, clinic), on_label=gettext("Date of the plan"),
        sections=(
            Section(gettext("Diagnoses"), (paragraph(diagnoses(referral)),)),
            Section(gettext("Goals"), tuple(_goals(plan)) or (Paragraph(gettext("The plan names no goal yet.")),)),
            Section(gettext("Therapy"), (_therapy(plan), written(plan, *_WORDS))),
            *between,
        ),
        signatures=(signature(plan, gettext("Occupational therapist"), clinic), *_certified(plan)),
        shared=shared,
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
    named = [
        n.version for n in plan.plan_goals.select_related("version__goal", "version__written_by")
    ]
    here = {version.goal_id for version in named}
    first = [v for v in named if v.goal.serves_id not in here]
    for version in sorted(first, key=lambda v: v.goal.term != Goal.Term.LONG):
        yield _goal(version)
        yield from (_goal(v) for v in named if v.goal.serves_id == version.goal_id)


def _goal(version: GoalVersion) -> Section:
    goal, by = version.goal, version
    facts = {
        gettext("In the family’s own words"): typed_by(version.wish, by),
        gettext("Area"): version.get_domain_display(),
        gettext("At the start"): typed_by(version.baseline, by),
        gettext("To be reached by"): day(version.target_on),
        gettext("What is measured"): typed_by(version.measure, by),
    }
    heading = gettext("{term} goal {goal}, version {number}").format(
        term=goal.get_term_display(), goal=identifier(goal), number=version.number
    )
    return Section(
        heading, (Paragraph(typed_by(version.statement, by)), said(facts), _ladder(version))
    )


def _ladder(version: GoalVersion) -> Ladder:
    """The five levels, the best on top; the one of today is marked."""
    levels = zip(LEVELS, version.levels, strict=True)
    rungs = [
        Rung(
            f"{signed(level)} {gettext(EXPECTED[level])}",
            typed_by(step["words"], version),
            gettext("Starts here") if level == version.baseline_level else "",
        )
        for level, step in levels
    ]
    return Ladder(tuple(reversed(rungs)))


def _therapy(plan: Plan) -> Fields:
    return said({
        gettext("Evaluation it is based on"): gettext("Evaluation of {evaluated_on}, version {number}").format(evaluated_on=day(plan.evaluation.evaluated_on), number=plan.evaluation.number),
        gettext("Type"): plan.get_therapy_display(),
        gettext("Frequency and duration"): plan.frequency,
        gettext("Setting"): plan.get_setting_display(),
        gettext("Begins on"): day(plan.starts_on),
        gettext("To be reviewed on"): day(plan.review_on),
    })  # fmt: skip


def _explained(plan: Plan) -> Fields | Paragraph:
    if plan.explained_at is None or plan.explained_by is None:
        return Paragraph(gettext("Not yet explained."))
    return said({
        gettext("Explained on"): day(local_day(plan.explained_at, clinic_of(plan.referral))),
        gettext("By"): plan.explained_by.signature,
        gettext("To"): plan.explained_to,
        gettext("Language"): tongue(plan.explained_language),
        gettext("An interpreter helped"): yes_no(plan.interpreter),
        gettext("What the family said back"): typed_by(plan.teach_back, plan.explained_by),
    })  # fmt: skip


def _certification(plan: Plan) -> Fields | Paragraph:
    referral = plan.referral
    if plan.sent_at is None:
        return Paragraph(gettext("Not yet sent to the pediatrician."))
    rows = {
        gettext("Sent on"): day(local_day(plan.sent_at, clinic_of(referral))),
        gettext("Sent to"): f"{referral.author.signature}, {referral.practice}",
        gettext("Payer"): payer_in_words(plan.referral.clinic_id, plan.payer),
    }
    if plan.certified_at and plan.certified_by:
        rows[gettext("Signed")] = (
            f"{plan.certified_by.signature}, {day(local_day(plan.certified_at, referral.practice))}"
        )
        rows[gettext("Valid")] = gettext("{valid_from} to {valid_until}").format(
            valid_from=day(plan.valid_from), valid_until=day(plan.valid_until)
        )
    elif plan.returned_at and plan.returned_by:
        # What was asked for is between the clinicians; that it was returned, everybody may know.
        on = day(local_day(plan.returned_at, referral.practice))
        rows[gettext("Returned with changes")] = f"{plan.returned_by.signature}, {on}"
    else:
        rows[gettext("Signature awaited by")] = day(plan.answer_due_on)
    return said(rows)


def _certified(plan: Plan) -> tuple[Signature, ...]:
    if plan.certified_at is None:
        return ()
    on = day(local_day(plan.certified_at, plan.referral.practice))
    return (Signature(gettext("Certified by the pediatrician"), plan.certified_signature, on),)
