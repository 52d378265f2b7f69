"""How is one place chosen of thousands: from a few that are near, or by a part of its name?"""

from collections.abc import Iterable
from typing import Any

from django import forms

from referrals.models import Organization

from .base import CareForm

#: Heading and places of a part of the list; without a heading it is the whole.
Group = tuple[str, list[Organization]]


class PlaceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Takes any place of its `queryset`, and shows those that it is told to offer."""

    def offer(self, groups: Iterable[Group]) -> None:
        choices: list[Any] = [("", self.empty_label)]
        for heading, places in groups:
            if heading:
                # Of thousands some are called alike.
                choices.append((heading, [(str(one.pk), _where(one)) for one in places]))
            else:
                choices += [(str(one.pk), one.name) for one in places]
        widget: Any = self.widget
        widget.choices = choices


def _where(place: Organization) -> str:
    return f"{place.name}, {place.address}" if place.address else place.name


def clinic_field() -> PlaceField:
    return PlaceField(
        queryset=Organization.objects.filter(takes_referrals=True, is_active=True),
        label="Clinic that receives",
        empty_label="Choose a clinic",
    )


class ClinicForm(CareForm):
    """The choice alone, as a page asks for it again while somebody looks for another."""

    clinic = clinic_field()
