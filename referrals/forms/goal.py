"""What is asked when a goal is written, answered, rated and ended?"""

from collections.abc import Collection, Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from referrals.clinical.gas import LEVELS
from referrals.clinical.goal_bank import BankEntry
from referrals.clinical.knowledge import BANDS, DOMAINS
from referrals.clinical.ladder import EXPECTED, FAMILY, faults, signed
from referrals.clinical.performance import RATINGS
from referrals.models import Goal, GoalVersion
from referrals.pathway import Party
from referrals.wording import language, spoken, worded

from .base import CareForm, Said, day_field, text_field

_STEPS: Final = range(len(LEVELS))
_BLANK: Final = ("", _("Choose"))
_SIDES: Final = {
    Party.PEDIATRICIAN: _("the pediatrician"),
    Party.THERAPIST: _("the therapist"),
    Party.FAMILY: _("the family"),
}


class SideForm(CareForm):
    """A form of one of the three; who stands on two sides says for which they speak."""

    party = forms.ChoiceField(label=_("You speak for"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, sides: Collection[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["party"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(side.value, _SIDES[side]) for side in _SIDES if side in sides]
        if len(sides) < 2:
            del self.fields["party"]


def _choose(label: str, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[_BLANK, *choices], **kwargs)


def _areas() -> list[tuple[str, str]]:
    """Asked anew for each form: who reads it may read another language."""
    return [(one.code, spoken(one.family_label)) for one in DOMAINS.values()]


def _weight(label: Said) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, coerce=int, widget=forms.RadioSelect, initial=2,
        choices=[(1, _("A little")), (2, _("Rather")), (3, _("Very"))],
    )  # fmt: skip


class GoalForm(SideForm):
    """A goal with its five levels: the builder. Its parts become the statement, unless one is given."""

    wish = forms.CharField(
        label=_("In the family’s own words"), max_length=500,
        help_text=_("What is wished for, as it was said."),
    )  # fmt: skip
    domain = forms.ChoiceField(label=_("Area of daily life"), choices=lambda: [_BLANK, *_areas()])
    who = forms.CharField(label=_("Who"), max_length=80)
    does_what = forms.CharField(
        label=_("Will do what"),
        max_length=240,
        help_text=_("Such as: fasten the buttons of a jacket"),
    )
    conditions = forms.CharField(
        label=_("Under what conditions"), max_length=240,
        help_text=_("Where, with what, with whose help."),
    )  # fmt: skip
    how_well = forms.CharField(
        label=_("How well"),
        max_length=240,
        help_text=_("So that a stranger could check it: 3 of 5."),
    )
    target_on = day_field(_("By when"))
    statement = text_field(
        _("The goal in one sentence"), rows=2, max_length=1000, required=False,
        help_text=_("Leave it empty: it is made from the parts above. Or write your own."),
    )  # fmt: skip
    baseline = forms.CharField(
        label=_("Today"), max_length=500, help_text=_("What the child does now, with its amount.")
    )
    measure = forms.CharField(
        label=_("What is counted or measured"), max_length=120,
        help_text=_("One thing only: it runs through all five levels."),
    )  # fmt: skip
    convention = forms.ChoiceField(
        label=_("Which level is today?"),
        choices=lambda: [
            (code, str(said).replace("-", "−")) for code, said in GoalVersion.Convention.choices
        ],
        widget=forms.RadioSelect, initial=GoalVersion.Convention.MINUS_TWO,
    )  # fmt: skip
    importance = _weight(_("How important is it?"))
    difficulty = _weight(_("How hard will it be?"))

    def __init__(self, *args: Any, locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locked = locked
        for index in _STEPS:
            level = signed(LEVELS[index])
            self.fields[f"amount_{index}"] = forms.FloatField(
                label=gettext("Amount of level {level}").format(level=level),
                required=False,
                min_value=-1e6,
                max_value=1e6,
            )
            self.fields[f"words_{index}"] = forms.CharField(
                label=gettext("Words of level {level}").format(level=level),
                required=False,
                max_length=240,
            )
        if locked:
            steps = [f"{part}_{index}" for part in ("amount", "words") for index in _STEPS]
            for name in (*GoalVersion.LOCKED, *steps):
                self.fields.pop(name, None)

    def rungs(self) -> Iterator[tuple[str, str, Any, Any]]:
        """The ladder from the top down: (sign, label, amount, words)."""
        for index in reversed(_STEPS):
            level = LEVELS[index]
            yield (
                signed(level),
                gettext(EXPECTED[level]),
                self[f"amount_{index}"],
                self[f"words_{index}"],
            )

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
        label=_("Term"),
        choices=Goal.Term.choices,
        widget=forms.RadioSelect,
        initial=Goal.Term.SHORT,
    )
    serves = forms.ChoiceField(
        label=_("Serves a goal that is there already"), required=False,
        help_text=_("A small goal on the way to a big one. Or what comes after a goal that was met."),
    )  # fmt: skip

    def __init__(self, *args: Any, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["serves"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("None")), *others]
        if not others:
            del self.fields["serves"]


class ChangeGoalForm(GoalForm):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = forms.CharField(label=_("What did you change, and why?"), max_length=500)


class AnswerGoalForm(SideForm):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    answer = forms.ChoiceField(
        label=_("Your answer"), widget=forms.RadioSelect,
        choices=[("agree", _("I agree")), ("change", _("I want a change")), ("decline", _("I do not agree"))],
    )  # fmt: skip
    words = text_field(
        _("What should change, or why not?"), max_length=1000, required=False,
        help_text=_("Needed unless you agree. The other two read this."),
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
        label=_("Where is the child now?"), coerce=int, widget=forms.RadioSelect
    )
    rated_on = day_field(_("On which day"))
    note = forms.CharField(label=_("A note"), max_length=500, required=False)

    def __init__(
        self, *args: Any, version: GoalVersion, for_family: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (
                level,
                f"{worded(step['words'], version.spanish)} "
                f"({_named(level, version.convention, for_family)})",
            )
            for level, step in reversed(list(zip(LEVELS, version.levels, strict=True)))
        ]


def _named(level: int, convention: str, for_family: bool) -> str:
    return spoken(FAMILY[convention][level]).lower() if for_family else signed(level)


class RatePerformanceForm(CareForm):
    """The family's two numbers."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    performance = forms.TypedChoiceField(
        label=_("How well does it go now?"), coerce=int, choices=[_BLANK, *((n, str(n)) for n in RATINGS)],
        help_text=_("1 is not at all, 10 is very well."),
    )  # fmt: skip
    satisfaction = forms.TypedChoiceField(
        label=_("How happy are you with that?"), coerce=int,
        choices=[_BLANK, *((n, str(n)) for n in RATINGS)], help_text=_("1 is not at all, 10 is very."),
    )  # fmt: skip
    rated_on = day_field(_("On which day"))


class BankForm(CareForm):
    """Which part of the goal bank is shown."""

    prefix = "bank"
    domain = forms.ChoiceField(
        label=_("Area"), required=False,
        choices=lambda: [("", _("All areas")), *_areas()],
    )  # fmt: skip
    band = forms.ChoiceField(
        label=_("Age"), required=False,
        choices=lambda: [("", _("All ages")), *((b.code, spoken(b.label)) for b in BANDS.values())],
    )  # fmt: skip


def as_form(version: GoalVersion) -> dict[str, Any]:
    """A version as the form shows it, in the language of who changes it.

    A statement that was made of the parts is made again.
    """
    parts = ("does_what", "conditions", "how_well", "measure", "baseline")
    said = {name: worded(getattr(version, name), version.spanish) for name in parts}
    said["statement"] = version.own_statement
    levels = [step | {"words": worded(step["words"], version.spanish)} for step in version.levels]
    return version.content | said | _steps(levels)


def from_bank(entry: BankEntry) -> dict[str, Any]:
    """What an entry of the bank fills in, in the language of who writes the goal."""
    parts = ("does_what", "conditions", "how_well", "measure")
    levels = entry.levels(language())
    return {name: spoken(getattr(entry, name)) for name in parts} | {
        "domain": entry.domain, "statement": "", "baseline": levels[0]["words"],
        "convention": GoalVersion.Convention.MINUS_TWO,
    } | _steps(levels)  # fmt: skip


def _steps(levels: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        f"{part}_{index}": step[part]
        for index, step in enumerate(levels)
        for part in ("amount", "words")
    }
