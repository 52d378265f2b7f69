"""In which language is each answer, and how does a person choose it?"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.guardian import add_guardian, invite_guardian
from referrals.actions.notice import deliver_notices
from referrals.actions.person import choose_language
from referrals.models import Activity, Event, Referral, Role, User
from referrals.models.guardian import Guardian
from referrals.models.record import new_id
from tests.factories.person import PASSWORD, works_at

Door = Callable[[User], Client]
SWITCH = "account_language"


def says(page: Any) -> str:
    """The language that a page says it is in."""
    found = re.search(r'<html lang="([a-z-]*)"', page.content.decode())
    assert found
    return found.group(1)


def speaks(user: User, language: str) -> User:
    User.objects.filter(pk=user.pk).update(language=language)
    user.refresh_from_db()
    return user


# --- Whose pages are in which -------------------------------------------------------------------


def test_a_family_reads_in_the_language_it_chose(cast: Any, client_of: Door) -> None:
    door = client_of(speaks(cast.family, "es"))
    page = door.get(reverse("home"))
    assert says(page) == "es"
    assert page["Content-Language"] == "es"
    assert "Contar una preocupación sobre Mina Fontaine" in page.content.decode()


def test_who_works_here_reads_english_whatever_they_chose(cast: Any, client_of: Door) -> None:
    page = client_of(speaks(cast.therapist, "es")).get(reverse("home"))
    assert says(page) == "en"
    assert "Mi cuenta" not in page.content.decode()


def test_who_is_both_reads_spanish_only_where_the_page_is_the_familys(
    cast: Any, client_of: Door, sent: Referral
) -> None:
    parent = speaks(works_at(cast.other_clinic, Role.THERAPIST, email="both@example.org"), "es")
    named = add_guardian(
        child=cast.child, given_name="Ana", family_name="Fontaine", relationship="mother",
        phone="212-555-0110", by=cast.pediatrician, at=timezone.now(),
    )  # fmt: skip
    invite_guardian(guardian=named, email=parent.email, by=cast.pediatrician, at=timezone.now())
    door = client_of(parent)
    assert says(door.get(reverse("home"))) == "en"
    assert says(door.get(reverse("home"), {"as": "family"})) == "es"
    assert says(door.get(reverse("referral_detail", args=[sent.pk]))) == "es"
    assert says(door.get(reverse("practice_today"))) == "es"
    assert says(door.get(reverse("referral_list"))) == "en"


def test_one_answer_says_nothing_of_the_language_of_the_next(
    cast: Any, client_of: Door, client: Client
) -> None:
    assert says(client_of(speaks(cast.family, "es")).get(reverse("home"))) == "es"
    assert says(client.get(reverse("account_login"))) == "en"
    assert says(client_of(cast.therapist).get(reverse("home"))) == "en"


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("es-MX,es;q=0.9,en;q=0.5", "es"), ("en-US", "en"), ("de,fr", "en"), ("", "en")],
)
def test_before_the_log_in_the_browser_says_which(
    asked: str, answered: str, client: Client, db: None
) -> None:
    page = client.get(reverse("account_login"), headers={"Accept-Language": asked})
    assert says(page) == answered
    assert "Accept-Language" in page["Vary"]


def test_an_error_is_said_in_the_persons_language(cast: Any, client_of: Door) -> None:
    door = client_of(speaks(cast.family, "es"))
    assert "Aquí no hay nada" in door.get("/nothing/here/").content.decode()
    refused = door.get(reverse("child_edit", args=[cast.child.pk]))
    assert refused.status_code == 403
    assert "Aquí solo el pediatra o la coordinación de la clínica puede cambiar los datos del niño." in refused.content.decode()  # fmt: skip


def test_a_form_that_is_not_there_any_more_is_said_in_the_persons_language(
    cast: Any
) -> None:  # fmt: skip
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(speaks(cast.family, "es"))
    answer = strict.post(reverse("account_language"), {"language": "en"})
    assert answer.status_code == 403
    assert "Esta página estuvo abierta mucho tiempo" in answer.content.decode()


def test_a_refusal_is_said_in_the_persons_language(
    cast: Any, client_of: Door, activity: Activity
) -> None:
    door = client_of(speaks(cast.family, "es"))
    answer = door.post(
        reverse("pause_ask", args=[activity.referral_id]),
        {"id": str(new_id()), "first_on": "2031-01-02", "last_on": "2031-01-01", "reason": "Viaje"},
    )
    assert answer.status_code == 422
    assert "El último día va después del primero." in answer.content.decode()


# --- The switch ---------------------------------------------------------------------------------


@pytest.mark.parametrize("back", ["1_000", "0001-01-01T00:00", "%", "account_login"])
def test_what_is_no_path_leads_home(back: str, client: Client, db: None) -> None:
    answer = client.post(reverse(SWITCH), {"language": "es", "next": back})
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))


def test_a_family_switches_and_is_led_back(cast: Any, client_of: Door) -> None:
    door = client_of(cast.family)
    back = reverse("practice_today")
    answer = door.post(reverse(SWITCH), {"language": "es", "next": back})
    assert (answer.status_code, answer["Location"]) == (302, back)
    assert User.objects.get(pk=cast.family.pk).language == "es"
    assert says(door.get(back)) == "es"
    door.post(reverse(SWITCH), {"language": "en", "next": back})
    assert says(door.get(back)) == "en"


def test_before_the_log_in_the_choice_stays_on_the_device(client: Client, db: None) -> None:
    answer = client.post(reverse(SWITCH), {"language": "es", "next": reverse("account_login")})
    cookie = answer.cookies["django_language"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    page = client.get(reverse("account_login"), headers={"Accept-Language": "en"})
    assert says(page) == "es"


def test_a_choice_at_the_door_is_kept_inside(cast: Any, client: Client) -> None:
    cache.clear()
    client.post(reverse(SWITCH), {"language": "es", "next": reverse("account_login")})
    client.post(reverse("account_login"), {"login": cast.family.email, "password": PASSWORD})
    assert says(client.get(reverse("home"))) == "es"
    assert User.objects.get(pk=cast.family.pk).language == "es"


def test_what_another_chose_on_this_device_is_not_theirs(cast: Any, client: Client) -> None:
    cache.clear()
    speaks(cast.other_family, "es")
    login = {"login": cast.other_family.email, "password": PASSWORD}
    client.post(reverse("account_login"), login)
    client.post(reverse(SWITCH), {"language": "es"})
    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), login | {"login": cast.family.email})
    assert says(client.get(reverse("home"))) == "en"
    assert User.objects.get(pk=cast.family.pk).language == "en"


def test_choosing_leaves_no_event_with_any_child(cast: Any, client_of: Door) -> None:
    before = Event.objects.count()
    client_of(cast.family).post(reverse(SWITCH), {"language": "es"})
    assert Event.objects.count() == before


def test_nobody_chooses_for_somebody_else(cast: Any) -> None:
    with pytest.raises(ValueError, match="their own"):
        choose_language(person=cast.family, language="es", by=cast.admin, at=timezone.now())


@pytest.mark.parametrize("elsewhere", [
    "https://example.com/", "//example.com", "javascript:alert(1)", "", "/\\example.com",
])  # fmt: skip
def test_the_switch_never_leads_elsewhere(elsewhere: str, client: Client, db: None) -> None:
    answer = client.post(reverse(SWITCH), {"language": "es", "next": elsewhere})
    assert answer["Location"] == reverse("home")


@pytest.mark.parametrize("unknown", ["de", "", "es-MX'--", "x" * 500])
def test_a_language_that_is_none_changes_nothing(unknown: str, cast: Any, client_of: Door) -> None:
    answer = client_of(cast.family).post(reverse(SWITCH), {"language": unknown})
    assert answer.status_code == 302
    assert "django_language" not in answer.cookies
    assert User.objects.get(pk=cast.family.pk).language == "en"


def test_each_language_is_named_in_itself(cast: Any, client_of: Door, client: Client) -> None:
    for page in (client.get(reverse("account_login")), client_of(cast.family).get(reverse("home"))):
        html = page.content.decode()
        assert 'lang="es" aria-pressed="false">Español</button>' in html
        assert 'lang="en" aria-pressed="true">English</button>' in html
    assert "Español" not in client_of(cast.therapist).get(reverse("home")).content.decode()


# --- E-mails ------------------------------------------------------------------------------------


def test_each_is_written_to_in_their_own_language(cast: Any, sent: Referral, now: Any) -> None:
    speaks(cast.family, "es")
    deliver_notices(at=now + timedelta(days=2))  # at ten: nobody's quiet hours
    to_family = [m for m in mail.outbox if m.to == [cast.family.email]]
    others = [m for m in mail.outbox if m.to != [cast.family.email]]
    assert {m.subject for m in to_family} == {"Algo nuevo para usted en Ferry"}
    assert {m.subject for m in others} == {"Something new for you in Ferry"}
    assert all("hay algo nuevo para usted" in str(m.body) for m in to_family)
    assert not any("Mina" in str(m.body) for m in mail.outbox)


def test_an_invitation_is_in_the_language_of_the_home(
    cast: Any, client_of: Door, now: datetime
) -> None:
    cast.child.language_spoken = "Spanish"
    cast.child.save()
    guardian = add_guardian(
        child=cast.child, given_name="Luz", family_name="Fontaine", relationship="mother",
        phone="212-555-0110", by=cast.pediatrician, at=now,
    )  # fmt: skip
    door = client_of(cast.pediatrician)
    path = reverse("guardian_invite", args=[cast.child.pk, guardian.pk])
    assert '<option value="es" selected>' in door.get(path).content.decode()
    door.post(path, {"email": "luz@example.org", "language": "es"})
    assert Guardian.objects.get(pk=guardian.pk).user.language == "es"  # type: ignore[union-attr]
    deliver_notices(at=now + timedelta(days=2))  # at ten: nobody's quiet hours
    (invitation,) = (m for m in mail.outbox if m.to == ["luz@example.org"])
    assert invitation.subject == "Su invitación a Ferry"
    assert str(invitation.body).startswith("Hola, Luz:")


def test_a_forgotten_password_is_answered_in_the_accounts_language(
    cast: Any, client: Client
) -> None:
    cache.clear()
    speaks(cast.family, "es")
    client.post(
        reverse("account_reset_password"), {"email": cast.family.email},
        headers={"Accept-Language": "en"},
    )  # fmt: skip
    assert mail.outbox[-1].subject.endswith("Elija su contraseña")
    assert "Sirve una vez, por tres días." in str(mail.outbox[-1].body)


# --- The phone without a signal -----------------------------------------------------------------


def test_the_page_without_a_signal_is_kept_in_the_persons_language(
    cast: Any, client_of: Door, client: Client
) -> None:
    script = client_of(speaks(cast.family, "es")).get(reverse("service_worker")).content.decode()
    knows = json.loads(script.split("\n")[0].removeprefix("self.FERRY = ").removesuffix(";"))
    assert knows["shell"] == f"{reverse('practice_offline')}?language=es"
    page = client.get(knows["shell"])
    assert says(page) == "es"
    assert "Sin señal" in page.content.decode()
    assert says(client.get(f"{reverse('practice_offline')}?language=xx")) == "en"


def test_the_scripts_speak_the_language_of_the_page(cast: Any, client_of: Door) -> None:
    html = client_of(speaks(cast.family, "es")).get(reverse("home")).content.decode()
    found = re.search(r'data-words="([^"]*)"', html)
    assert found
    words = json.loads(found.group(1).replace("&quot;", '"').replace("&#x27;", "'"))
    assert words["did"] == "Lo hicimos"
    assert words["waits"].replace("{n}", "2") == "2 notas esperan la señal."


# --- Papers -------------------------------------------------------------------------------------


def test_a_therapist_hands_out_in_the_familys_language(
    cast: Any, client_of: Door, activity: Activity
) -> None:
    door = client_of(cast.therapist)
    path = reverse("activity_handout_print", args=[activity.referral_id])
    assert "What we do at home" in door.get(path).content.decode()
    spanish = door.get(path, {"language": "es"}).content.decode()
    assert "Lo que hacemos en casa" in spanish
    assert f"{reverse('activity_handout_pdf', args=[activity.referral_id])}?language=es" in spanish
    assert "What we do at home" in door.get(path, {"language": "xx"}).content.decode()
