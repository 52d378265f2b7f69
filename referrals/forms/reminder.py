"""What is asked about when somebody wants to be told?"""

from collections.abc import Iterable
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from .base import CareForm

#: Named as people say them; every other zone stands below, by its city.
COMMON: Final = (
    ("America/New_York", _("Eastern (New York)")),
    ("America/Chicago", _("Central (Chicago)")),
    ("America/Denver", _("Mountain (Denver)")),
    ("America/Phoenix", _("Arizona (Phoenix)")),
    ("America/Los_Angeles", _("Pacific (Los Angeles)")),
    ("America/Anchorage", _("Alaska (Anchorage)")),
    ("Pacific/Honolulu", _("Hawaii (Honolulu)")),
    ("America/Puerto_Rico", _("Puerto Rico (San Juan)")),
)
_REGIONS: Final = (
    "Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
)  # fmt: skip


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def hour_field(label: Any, **kwargs: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=TimeInput(), **kwargs)


class PreferenceForm(CareForm):
    how = forms.ChoiceField(label=_("How often?"), widget=forms.RadioSelect)
    digest_at = hour_field(
        _("When should the daily e-mail come?"),
        help_text=_("It gives only numbers and a link. With nothing to tell, none is sent."),
    )
    quiet_from = hour_field(_("No e-mails from"))
    quiet_until = hour_field(
        _("No e-mails until"),
        help_text=_("What is new waits until then. Put the same time twice for no quiet hours."),
    )
    time_zone = forms.ChoiceField(label=_("Your time zone"), required=False)

    def __init__(
        self, *args: Any, ways: Iterable[tuple[str, Any]], usual: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        how: Any = self.fields["how"]
        zone: Any = self.fields["time_zone"]
        how.choices = list(ways)
        zone.choices = _zones(usual)


def _zones(usual: str) -> list[tuple[Any, Any]]:
    """Where nothing is chosen it is the usual one: the organisation's, or the practice's."""
    known = {code for code, _label in COMMON}
    others = sorted(z for z in available_timezones() - known if z.startswith(_REGIONS))
    here = _("The same as your care team (%(zone)s)") % {"zone": usual.replace("_", " ")}
    return [
        ("", here),
        (_("Often used"), list(COMMON)),
        (_("All others"), [(zone, zone.replace("_", " ")) for zone in others]),
    ]
