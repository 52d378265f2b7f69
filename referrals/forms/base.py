"""How does every form look and behave? The one place that knows crispy."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.clinical.knowledge import (
    BANDS,
    Sign,
    general_signs,
    signs_for,
    signs_up_to,
)
from referrals.wording import spoken

#: A text, or one that is said in the language of whoever opens the form.
Said = Any


class CareForm(forms.Form):
    """A form whose cleaned fields are the keyword arguments of an action."""

    error_css_class = "is-invalid"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.helper = helper()

    def arguments(self) -> dict[str, Any]:
        """What the action is called with."""
        return dict(self.cleaned_data)

    def typed(self) -> dict[str, Any]:
        """What was sent as it stands, with which a form begins that is shown again before it is judged."""
        return {
            name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
        }


def helper() -> FormHelper:
    """Fields only: the page owns the form tag and its button."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    return made


def say_choose(form: forms.BaseForm) -> None:
    """Let an empty choice ask for one, where Django draws a line of dashes."""
    for field in form.fields.values():
        if isinstance(field, forms.ChoiceField):
            offered: Any = field.choices
            field.choices = [(code, label if code else _("Choose")) for code, label in offered]


class VersionedForm(CareForm):
    """A form about a record that somebody else may change meanwhile."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def day_field(label: Said, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput(), **kwargs)


def moment_field(label: Said, **kwargs: Any) -> forms.DateTimeField:
    """A local time: the page is in the time zone of the person's organisation."""
    return forms.DateTimeField(
        label=label,
        widget=DateTimeInput(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        **kwargs,
    )


def text_field(
    label: Said, rows: int = 3, max_length: int = 2000, **kwargs: Any
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=max_length,
        widget=forms.Textarea(attrs={"rows": rows}),
        **kwargs,
    )


class SignsField(forms.MultipleChoiceField):
    """The check-list of one age band, with the younger bands folded away behind it."""

    def __init__(self, *, for_family: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.for_family = for_family

    def show(self, band: str) -> None:
        """Offer the signs of this band and, below it, of every younger one."""
        offered = (*signs_up_to(band), *general_signs())
        self.choices = [(entry.code, self.label_of(entry)) for entry in offered]
        self.band = band

    def label_of(self, entry: Sign) -> str:
        return spoken(entry.family_label) if self.for_family else entry.label

    def groups(self, chosen: list[str]) -> list[tuple[str, str, bool, list[tuple[str, str, bool]]]]:
        """(heading, note, open, [(code, label, ticked)]) for the page, the child's own band first."""
        bands = list(BANDS)
        own = [str(code) for code in bands].index(self.band)
        note = spoken(BANDS[bands[own]].note)
        parts = [("", note, True, (*signs_for(self.band), *general_signs()))]
        parts += [
            (spoken(BANDS[code].label), spoken(BANDS[code].note), False, signs_for(code))
            for code in reversed(bands[:own])
        ]
        groups = []
        for heading, note, is_open, entries in parts:
            rows = [(e.code, self.label_of(e), e.code in chosen) for e in entries]
            groups.append((heading, note, is_open or any(ticked for *_, ticked in rows), rows))
        return groups
