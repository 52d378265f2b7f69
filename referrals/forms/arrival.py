"""What is asked of who decides whose e-referral has come in?"""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from referrals.models import Child
from referrals.wording import day

from .base import CareForm, day_field, text_field

NEW: Final = "new"
REFUSE: Final = "refuse"


class ArrivalForm(CareForm):
    """The same child, a new one, or no: with a reason that the sender reads."""

    answer = forms.ChoiceField(
        label="Whose referral is this?", widget=forms.RadioSelect,
        error_messages={"required": "Choose one of these."},
    )  # fmt: skip
    born = day_field("The whole birth date", required=False)
    reason = text_field(
        "If you refuse: why?", rows=2, max_length=1000, required=False,
        help_text="The sender reads this. Write nothing about another child.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, candidates: Iterable[Child], whole: bool, name: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        answer = self.fields["answer"]
        assert isinstance(answer, forms.ChoiceField)
        answer.choices = [
            *(
                (str(one.pk), f"The same child: {one.name}, born {day(one.date_of_birth)}")
                for one in candidates
            ),
            (NEW, f"A new child: register {name}"),
            (REFUSE, "Refuse it"),
        ]
        if whole:
            del self.fields["born"]
        else:
            self.fields["born"].help_text = "Needed for a new child: please ask the sender."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == REFUSE and not cleaned.get("reason", "").strip():
            self.add_error("reason", ValidationError("Say why: the sender reads it."))
        asked = "born" in self.fields and "born" not in self.errors
        if asked and cleaned.get("answer") == NEW and not cleaned.get("born"):
            self.add_error("born", ValidationError("Give the whole birth date."))
        return cleaned
