"""What is asked when a child is registered, found or changed?"""

from datetime import date
from typing import Any

from django import forms

from referrals.models.child import GESTATION_WEEKS, Child, validate_birth
from referrals.models.guardian import Guardian
from referrals.models.person import User
from referrals.models.person import phone_number as phone_number  # forms of people ask for one

from .base import CareForm, DateInput, helper


class ChildDetails(forms.ModelForm):  # type: ignore[type-arg]
    """The child's own details; used to register and to change."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = helper()
        weeks, days = self.fields["gestation_weeks"], self.fields["gestation_days"]
        weeks.label, days.label = "Weeks of pregnancy at birth", "and days"
        weeks.help_text = "Only if known. Under 37 weeks, the adjusted age is used up to 2 years."
        weeks.error_messages["max_value"] = weeks.error_messages["min_value"] = (
            f"Give {GESTATION_WEEKS[0]} to {GESTATION_WEEKS[1]} weeks."
        )

    class Meta:
        model = Child
        fields = [
            "given_name", "family_name", "name_used", "date_of_birth",
            "gestation_weeks", "gestation_days", "language_spoken", "language_written",
            "interpreter_needed", "precautions", "adaptive_equipment",
        ]  # fmt: skip
        widgets = {
            "date_of_birth": DateInput(),
            "precautions": forms.Textarea(attrs={"rows": 2}),
            "adaptive_equipment": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_date_of_birth(self) -> date:
        born: date = self.cleaned_data["date_of_birth"]
        validate_birth(born, self.today)
        return born

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        days, weeks = cleaned.get("gestation_days"), cleaned.get("gestation_weeks")
        if days is not None and weeks is None and "gestation_weeks" not in self.errors:
            self.add_error("gestation_weeks", "Give the weeks too.")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class RegisterChildForm(ChildDetails):
    """Quick registration: a name, a birthday, one adult and how to reach them."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    guardian_given_name = forms.CharField(label="Adult's given name", max_length=80)
    guardian_family_name = forms.CharField(label="Adult's family name", max_length=80)
    guardian_relationship = forms.ChoiceField(
        label="Relationship", choices=Guardian.Relationship.choices
    )
    guardian_phone = forms.CharField(
        label="Phone", max_length=32, help_text="A number makes an evaluation far more likely."
    )
    guardian_email = forms.EmailField(label="E-mail", required=False)
    not_the_same = forms.BooleanField(
        label="This is another child: register anyway", required=False
    )

    field_order = ["id"]

    def clean_guardian_phone(self) -> str:
        return phone_number(self.cleaned_data["guardian_phone"])

    def guardian(self) -> dict[str, Any]:
        names = ("given_name", "family_name", "relationship", "phone", "email")
        return {name: self.cleaned_data[f"guardian_{name}"] for name in names}


class ChangeChildForm(ChildDetails):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class AddGuardianForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    given_name = forms.CharField(label="Given name", max_length=80)
    family_name = forms.CharField(label="Family name", max_length=80)
    relationship = forms.ChoiceField(choices=Guardian.Relationship.choices)
    phone = forms.CharField(label="Phone", max_length=32)
    email = forms.EmailField(label="E-mail", required=False)

    def clean_phone(self) -> str:
        return phone_number(self.cleaned_data["phone"])


class InviteGuardianForm(CareForm):
    #: The address that was known when the page was opened.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    email = forms.EmailField(
        label="Their e-mail", help_text="A link is sent there, with which they set a password."
    )
    language = forms.ChoiceField(
        label="Language of the invitation and of their pages",
        choices=User.Language.choices,
        required=False,
        help_text="They can change it at any time.",
    )

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or User.Language.ENGLISH


class SearchForm(CareForm):
    q = forms.CharField(label="Name, date of birth or number", max_length=120, required=False)
