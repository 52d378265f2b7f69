"""Which public programme could support this child beside the clinic, and by when?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from referrals.clinical import tables
from referrals.clinical.ages import add_months, chronological_age
from referrals.clinical.clocks import CLOCKS, due_by

_TABLE = tables.read("programmes")

EARLY_INTERVENTION, SCHOOL = "early_intervention", "school"


@dataclass(frozen=True)
class ProgrammeStep:
    """One step of a public programme: `done` and `since` name dates, `clock` runs between them."""

    code: str
    verb: str
    waiting: str
    done: str
    since: str
    clock: str

    def later(self, due: date, excepted: date | None) -> date:
        """The day that counts: an exception holds for all that the 45 days of early intervention cover."""
        covered = self.clock == "early_intervention_evaluation"
        return max(due, excepted) if covered and excepted else due


def _path(kind: str) -> tuple[ProgrammeStep, ...]:
    return tuple(ProgrammeStep(**entry) for entry in _TABLE["path"][kind])


#: The steps of each programme, in their order.
PATHS: Mapping[str, tuple[ProgrammeStep, ...]] = MappingProxyType(
    {kind: _path(kind) for kind in (EARLY_INTERVENTION, SCHOOL)}
)


def step_of(kind: str, code: str) -> ProgrammeStep | None:
    """The step with this code; None where the programme has none such."""
    return next((step for step in PATHS[kind] if step.code == code), None)


def next_step(kind: str, dates: Mapping[str, date | None]) -> ProgrammeStep | None:
    """The first step that is not done; None where all are. `dates` are by the names of the table."""
    return next((step for step in PATHS[kind] if dates.get(step.done) is None), None)


@dataclass(frozen=True)
class ProgrammeHint:
    """What a pediatrician is told: a hint, never a block.

    Early intervention has dates. The school's limits start on days not yet known (consent,
    eligibility), so they are numbers of calendar days and the dates are None.
    """

    code: Literal["early_intervention", "school"]
    title: str
    text: str
    source: str
    refer_by: date | None = None
    evaluate_by: date | None = None
    evaluation_days_from_consent: int | None = None
    meeting_days_from_eligibility: int | None = None


def programme_hint(
    born: date,
    on: date,
    received: date | None = None,
    *,
    days: Mapping[str, int] | None = None,
) -> ProgrammeHint | None:
    """The programme for a child with a concern seen on `on`; None from the 22nd birthday on.

    `received` is the day the programme got the referral; until it is known, `on` stands in for
    it. Under 3 on that day: early intervention, unless fewer than 45 days are left before the
    third birthday; then, and from 3 on, the school district. Age is chronological, as in the
    law. `days` overrides clock defaults by clock code.
    Source: IDEA Part C (34 CFR 303.209, 303.303, 303.310) and Part B (34 CFR 300.301, 300.323).
    Raises ValueError when `on` or `received` lies before `born`.
    """
    lengths = {code: clock.days for code, clock in CLOCKS.items()} | dict(days or {})
    chronological_age(born, on)  # refuses a day before birth even where only `received` decides
    arrives = on if received is None else received
    months = chronological_age(born, arrives).total_months
    if months >= _TABLE["school_until_months"]:
        return None
    left = (add_months(born, _TABLE["school_from_months"]) - arrives).days
    if left >= _TABLE["late_referral_days"]:
        return ProgrammeHint(
            "early_intervention",
            *_words("early_intervention", lengths),
            refer_by=due_by(
                "early_intervention_referral",
                on,
                lengths["early_intervention_referral"],
            ),
            evaluate_by=due_by(
                "early_intervention_evaluation",
                arrives,
                lengths["early_intervention_evaluation"],
            ),
        )
    return ProgrammeHint(
        "school",
        *_words("school_instead" if left > 0 else "school", lengths),
        evaluation_days_from_consent=lengths["school_evaluation"],
        meeting_days_from_eligibility=lengths["school_meeting"],
    )


def _words(entry: str, lengths: Mapping[str, int]) -> tuple[str, str, str]:
    words: dict[str, str] = _TABLE[entry]
    text = words["text"].format(
        refer_days=lengths["early_intervention_referral"],
        evaluate_days=lengths["early_intervention_evaluation"],
        consent_days=lengths["school_evaluation"],
        meeting_days=lengths["school_meeting"],
        late_days=_TABLE["late_referral_days"],
    )
    return words["title"], text, words["source"]
