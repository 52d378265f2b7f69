"""What is asked when a spreadsheet is brought in?"""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet

from referrals.caseload.column import COLUMNS
from referrals.models import Organization
from referrals.models.caseload import AT_ONCE, Caseload

from .base import CareForm
from .organization import PlaceField
from .upload import UploadField

#: A column that is not taken.
LEFT_OUT: Final = ""
_ORDER: Final = (("", "Not said"), ("day", "Day first: 3 April"), ("month", "Month first: 4 March"))


class TakeInForm(CareForm):
    """The file, and whose caseload it is."""

    organization = PlaceField(
        queryset=Organization.objects.none(), label="Whose caseload is it?",
        empty_label="Choose a practice or clinic",
    )  # fmt: skip
    file = UploadField(
        label="Spreadsheet",
        help_text="CSV or Excel (.xlsx), up to 10 MB and 20,000 rows.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, places: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["organization"]
        choice.queryset = places
        of = list(places[:2])
        if len(of) == 1:
            choice.initial = of[0].pk
            choice.widget = forms.HiddenInput()


class MappingForm(CareForm):
    """Which column is which, and what a date such as 03/04/2020 means."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    order = forms.ChoiceField(
        label="Dates such as 03/04/2020",
        choices=_ORDER,
        required=False,
        help_text="Only if there are such dates. We never guess.",
    )

    def __init__(self, *args: Any, caseload: Caseload, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.width = len(caseload.header)
        offered = [(LEFT_OUT, "Not in this file")] + [
            (str(n), f"{_letters(n)}: {words or 'without a name'}")
            for n, words in enumerate(caseload.header)
        ]
        for code, column in COLUMNS.items():
            at = caseload.mapping.get(code)
            self.fields[code] = forms.ChoiceField(
                label=column.label, choices=offered, required=column.needed,
                initial="" if at is None else str(at), help_text=column.explains,
                error_messages={"required": "This column is needed."},
            )  # fmt: skip
        told = {None: "", True: "day", False: "month"}
        self.initial.setdefault("order", told[caseload.day_first])
        self.initial["seen"] = caseload.columns_named

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for code in COLUMNS:
            at = cleaned.get(code)
            if at and at in taken:
                self.add_error(code, f"This column is “{COLUMNS[taken[at]].label}” already.")
            elif at:
                taken[at] = code
        return cleaned

    def arguments(self) -> dict[str, Any]:
        order = {"": None, "day": True, "month": False}
        return {
            "mapping": {c: int(self.cleaned_data[c]) for c in COLUMNS if self.cleaned_data[c]},
            "day_first": order[self.cleaned_data["order"]],
            "seen": self.cleaned_data["seen"] or None,
        }


def _letters(number: int) -> str:
    """A, B, ... Z, AA: as a spreadsheet calls its columns."""
    first, last = divmod(number, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


class BringForm(CareForm):
    """How the rows come in."""

    mode = forms.ChoiceField(
        label="What is brought in?", choices=Caseload.Mode.choices, widget=forms.RadioSelect
    )
    near_too = forms.BooleanField(
        label="Rows that look like a child who is here are other children: bring them in too",
        required=False,
    )

    def __init__(self, *args: Any, caseload: Caseload, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if caseload.is_for_the_night:
            self.fields["mode"].help_text = (
                f"All rows or none waits for the night (1 to 4 o’clock): on this server nobody "
                f"else can save for some minutes while more than {AT_ONCE:,} rows go in at once. "
                "The right rows go in now, while people work."
            )
