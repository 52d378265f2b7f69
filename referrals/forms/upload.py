"""How does a file come in with a form? Looked through for malware, before anything is written."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from referrals.scanning import Unclean, scan

#: How an error says that it came of the scanner.
UNCLEAN: Final = "unclean"


class UploadField(forms.FileField):
    """One file. The scanner is waited for here, where no transaction is open yet.

    What kind of file is taken is judged by the action that keeps it.
    """

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload:
            try:
                scan(upload)
            except Unclean as unclean:
                raise ValidationError(unclean.sentence, code=UNCLEAN) from None
        return upload


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(UploadField):
    """Several files in one input."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list) else [data] if data else []
        return [super(ManyFilesField, self).clean(one, initial) for one in files]
