"""What does somebody choose and write for a letter?"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from referrals.clinical.letters import KINDS, LetterKind, lost
from referrals.models import LetterTemplate, Organization, User

from .base import CareForm, text_field

_AS_READ = ("", "As they read")


class ChooseForm(CareForm):
    """Which letter, to whom, in which language."""

    choice = forms.ChoiceField(label="Which letter, and to whom?", widget=forms.RadioSelect)
    language = forms.ChoiceField(
        label="In which language?", required=False, choices=[_AS_READ, *User.Language.choices]
    )

    def __init__(self, *args: Any, offers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(offers)


class WordsForm(CareForm):
    """The words of one letter: changed where needed, with all facts that must stand in it."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    choice = forms.CharField(widget=forms.HiddenInput)
    language = forms.ChoiceField(widget=forms.HiddenInput, choices=User.Language.choices)
    template_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32767)
    subject = forms.CharField(label="Subject", max_length=240)
    body = text_field("Text", rows=18, max_length=12000)

    def __init__(
        self, *args: Any, kind: LetterKind, facts: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.facts = kind, facts

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        gone = lost(self.kind, self.facts, cleaned.get("subject", ""), cleaned.get("body", ""))
        if gone and not self.errors:
            self.add_error("body", f"This must stand in the letter: {'; '.join(gone)}.")
        return cleaned


class LetterErrorForm(CareForm):
    reason = text_field(
        "What was wrong with it?", rows=2, max_length=500,
        help_text="It stays readable with a mark. Who got it is told.",
    )  # fmt: skip


class TextForm(CareForm):
    """Which text of letters: of which place, for which kind, in which language."""

    organization: "forms.ModelChoiceField[Organization]" = forms.ModelChoiceField(
        queryset=Organization.objects.complex_filter(
            LetterTemplate.organization.field.get_limit_choices_to()
        ),
        error_messages={"invalid_choice": "Choose a practice or a clinic that is open."},
    )
    kind = forms.ChoiceField(choices=[(kind.code, kind.label) for kind in KINDS.values()])
    language = forms.ChoiceField(choices=User.Language.choices)


class EditTextForm(TextForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    subject = forms.CharField(max_length=160)
    body = text_field("Text", rows=20, max_length=6000)
