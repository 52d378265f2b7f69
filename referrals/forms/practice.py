"""What does a family say about practice at home: one tap, or a tap with minutes and a word?"""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.models import Practice

from .base import CareForm

#: Where a family comes from, and is led back to.
PLACES: Final = (("home", "home"), ("practice_today", "practice"))
_DAYS: Final = (
    (0, _("Today")), (1, _("Yesterday")), *((n, f"{n} days ago") for n in range(2, 8)),
)  # fmt: skip


class _Told(CareForm):
    """How long, and in their words; neither must be said."""

    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, max_value=240, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    word = forms.CharField(label=_("A word about it"), max_length=240, required=False)
    back = forms.ChoiceField(choices=PLACES, required=False, widget=forms.HiddenInput)

    def arguments(self) -> dict[str, Any]:
        said = super().arguments()
        said.pop("back")
        return said

    @property
    def place(self) -> str:
        """The page to go back to; the phone's start page where none was said."""
        return self.cleaned_data.get("back") or "practice_today"


class LogPracticeForm(_Told):
    """The same form takes the one tap from a card and the whole page."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    result = forms.ChoiceField(
        label=_("How did it go?"), choices=Practice.Result.choices, widget=forms.RadioSelect
    )
    days_ago = forms.TypedChoiceField(
        label=_("Which day?"), choices=_DAYS, coerce=int, required=False
    )
    field_order = ("id", "result", "days_ago", "minutes", "word", "back")

    def clean_days_ago(self) -> int:
        return self.cleaned_data["days_ago"] or 0


class DescribePracticeForm(_Told):
    pass


class QueuedForm(forms.Form):
    """One entry that waited on a phone. What it says is judged by the action."""

    id = forms.UUIDField()
    activity = forms.UUIDField()
    result = forms.CharField(max_length=20)
    days_ago = forms.IntegerField(required=False)
    minutes = forms.IntegerField(required=False)
    word = forms.CharField(required=False, max_length=2000)
    tapped_at = forms.DateTimeField()

    def arguments(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        del said["activity"]
        return said | {"days_ago": said["days_ago"] or 0}


class QueueForm(forms.Form):
    """What comes with the entries: whose they are, and what the phone's clock says now."""

    user = forms.UUIDField()
    phone_now = forms.DateTimeField()
