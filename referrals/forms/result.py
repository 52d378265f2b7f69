"""What is asked when one side asks the other for results, and when it answers?"""

from typing import Any

from django import forms
from django.db.models import QuerySet

from referrals.models import Organization, ResultRequest

from .base import CareForm, day_field, text_field
from .upload import ManyFilesField

_KIND = ResultRequest.Kind
#: What each side can have.
OF_PARTNER = (_KIND.SCHOOL_EVALUATION, _KIND.SCHOOL_PLAN, _KIND.OBSERVATION, _KIND.OTHER)
OF_TEAM = (_KIND.THERAPY_EVALUATION, _KIND.THERAPY_PLAN, _KIND.PROGRESS, _KIND.OTHER)


class AskResultForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    organization: "forms.ModelChoiceField[Organization]" = forms.ModelChoiceField(
        queryset=None, label="Whom do you ask?", empty_label=None
    )
    kinds = forms.MultipleChoiceField(
        label="What do you need?", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one thing to ask for."},
    )  # fmt: skip
    words = text_field("More about it", rows=3, required=False)
    due_on = day_field("By when?", required=False, help_text="Empty: within the usual days.")

    def __init__(
        self, *args: Any, places: QuerySet[Organization], to_partner: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        whom, kinds = self.fields["organization"], self.fields["kinds"]
        assert isinstance(whom, forms.ModelChoiceField)
        assert isinstance(kinds, forms.MultipleChoiceField)
        whom.queryset = places
        if not to_partner:
            whom.label = "For which place do you ask?"
        kinds.choices = [(k.value, k.label) for k in (OF_PARTNER if to_partner else OF_TEAM)]


class AnswerResultForm(CareForm):
    """Words, files or both; or that it cannot be sent, and why."""

    can = forms.TypedChoiceField(
        label="Your answer", widget=forms.RadioSelect, coerce=lambda said: said == "yes",
        choices=[("yes", "Here it is"), ("no", "It cannot be sent")],
    )  # fmt: skip
    answer = text_field(
        "In words", rows=5, max_length=4000, required=False,
        help_text="Needed if it cannot be sent. The other side and the family read this.",
    )  # fmt: skip
    attachments = ManyFilesField(
        label="Files", required=False, help_text="PDF, JPEG or PNG, up to 10 MB each."
    )


class WithdrawResultForm(CareForm):
    answer = text_field("Why is it no longer needed?", rows=2, max_length=1000)
