"""How do signed documents come into the tests? Written whole, and signed as every document is."""

from datetime import date, datetime, timedelta
from typing import Any

from referrals.actions.signing import sign
from referrals.clinical.ages import Age, Ages
from referrals.clinical.scoring import scored
from referrals.models import Evaluation, Plan, PlanGoal, Prescription, Referral, User
from tests.factories.goal import proposed

FINDINGS = [
    {"area": "self_care", "method": "observation", "level": "emerging", "words": "Pulls off socks."},
    {"area": "motor", "method": "hands_on", "level": "not_yet", "words": "Fisted grasp."},
    {"area": "self_care", "method": "parent_questions", "level": "with_help", "words": "Sleeves."},
]  # fmt: skip
#: Mina on the day of her first visit.
AGES = Ages(Age(2, 3, 7), None)


def score(**typed: Any) -> dict[str, Any]:
    """A composite of the PDMS-3 as it is kept, changed by what is typed."""
    peabody = {"instrument": "pdms_3", "scale": "fine_motor_index", "score": 80}
    return scored(peabody | typed, AGES)


SCORES = [
    score(),
    score(instrument="spm_2", scale="scale", scale_name="Vision", score=58, percentile="79"),
    score(scale="subtest", scale_name="Grasping", score=6, note="Two trials"),
]


def draft_evaluation(referral: Referral, *, by: User, at: datetime, **said: Any) -> Evaluation:
    """All that a report says, on the day of `at`; not signed."""
    content = {
        "evaluated_on": at.date(), "language": "Spanish", "interpreter": True,
        "informants": "Her mother", "wants": "Mina wants to dress herself.",
        "supports": "Songs help.", "barriers": "Sleeves.", "routines": "Up at seven.",
        "priorities": "Mornings without tears.", "history": "Born at term.",
        "other_services": "None.", "findings": FINDINGS, "conditions": "A quiet room.",
        "scores": SCORES, "strengths": "She tries again.", "interpretation": "Touch upsets her.",
        "recommendation": "ot", "visits": 1, "per": "week", "minutes": 45, "weeks": 12,
    } | said  # fmt: skip
    return Evaluation.objects.create(
        referral=referral, appointment=referral.appointments.first(), author=by, created_at=at,
        saved_at=at, **content,
    )  # fmt: skip


def signed_evaluation(referral: Referral, *, by: User, at: datetime, **said: Any) -> Evaluation:
    draft = draft_evaluation(referral, by=by, at=at, **said)
    return sign(draft, edition=None, by=by, at=at)


def amended_evaluation(before: Evaluation, *, by: User, at: datetime, **said: Any) -> Evaluation:
    """The next version of a signed one: a score had been read wrongly."""
    return signed_evaluation(
        before.referral, by=by, at=at, number=before.number + 1, replaces=before,
        reason="A score was read wrongly.", evaluated_on=before.evaluated_on, **said,
    )  # fmt: skip


def signed_plan(
    evaluation: Evaluation, *, by: User, at: datetime, pairs: int = 1, **said: Any
) -> Plan:
    """A plan that names pairs of goals: one for the short term, and the long-term one it serves."""
    referral = evaluation.referral
    content = {
        "therapy": "individual", "visits": 2, "per": "week", "minutes": 45, "weeks": 12,
        "starts_on": date(2026, 3, 16), "setting": "clinic", "approaches": "Play.",
        "precautions": "Latex.", "equipment": "Button hook.", "accommodations": "A quiet corner.",
        "home_programme": "Coat game.", "discharge_plan": "When she dresses alone.",
        "review_on": date(2026, 6, 8), "payer": "standard",
    } | said  # fmt: skip
    draft = Plan.objects.create(
        referral=referral, evaluation=evaluation, author=by, created_at=at, saved_at=at, **content
    )
    for _ in range(pairs):
        long = proposed(referral, by=by, at=at, term="long")
        short = proposed(referral, by=by, at=at, term="short", serves=long)
        for goal in (short, long):
            PlanGoal.objects.create(plan=draft, version=goal.versions.get())
    return sign(draft, edition=None, by=by, at=at)


def explained(plan: Plan, *, by: User, at: datetime) -> Plan:
    """The family was told, with an interpreter, and said it back; the pediatrician has it."""
    Plan.objects.filter(pk=plan.pk).update(
        explained_at=at, explained_by=by, explained_to="Rosa Fontaine",
        explained_language="Spanish", interpreter=True, teach_back="We practise the coat.",
        sent_at=at, sent_by=by, answer_due_on=at.date() + timedelta(days=30),
    )  # fmt: skip
    return Plan.objects.get(pk=plan.pk)


def certified(plan: Plan, *, by: User, at: datetime) -> Plan:
    Plan.objects.filter(pk=plan.pk).update(
        certified_at=at, certified_by=by, certified_signature=f"{by.signature}, NPI 1234567893",
        valid_from=date(2026, 3, 16), valid_until=date(2026, 6, 14),
    )  # fmt: skip
    return Plan.objects.get(pk=plan.pk)


def signed_prescription(referral: Referral, *, by: User, at: datetime, **said: Any) -> Prescription:
    """The next order of the referral; it replaces the one that stands."""
    before = referral.prescriptions.filter(status="final").first()
    content = {
        "number": before.number + 1 if before else 1, "replaces": before,
        "reason": "More visits." if before else "", "service": "evaluate_and_treat", "visits": 2,
        "per": "week", "weeks": 12, "precautions": "Latex.", "note": "Please call first.",
        "valid_from": date(2026, 3, 2), "valid_until": date(2027, 3, 1),
    } | said  # fmt: skip
    draft = Prescription.objects.create(
        referral=referral, author=by, created_at=at, saved_at=at, **content
    )
    return sign(draft, edition=None, by=by, at=at)
