"""What is asked when therapy visits are planned, moved, cancelled, and when their note is written?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms

from referrals.clinical.ladder import EXPECTED, signed
from referrals.clinical.timetable import MOST_VISITS
from referrals.models import Appointment, Referral, Role, Session
from referrals.wording import day

from .base import CareForm, day_field, moment_field, text_field
from .referral import PersonChoice, people_of

WEEKDAYS: Final = (
    (0, "Monday"), (1, "Tuesday"), (2, "Wednesday"), (3, "Thursday"), (4, "Friday"),
    (5, "Saturday"), (6, "Sunday"),
)  # fmt: skip
_EVERY: Final = [
    (1, "Every week"), (2, "Every 2 weeks"), (3, "Every 3 weeks"), (4, "Every 4 weeks"),
]  # fmt: skip
_WHO: Final = Appointment.CancelledBy.choices[:2]


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PlaceForm(CareForm):
    """With whom, how long and where, as far as the prescription reaches."""

    therapist = PersonChoice(queryset=None, label="Therapist", empty_label=None)
    minutes = forms.IntegerField(label="Minutes", min_value=15, max_value=240)
    place = forms.ChoiceField(label="Where", choices=Appointment.Place.choices)
    address = forms.CharField(
        label="Address or video link", max_length=240, required=False,
        help_text="By video: a link that begins with https://",
    )  # fmt: skip
    beyond_reason = text_field(
        "Why visits lie beyond the prescription", rows=2, max_length=500, required=False
    )

    def __init__(self, *args: Any, referral: Referral, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["therapist"]
        assert isinstance(field, PersonChoice)
        field.queryset = people_of(referral.clinic, at, Role.THERAPIST)
        order = referral.prescriptions.filter(status="final").first()
        self.fields["beyond_reason"].help_text = (
            f"Therapy is prescribed until {day(order.valid_until)}: only a later visit needs a reason."
            if order and order.service == Referral.Service.EVALUATE_AND_TREAT
            else "Therapy is not prescribed: say why it takes place all the same."
        )


class SeriesForm(PlaceForm):
    """A series in one go, begun with the dose of the plan; one visit is a series of one."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    first_on = day_field("First day")
    weekdays = forms.TypedMultipleChoiceField(
        label="On these days", choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts_at = forms.TimeField(label="Time of day", widget=TimeInput())
    every_weeks = forms.TypedChoiceField(label="How often", choices=_EVERY, coerce=int)
    visits = forms.IntegerField(label="Number of visits", min_value=1, max_value=MOST_VISITS)
    block_weeks = forms.IntegerField(
        label="Weeks on", min_value=1, max_value=52, required=False,
        help_text="Only where therapy comes in blocks.",
    )  # fmt: skip
    rest_weeks = forms.IntegerField(label="Weeks off", min_value=1, max_value=52, required=False)
    field_order = [
        "first_on", "weekdays", "starts_at", "every_weeks", "visits", "therapist", "minutes",
        "place", "address", "block_weeks", "rest_weeks", "beyond_reason",
    ]  # fmt: skip


class MoveSessionForm(PlaceForm):
    """Another time for one visit, and why."""

    #: The time that was shown.
    seen = forms.DateTimeField(widget=forms.HiddenInput)
    starts_at = moment_field("New day and time")
    reason = text_field(
        "Why is it moved?", rows=2, max_length=500, help_text="The family reads this."
    )
    field_order = ["starts_at", "reason"]


class AuthorisationForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    visits = forms.IntegerField(label="Visits authorised", min_value=1, max_value=366)
    valid_from = day_field("From")
    valid_until = day_field("Until")
    reference = forms.CharField(label="The payer’s number", max_length=60, required=False)


class MissSessionForm(CareForm):
    note = forms.CharField(label="Note", max_length=500, required=False)


class CancelSessionForm(CareForm):
    cancelled_by = forms.ChoiceField(label="Who cancelled?", choices=_WHO, widget=forms.RadioSelect)
    reason = text_field("Why", rows=2, max_length=500, help_text="The family reads this.")


class AmendSessionForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    reason = text_field("Why is the note amended?", rows=2, max_length=500)


# --- The note -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the five buttons of a goal."""

    value: str
    sign: str
    label: str
    words: str
    is_chosen: bool
    is_last: bool
    is_goal: bool


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal on the note, with its buttons."""

    name: str
    statement: str
    wish: str
    none_chosen: bool
    choices: list[Choice]


class SessionForm(CareForm):
    """The note: a tap a goal and a line. A draft asks for nothing, and keeps what is valid."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    #: The edition that was opened; called `version` as in every form that saves itself.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    #: The plan of care that stood when the page was opened.
    plan = forms.UUIDField(widget=forms.HiddenInput, required=False)
    done = forms.CharField(
        label="What was done", max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="In a line. The family reads it too.",
    )  # fmt: skip
    child_was = forms.ChoiceField(
        label="How the child was", choices=[("", "Not said"), *Session.Mood.choices],
        required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    practise = forms.CharField(
        label="What to practise at home", max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text="The family reads it.",
    )  # fmt: skip

    def __init__(self, *args: Any, sheets: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheets = sheets
        for sheet in sheets:
            self.fields[f"level_{sheet.key}"] = forms.TypedChoiceField(
                label=sheet.statement, required=False, coerce=int, empty_value=None,
                choices=[("", "Not worked on"), *((n, signed(n)) for n in EXPECTED)],
                widget=forms.RadioSelect,
            )  # fmt: skip

    def columns(self) -> dict[str, Any]:
        """What the action keeps: every field that is valid."""
        kept = {n: self.cleaned_data[n] for n in ("done", "child_was", "practise") if n in self.cleaned_data}  # fmt: skip
        levels = {sheet.key: self.cleaned_data.get(f"level_{sheet.key}") for sheet in self.sheets}
        worked_on = [{"goal": key, "level": n} for key, n in levels.items() if n is not None]
        return kept | {"worked_on": worked_on}

    def rows(self) -> list[GoalRow]:
        """The goals with their buttons, as chosen."""
        return [self._row(sheet) for sheet in self.sheets]

    def _row(self, sheet: Any) -> GoalRow:
        name = f"level_{sheet.key}"
        chosen = str(self[name].value() if self[name].value() is not None else "")
        return GoalRow(
            name=name,
            statement=sheet.statement,
            wish=sheet.wish,
            none_chosen=chosen == "",
            choices=[
                Choice(
                    value=str(level), sign=signed(level), label=EXPECTED[level],
                    words=sheet.words[level], is_chosen=chosen == str(level),
                    is_last=sheet.last == level, is_goal=level == 0,
                )
                for level in EXPECTED
            ],
        )  # fmt: skip


class CosignForm(CareForm):
    """The note under which the button stood."""

    id = forms.UUIDField(widget=forms.HiddenInput)


def as_form(note: Session) -> dict[str, Any]:
    """A note as its form shows it."""
    levels = {f"level_{entry['goal']}": entry["level"] for entry in note.worked_on}
    said = {name: getattr(note, name) for name in ("done", "child_was", "practise")}
    return {"id": note.pk, "version": note.edition, **said, **levels}
