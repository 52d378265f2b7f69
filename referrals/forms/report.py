"""What is asked when progress is reported, signed, amended and taken note of?"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from referrals.models import Report
from referrals.wording import worded

from .base import CareForm, DateInput, VersionedForm, helper, say_choose, text_field

_LONG = forms.Textarea(attrs={"rows": 5})
_SHORT = forms.Textarea(attrs={"rows": 3})
_PERIOD = ("from_on", "until_on")


def _worded(goal: Mapping[str, Any]) -> dict[str, Any]:
    """A goal in the reader's language, as far as the product or the clinic words it."""
    texts = ("statement", "before_words", "now_words")
    said = {name: goal[name] for name in texts if goal.get(name)}
    spanish = goal.get("spanish", {})
    return {**goal, **{name: worded(text, spanish) for name, text in said.items()}}


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]
    """The report as it is written: a draft asks for nothing, and keeps what is valid.

    What was reached stands there already; of each goal only the words are asked.
    """

    id = forms.UUIDField(widget=forms.HiddenInput)
    #: The edition that was opened; called `version` as in every form that saves itself.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Report
        fields = (
            "from_on", "until_on", "interim", "summary", "family_view", "recommendation",
            "what_next",
        )  # fmt: skip
        widgets = {
            "from_on": DateInput(),
            "until_on": DateInput(),
            "summary": _LONG,
            "family_view": _LONG,
            "what_next": _SHORT,
        }
        labels = {"interim": "An interim report, between two periods"}
        help_texts = {
            "interim": "It tells how it goes. The next regular report stays due as it is.",
            "family_view": "Begun with the family’s own numbers and words.",
            "what_next": "What is worked on next, and what each of the three does.",
        }

    def __init__(self, *args: Any, goals: Iterable[Mapping[str, Any]] = (), **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.helper = helper()
        say_choose(self)
        self.goals = [_worded(one) for one in goals]
        for one in self.goals:
            self.fields[f"words_{one['goal']}"] = text_field(
                "What you saw", rows=2, max_length=1000, required=False,
                initial=one.get("words", ""),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = (cleaned.get(name) for name in _PERIOD)
        if first and last and last < first:
            self.add_error("until_on", "It ends before it begins.")
        return cleaned

    def rows(self) -> list[tuple[Mapping[str, Any], forms.BoundField]]:
        """Each goal with the field for its words."""
        return [(one, self[f"words_{one['goal']}"]) for one in self.goals]

    def columns(self) -> dict[str, Any]:
        """What the action keeps: every field that is valid; the period whole or not at all."""
        kept = {n: self.cleaned_data[n] for n in self._meta.fields or () if n in self.cleaned_data}
        if not all(name in kept for name in _PERIOD):
            kept = {n: value for n, value in kept.items() if n not in _PERIOD}
        kept["goals"] = [
            {"goal": one["goal"], "words": self.cleaned_data[f"words_{one['goal']}"]}
            for one in self.goals
            if f"words_{one['goal']}" in self.cleaned_data
        ]
        return kept


class SignForm(VersionedForm):
    """The signature under the edition and the figures that were read."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class AmendForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    reason = text_field(
        "Why is the report amended?", rows=2, max_length=500,
        help_text="The family and the pediatrician read this.",
    )  # fmt: skip


class AcknowledgeForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    answer = text_field(
        "Anything to tell the therapist?", rows=2, required=False,
        help_text="You may leave it empty. The family does not see it.",
    )  # fmt: skip
