"""What is asked when a home activity is given, changed, shown in a picture and retired?"""

from typing import Any

from django import forms

from referrals.models import Activity, Reaction
from referrals.models.activity import FEW

from .base import CareForm, day_field, text_field
from .upload import UploadField

_TYPES = "image/jpeg,image/png,image/webp"


class ActivityForm(CareForm):
    """A home activity, in words that a family reads as they stand."""

    goals = forms.MultipleChoiceField(
        label="Which goals it serves", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one goal that it helps to reach."},
    )  # fmt: skip
    title = forms.CharField(label="Name", max_length=120)
    why = text_field("Why it helps", rows=2, max_length=500, help_text="It keeps a family going.")
    steps = text_field("What to do", rows=5, help_text="One step a line, three to five short ones.")
    minutes = forms.IntegerField(label="Minutes each time", min_value=1, max_value=60)
    times_a_week = forms.IntegerField(label="Times a week", min_value=1, max_value=14)
    routine = forms.ChoiceField(
        label="Where in the day", choices=[("", "Choose"), *Activity.Routine.choices]
    )
    materials = forms.CharField(label="What they need", max_length=500, required=False)
    good_looks_like = text_field("What good looks like", rows=2, max_length=500)
    stop_when = text_field("When to stop", rows=2, max_length=500)

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["goals"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = offered
        # The field says whether somebody can choose at all: nothing is required of an empty list.
        self.nothing_to_serve = not offered


class NewActivityForm(ActivityForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    bank_code = forms.CharField(widget=forms.HiddenInput, max_length=48, required=False)
    from_on = day_field("First day", required=False)
    beyond_few = text_field(
        f"Why more than {FEW} at once", rows=2, max_length=500, required=False,
        help_text="Few and short is what families keep up.",
    )  # fmt: skip


class ChangeActivityForm(ActivityForm):
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class RetireActivityForm(CareForm):
    reason = text_field(
        "Why is it retired?", rows=2, max_length=500, help_text="The family reads this."
    )


class PictureForm(CareForm):
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    upload = UploadField(
        label="Picture", widget=forms.ClearableFileInput(attrs={"accept": _TYPES}),
        help_text="JPEG, PNG or WebP, up to 10 MB. Place, date and phone are taken out of it.",
        allow_empty_file=True,  # the action says what is wrong with it
    )  # fmt: skip
    shows = forms.CharField(
        label="What the picture shows", max_length=240,
        help_text="In words, for who cannot see it. Leave out faces where you can.",
    )  # fmt: skip


class RemovePictureForm(CareForm):
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ReactForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    sign = forms.ChoiceField(label="What you say", choices=Reaction.Sign.choices)
    words = forms.CharField(label="A word to it", max_length=240, required=False)
