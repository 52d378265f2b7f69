"""How does an administrator say who works where, in which role, from when until when?"""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone

from referrals.models import Membership, Organization, User
from referrals.models.person import JOBS
from referrals.models.record import FOREVER

from .base import OpenEndForm, RoomAdmin, until_words
from .owing import open_steps, steps_in_words


class MembershipForm(OpenEndForm):
    """A membership is begun and ended; who, where and in which role stay as they were begun."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].required = False
        # What was begun stays as it is, also the one of a computer system.
        if "role" in self.fields and self.instance._state.adding:
            role: Any = self.fields["role"]
            role.choices = [("", "---------"), *JOBS]
        self.fields["since"].help_text = "Empty: from now on."
        if not self.instance._state.adding:
            for name in ("user", "organization", "role"):
                if name in self.fields:
                    self.fields[name].disabled = True

    def clean_since(self) -> Any:
        return self.cleaned_data.get("since") or timezone.now()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "This ends before it begins.")
        if not self.errors and until == FOREVER:
            self._check_once(cleaned)
        return cleaned

    def _check_once(self, cleaned: dict[str, Any]) -> None:
        """Say at the field what the table's constraints would only say by their names."""
        place = cleaned.get("organization") or getattr(self.instance, "organization", None)
        user = cleaned.get("user") or getattr(self.instance, "user", None)
        if not isinstance(place, Organization) or not isinstance(user, User):
            return
        others = Membership.objects.filter(organization=place, until=FOREVER).exclude(
            pk=self.instance.pk
        )
        if others.filter(user=user, role=cleaned.get("role")).exists():
            self.add_error("role", f"{user} already works there in this role.")
        intake = others.filter(takes_intake=True).select_related("user").first()
        if cleaned.get("takes_intake") and intake is not None:
            self.add_error(
                "takes_intake",
                f"{intake.user} takes the intake there. Take it from them first, and save.",
            )


class MembershipSaving(RoomAdmin):
    """Where memberships are saved: somebody who leaves and still owes something is named."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Membership:
            for membership, _ in formset.changed_objects:
                self.warn_of_leaving(request, membership)

    def warn_of_leaving(self, request: HttpRequest, membership: Membership) -> None:
        if membership.until > timezone.now():
            return
        owed = open_steps([membership.user], membership.organization)[membership.user_id]
        if owed.any:
            self.message_user(
                request,
                f"{membership.user} no longer works at {membership.organization}, but still owes "
                f"{steps_in_words(owed)} there. Their colleagues can hand these over.",
                messages.WARNING,
            )


@admin.register(Membership)
class MembershipAdmin(MembershipSaving):
    form = MembershipForm
    list_display = ("user", "role", "organization", "takes_intake", "since", "ends")
    list_filter = ("role", "takes_intake", "organization__kind")
    list_select_related = ("user", "organization")
    person_path = "user"
    place_path = "organization"
    search_fields = ("pk",)
    search_help_text = "Beginning of a name or of the e-mail of the person, or name of the place"
    autocomplete_fields = ("user", "organization")
    fields = ("user", "organization", "role", "takes_intake", "is_assistant", "since", "until")

    @admin.display(description="until", empty_value="no end")
    def ends(self, obj: Membership) -> Any:
        return until_words(obj.until)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.warn_of_leaving(request, obj)
