"""How does an administrator let another computer system in, give it a new secret, and shut it out?"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from oauth2_provider.models import AccessToken

from referrals.actions.system import close_system, open_system, renew_secret
from referrals.models import Organization, Role, System
from referrals.models.person import PLACES
from referrals.models.system import SCOPES

from .base import RoomAdmin, until_words


class SystemForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(
        label="What it may do", choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = System
        fields = ("organization", "name", "scopes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # On the page of one that is there, nothing is a field.
        places: Any = self.fields.get("organization")
        if places is None:
            return
        places.queryset = Organization.objects.filter(kind__in=PLACES[Role.SYSTEM], is_active=True)


@admin.register(System)
class SystemAdmin(RoomAdmin):
    """A system is opened and closed, never changed: what it may do stays as it was opened."""

    form = SystemForm
    list_display = ("name", "organization", "opened_at", "last_token", "ends")
    list_select_related = ("organization", "application", "user")
    search_fields = ("name__istartswith", "organization__name__istartswith")
    search_help_text = "Name of the system or of its organisation"
    shown = (
        "name", "organization", "client_id", "may", "opened_at", "opened_by", "last_token",
        "closed_at", "closed_by",
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown if obj else ("organization", "name", "scopes")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def links(self, obj: Any) -> list[tuple[str, str]]:
        if obj.closed_at is not None:
            return []
        return [
            ("Give it a new secret", reverse("admin:referrals_system_renew", args=[obj.pk])),
            ("Shut it out", reverse("admin:referrals_system_close", args=[obj.pk])),
        ]

    @admin.display(description="client id")
    def client_id(self, obj: System) -> str:
        return str(obj.application.client_id)

    @admin.display(description="what it may do")
    def may(self, obj: System) -> str:
        return ", ".join(obj.scopes)

    @admin.display(description="last token", empty_value="none that is kept")
    def last_token(self, obj: System) -> Any:
        tokens = AccessToken.objects.filter(application=obj.application)
        return tokens.aggregate(last=Max("created"))["last"]

    @admin.display(description="shut out", empty_value="no")
    def ends(self, obj: System) -> Any:
        return until_words(obj.until)

    # --- Opening ------------------------------------------------------------------------------

    @sensitive_variables("secret")
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        user: Any = request.user
        asked = form.cleaned_data
        system, secret = open_system(
            organization=asked["organization"], name=asked["name"], scopes=asked["scopes"],
            by=user, at=timezone.now(),
        )  # fmt: skip
        obj.pk, obj._state.adding, obj._state.db = system.pk, False, system._state.db
        # On its way to the answer only: never into a session, a log or a table.
        request.secret = secret  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        return self._told(request, obj.pk, request.secret)  # type: ignore[attr-defined]

    @sensitive_variables("secret")
    def _told(self, request: HttpRequest, key: Any, secret: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "What it signs in with",
            "opts": self.opts,
            "system": System.objects.select_related("application").get(pk=key),
            "secret": secret,
            "token_endpoint": f"{settings.SITE_URL}{reverse('system_token')}",
            "base": f"{settings.SITE_URL}/fhir/R4/",
        }
        return TemplateResponse(request, "admin/referrals/system/secret.html", context)

    # --- Renewing and closing -----------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site.admin_view
        return [
            path("<uuid:key>/renew/", site(self.renew), name="referrals_system_renew"),
            path("<uuid:key>/close/", site(self.close), name="referrals_system_close"),
            *super().get_urls(),
        ]

    def renew(self, request: HttpRequest, key: Any) -> HttpResponse:
        system = self._open(request, key)
        if request.method != "POST":
            what = "the secret and the tokens it has now end at once, and it gets a new one."
            return self._sure(request, system, "Give it a new secret", what)
        user: Any = request.user
        secret = renew_secret(system=system, by=user, at=timezone.now())
        self.log_change(request, system, "New secret.")
        return self._told(request, system.pk, secret)

    def close(self, request: HttpRequest, key: Any) -> HttpResponse:
        system = self._open(request, key)
        if request.method != "POST":
            what = "it reads and sends nothing from now on. What it sent keeps its author."
            return self._sure(request, system, "Shut it out", what)
        user: Any = request.user
        close_system(system=system, by=user, at=timezone.now())
        self.log_change(request, system, "Shut out.")
        self.message_user(request, f"{system} is shut out.", messages.SUCCESS)
        return redirect("admin:referrals_system_change", system.pk)

    def _open(self, request: HttpRequest, key: Any) -> System:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return get_object_or_404(System, pk=key, closed_at__isnull=True)

    def _sure(self, request: HttpRequest, system: System, verb: str, what: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{verb}?",
            "opts": self.opts,
            "system": system,
            "verb": verb,
            "what": what,
        }
        return TemplateResponse(request, "admin/referrals/system/sure.html", context)
