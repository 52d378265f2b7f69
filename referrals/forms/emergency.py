"""What is asked of who opens a record in an emergency, and of who says whether it was one?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .base import CareForm, day_field, text_field


class EmergencyForm(CareForm):
    """Whose record, known for sure: nobody finds a child here by a part of its name."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    number = forms.CharField(label="Record number", max_length=64, required=False)
    name = forms.CharField(
        label="Or the full name", max_length=160, required=False,
        help_text="First and last name, as they are written in the record.",
    )  # fmt: skip
    born = day_field("Date of birth, beside the name", required=False)
    reason = text_field(
        "Why do you need it now?", rows=3, max_length=1000,
        help_text="Kept, and read by who coordinates where you work.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("number") and not (cleaned.get("name") and cleaned.get("born")):
            raise ValidationError("Give the record number, or the full name and the date of birth.")
        return cleaned


class ReviewEmergencyForm(CareForm):
    was_right = forms.TypedChoiceField(
        label="Was this right?", widget=forms.RadioSelect, coerce=lambda said: said == "yes",
        choices=[("yes", "Yes, the record was needed"), ("no", "No, it should not have been opened")],
    )  # fmt: skip
    review = text_field(
        "A word to it",
        rows=3,
        max_length=1000,
        required=False,
        help_text="Needed if it was not right.",
    )
