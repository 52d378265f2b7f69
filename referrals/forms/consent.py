"""What is asked when a family shares a part of the record?"""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from referrals.models import Organization, Scope

from .base import CareForm, day_field, text_field
from .organization import PlaceField


class ConsentForm(CareForm):
    """Who, what, why and until when; what was ticked is shown in words before it is signed."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    organization = PlaceField(
        queryset=None, label=_("Who may see it?"), empty_label=_("Choose a school or service")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may they see?"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one thing to share.")},
    )  # fmt: skip
    purpose = text_field(
        _("What is it for?"), rows=2, max_length=240,
        help_text=_("For example: so that school helps in the same way."),
    )  # fmt: skip
    last_on = day_field(_("Until which day?"), help_text=_("It ends by itself after this day."))

    def __init__(
        self, *args: Any, places: QuerySet[Organization], until: date, **kwargs: Any
    ) -> None:
        initial = {"last_on": until} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        field = self.fields["organization"]
        assert isinstance(field, PlaceField)
        field.queryset = places

    def ticked(self) -> list[str]:
        value: Any = self["scopes"].value()
        return list(value or ())


class SignConsentForm(CareForm):
    signed_name = forms.CharField(
        label=_("Type your full name to sign"), max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
