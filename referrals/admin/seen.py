"""Is who saves a page of the administration told when somebody else has saved it since they opened it?

People and places have no version of their own: the page carries a mark of what it shows, and what is
stored by then is marked once more.
"""

import hashlib
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

SEEN: Final = "seen"


class Mark(forms.CharField):
    """Nothing that somebody changes: it stands in no history, and nothing is saved for its sake."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class SeenForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that knows what stood there when its page was opened. Put before the room's own form."""

    seen = Mark(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {field.name: field.attname for field in self.instance._meta.concrete_fields}
        # Now: to the form of a row within a page more is added later.
        self._shown = [
            own[name] for name, field in sorted(self.fields.items())
            if name in own and not field.disabled
        ]  # fmt: skip
        if not self.instance._state.adding:
            self.initial[SEEN] = self._mark(self.instance)

    def clean(self) -> Any:
        cleaned = super().clean()
        seen = (cleaned or self.cleaned_data).get(SEEN)
        if seen and not self.instance._state.adding:
            # Held until all is saved: of two who save at one moment the second is told as well.
            rows: Any = type(self.instance)._default_manager
            stands = self._mark(rows.select_for_update().get(pk=self.instance.pk))
            if seen != stands:
                refuse_outrun(self, SEEN, stands)
        return cleaned

    def _mark(self, row: Any) -> str:
        """Another one for each content of the fields that can be changed here."""
        shown = [(name, str(getattr(row, name))) for name in self._shown]
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def refuse_outrun(form: Any, mark: str, stands: str) -> None:
    """Say what is stored by now, leave what was typed, and let it be saved again over that.

    `form.instance` is still as it is stored: the form writes into it only after it is clean.
    """
    theirs = [
        f"{form.fields[name].label}: “{getattr(form.instance, name)}”"
        for name in form.changed_data
        if name != mark
    ]
    typed = form.data.copy()
    typed[form.add_prefix(mark)] = stands
    form.data = typed
    raise ValidationError(
        "Somebody else has changed these details meanwhile. What you typed is still here; "
        "save again to keep yours. Now stored: " + ("; ".join(theirs) or "the same") + "."
    )


def with_mark(form: type[Any]) -> type[Any]:
    """The form of a room, or of the rows within one, that carries the mark."""
    return form if issubclass(form, SeenForm) else type(form.__name__, (SeenForm, form), {})


class SeenRoom(admin.ModelAdmin):  # type: ignore[type-arg]
    """Part of every room; one whose records have a version of their own carries that instead."""

    has_own_version = False

    def _marked(self, request: HttpRequest, obj: Any) -> bool:
        return (
            obj is not None
            and not self.has_own_version
            and self.has_change_permission(request, obj)
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found: Any = super().get_fieldsets(request, obj)
        if not self._marked(request, obj):
            return found
        (words, first), *others = found
        fields = [name for name in first["fields"] if name != SEEN]
        return [(words, first | {"fields": (*fields, SEEN)}), *others]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if self._marked(request, obj):
            kwargs["form"] = with_mark(kwargs.get("form", self.form))
        return super().get_form(request, obj, change=change, **kwargs)


class SeenInline(admin.options.InlineModelAdmin):  # type: ignore[type-arg]
    """Part of every kind of rows that is changed within a room."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        found: Any = [name for name in super().get_fields(request, obj) if name != SEEN]
        return [*found, SEEN] if self.has_change_permission(request, obj) else found

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if self.has_change_permission(request, obj):
            kwargs["form"] = with_mark(kwargs.get("form", self.form))
        return super().get_formset(request, obj, **kwargs)
