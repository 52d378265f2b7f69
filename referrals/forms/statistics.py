"""Over which time, and with whom, is counted?"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms

from .base import CareForm, day_field

PRESETS: Final = {
    "30": "Last 30 days",
    "90": "Last 90 days",
    "quarter": "This quarter",
    "year": "This year",
    "12": "Last 12 months",
}
USUAL: Final = "12"
_EARLIEST: Final = date(2000, 1, 1)
_MOST_DAYS: Final = 5 * 366


def preset(code: str, today: date) -> tuple[date, date]:
    """First and last day of a preset; an unknown one is the usual."""
    match code:
        case "30" | "90":
            return today - timedelta(days=int(code) - 1), today
        case "quarter":
            return date(today.year, (today.month - 1) // 3 * 3 + 1, 1), today
        case "year":
            return date(today.year, 1, 1), today
    return today - timedelta(days=364), today


class StatisticsForm(CareForm):
    """From a day to a day, and with which other place, where somebody chooses."""

    since = day_field("From")
    until = day_field("To")
    site = forms.CharField(label="With", required=False, widget=forms.Select(choices=[("", "All")]))

    def __init__(self, asked: Mapping[str, str], *, today: date, side: str) -> None:
        """What is asked for in an address, in the days of a preset where it names none."""
        own = "since" in asked or "until" in asked
        self.preset = "" if own else asked.get("period", USUAL)
        if self.preset not in PRESETS and not own:
            self.preset = USUAL
        first, last = preset(self.preset, today)
        typed: dict[str, Any] = {"since": first.isoformat(), "until": last.isoformat()}
        if own:
            typed = {name: asked.get(name, "") for name in typed}
        super().__init__(typed | {"site": asked.get("site", "")})
        self.today = today
        self.fields["site"].label = "Practice" if side == "clinic" else "Clinic"

    def clean_since(self) -> date:
        return self._day("since")

    def clean_until(self) -> date:
        return self._day("until")

    def _day(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if day > self.today:
            raise forms.ValidationError("This day lies in the future.")
        if day < _EARLIEST:
            raise forms.ValidationError(f"Choose a day from {_EARLIEST.year} on.")
        return day

    def clean_site(self) -> UUID | None:
        try:
            return UUID(self.cleaned_data["site"]) if self.cleaned_data["site"] else None
        except ValueError:
            raise forms.ValidationError("Choose a place from the list.") from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("since"), cleaned.get("until")
        if first and last and last < first:
            self.add_error("until", "The last day comes before the first.")
        elif first and last and (last - first).days >= _MOST_DAYS:
            self.add_error("since", "Choose five years at most.")
        return cleaned

    def offer(self, sites: Iterable[tuple[str, str]]) -> None:
        """The places to choose from: those of the referrals of the time."""
        widget: Any = self.fields["site"].widget
        widget.choices = [("", "All"), *sites]
