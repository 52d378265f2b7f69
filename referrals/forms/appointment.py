"""What is asked when times are offered, booked, missed or cancelled?"""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext

from referrals.models import Appointment, Role
from referrals.wording import day

from .base import moment_field, text_field
from .referral import MoveForm, PersonChoice, people_of

OFFERED = 4  # times a family is given to choose from


class VisitForm(MoveForm):
    """With whom, how long and where."""

    therapist = PersonChoice(queryset=None, label="Therapist", empty_label=None)
    minutes = forms.IntegerField(label="Minutes", min_value=15, max_value=240, initial=60)
    place = forms.ChoiceField(label="Where", choices=Appointment.Place.choices)
    address = forms.CharField(label="Address or video link", max_length=240, required=False)

    beyond_reason = text_field(
        "Why the visit lies beyond the prescription", rows=2, max_length=500, required=False
    )

    def prepare(self) -> None:
        field = self.fields["therapist"]
        assert isinstance(field, PersonChoice)
        field.queryset = people_of(self.referral.clinic, self.at, Role.THERAPIST)
        field.initial = self.referral.therapist_id
        order = self.referral.prescriptions.filter(status="final").first()
        self.fields["beyond_reason"].help_text = (
            f"Prescribed until {day(order.valid_until)}: only a later visit needs a reason."
            if order
            else "No prescription stands: say why the visit takes place all the same."
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        needs = cleaned.get("place") in (Appointment.Place.TELEHEALTH, Appointment.Place.SCHOOL)
        if needs and not cleaned.get("address"):
            self.add_error("address", "Say where: the video link, or which school.")
        return cleaned


class OfferForm(VisitForm):
    """Up to four times; the family picks one on its phone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, OFFERED + 1):
            self.fields[f"time_{number}"] = moment_field(f"Time {number}", required=number == 1)
        self.order_fields([f"time_{n}" for n in range(1, OFFERED + 1)])

    def arguments(self) -> dict[str, Any]:
        rest = {k: v for k, v in self.cleaned_data.items() if not k.startswith("time_")}
        times: list[datetime] = [
            v for k, v in self.cleaned_data.items() if k.startswith("time_") and v
        ]
        return {**rest, "times": times}


class BookForm(VisitForm):
    starts_at = moment_field("Day and time")
    field_order = ["starts_at"]


class MissForm(MoveForm):
    note = forms.CharField(label="Note", max_length=500, required=False)


class CancelVisitForm(MoveForm):
    cancelled_by = forms.ChoiceField(
        label="Who cancelled?",
        choices=Appointment.CancelledBy.choices[:2],
        widget=forms.RadioSelect,
    )
    reason = text_field("Why", rows=2, max_length=500)


class PickForm(MoveForm):
    """Which of the offered times the family takes."""

    appointment: "forms.ModelChoiceField[Appointment]" = forms.ModelChoiceField(
        queryset=None, widget=forms.HiddenInput
    )

    def prepare(self) -> None:
        field = self.fields["appointment"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = self.referral.appointments.all()
        field.error_messages["invalid_choice"] = gettext(
            "This time is not one of those offered to you."
        )
