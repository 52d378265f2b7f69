"""What is asked when an order is written or renewed?"""

from typing import Any

from django import forms

from referrals.models import Prescription

from .base import DateInput, helper, say_choose


class PrescriptionForm(forms.ModelForm):  # type: ignore[type-arg]
    """The order on one page; signed with its one button."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    #: The number of the order that stood when the form was opened; 0 where none did.
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Prescription
        fields = (*Prescription.CONTENT, "reason")
        widgets = {
            "valid_from": DateInput(),
            "valid_until": DateInput(),
            "precautions": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "reason": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {
            "visits": "Visits",
            "per": "In which time",
            "minutes": "Minutes a visit",
            "weeks": "For how many weeks",
            "note": "Note to the therapist",
            "reason": "Why there is a new prescription",
        }
        help_texts = {"visits": "Left empty, the therapist plans how often."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.helper = helper()
        say_choose(self)

    def _get_validation_exclusions(self) -> set[str]:
        # That it ends after it begins is said by the action, at its field.
        return {*super()._get_validation_exclusions(), "valid_from", "valid_until"}  # type: ignore[misc]

    def arguments(self) -> dict[str, Any]:
        """What the action is called with."""
        return dict(self.cleaned_data)
