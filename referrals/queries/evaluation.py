"""Which versions of the evaluation are there, what does each say, and what is still to be written?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext

from referrals.clinical.findings import AREAS, LEVELS, METHODS
from referrals.clinical.instruments import Instrument
from referrals.clinical.scoring import age_warning, printed
from referrals.models import Evaluation, FamilyProfile, Referral
from referrals.models.evaluation import Profile
from referrals.models.instrument import instruments_at
from referrals.models.signing import Signed
from referrals.wording import day, typed_by

DRAFT, FINAL = Signed.Status.DRAFT, Signed.Status.FINAL
_NAMES: Final = {f.name: f.verbose_name for f in Evaluation._meta.fields}


@dataclass(frozen=True, slots=True)
class Card:
    """The evaluation on the page of its referral."""

    standing: Evaluation | None
    draft: Evaluation | None
    told: FamilyProfile | None

    @property
    def other_ending(self) -> str:
        """What the report says for a referral that ends with it; empty where therapy follows."""
        report = self.standing
        if report is None or report.recommendation == Evaluation.Recommendation.OT:
            return ""
        return report.hand_over or report.interpretation


def card(referral: Referral, *, writes: bool) -> Card:
    """Two queries. A draft is shown to those who write it, and to nobody else."""
    shown = referral.evaluations.filter(status__in=[FINAL, DRAFT] if writes else [FINAL])
    found = {one.status: one for one in shown.select_related("author", "signed_by")}
    told = FamilyProfile.objects.filter(referral=referral).select_related("told_by").first()
    return Card(found.get(FINAL), found.get(DRAFT), told)


def instruments(referral: Referral, kept: Sequence[dict[str, Any]]) -> dict[str, Instrument]:
    """The tests that a therapist of the clinic chooses from; those that `kept` scores name stay.

    One query, one more where the clinic keeps tests of its own.
    """
    return instruments_at(referral.clinic_id, kept)


def versions(referral: Referral, *, writes: bool) -> list[Evaluation]:
    """Every version, the newest first; drafts only to those who write them. One query."""
    found = referral.evaluations.select_related("author", "signed_by", "replaces")
    return list(found if writes else found.exclude(status=DRAFT))


def signed_version(referral: Referral, key: UUID) -> Evaluation | None:
    """A signed version of this referral, with the one that it replaces."""
    found = referral.evaluations.exclude(status=DRAFT)
    return found.select_related("appointment", "replaces", "replaced_by").filter(pk=key).first()


def fields_of(evaluation: Evaluation) -> list[tuple[str, str]]:
    """All that the therapist wrote, as (name, words): what two versions are compared by."""
    return [
        (gettext(str(_NAMES[name])).capitalize(), _words(evaluation, name))
        for name in Evaluation.CONTENT
    ]


def _words(evaluation: Evaluation, name: str) -> str:
    value: Any = getattr(evaluation, name)
    if name == "findings":
        return "\n".join(_finding(one) for one in value)
    if name == "scores":
        return "\n".join(_score(one, evaluation) for one in value)
    if name == "evaluated_on":
        return day(value) if value else ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    shown = getattr(evaluation, f"get_{name}_display", None)
    return str(shown() or "") if shown else typed_by(str(value or ""), evaluation.author)


def _finding(finding: dict[str, Any]) -> str:
    named = [
        terms[finding[name]].label
        for name, terms in (("area", AREAS), ("method", METHODS), ("level", LEVELS))
        if finding.get(name) in terms
    ]
    return f"{', '.join(named)}: {finding.get('words', '')}"


def _score(score: dict[str, Any], evaluation: Evaluation) -> str:
    value = score["score"]
    words = f"{score['name']}, {score['scale_name']}: {value if isinstance(value, str) else f'{value:g}'}"
    parts = [printed(score), score["category"], score["note"]]
    if evaluation.evaluated_on is not None:
        parts.append(age_warning(score, evaluation.referral.child.ages(evaluation.evaluated_on)))
    return "; ".join([words, *filter(None, parts)])


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs between two versions."""

    name: str
    before: str
    now: str


def changes(evaluation: Evaluation) -> list[Change]:
    """What an amendment says that the version before did not; nothing for a first version."""
    before: Any = evaluation.replaces
    if before is None:
        return []
    pairs = zip(fields_of(before), fields_of(evaluation), strict=True)
    return [Change(name, old, now) for (name, old), (_, now) in pairs if old != now]


def told_fields(told: FamilyProfile) -> list[tuple[str, str]]:
    """The family's part, in the order in which it was asked."""
    return [
        (gettext(str(_NAMES[name])), typed_by(getattr(told, name), told.told_by))
        for name in Profile.PROFILE
    ]
