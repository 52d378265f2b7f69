"""How do goals, their five levels and who rated them read in FHIR?

Goal Attainment Scaling in LOINC: the scale 107332-9, a rating by practitioner 107333-7, by patient
107334-5, by caregiver 107331-1; levels +2 LA34479-8 to -2 LA34484-8.
"""

from typing import Final
from uuid import UUID

from referrals.clinical.ladder import EXPECTED
from referrals.models import Goal, GoalVersion, Performance, Position, Rating
from referrals.pathway import Party

from .element import LOINC, OURS, Resource, concept, day, instant, note, reference, resource

SCALE: Final = "107332-9"
RATED_BY: Final = {
    Party.PEDIATRICIAN: "107333-7",
    Party.THERAPIST: "107333-7",
    Party.FAMILY: "107331-1",
}
LEVEL: Final = {
    2: "LA34479-8", 1: "LA34480-6", 0: "LA34481-4", -1: "LA34483-0", -2: "LA34484-8",
}  # fmt: skip
LIFECYCLE: Final = {
    Goal.Status.PROPOSED: "proposed",
    Goal.Status.ACTIVE: "active",
    Goal.Status.MET: "completed",
    Goal.Status.RETIRED: "cancelled",
}
#: What is told of a rating, of which a record has hundreds.
OF_RATING: Final = (
    "party", "by", "level", "rated_on", "at", "note", "goal__referral__child",
)  # fmt: skip
_ACHIEVEMENT: Final = "http://terminology.hl7.org/CodeSystem/goal-achievement"


def goal(one: Goal, version: GoalVersion) -> Resource:
    """The goal as its standing version words it, each of the five levels a target."""
    met = one.status == Goal.Status.MET
    return resource(
        "Goal",
        one.pk,
        lifecycleStatus=LIFECYCLE[Goal.Status(one.status)],
        achievementStatus=concept("", (_ACHIEVEMENT, "achieved" if met else "in-progress"))
        if one.status != Goal.Status.PROPOSED
        else None,
        category=[concept("", (f"{OURS}domain", version.domain))],
        description=concept(version.statement),
        subject=reference("Patient", one.referral.child_id),
        startDate=day(one.agreed_at.date()) if one.agreed_at else None,
        target=[
            {
                "measure": concept(version.measure, (LOINC, SCALE)),
                "detailCodeableConcept": concept(
                    entry["words"], (LOINC, LEVEL[level], EXPECTED[level])
                ),
                "dueDate": day(version.target_on),
            }
            for level, entry in zip(range(-2, 3), version.levels, strict=True)
        ],
        statusReason=one.ended_reason,
        note=note(version.wish, version.baseline),
    )


def rating(one: Rating) -> Resource:
    return resource(
        "Observation",
        one.pk,
        status="final",
        code=concept("Goal attainment", (LOINC, RATED_BY[Party(one.party)])),
        subject=reference("Patient", one.goal.referral.child_id),
        focus=[reference("Goal", one.goal_id)],
        effectiveDateTime=day(one.rated_on),
        issued=instant(one.at),
        performer=[_party(one.party, one.by_id)],
        valueCodeableConcept=concept(
            f"{one.level:+d}", (LOINC, LEVEL[one.level], EXPECTED[one.level])
        ),
        note=note(one.note),
    )


def performance(one: Performance) -> Resource:
    """How well it goes and how content the family is, 1 to 10 each."""
    return resource(
        "Observation",
        one.pk,
        status="final",
        code=concept("Performance and satisfaction, rated by the family"),
        subject=reference("Patient", one.goal.referral.child_id),
        focus=[reference("Goal", one.goal_id)],
        effectiveDateTime=day(one.rated_on),
        issued=instant(one.at),
        performer=[_party(Party.FAMILY, one.by_id)],
        component=[
            {"code": concept("Performance"), "valueInteger": one.performance},
            {"code": concept("Satisfaction"), "valueInteger": one.satisfaction},
        ],
    )


def _party(which: str, by: UUID) -> Resource | None:
    """Who said it: a clinician by name; of a family only that it was the family."""
    if which == Party.FAMILY:
        return {"display": "Family"}
    return reference("Practitioner", by)


def agreement(one: Position) -> Resource:
    """One party's word on one version of a goal: a Provenance each."""
    return resource(
        "Provenance",
        one.pk,
        target=[reference("Goal", one.version.goal_id)],
        recorded=instant(one.at),
        activity=concept(one.get_answer_display()),
        agent=[
            {
                "type": concept(
                    one.get_party_display(),
                    ("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author"),
                ),
                "who": _party(one.party, one.by_id),
            }
        ],
    )
