"""What is asked when a family wants a paper corrected, and what must its answer say?"""

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.models import Correction

from .base import CareForm, text_field


class AskForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    passage = text_field(_("What does the paper say?"), rows=3, max_length=1000)
    wish = text_field(_("What should it say, and why?"), rows=4, max_length=2000)


class AnswerForm(CareForm):
    decision = forms.ChoiceField(
        label="Your decision", choices=Correction.Answer.choices, widget=forms.RadioSelect
    )
    answer = text_field("Your reasons, in words the family understands", rows=5, max_length=2000)
