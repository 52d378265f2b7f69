"""What does the evaluation report say?"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from referrals.clinical.ages import Ages
from referrals.clinical.findings import AREAS, LEVELS, METHODS, Term
from referrals.clinical.scoring import age_warning, printed
from referrals.models import Evaluation, Referral
from referrals.models.evaluation import Profile

from .document import Document, Fields, Paragraph, Section, Table, paragraph, said
from .head import (
    Sort,
    clinic_of,
    diagnoses,
    document,
    label_of,
    signature,
    signed_one,
    signs,
    written,
    yes_no,
)

REPORT: Final = Sort("Evaluation report", "amends")
#: What a score is called in print; its mean and standard deviation stand beside it.
_METRICS: Final = {
    "raw": "Raw score", "scaled": "Scaled score", "standard": "Standard score", "t": "T-score",
    "percentile": "Percentile", "age_equivalent": "Age equivalent", "category": "Category",
    "percent": "Percent", "criterion": "Criterion",
}  # fmt: skip
_SCORE: Final = ("Scale", "Metric", "Score", "Percentile", "Category and notes", "Age used")
_FINDING: Final = ("How it was seen", "Level", "What was found")
_HOW_TO_READ: Final = (
    "A percentile marked “computed” was worked out from the score, its mean and its standard "
    "deviation (SD). The others are from the test’s own tables."
)


def evaluation_report(referral: Referral, key: UUID) -> Document | None:
    """The report of the signed evaluation with this key; None for a draft. Two queries."""
    evaluation = signed_one(referral.evaluations, key, "appointment")
    return report_of(evaluation) if evaluation else None


def report_of(evaluation: Evaluation) -> Document:
    """What the pediatrician and the family read of an evaluation."""
    clinic = clinic_of(evaluation.referral)
    on = evaluation.evaluated_on
    assert on is not None, "nobody signs without the day"
    return document(
        evaluation, REPORT, place=clinic, on=on,
        on_label=label_of(evaluation, "evaluated_on"),
        sections=sections_of(evaluation, on),
        signatures=(signature(evaluation, "Occupational therapist", clinic),),
    )  # fmt: skip


def sections_of(evaluation: Evaluation, on: date) -> tuple[Section, ...]:
    """All that the report says under its head: also of a draft, for who is about to sign it."""
    ages = evaluation.referral.child.ages(on)
    return (
        Section("Referral", (_referral(evaluation.referral),)),
        Section("Occupational profile", (written(evaluation, *Profile.PROFILE),)),
        Section("History and services", (written(evaluation, "history", "other_services"),)),
        Section("How the evaluation was done", (_circumstances(evaluation),)),
        Section("Findings", tuple(_findings(evaluation.findings)) or (paragraph(""),)),
        Section("Scores", tuple(score_tables(evaluation.scores, ages)) or (Paragraph("No test was scored."),)),
        Section("Strengths", (paragraph(evaluation.strengths),)),
        Section("Interpretation", (paragraph(evaluation.interpretation),)),
        Section("Recommendation", (_recommendation(evaluation),)),
    )  # fmt: skip


def _referral(referral: Referral) -> Any:
    by = referral.sent_by or referral.author
    return said({
        "Referred by": f"{by.signature}, {referral.practice}",
        "Diagnoses": diagnoses(referral),
        "Signs": signs(referral),
        "Clinical question": referral.question,
        "Service": referral.get_service_display(),
        "Intent": referral.get_intent_display(),
    })  # fmt: skip


def _circumstances(evaluation: Evaluation) -> Fields:
    visit = evaluation.appointment
    return said({
        "Place": visit.get_place_display() if visit else "",
        label_of(evaluation, "language"): evaluation.language,
        label_of(evaluation, "interpreter"): yes_no(evaluation.interpreter),
        label_of(evaluation, "informants"): evaluation.informants,
        label_of(evaluation, "conditions"): evaluation.conditions,
        label_of(evaluation, "not_done"): evaluation.not_done,
    })  # fmt: skip


def _findings(findings: list[dict[str, Any]]) -> Iterable[Table]:
    """One table an area, in the order in which the therapist took them."""
    for (area,), found in _grouped(findings, "area"):
        rows = tuple(
            (_label(METHODS, one["method"]), _label(LEVELS, one["level"]), one["words"])
            for one in found
        )
        yield Table(_label(AREAS, area), _FINDING, rows, wide=2)


def score_tables(scores: list[dict[str, Any]], ages: Ages) -> Iterable[Table | Paragraph]:
    """One table an instrument: a score is read only beside its own metric."""
    for (name, edition), found in _grouped(scores, "name", "edition"):
        caption = f"{name}, edition {edition}" if edition else name
        yield Table(caption, _SCORE, tuple(_score(one, ages) for one in found), wide=1)
    if scores:
        yield Paragraph(_HOW_TO_READ)


def _score(score: dict[str, Any], ages: Ages) -> tuple[str, ...]:
    value = score["score"]
    told = filter(None, (score["category"], score["note"], age_warning(score, ages)))
    cells = (
        score["scale_name"],
        _metric(score),
        value if isinstance(value, str) else f"{value:g}",
        printed(score),
        "\n".join(told),
        score["age_used"].capitalize(),
    )
    return tuple(cell or "–" for cell in cells)


def _metric(score: dict[str, Any]) -> str:
    """“T-score (mean 50, SD 10)”, and what a high one means where that is not plain."""
    words = _METRICS[score["score_type"]]
    if score["mean"] is not None and score["sd"] is not None:
        words += f" (mean {score['mean']:g}, SD {score['sd']:g})"
    if score["direction"] == "higher_is_worse":
        words += "\nHigher means more difficulty"
    return words


def _grouped(
    entries: list[dict[str, Any]], *keys: str
) -> Iterable[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """Entries of the same keys together, each group where its first entry stands."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for entry in entries:
        groups.setdefault(tuple(entry[key] for key in keys), []).append(entry)
    return groups.items()


def _label(terms: Mapping[str, Term], code: str) -> str:
    """The word for a code. What was signed stays readable when its code is no longer in use."""
    return terms[code].label if code in terms else code.replace("_", " ").capitalize()


def _recommendation(evaluation: Evaluation) -> Fields:
    rows = {"Recommended": evaluation.get_recommendation_display()}
    if evaluation.recommendation == Evaluation.Recommendation.OT:
        rows["Frequency and duration"] = evaluation.frequency
    if evaluation.recommendation == Evaluation.Recommendation.OTHER:
        rows[label_of(evaluation, "other_service")] = evaluation.other_service
        rows[label_of(evaluation, "hand_over")] = evaluation.hand_over
    return said(rows)
