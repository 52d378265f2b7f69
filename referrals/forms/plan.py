"""What is asked when a plan of care is written, explained, certified, returned and begun?"""

from typing import Any

from django import forms

from referrals.models import Plan
from referrals.pathway import Party

from .base import CareForm, DateInput, VersionedForm, day_field, helper, say_choose, text_field
from .referral import MoveForm

_SHORT = forms.Textarea(attrs={"rows": 2})
_LONG = forms.Textarea(attrs={"rows": 4})


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """The plan as it is written: a draft asks for nothing, and keeps what is valid."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    #: The edition that was opened; called `version` as in every form that saves itself.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    payer = forms.ChoiceField(
        required=False,
        help_text="Until when the pediatrician is to sign, and how long that holds.",
    )

    class Meta:
        model = Plan
        fields = Plan.CONTENT
        widgets = {
            "starts_on": DateInput(),
            "review_on": DateInput(),
            "approaches": _LONG,
            "precautions": _SHORT,
            "equipment": _SHORT,
            "accommodations": _SHORT,
            "home_programme": _LONG,
            "discharge_plan": _SHORT,
        }
        labels = {
            "therapy": "Kind of therapy",
            "visits": "Visits",
            "per": "In which time",
            "minutes": "Minutes a visit",
            "weeks": "For how many weeks",
            "starts_on": "Therapy starts on",
            "setting": "Where",
            "review_on": "Plan is reviewed on",
        }
        help_texts = {
            "accommodations": "What changes around the child: at home, at school, in the room.",
            "home_programme": "Few and short: what the family practises, and when in its day.",
            "discharge_plan": "What must be reached for therapy to end, and what comes after.",
        }

    def __init__(self, *args: Any, payers: list[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        field = self.fields["payer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *payers]
        self.helper = helper()
        say_choose(self)

    def columns(self) -> dict[str, Any]:
        """What the action keeps: every field that is valid."""
        return {n: self.cleaned_data[n] for n in Plan.CONTENT if n in self.cleaned_data}


class NewVersionForm(CareForm):
    """Why there is to be another version of what was signed."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    reason = text_field(
        "Why is there a new version?", rows=2, max_length=500,
        help_text="The family and the pediatrician read this.",
    )  # fmt: skip


class SignForm(VersionedForm):
    """The signature under the edition that was read."""

    id = forms.UUIDField(widget=forms.HiddenInput)


class ReviseForm(MoveForm):
    reason = text_field(
        "Why is there a new version?", rows=2, max_length=500,
        help_text="The family and the pediatrician read this.",
    )  # fmt: skip


class ExplainForm(MoveForm):
    explained_to = forms.CharField(label="To whom you explained it", max_length=240)
    language = forms.CharField(label="In which language", max_length=40)
    interpreter = forms.BooleanField(label="An interpreter helped", required=False)
    teach_back = text_field(
        "What the family said back",
        help_text="In their own words: what will happen, how often, why.",
    )


class CertifyForm(MoveForm):
    valid_from = day_field("Valid from")
    valid_until = day_field("Valid until")
    prescribe = forms.BooleanField(label="Also prescribe therapy as planned", required=False)


class ReturnForm(MoveForm):
    changes = text_field("What should change?", help_text="The therapist reads this.")


class StartForm(MoveForm):
    """A reason for each of the three who let the time to answer the goals pass."""

    def __init__(self, *args: Any, silent: list[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.silent = silent
        for party in silent:
            self.fields[f"without_{party}"] = text_field(
                f"Why therapy starts without an answer of the {party} to every goal",
                rows=2, max_length=500, required=False,
            )  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        reasons = {party: self.cleaned_data[f"without_{party}"] for party in self.silent}
        return {"version": self.cleaned_data["version"], "reasons": reasons}
