"""How does an administrator let people in, keep their details, and close their accounts?"""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from referrals.actions.account import note_new_email
from referrals.actions.refusal import Refused
from referrals.actions.second_factor import forget_factors
from referrals.asking import shown_lately
from referrals.models import (
    AccountChange,
    Event,
    Guardian,
    Invitation,
    Membership,
    RecordView,
    System,
    User,
)

from .base import KeptInline, PhoneForm, listing
from .invitation import invite_all
from .leaving import Leaving
from .membership import MembershipForm, MembershipSaving
from .owing import open_steps, steps_in_words
from .search import find_people


class EmailMixin(forms.ModelForm):  # type: ignore[type-arg]
    """The e-mail is what people sign in with: one form, one person."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Somebody already signs in with this e-mail.")
        return email


class NewPersonForm(EmailMixin, PhoneForm, AdminUserCreationForm):  # type: ignore[type-arg]
    """A new person, with a password or, better, with none: they set their own by e-mail."""

    usable_password = forms.ChoiceField(
        label="Password",
        required=False,
        initial="false",
        choices={
            "false": "They set their own, with “Forgot your password?” on the log-in page",
            "true": "Set one now",
        },
        widget=forms.RadioSelect(attrs={"class": "radiolist"}),
    )

    class Meta:
        model = User
        fields = ("email",)


class PersonForm(EmailMixin, PhoneForm, UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = "__all__"  # noqa: DJ007 - the page below names them
        field_classes: dict[str, Any] = {}

    #: Whoever edits, and whether they showed who they are some minutes ago; set by the page.
    editor: User
    shown_lately: bool

    def clean_email(self) -> str:
        """Whoever holds this address chooses the password: it is no change for a page left open."""
        email = super().clean_email()
        if email != self.initial["email"] and not self.shown_lately:
            raise ValidationError(
                format_html(
                    'You signed in too long ago to change this. <a href="{}" target="_blank">Show who'
                    " you are</a>, then save again.",
                    reverse("account_reauthenticate"),
                )
            )
        return email

    def _keep_self(self, name: str) -> bool:
        value: bool = self.cleaned_data[name]
        if not value and self.instance.pk == self.editor.pk:
            raise ValidationError("You cannot shut yourself out. Ask another administrator.")
        return value

    def clean_is_active(self) -> bool:
        return self._keep_self("is_active")

    def clean_is_staff(self) -> bool:
        return self._keep_self("is_staff")


class WorksAtInline(KeptInline):
    model = Membership
    form = MembershipForm
    fields = ("organization", "role", "takes_intake", "is_assistant", "since", "until")
    autocomplete_fields = ("organization",)
    verbose_name_plural = "works at"


_PROFESSION = ("credentials", "npi", "licence_number", "licence_region")


@admin.register(User)
class UserAdmin(Leaving, MembershipSaving, DjangoUserAdmin):  # type: ignore[type-arg]
    form = PersonForm
    add_form = NewPersonForm
    list_display = ("email", "name", "credentials", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = (
        "email__istartswith", "family_name__istartswith", "given_name__istartswith", "npi__exact",
    )  # fmt: skip
    search_help_text = "Beginning of a name or of the e-mail, or the whole NPI"
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "created_at")
    inlines = (WorksAtInline,)
    actions = ("invite", "take_off_factors", "deactivate", "reactivate")
    fieldsets = (
        (None, {"fields": ("email", "password", "is_active", "is_staff")}),
        ("Person", {"fields": ("given_name", "family_name", "phone", "language")}),
        ("Profession", {"fields": _PROFESSION}),
        ("Dates", {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "given_name", "family_name", "phone", "language")}),
        ("Profession", {"fields": _PROFESSION}),
        ("Log-in", {"fields": ("usable_password", "password1", "password2", "is_staff")}),
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.editor, form.shown_lately = request.user, shown_lately(request)
        return form

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None else ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, doubled = queryset, False
        if search_term.strip():
            found = queryset & find_people(search_term)
        match = request.resolver_match
        if match is not None and match.url_name == "autocomplete":
            found = found.filter(is_active=True)  # nobody new is put on a closed account
        return found, doubled

    def links(self, obj: Any) -> list[tuple[str, str]]:
        close = ("Close the account, and hand over", reverse("admin:referrals_user_close", args=[obj.pk]))  # fmt: skip
        return [
            *([close] if obj.is_active else []),
            listing(RecordView, "Records they opened", user__id__exact=obj.pk),
            listing(Event, "What they did", by__id__exact=obj.pk),
            listing(LogEntry, "What they changed here", user__id__exact=obj.pk),
            listing(AccountChange, "Sign-ins and changes", person__id__exact=obj.pk),
            listing(Invitation, "Invitations", person__id__exact=obj.pk),
            listing(Guardian, "Children they answer for", user__id__exact=obj.pk),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """People alone: the account of a computer system is kept as a system, and never signs in."""
        people: QuerySet[User] = super().get_queryset(request)
        return people.filter(~Exists(System.objects.filter(user=OuterRef("pk"))))

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.close_view)
        return [
            path("<uuid:person_id>/close/", view, name="referrals_user_close"),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # One switch: whoever may sign in to the administration may do all of it.
        obj.is_superuser = obj.is_staff
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            # Else the old address, remembered from a password reset, would still open the account.
            EmailAddress.objects.filter(user=obj).delete()
            by: Any = request.user
            before = form.initial["email"]
            note_new_email(person=obj, before=before, by=by, at=timezone.now())
        if change and "is_active" in form.changed_data and not obj.is_active:
            self._warn(request, [obj])

    @admin.action(description="Invite: send a link with which to set a password")
    def invite(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        invite_all(self, request, queryset)

    @admin.action(
        description="Take off second factors: they lost their phone, and you know it is them"
    )
    def take_off_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by: Any = request.user
        for person in queryset.order_by("email")[:100]:
            try:
                gone = forget_factors(person=person, by=by, at=timezone.now())
            except Refused as refused:
                self.message_user(request, refused.sentence, messages.ERROR)
                continue
            if gone:
                self.log_change(request, person, "Second factors taken off.")
                # Whoever holds the lost device holds what is open on it.
                session: Any = request.session
                session.end([one["mark"] for one in session.live_of(person)], of=person)
            said = "signs in by password alone, until they set one up" if gone else "had none"
            self.message_user(request, f"{person} {said}.", messages.SUCCESS)

    @admin.action(description="Deactivate: they can no longer sign in")
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> Any:
        user: Any = request.user
        people = list(queryset.filter(is_active=True).exclude(pk=user.pk).order_by("email"))
        if len(people) < queryset.filter(is_active=True).count():
            self.message_user(request, "You cannot shut yourself out.", messages.WARNING)
        if not people:
            return None
        if "confirmed" not in request.POST:
            owed = open_steps(people)
            context = {
                **self.admin_site.each_context(request),
                "title": "Deactivate these people?",
                "opts": self.opts,
                "people": [
                    (person, steps_in_words(owed[person.pk]) if owed[person.pk].any else "")
                    for person in people
                ],
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/referrals/user/deactivate.html", context)
        self._set_active(request, people, False)
        self._warn(request, people)
        return None

    @admin.action(description="Reactivate: they can sign in again")
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_active(request, list(queryset.filter(is_active=False).order_by("email")), True)

    @transaction.atomic
    def _set_active(self, request: HttpRequest, people: list[User], active: bool) -> None:
        for person in people:
            person.is_active = active
            person.save(update_fields=["is_active"])
            self.log_change(request, person, "Reactivated." if active else "Deactivated.")
        done = "can sign in again" if active else "can no longer sign in"
        names = ", ".join(person.name for person in people) or "Nobody else"
        self.message_user(request, f"{names} {done}.", messages.SUCCESS)

    def _warn(self, request: HttpRequest, people: list[User]) -> None:
        owed = open_steps(people)
        for person in people:
            if owed[person.pk].any:
                self.message_user(
                    request,
                    f"{person} still owes {steps_in_words(owed[person.pk])}. "
                    "Their colleagues can hand these over.",
                    messages.WARNING,
                )
