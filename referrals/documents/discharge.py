"""What does the discharge summary say?"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext

from referrals.clinical.ladder import EXPECTED, signed
from referrals.models import Discharge, Evaluation, Goal, Referral
from referrals.wording import later as _
from referrals.wording import like, typed_by

from .document import Document, Fields, Paragraph, Section, Table, paragraph, said
from .evaluation import score_tables
from .head import (
    Sort,
    clinic_of,
    day,
    diagnoses,
    document,
    label_of,
    local_day,
    signature,
    signed_on,
    signed_one,
    written,
)
from .plan import identifier

SUMMARY: Final = Sort(_("Discharge summary"), _("replaces"))
#: Visits by what became of them, as they are counted when therapy ends.
VISITS: Final = {
    "fulfilled": _("Attended"),
    "noshow": _("Missed"),
    "cancelled_family": _("Cancelled by the family"),
    "cancelled_clinic": _("Cancelled by the clinic"),
    "cancelled_practice": _("Cancelled by the pediatrician"),
}
RATERS: Final = {
    "pediatrician": _("Pediatrician"),
    "therapist": _("Therapist"),
    "family": _("Family"),
}
_SCORES: Final = (_("Rated by"), _("At the start"), _("At the end"), _("Change"), _("Goals rated"))
_HOW_TO_READ: Final = (
    "Goal Attainment Scaling: 50 is what was expected of the goals taken together, 10 one "
    "standard deviation. Raters are never mixed."
)


def discharge_summary(referral: Referral, key: UUID, *, for_family: bool) -> Document | None:
    """The signed summary with this key; None for a draft. Three queries.

    The family's copy leaves out the goals’ T-scores: it says the same in the words of each level.
    """
    discharge = signed_one(referral.discharges, key, "family_noted_by")
    return summary_of(discharge, for_family=for_family) if discharge else None


def summary_of(discharge: Discharge, *, for_family: bool = False) -> Document:
    referral = discharge.referral
    clinic = clinic_of(referral)
    on = discharge.ended_on
    assert on is not None, "nobody signs without the day"
    return document(
        discharge, SUMMARY, place=clinic, on=on, on_label=label_of(discharge, "ended_on"),
        sections=tuple(_sections(discharge, for_family)),
        signatures=(signature(discharge, gettext("Occupational therapist"), clinic),),
    )  # fmt: skip


def _sections(discharge: Discharge, for_family: bool) -> Iterable[Section]:
    yield Section(gettext("Diagnoses"), (paragraph(diagnoses(discharge.referral)),))
    yield Section(gettext("Dates and visits"), (_dates(discharge), _visits(discharge)))
    yield Section(gettext("Why therapy ends"), (said({
        gettext("Reason"): discharge.get_why_display(), gettext("How it went"): typed_by(discharge.summary, discharge.author),
    }),))  # fmt: skip
    yield Section(
        gettext("Goals"), tuple(_goals(discharge)) or (Paragraph(gettext("No goal was agreed.")),)
    )
    if not for_family:
        yield Section(gettext("Goal attainment"), tuple(_attainment(discharge.figures)))
    yield Section(gettext("Scores of the evaluation"), tuple(_scores(discharge)))
    yield Section(gettext("What comes next"), (
        written(discharge, "equipment", "home_programme", "recommendations"),
    ))  # fmt: skip
    yield Section(gettext("Coming back"), (said({
        gettext("Come back if"): typed_by(discharge.return_signs, discharge.author),
        gettext("Without a new referral until"): day(discharge.return_until),
    }),))  # fmt: skip
    yield Section(gettext("Who was told"), (_told(discharge),))


def _dates(discharge: Discharge) -> Fields:
    figures = discharge.figures
    return said({
        gettext("Therapy began on"): _day(figures.get("began_on")),
        gettext("First visit"): _day(figures.get("first_on")),
        gettext("Last visit"): _day(figures.get("last_on")),
        gettext("Last day of therapy"): day(discharge.ended_on),
    })  # fmt: skip


def _visits(discharge: Discharge) -> Fields | Paragraph:
    counts = discharge.figures.get("visits", {})
    rows = {label: str(counts[code]) for code, label in VISITS.items() if counts.get(code)}
    return said(rows) if rows else Paragraph(gettext("No therapy visit was held."))


def _goals(discharge: Discharge) -> Iterable[Section]:
    outcomes = dict(Discharge.Outcome.choices)
    for row in discharge.outcomes:
        by, spanish = discharge.author, row.get("spanish", {})
        facts = {
            gettext("In the family’s own words"): typed_by(row["wish"], by),
            gettext("At the start"): level(
                row["before"], typed_by(row["before_words"], by, spanish)
            ),
            gettext("At the end"): level(row["end"], typed_by(row["end_words"], by, spanish)),
            gettext("Outcome"): str(outcomes.get(row["outcome"], "")),
        }
        if row["ended_on"]:
            facts[gettext("Met on")] = _day(row["ended_on"])
        if row["why"]:
            facts[gettext("Why")] = typed_by(row["why"], by)
        heading = gettext("Goal {goal}").format(goal=identifier(Goal(pk=UUID(row["goal"]))))
        yield Section(heading, (Paragraph(typed_by(row["statement"], by, spanish)), said(facts)))


def level(number: int | None, words: str) -> str:
    """A level with its name and its words: “0 As expected: Fastens 3 of 5 buttons”."""
    if number is None:
        return gettext("Not rated by the therapist")
    return like(words, f"{signed(number)} {gettext(EXPECTED[number])}: {words}")


def _attainment(figures: dict[str, Any]) -> Iterable[Table | Paragraph]:
    rows = tuple(
        (
            RATERS[party], f"{one['baseline']:.1f}", f"{one['end']:.1f}", change(one["change"]),
            f"{one['rated']} of {one['goals']}",
        )
        for party, one in figures.get("scores", {}).items()
    )  # fmt: skip
    if not rows:
        yield Paragraph(gettext("No goal was rated."))
        return
    yield Table("T-scores of the goals", _SCORES, rows, wide=4)
    yield Paragraph(_HOW_TO_READ)


def change(by: float) -> str:
    return f"{by:+.1f}".replace("-", "−")


def _scores(discharge: Discharge) -> Iterable[Table | Paragraph]:
    """The scores of the evaluation that stood when therapy ended."""
    key = discharge.figures.get("evaluation")
    evaluation = Evaluation.objects.filter(pk=key).first() if key else None
    if evaluation is None or not evaluation.scores or evaluation.evaluated_on is None:
        yield Paragraph(gettext("No test was scored."))
        return
    yield Paragraph(
        gettext("Evaluation of {evaluated_on}, version {number}.").format(
            evaluated_on=day(evaluation.evaluated_on), number=evaluation.number
        )
    )
    ages = discharge.referral.child.ages(evaluation.evaluated_on)
    yield from score_tables(evaluation.scores, ages)


def _told(discharge: Discharge) -> Fields:
    referral, clinic = discharge.referral, clinic_of(discharge.referral)
    rows = {
        gettext("Told at the end"): typed_by(discharge.told, discharge.author),
        gettext("Signed and sent to"): ", ".join(
            (
                referral.author.signature,
                str(referral.practice),
                day(signed_on(discharge, clinic)),
            )
        ),
    }
    if discharge.family_noted_at and discharge.family_noted_by:
        on = day(local_day(discharge.family_noted_at, clinic))
        rows[gettext("Read by the family")] = f"{discharge.family_noted_by.name}, {on}"
    return said(rows)


def _day(iso: str | None) -> str:
    return day(date.fromisoformat(iso)) if iso else ""
