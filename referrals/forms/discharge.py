"""What is asked when therapy ends, when its summary is amended, and when it is taken up again?"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms

from referrals.models import Discharge

from .base import CareForm, DateInput, VersionedForm, helper, say_choose, text_field
from .referral import MoveForm

_SHORT: Final = forms.Textarea(attrs={"rows": 2})
_LONG: Final = forms.Textarea(attrs={"rows": 4})
_OUTCOMES: Final = [("", "Choose"), *Discharge.Outcome.choices]


class OutcomeRow(CareForm):
    """What became of one goal, and why it is not met in full."""

    outcome = forms.ChoiceField(label="What became of it", choices=_OUTCOMES, required=False)
    why = text_field(
        "Why, if not met in full", rows=2, max_length=500, required=False,
        help_text="The family reads this.",
    )  # fmt: skip

    def __init__(self, *args: Any, entry: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, initial=entry, use_required_attribute=False, **kwargs)
        self.entry = entry

    def said(self) -> dict[str, Any]:
        """What is typed where it is valid, else what stood there."""
        kept = {name: self.entry[name] for name in ("outcome", "why")}
        return {"goal": self.entry["goal"], **kept, **getattr(self, "cleaned_data", {})}


class DischargeForm(forms.ModelForm):  # type: ignore[type-arg]
    """The summary as it is written: a draft asks for nothing, and keeps what is valid."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    #: The edition that was opened; called `version` as in every form that saves itself.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Discharge
        fields = tuple(name for name in Discharge.CONTENT if name != "outcomes")
        widgets = {
            "ended_on": DateInput(),
            "return_until": DateInput(),
            "summary": _LONG,
            "equipment": _SHORT,
            "home_programme": _LONG,
            "recommendations": _SHORT,
            "return_signs": _SHORT,
            "told": _SHORT,
        }
        help_texts = {
            "home_programme": "Few and short. The family reads this: plain words.",
            "return_signs": "Signs that the family can see. Plain words, one a line.",
            "told": "Such as: her mother, at the last visit.",
        }

    def __init__(
        self,
        data: Any = None,
        *,
        initial: dict[str, Any],
        entries: Sequence[Mapping[str, Any]],
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(data, initial=initial, **kwargs)
        self.helper = helper()
        say_choose(self)
        self.rows = [
            OutcomeRow(data, prefix=f"goal-{one['goal']}", entry=one)
            for one in entries
            if not one["ended_on"]
        ]

    def wrong_rows(self) -> list[str]:
        """The goals of which what is said cannot stand."""
        return [str(row.entry["wish"]) for row in self.rows if not row.is_valid()]

    def is_valid(self) -> bool:
        # Both, so that a row keeps what is valid in it though another field is not.
        wrong = self.wrong_rows() if self.is_bound else []
        return super().is_valid() and not wrong

    def columns(self) -> dict[str, Any]:
        """What the action keeps: every field and every row that is valid."""
        kept = {n: self.cleaned_data[n] for n in Discharge.CONTENT if n in self.cleaned_data}
        return kept | {"outcomes": [row.said() for row in self.rows]}


class SignForm(VersionedForm):
    """The signature under the edition that was read."""

    id = forms.UUIDField(widget=forms.HiddenInput)


class AmendForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    reason = text_field(
        "Why is there a new version?", rows=2, max_length=500,
        help_text="The family and the pediatrician read this.",
    )  # fmt: skip


class NoteForm(CareForm):
    """Which version was read."""

    id = forms.UUIDField(widget=forms.HiddenInput)


class ReopenForm(MoveForm):
    reason = text_field(
        "Which sign brings the child back?", max_length=500,
        help_text="The therapist, the pediatrician and the family read this.",
    )  # fmt: skip
