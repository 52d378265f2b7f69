"""What is asked when somebody writes a message?"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from referrals.models.message import LONGEST, MOST_FILES

from .base import CareForm
from .upload import ManyFilesField


class WordsField(forms.CharField):
    """Counts a line's end as one sign, as the browser does where it is typed."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class MessageForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    words = WordsField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write your message.")},
    )
    attachments = ManyFilesField(
        label=_("Files"), required=False,
        help_text=_("Up to 5 files: PDF, JPEG or PNG, up to 10 MB each."),
    )  # fmt: skip
    today = forms.TypedChoiceField(
        label=_("Does this need an answer today?"),
        choices=[("no", _("No, it can wait a few days")), ("yes", _("Yes, today"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it can wait.")},
    )

    def clean_attachments(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["attachments"]
        if len(files) > MOST_FILES:
            raise ValidationError(_("A message holds at most 5 files."))
        return files

    @property
    def is_urgent(self) -> bool:
        """Whether it was said that it cannot wait: then nothing is sent."""
        return self.is_bound and self.data.get("today") == "yes"


class ThreadForm(MessageForm):
    """The first message, with whom it is for; `choices` are (code, label, arguments)."""

    to = forms.ChoiceField(
        label=_("Who will read it?"), widget=forms.RadioSelect,
        error_messages={"required": _("Choose who will read it.")},
    )  # fmt: skip
    subject = forms.CharField(
        label=_("What is it about?"), max_length=120,
        help_text=_("A few words. They are not in any e-mail."),
    )  # fmt: skip
    field_order = ("id", "to", "subject", "words", "attachments", "today")

    def __init__(self, *args: Any, choices: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {choice.code: choice for choice in choices}
        field: Any = self.fields["to"]
        field.choices = [(code, choice.label) for code, choice in self.offered.items()]

    def arguments(self) -> dict[str, Any]:
        said = super().arguments()
        chosen: dict[str, Any] = self.offered[said.pop("to")].arguments
        return said | chosen
