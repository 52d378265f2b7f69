"""Does a password alone no longer open what must have a second factor, and is the factor itself kept safe?"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from referrals.actions.second_factor import relock_factors
from referrals.models import Child, Event, Organization, User

PASSWORD = "larch-otter-canoe-7"
Door = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _uncounted(cast: Any) -> None:
    cache.clear()


@pytest.fixture
def asked_for(settings: Any) -> None:
    """Outside demo and tests it is."""
    settings.SECOND_FACTOR = True


def signed_in(person: User) -> Client:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    door = Client()
    log_in(door, person)
    return door


def log_in(door: Client, person: User) -> Any:
    return door.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def set_up(door: Client) -> str:
    """The secret of an app that this person has just set up, having said their password once more."""
    door.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = door.get(reverse("mfa_activate_totp")).context["form"].secret
    shown = door.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert shown["Location"] == reverse("mfa_view_recovery_codes")
    return str(secret)


def goes_to(answer: Any) -> str:
    return str(answer.headers.get("Location", answer.status_code)).split("?")[0]


# --- With an app --------------------------------------------------------------------------------


def test_then_a_password_alone_lets_nobody_in(family: User) -> None:
    secret = set_up(signed_in(family))
    door = Client()
    assert goes_to(log_in(door, family)) == reverse("mfa_authenticate")
    assert goes_to(door.get(reverse("home"))) == reverse("account_login")
    assert door.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        answer = door.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert goes_to(answer) == reverse("home")
    assert door.get(reverse("home")).status_code == 200


def test_a_recovery_code_lets_in_once(family: User) -> None:
    door = signed_in(family)
    set_up(door)
    code = door.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    ends = []
    for _ in range(2):
        other = Client()
        log_in(other, family)
        ends.append(goes_to(other.post(reverse("mfa_authenticate"), {"code": code})))
    assert ends == [reverse("home"), "200"]


def test_guessing_ends_even_for_the_right_code(family: User) -> None:
    secret = set_up(signed_in(family))
    door = Client()
    log_in(door, family)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        for _ in range(5):
            door.post(reverse("mfa_authenticate"), {"code": "000000"})
        answer = door.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer.status_code == 200
    assert "Too many failed" in answer.content.decode()


def test_secrets_are_kept_locked_under_the_keys_of_the_server(family: User, settings: Any) -> None:
    secret = set_up(signed_in(family))
    app = Authenticator.objects.get(user=family, type="totp")
    kept = app.data["secret"]
    assert secret not in str(list(Authenticator.objects.values("data")))
    assert decrypt(kept) == secret
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert decrypt(kept) == secret
    # Locked anew, the key of before is not needed.
    assert relock_factors(at=timezone.now()) == 0
    settings.SECRET_KEY_FALLBACKS = []
    kept = Authenticator.objects.get(user=family, type="totp").data["secret"]
    assert decrypt(kept) == secret
    # Where the key is lost, the secret is one that nobody can know, and never the same.
    settings.SECRET_KEY = "a third"
    assert relock_factors(at=timezone.now()) == 2
    assert len({decrypt(kept), decrypt(kept), secret}) == 3


def test_nobody_changes_factors_without_saying_the_password_again(family: User) -> None:
    door = signed_in(family)
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        assert goes_to(door.get(reverse(name))) == reverse("account_reauthenticate")


def test_nor_where_the_clock_was_set_back_since(family: User) -> None:
    door, page = signed_in(family), reverse("mfa_activate_totp")
    door.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert door.get(page).status_code == 200
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        assert goes_to(door.get(page)) == reverse("account_reauthenticate")


# --- Where it is asked for ----------------------------------------------------------------------


def test_who_works_here_sets_one_up_before_anything_else(
    asked_for: None, therapist: User, admin: User, child: Child
) -> None:
    factors = reverse("mfa_index")
    door = signed_in(therapist)
    paths = [reverse("home"), reverse("child_detail", args=[child.pk]), reverse("child_list")]
    assert [goes_to(door.get(path)) for path in paths] == [factors] * 3
    assert goes_to(door.post(reverse("child_new"), {"given_name": "Una"})) == factors
    assert "this comes before everything else" in door.get(factors).content.decode()
    # The administration's own log-in is the same one.
    assert goes_to(Client().get("/admin/login/")) == reverse("account_login")
    assert goes_to(signed_in(admin).get(reverse("admin:index"))) == factors


def test_a_family_is_not_made_to(asked_for: None, family: User) -> None:
    assert signed_in(family).get(reverse("home")).status_code == 200


def test_an_organisation_can_do_without(
    asked_for: None, therapist: User, clinic: Organization
) -> None:
    Organization.objects.filter(pk=clinic.pk).update(mfa_required=False)
    assert signed_in(therapist).get(reverse("home")).status_code == 200


def test_once_shown_no_page_asks_the_tables_again(
    asked_for: None, therapist: User, settings: Any, django_assert_num_queries: Any,
) -> None:  # fmt: skip
    door = signed_in(therapist)
    set_up(door)
    assert door.get(reverse("home")).status_code == 200
    settings.SECOND_FACTOR = False
    with django_assert_num_queries(queries_of(door)):
        settings.SECOND_FACTOR = True
        door.get(reverse("home"))


def queries_of(door: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        door.get(reverse("home"))
    return len(asked)


def test_a_session_from_before_shows_it_and_cannot_take_it_off(
    asked_for: None, therapist: User
) -> None:
    before, other = signed_in(therapist), Client()
    log_in(other, therapist)
    secret = set_up(other)
    again = reverse("mfa_reauthenticate")
    paths = [reverse("home"), reverse("mfa_deactivate_totp"), reverse("account_reauthenticate")]
    assert [goes_to(before.get(path)) for path in paths] == [again] * 3
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        before.post(again, {"code": code_of(secret)})
        assert before.get(reverse("home")).status_code == 200


def test_taking_the_last_one_off_leads_to_the_next(asked_for: None, therapist: User) -> None:
    door = signed_in(therapist)
    set_up(door)
    door.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert goes_to(door.get(reverse("home"))) == reverse("mfa_index")
    assert not Event.objects.filter(by=therapist).exists()


def test_who_lost_theirs_is_let_in_again_by_an_administrator(
    therapist: User, admin: User, client_of: Door
) -> None:
    lost = signed_in(therapist)
    set_up(lost)
    assert lost.get(reverse("home")).status_code == 200

    def taken_off(person: User) -> str:
        chosen = {"action": "take_off_factors", "_selected_action": [str(person.pk)]}
        page = reverse("admin:referrals_user_changelist")
        return client_of(admin).post(page, chosen, follow=True).content.decode()

    assert "Thea Marsh signs in by password alone" in taken_off(therapist)
    assert goes_to(lost.get(reverse("home"))).startswith(reverse("account_login"))
    assert goes_to(log_in(Client(), therapist)) == reverse("home")
    assert LogEntry.objects.get().change_message == "Second factors taken off."
    assert "Thea Marsh had none." in taken_off(therapist)
    assert "Your own you take off" in taken_off(admin)
