"""What is asked when somebody worries about a child?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.models.concern import Setting

from .base import CareForm, SignsField, text_field


class ConcernForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    signs = SignsField(label=_("What do you notice?"), for_family=True)
    words = text_field(_("In your own words"), rows=4, max_length=4000, required=False)
    since_when = forms.CharField(
        label=_("Since when?"),
        max_length=120,
        required=False,
        help_text=_("For example: since summer."),
    )
    setting = forms.ChoiceField(
        label=_("Where do you see it?"), choices=[("", "—"), *Setting.choices], required=False
    )

    def __init__(self, *args: Any, band: str, for_family: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signs = self.fields["signs"]
        assert isinstance(signs, SignsField)
        signs.for_family = for_family
        signs.show(band)


class AnswerConcernForm(CareForm):
    answer = text_field(
        _("Your answer to the family"), rows=4, max_length=4000,
        help_text=_("What you think, what to watch for, when to come back. The family reads this."),
    )  # fmt: skip
