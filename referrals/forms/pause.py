"""What is asked when a pause is wished for, answered and agreed?"""

from django import forms
from django.utils.translation import gettext_lazy as _

from .base import CareForm, day_field, text_field


class AskPauseForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    first_on = day_field(_("First day"))
    last_on = day_field(_("Last day"))
    reason = text_field(_("Why?"), rows=2, max_length=500, help_text=_("A few words are enough."))


class AgreePauseForm(AskPauseForm):
    agreed_with = forms.CharField(
        label=_("With whom you agreed it"),
        max_length=240,
        help_text="An adult of the family, by name.",
    )


class AnswerPauseForm(CareForm):
    agree = forms.TypedChoiceField(
        label="Your answer", widget=forms.RadioSelect, coerce=lambda said: said == "yes",
        choices=[("yes", "Agree: nothing is asked of them on these days"), ("no", "Not agreed")],
    )  # fmt: skip
    answer = text_field(
        "A word to it", rows=2, max_length=500, required=False,
        help_text="Needed if you do not agree. The family reads this.",
    )  # fmt: skip
