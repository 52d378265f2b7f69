"""Does every kind of answer carry its shield, and does a form write nothing but its own fields?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from referrals.models import Attachment, Child, NoticePreference, Referral, User
from tests.conftest import Cast
from tests.factories.person import PASSWORD

from .test_reminder import CHOSEN
from .typed import a_child, a_referral, pdf

Door = Callable[[User], Client]


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("It broke.")


urlpatterns = [path("broken/", broken, name="broken"), path("", include("referrals.urls"))]
handler500 = "referrals.views.error.server_error"


# --- Headers ------------------------------------------------------------------------------------


def sources(answer: Any) -> dict[str, list[str]]:
    """The Content-Security-Policy, by its directives."""
    parts = answer["Content-Security-Policy"].split(";")
    return {name: rest for name, *rest in (part.split() for part in parts)}


@pytest.mark.urls("tests.views.test_security")
def test_every_kind_of_answer_carries_the_shield(
    client_of: Door, settings: Any, tmp_path: Path, cast: Cast, draft: Referral
) -> None:
    settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path / "files", tmp_path / "static"
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "drawn.css").write_text("main { color: teal }")
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    pediatrician, therapist = client_of(cast.pediatrician), client_of(cast.therapist)
    pediatrician.raise_request_exception = False
    child = reverse("child_detail", args=[cast.child.pk])
    attach = reverse("referral_attach", args=[draft.pk])
    pediatrician.post(attach, {"attachments": [pdf()]}, secure=True)
    file = reverse("attachment_download", args=[draft.pk, Attachment.objects.get().pk])
    answers = {
        "page": (pediatrician.get(child, secure=True), 200),
        "log-in": (Client().get(reverse("account_login"), secure=True), 200),
        "redirect": (Client().get(child, secure=True), 302),
        "not theirs to do": (therapist.get(reverse("child_new"), secure=True), 403),
        "not theirs to see": (therapist.get(child, secure=True), 404),
        "no such method": (pediatrician.put(reverse("account_language"), secure=True), 405),
        "broken": (pediatrician.get("/broken/", secure=True), 500),
        "FHIR": (Client().get("/fhir/R4/Patient", secure=True), 401),
        "probe": (Client().get("/healthz", secure=True), 200),
        "style sheet": (Client().get("/static/drawn.css", secure=True), 200),
        "file": (pediatrician.get(file, secure=True), 200),
    }
    for kind, (answer, status) in answers.items():
        b"".join(answer)  # to its end, so that what it reads from is closed
        answer.close()
        assert answer.status_code == status, kind
        policy = sources(answer)
        assert policy["default-src"] == ["'none'"], kind
        assert not [word for words in policy.values() for word in words if "unsafe" in word], kind
        assert ("sandbox" in policy) == (kind == "file"), kind
        if kind != "file":  # what is only saved draws nothing and runs nothing
            assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"], kind
            assert policy["script-src"] == policy["form-action"] == ["'self'"], kind
        told = {
            "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
        }  # fmt: skip
        assert {name: answer[name] for name in told} == told, kind
        held = answer["Strict-Transport-Security"]
        assert held.startswith("max-age=31536000; includeSubDomains"), kind


# --- Where `next` leads -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "away",
    ["https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)",
     "https:example.com", "\thttps://example.com/"],
)  # fmt: skip
def test_next_never_leads_away(away: str, client: Client, pediatrician: User) -> None:
    spoken = client.post(reverse("account_language"), {"language": "es", "next": away})
    assert spoken["Location"] == reverse("home")
    typed = {"login": pediatrician.email, "password": PASSWORD, "next": away}
    assert client.post(reverse("account_login"), typed)["Location"] == reverse("home")
    out = client.post(reverse("account_logout"), {"next": away})
    assert out["Location"] == reverse("account_login")


# --- Fields that no form asked for --------------------------------------------------------------


def smuggled(cast: Cast) -> dict[str, Any]:
    """What somebody who knows the tables would add to a form."""
    return {
        "is_staff": "on", "is_superuser": "on", "is_active": "", "email": "else@example.org",
        "practice": cast.other_practice.pk, "state": "closed", "status": "closed",
        "owner": cast.stranger.pk, "created_by": cast.stranger.pk, "by": cast.stranger.pk,
        "therapist": cast.stranger.pk, "child": cast.other_child.pk, "user": cast.stranger.pk,
        "number": "1", "entered_in_error": "on",
    }  # fmt: skip


def person(user: User) -> dict[str, Any]:
    return model_to_dict(User.objects.get(pk=user.pk), exclude=["groups", "user_permissions"])


def test_registering_takes_nothing_that_was_not_asked(cast: Cast, client_of: Door) -> None:
    door = client_of(cast.pediatrician)
    before = person(cast.pediatrician)
    assert door.post(reverse("child_new"), smuggled(cast) | a_child()).status_code == 302
    child = Child.objects.get(given_name="Ida")
    assert child.practice == cast.practice
    assert not Referral.objects.filter(child=child).exists()
    assert person(cast.pediatrician) == before


def test_referring_takes_nothing_that_was_not_asked(cast: Cast, client_of: Door) -> None:
    path = reverse("referral_write", args=[cast.child.pk])
    typed = smuggled(cast) | a_referral(cast.clinic)
    assert client_of(cast.pediatrician).post(path, typed).status_code == 302
    referral = Referral.objects.get(pk=typed["id"])
    told = (referral.child, referral.practice, referral.clinic, referral.state, referral.therapist)
    assert told == (cast.child, cast.practice, cast.clinic, "sent", None)


def test_reminders_take_nothing_that_was_not_asked(cast: Cast, client_of: Door) -> None:
    door = client_of(cast.family)
    before = person(cast.family)
    assert door.post(reverse("reminder_edit"), smuggled(cast) | CHOSEN).status_code == 302
    assert person(cast.family) == before
    assert list(NoticePreference.objects.values_list("user", flat=True)) == [cast.family.pk]
