"""How did therapy end, and what does each reader see of it?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext

from referrals.act import AT_WORK
from referrals.clinical.ladder import EXPECTED, signed
from referrals.models import Discharge, Referral
from referrals.models.signing import Signed
from referrals.pathway import ENDED, Move, Party, State
from referrals.wording import day, typed_by
from referrals.wording import later as _

from .plan import changed
from .progress import RATERS, tenths

#: The states in which a summary may be there to be shown.
SHOWN: Final = AT_WORK | ENDED | {State.ENTERED_IN_ERROR}


@dataclass(frozen=True, slots=True)
class Word:
    """An outcome as clinicians and families read it, with its sign: colour never says it alone."""

    label: str
    family_label: str
    icon: str
    tone: str


WORDS: Final[Mapping[str, Word]] = {
    "met": Word("Met", "Goal reached", "circle-check", "good"),
    "partly": Word("Partly met", "Partly reached", "circle-dot", "info"),
    "not_met": Word("Not met", "Not reached yet", "circle", "neutral"),
    "": Word("Not said yet", "Not said yet", "circle-question-mark", "warn"),
}
VISITS: Final = {
    "fulfilled": _("{n} attended"),
    "noshow": _("{n} missed"),
    "cancelled_family": _("{n} cancelled by the family"),
    "cancelled_clinic": _("{n} cancelled by the clinic"),
    "cancelled_practice": _("{n} cancelled by the pediatrician"),
}


@dataclass(frozen=True, slots=True)
class Goal:
    """What one goal came to."""

    id: str
    name: str
    word: str
    icon: str
    tone: str
    start: str
    end: str
    why: str
    ended_on: date | None


def goals(rows: list[dict[str, Any]], by: object = "en", *, for_family: bool) -> list[Goal]:
    """Families read a level in its words, clinicians with its number."""
    found = []
    for row in rows:
        word, spanish = WORDS[row["outcome"]], row.get("spanish", {})
        found.append(
            Goal(
                id=row["goal"],
                name=typed_by(row["wish"] if for_family else row["statement"], by, spanish),
                word=gettext(word.family_label if for_family else word.label),
                icon=word.icon,
                tone=word.tone,
                start=typed_by(_level(row["before"], row["before_words"], for_family), by, spanish),
                end=typed_by(_level(row["end"], row["end_words"], for_family), by, spanish),
                why=typed_by(row["why"], by),
                ended_on=_day(row["ended_on"]),
            )
        )
    return found


def _level(number: int | None, words: str, for_family: bool) -> str:
    if number is None:
        return gettext("Not rated")
    return words if for_family else f"{signed(number)} {gettext(EXPECTED[number])}: {words}"


def _day(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None


def fields_of(discharge: Discharge) -> list[tuple[str, str]]:
    """What the summary says beside its goals, in the order in which it is read."""

    return [
        (gettext("Why therapy ends"), discharge.get_why_display()),
        (gettext("Last day of therapy"), day(discharge.ended_on)),
        (gettext("How it went"), typed_by(discharge.summary, discharge.author)),
        (gettext("Equipment"), typed_by(discharge.equipment, discharge.author)),
        (gettext("What to keep up at home"), typed_by(discharge.home_programme, discharge.author)),
        (gettext("Recommendations"), typed_by(discharge.recommendations, discharge.author)),
        (gettext("Come back if"), typed_by(discharge.return_signs, discharge.author)),
        (gettext("Without a new referral until"), day(discharge.return_until)),
        (gettext("Who was told, and how"), typed_by(discharge.told, discharge.author)),
    ]


def visits_in_words(figures: Mapping[str, Any]) -> str:
    """“20 attended, 2 missed”; empty where nothing was counted."""
    counts = figures.get("visits", {})
    return ", ".join(
        word.format(n=counts[code]) for code, word in VISITS.items() if counts.get(code)
    )


@dataclass(frozen=True, slots=True)
class Score:
    """A T-score as one of the three rates, frozen when therapy ended."""

    rater: str
    baseline: float
    end: float
    change: str
    rated: str


def scores(figures: Mapping[str, Any]) -> list[Score]:
    told = {str(party): str(label) for party, label in RATERS.items()}
    return [
        Score(
            told[party], one["baseline"], one["end"], tenths(one["change"]),
            gettext("{rated} of {goals} rated").format(rated=one['rated'], goals=one['goals']),
        )
        for party, one in figures.get("scores", {}).items()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """One version of the summary, as it is read before it is signed and ever after."""

    discharge: Discharge
    fields: list[tuple[str, str]]
    goals: list[Goal]
    began_on: date | None
    visits: str
    scores: list[Score]
    changes: list[tuple[str, str, str]]


def read(discharge: Discharge, figures: Mapping[str, Any], *, for_family: bool) -> Page:
    """No query. `figures` are the summary's own, or while it is a draft what they would be."""
    before: Any = discharge.replaces
    return Page(
        discharge=discharge,
        # A clinician sees what was left empty; a family reads what there is.
        fields=[one for one in fields_of(discharge) if one[1] or not for_family],
        goals=goals(discharge.outcomes, discharge.author, for_family=for_family),
        began_on=_day(figures.get("began_on", "")),
        visits=visits_in_words(figures),
        scores=[] if for_family else scores(figures),
        changes=_changes(discharge, before) if before else [],
    )


def _changes(now: Discharge, before: Discharge) -> list[tuple[str, str, str]]:
    """What differs between two versions, goal by goal too."""

    def said(one: Discharge) -> list[tuple[str, str]]:
        goals_said = [
            (row["wish"], f"{gettext(WORDS[row['outcome']].label)}. {row['why']}".strip())
            for row in one.outcomes
        ]
        return fields_of(one) + goals_said

    return changed(said(now), said(before))


_READ_WITH: Final = ("replaces__author", "author", "signed_by", "family_noted_by")


def one(referral: Referral, pk: UUID) -> Discharge | None:
    """A version that was signed; a draft is read by those who write it."""
    signed_ones = referral.discharges.exclude(status=Signed.Status.DRAFT)
    return signed_ones.select_related(*_READ_WITH).filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Card:
    """The end of therapy on the page of its referral."""

    standing: Discharge | None
    draft: Discharge | None
    others: list[Discharge]
    goals: list[Goal]
    may_return: bool

    def is_shown(self, sides: Collection[Party]) -> bool:
        """Whether there is something to read; a draft is read by those who write it."""
        begun = self.draft is not None and Party.THERAPIST in sides
        return bool(self.standing or self.others or begun)

    def is_open_to(self, move: Move) -> bool:
        """Whether a move that the state allows still makes sense: none comes back too late."""
        if move is Move.DISCHARGE:
            return self.draft is None
        return move is not Move.REOPEN or self.may_return


EMPTY: Final = Card(None, None, [], [], may_return=False)


def card(referral: Referral, today: date, *, for_family: bool) -> Card:
    """One query, and none before therapy could have ended."""
    if referral.state not in SHOWN:
        return EMPTY
    versions = list(referral.discharges.select_related("family_noted_by", "author"))
    standing = next((v for v in versions if v.status == Signed.Status.FINAL), None)
    draft = next((v for v in versions if v.is_draft), None)
    until = standing.return_until if standing else None
    return Card(
        standing=standing,
        draft=None if for_family else draft,
        others=[v for v in versions if v not in (standing, draft)],
        goals=goals(standing.outcomes, standing.author, for_family=for_family) if standing else [],
        may_return=until is not None and today <= until,
    )
