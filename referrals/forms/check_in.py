"""What is asked when somebody has a question during therapy?"""

from django import forms
from django.utils.translation import gettext_lazy as _

from .base import CareForm, text_field


class AskForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    text = text_field(_("Your question"), rows=4)


class AnswerForm(CareForm):
    answer = text_field("Your answer", rows=5, max_length=4000)
