"""What is asked when a goal is written, answered, rated and ended?"""

from collections.abc import Collection, Iterator
from typing import Any, Final

from django import forms

from referrals.clinical.gas import LEVELS
from referrals.clinical.goal_bank import BankEntry
from referrals.clinical.knowledge import BANDS, DOMAINS
from referrals.clinical.ladder import EXPECTED, FAMILY, faults, signed
from referrals.clinical.performance import RATINGS
from referrals.models import Goal, GoalVersion
from referrals.pathway import Party

from .base import CareForm, day_field, text_field

_STEPS: Final = range(len(LEVELS))
_BLANK: Final = ("", "Choose")
_SIDES: Final = {
    Party.PEDIATRICIAN: "the pediatrician",
    Party.THERAPIST: "the therapist",
    Party.FAMILY: "the family",
}


class SideForm(CareForm):
    """A form of one of the three; who stands on two sides says for which they speak."""

    party = forms.ChoiceField(label="You speak for", widget=forms.RadioSelect)

    def __init__(self, *args: Any, sides: Collection[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["party"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(side.value, _SIDES[side]) for side in _SIDES if side in sides]
        if len(sides) < 2:
            del self.fields["party"]


def _choose(label: str, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[_BLANK, *choices], **kwargs)


def _weight(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, coerce=int, widget=forms.RadioSelect, initial=2,
        choices=[(1, "A little"), (2, "Rather"), (3, "Very")],
    )  # fmt: skip


class GoalForm(SideForm):
    """A goal with its five levels: the builder. Its parts become the statement, unless one is given."""

    wish = forms.CharField(
        label="In the family’s own words", max_length=500,
        help_text="What is wished for, as it was said.",
    )  # fmt: skip
    domain = _choose("Area of daily life", [(d.code, d.family_label) for d in DOMAINS.values()])
    who = forms.CharField(label="Who", max_length=80)
    does_what = forms.CharField(
        label="Will do what", max_length=240, help_text="Such as: fasten the buttons of a jacket"
    )
    conditions = forms.CharField(
        label="Under what conditions", max_length=240,
        help_text="Where, with what, with whose help.",
    )  # fmt: skip
    how_well = forms.CharField(
        label="How well", max_length=240, help_text="So that a stranger could check it: 3 of 5."
    )
    target_on = day_field("By when")
    statement = text_field(
        "The goal in one sentence", rows=2, max_length=1000, required=False,
        help_text="Leave it empty: it is made from the parts above. Or write your own.",
    )  # fmt: skip
    baseline = forms.CharField(
        label="Today", max_length=500, help_text="What the child does now, with its amount."
    )
    measure = forms.CharField(
        label="What is counted or measured", max_length=120,
        help_text="One thing only: it runs through all five levels.",
    )  # fmt: skip
    convention = forms.ChoiceField(
        label="Which level is today?",
        choices=[(code, said.replace("-", "−")) for code, said in GoalVersion.Convention.choices],
        widget=forms.RadioSelect, initial=GoalVersion.Convention.MINUS_TWO,
    )  # fmt: skip
    importance = _weight("How important is it?")
    difficulty = _weight("How hard will it be?")

    def __init__(self, *args: Any, locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locked = locked
        for index in _STEPS:
            level = signed(LEVELS[index])
            self.fields[f"amount_{index}"] = forms.FloatField(
                label=f"Amount of level {level}", required=False, min_value=-1e6, max_value=1e6
            )
            self.fields[f"words_{index}"] = forms.CharField(
                label=f"Words of level {level}", required=False, max_length=240
            )
        if locked:
            steps = [f"{part}_{index}" for part in ("amount", "words") for index in _STEPS]
            for name in (*GoalVersion.LOCKED, *steps):
                self.fields.pop(name, None)

    def rungs(self) -> Iterator[tuple[str, str, Any, Any]]:
        """The ladder from the top down: (sign, label, amount, words)."""
        for index in reversed(_STEPS):
            level = LEVELS[index]
            yield signed(level), EXPECTED[level], self[f"amount_{index}"], self[f"words_{index}"]

    def clean(self) -> dict[str, Any]:
        """Five levels that are a ladder, each fault at its own field."""
        cleaned = super().clean() or {}
        if self.locked:
            return cleaned
        cleaned["levels"] = [
            {
                "amount": _whole(cleaned.pop(f"amount_{index}", None)),
                "words": cleaned.pop(f"words_{index}", ""),
            }
            for index in _STEPS
        ]
        for fault in faults(
            cleaned["levels"], measure=cleaned.get("measure", ""),
            convention=cleaned.get("convention", ""), baseline=cleaned.get("baseline", ""),
        ):  # fmt: skip
            at = fault.part if fault.level is None else f"{fault.part}_{LEVELS.index(fault.level)}"
            if at not in self.errors:
                self.add_error(at if at in self.fields else None, fault.sentence)
        return cleaned


def _whole(amount: float | None) -> float | None:
    return int(amount) if amount is not None and amount.is_integer() else amount


class NewGoalForm(GoalForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    term = forms.ChoiceField(
        label="Term", choices=Goal.Term.choices, widget=forms.RadioSelect, initial=Goal.Term.SHORT
    )
    serves = forms.ChoiceField(
        label="Serves a goal that is there already", required=False,
        help_text="A short-term goal on the way to a long-term one, or what follows a goal that was met.",
    )  # fmt: skip

    def __init__(self, *args: Any, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["serves"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "None"), *others]
        if not others:
            del self.fields["serves"]


class ChangeGoalForm(GoalForm):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = forms.CharField(label="What did you change, and why?", max_length=500)


class AnswerGoalForm(SideForm):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    answer = forms.ChoiceField(
        label="Your answer", widget=forms.RadioSelect,
        choices=[("agree", "I agree"), ("change", "I want a change"), ("decline", "I do not agree")],
    )  # fmt: skip
    words = text_field(
        "What should change, or why not?", max_length=1000, required=False,
        help_text="Needed unless you agree. The other two read this.",
    )  # fmt: skip


class BeginGoalForm(CareForm):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = text_field(
        "Why does it begin without this answer?", max_length=500,
        help_text="Everybody reads this. An answer that comes later still counts.",
    )  # fmt: skip


class EndGoalForm(CareForm):
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    outcome = forms.ChoiceField(
        label="How does it end?", widget=forms.RadioSelect,
        choices=[("met", "The goal is met"), ("retired", "The goal is retired: no longer worked on")],
    )  # fmt: skip
    reason = text_field(
        "What was reached, or why is it retired?",
        max_length=500,
        help_text="The family reads this.",
    )


class RateGoalForm(SideForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    level = forms.TypedChoiceField(
        label="Where is the child now?", coerce=int, widget=forms.RadioSelect
    )
    rated_on = day_field("On which day")
    note = forms.CharField(label="A note", max_length=500, required=False)

    def __init__(
        self, *args: Any, levels: list[dict[str, Any]], convention: str, for_family: bool,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        names = FAMILY[convention] if for_family else EXPECTED
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (level, _rung(level, names[level], step["words"], for_family))
            for level, step in reversed(list(zip(LEVELS, levels, strict=True)))
        ]


def _rung(level: int, name: str, words: str, for_family: bool) -> str:
    return f"{words} ({name.lower() if for_family else signed(level)})"


class RatePerformanceForm(CareForm):
    """The family's two numbers."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    performance = forms.TypedChoiceField(
        label="How well does it go now?", coerce=int, choices=[_BLANK, *((n, str(n)) for n in RATINGS)],
        help_text="1 is not at all, 10 is very well.",
    )  # fmt: skip
    satisfaction = forms.TypedChoiceField(
        label="How happy are you with that?", coerce=int,
        choices=[_BLANK, *((n, str(n)) for n in RATINGS)], help_text="1 is not at all, 10 is very.",
    )  # fmt: skip
    rated_on = day_field("On which day")


class BankForm(CareForm):
    """Which part of the goal bank is shown."""

    prefix = "bank"
    domain = forms.ChoiceField(
        label="Area", required=False,
        choices=[("", "All areas"), *((d.code, d.family_label) for d in DOMAINS.values())],
    )  # fmt: skip
    band = forms.ChoiceField(
        label="Age", required=False,
        choices=[("", "All ages"), *((b.code, b.label) for b in BANDS.values())],
    )  # fmt: skip


def as_form(version: GoalVersion) -> dict[str, Any]:
    """A version as the form shows it; a statement that was made of the parts is made again."""
    return version.content | {"statement": version.own_statement} | _steps(version.levels)


def from_bank(entry: BankEntry) -> dict[str, Any]:
    """What an entry of the bank fills in."""
    return {
        "domain": entry.domain, "does_what": entry.does_what, "conditions": entry.conditions,
        "how_well": entry.how_well, "measure": entry.measure, "statement": "",
        "baseline": entry.levels[0]["words"], "convention": GoalVersion.Convention.MINUS_TWO,
    } | _steps(entry.levels)  # fmt: skip


def _steps(levels: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        f"{part}_{index}": step[part]
        for index, step in enumerate(levels)
        for part in ("amount", "words")
    }
