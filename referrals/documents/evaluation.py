"""What does the evaluation report say?"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext

from referrals.clinical.ages import Ages
from referrals.clinical.findings import AREAS, LEVELS, METHODS, Term
from referrals.clinical.scoring import age_warning, printed
from referrals.models import Evaluation, Referral
from referrals.models.evaluation import Profile
from referrals.wording import language, spoken, tongue, typed_by
from referrals.wording import later as _

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

REPORT: Final = Sort(_("Evaluation report"), _("amends"))
#: What a score is called in print; its mean and standard deviation stand beside it.
_METRICS: Final = {
    "raw": _("Raw score"), "scaled": _("Scaled score"), "standard": _("Standard score"), "t": _("T-score"),
    "percentile": _("Percentile"), "age_equivalent": _("Age equivalent"), "category": _("Category"),
    "percent": _("Percent"), "criterion": _("Criterion"),
}  # fmt: skip
_SCORE: Final = (
    _("Scale"),
    _("Metric"),
    _("Score"),
    _("Percentile"),
    _("Category and notes"),
    _("Age used"),
)
_FINDING: Final = (_("How it was seen"), _("Level"), _("What was found"))
_HOW_TO_READ: Final = _(
    "A percentile that is “computed” comes from the score, its mean and SD (standard deviation). "
    "The others are from the test’s own tables."
)


def evaluation_report(referral: Referral, key: UUID, *, shared: bool = False) -> Document | None:
    """The report of the signed evaluation with this key; None for a draft. Two queries."""
    evaluation = signed_one(referral.evaluations, key, "appointment")
    return report_of(evaluation, shared=shared) if evaluation else None


def report_of(evaluation: Evaluation, *, shared: bool = False) -> Document:
    """What the pediatrician and the family read of an evaluation."""
    clinic = clinic_of(evaluation.referral)
    on = evaluation.evaluated_on
    assert on is not None, "nobody signs without the day"
    return document(
        evaluation, REPORT, place=clinic, on=on,
        on_label=label_of(evaluation, "evaluated_on"),
        sections=sections_of(evaluation, on),
        signatures=(signature(evaluation, gettext("Occupational therapist"), clinic),),
        shared=shared,
    )  # fmt: skip


def sections_of(evaluation: Evaluation, on: date) -> tuple[Section, ...]:
    """All that the report says under its head: also of a draft, for who is about to sign it."""
    ages = evaluation.referral.child.ages(on)
    return (
        Section(gettext("Referral"), (_referral(evaluation.referral),)),
        Section(gettext("Occupational profile"), (written(evaluation, *Profile.PROFILE),)),
        Section(gettext("History and services"), (written(evaluation, "history", "other_services"),)),
        Section(gettext("How the evaluation was done"), (_circumstances(evaluation),)),
        Section(gettext("Findings"), tuple(_findings(evaluation.findings, evaluation.author)) or (paragraph(""),)),
        Section(gettext("Scores"), tuple(score_tables(evaluation.scores, ages)) or (Paragraph(gettext("No test was scored.")),)),
        Section(gettext("Strengths"), (paragraph(typed_by(evaluation.strengths, evaluation.author)),)),
        Section(gettext("Interpretation"), (paragraph(typed_by(evaluation.interpretation, evaluation.author)),)),
        Section(gettext("Recommendation"), (_recommendation(evaluation),)),
    )  # fmt: skip


def _referral(referral: Referral) -> Any:
    by = referral.sent_by or referral.author
    return said({
        gettext("Referred by"): f"{by.signature}, {referral.practice}",
        gettext("Diagnoses"): diagnoses(referral),
        gettext("Signs"): signs(referral),
        gettext("Clinical question"): typed_by(referral.question, by),
        gettext("Service"): referral.get_service_display(),
        gettext("Intent"): referral.get_intent_display(),
    })  # fmt: skip


def _circumstances(evaluation: Evaluation) -> Fields:
    visit = evaluation.appointment
    return said({
        gettext("Place"): visit.get_place_display() if visit else "",
        label_of(evaluation, "language"): tongue(evaluation.language),
        label_of(evaluation, "interpreter"): yes_no(evaluation.interpreter),
        label_of(evaluation, "informants"): typed_by(evaluation.informants, evaluation.author),
        label_of(evaluation, "conditions"): typed_by(evaluation.conditions, evaluation.author),
        label_of(evaluation, "not_done"): typed_by(evaluation.not_done, evaluation.author),
    })  # fmt: skip


def _findings(findings: list[dict[str, Any]], by: object) -> Iterable[Table]:
    """One table an area, in the order in which the therapist took them."""
    for (area,), found in _grouped(findings, "area"):
        rows = tuple(
            (
                _label(METHODS, one["method"]),
                _label(LEVELS, one["level"]),
                typed_by(one["words"], by),
            )
            for one in found
        )
        yield Table(_label(AREAS, area), _FINDING, rows, wide=2)


def score_tables(scores: list[dict[str, Any]], ages: Ages) -> Iterable[Table | Paragraph]:
    """One table an instrument: a score is read only beside its own metric."""
    for (name, edition), found in _grouped(scores, "name", "edition"):
        caption = name
        if edition:
            caption = gettext("{name}, edition {edition}").format(name=name, edition=edition)
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
        printed(score).replace("(computed)", gettext("(computed)")),
        "\n".join(told),
        {"adjusted": gettext("Adjusted"), "chronological": gettext("Chronological")}.get(
            score["age_used"], ""
        ),
    )
    return tuple(cell or "–" for cell in cells)


def _metric(score: dict[str, Any]) -> str:
    """“T-score (mean 50, SD 10)”, and what a high one means where that is not plain."""
    words = str(_METRICS[score["score_type"]])
    if score["mean"] is not None and score["sd"] is not None:
        words += " " + gettext("(mean {mean}, SD {sd})").format(
            mean=f"{score['mean']:g}", sd=f"{score['sd']:g}"
        )
    if score["direction"] == "higher_is_worse":
        words += "\n" + gettext("Higher means more difficulty")
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
    term = terms.get(code)
    if term is None:
        return code.replace("_", " ").capitalize()
    # As clinicians say it; in Spanish, which only families read, as families do.
    return spoken(term.family_label) if language() == "es" else term.label


def _recommendation(evaluation: Evaluation) -> Fields:
    rows = {gettext("Recommended"): evaluation.get_recommendation_display()}
    if evaluation.recommendation == Evaluation.Recommendation.OT:
        rows[gettext("Frequency and duration")] = evaluation.frequency
    if evaluation.recommendation == Evaluation.Recommendation.OTHER:
        rows[label_of(evaluation, "other_service")] = typed_by(
            evaluation.other_service, evaluation.author
        )
        rows[label_of(evaluation, "hand_over")] = typed_by(evaluation.hand_over, evaluation.author)
    return said(rows)
