"""What is asked when a child is referred to a public programme and followed there?"""

from typing import Any

from django import forms
from django.db.models import QuerySet

from referrals.models import Concern, Organization, Programme

from .base import CareForm, SignsField, day_field, text_field
from .organization import PlaceField


class ReferProgrammeForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    place = PlaceField(queryset=None, label="Programme or school", empty_label="Choose")
    identified_on = day_field(
        "When was the concern seen?", help_text="The law’s days count from here."
    )
    signs = SignsField(label="Signs noticed")
    reason = text_field("Why do you refer?", rows=3)
    asked = text_field(
        "What do you ask for?", rows=2, help_text="For example: an evaluation in all areas."
    )
    concern: "forms.ModelChoiceField[Concern]" = forms.ModelChoiceField(
        queryset=None,
        label="It comes from this concern",
        required=False,
        empty_label="None of them",
    )
    referred_on = day_field(
        "Sent already? Then on which day", required=False,
        help_text="Empty: you send it from the next page, and it is owed until then.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, places: QuerySet[Organization], concerns: QuerySet[Concern], band: str,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        for name, offered in (("place", places), ("concern", concerns)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = offered
        if not concerns:
            del self.fields["concern"]
        signs = self.fields["signs"]
        assert isinstance(signs, SignsField)
        signs.show(band)


class NoteProgrammeForm(CareForm):
    """The day on which the step that stands next was done."""

    step = forms.CharField(widget=forms.HiddenInput)
    on = day_field("On which day?")


class DecideProgrammeForm(NoteProgrammeForm):
    eligible = forms.TypedChoiceField(
        label="What was decided?", widget=forms.RadioSelect, coerce=lambda said: said == "yes",
        choices=[("yes", "The child can get support"), ("no", "Not eligible")],
    )  # fmt: skip


class ExceptProgrammeForm(CareForm):
    #: When the exception that was shown was written; empty where there was none.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = text_field(
        "Why does it take longer?", rows=2, max_length=1000,
        help_text="For example: the child was ill, or the family asked for a later day.",
    )  # fmt: skip
    due_on = day_field("Which day is aimed at instead?")


class CloseProgrammeForm(CareForm):
    outcome = forms.ChoiceField(
        label="How does it end?", widget=forms.RadioSelect,
        choices=[
            (o.value, o.label) for o in (Programme.Outcome.DECLINED, Programme.Outcome.OTHER)
        ],
    )  # fmt: skip
    reason = text_field("Why?", rows=2, max_length=1000)
