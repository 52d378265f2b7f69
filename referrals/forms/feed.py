"""What does somebody choose for their calendar elsewhere?"""

from django import forms

from .base import CareForm


class FeedForm(CareForm):
    with_names = forms.BooleanField(
        label="Put the children’s names in it", required=False,
        help_text="Then the company behind your calendar knows them too, and where visits at home are.",
    )  # fmt: skip
