"""How does somebody come in, come back to where they were, and stay out?"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.models import Membership, User
from tests.factories.person import PASSWORD

Door = Callable[[User], Client]


def sign_in(client: Client, user: User, **fields: str) -> Any:
    return client.post(
        reverse("account_login"), {"login": user.email, "password": PASSWORD} | fields
    )


def test_signing_in_leads_back_to_what_was_asked_for(
    client: Client, pediatrician: User, child: Any
) -> None:
    path = reverse("child_detail", args=[child.pk])
    first = client.get(path)
    assert first["Location"] == f"{reverse('account_login')}?next={path}"
    page = client.get(first["Location"]).content.decode()
    assert f'name="next" value="{path}"' in page
    assert sign_in(client, pediatrician, next=path)["Location"] == path
    assert client.get(path).status_code == 200


def test_signing_in_never_leads_elsewhere(client: Client, pediatrician: User) -> None:
    answer = sign_in(client, pediatrician, next="https://example.com/")
    assert answer["Location"] == reverse("home")


def test_a_wrong_password_says_no_more_than_that(client: Client, pediatrician: User) -> None:
    cache.clear()
    known = sign_in(client, pediatrician, password="not-this-one").content.decode()
    unknown = client.post(
        reverse("account_login"), {"login": "who@example.org", "password": "not-this-one"}
    ).content.decode()
    for text in (known, unknown):
        assert "not correct" in text
        assert "not-this-one" not in text


def test_many_wrong_passwords_are_stopped(client: Client, pediatrician: User) -> None:
    cache.clear()
    for _ in range(12):
        answer = sign_in(client, pediatrician, password="not-this-one")
    assert answer.status_code == 429 or "Too many" in answer.content.decode()
    assert sign_in(client, pediatrician).status_code != 302
    cache.clear()


def test_who_is_stopped_stays_so_however_many_others_are_counted(
    client: Client, pediatrician: User
) -> None:
    cache.clear()
    for _ in range(12):
        sign_in(client, pediatrician, password="not-this-one")
    for n in range(400):
        cache.add(f"guesses:{n}", 1, 300)
    assert sign_in(client, pediatrician).status_code != 302
    cache.clear()


def test_of_two_machines_behind_one_proxy_only_the_one_that_guesses_is_stopped(
    pediatrician: User, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    cache.clear()
    here, there = (Client(headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in (7, 8))
    for n in range(31):
        here.post(reverse("account_login"), {"login": f"{n}@example.org", "password": "guessed"})
    assert sign_in(here, pediatrician).status_code == 429
    assert sign_in(there, pediatrician).status_code == 302
    cache.clear()


def test_neither_limits_nor_a_forgotten_password_tell_who_has_an_account(
    pediatrician: User,
) -> None:
    """Each from a browser and a count of its own, as two strangers would ask."""

    def told(email: str) -> list[Any]:
        cache.clear()
        door, answers = Client(), []
        for _ in range(7):
            typed = {"login": email, "password": "not-this-one"}
            answers.append(door.post(reverse("account_login"), typed))
        forgotten = reverse("account_reset_password")
        answers.extend(door.post(forgotten, {"email": email}) for _ in range(7))
        cache.clear()
        seen = [(a.status_code, a.headers.get("Location", ""), a.content.decode()) for a in answers]
        return [
            (status, to, re.sub(r'csrf[^>]*>|"X-CSRFToken[^}]*', "", text.replace(email, "")))
            for status, to, text in seen
        ]

    known, unknown = told(pediatrician.email), told("who@example.org")
    assert known == unknown
    assert "Too many" in known[6][2]
    assert {status for status, *_ in known[7:]} == {302, 429}


def test_a_link_for_a_forgotten_password_holds_once_and_three_days(pediatrician: User) -> None:
    cache.clear()
    Client().post(reverse("account_reset_password"), {"email": pediatrician.email})
    found = re.search(r"https?://[^/\s]+(/\S*key\S*)", str(mail.outbox[-1].body))
    assert found is not None
    link, word = found.group(1), "larch-otter-canoe-7"

    def opened(door: Client) -> Any:
        return door.get(link, follow=True)

    def opens() -> bool:
        return "password1" in opened(Client()).content.decode()

    assert opens()
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert not opens()
    door = Client()
    door.post(opened(door).redirect_chain[-1][0], {"password1": word, "password2": word})
    pediatrician.refresh_from_db()
    assert pediatrician.check_password(word)
    assert not opens()


def test_nobody_signs_up(client: Client, db: None) -> None:
    typed = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), typed)
    assert not User.objects.filter(email="new@example.org").exists()


def test_who_has_left_is_out_at_once(client_of: Door, therapist: User, sent: Any) -> None:
    door = client_of(therapist)
    path = reverse("referral_detail", args=[sent.pk])
    assert door.get(path).status_code == 200
    Membership.objects.filter(user=therapist).update(until=timezone.now())
    assert door.get(path).status_code == 404
    User.objects.filter(pk=therapist.pk).update(is_active=False)
    assert door.get(path).status_code == 302


def test_an_expired_session_is_led_to_the_log_in(
    client_of: Door, pediatrician: User, child: Any
) -> None:
    door = client_of(pediatrician)
    path = reverse("child_detail", args=[child.pk])
    with time_machine.travel(timezone.now() + timedelta(hours=13), tick=False):
        answer = door.get(path)
    assert answer["Location"].startswith(reverse("account_login"))


def test_an_autosave_without_a_session_is_led_to_the_log_in(client: Client, child: Any) -> None:
    answer = client.post(
        reverse("referral_write", args=[child.pk]), {}, headers={"X-Autosave": "1"}
    )
    assert answer["Location"].startswith(reverse("account_login"))


def test_private_pages_are_kept_in_no_cache(
    client_of: Door, pediatrician: User, child: Any
) -> None:
    page = client_of(pediatrician).get(reverse("child_detail", args=[child.pk]))
    assert page["Cache-Control"] == "no-store, private"
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]


def test_signing_out_is_a_click_that_no_link_can_make(client_of: Door, pediatrician: User) -> None:
    door = client_of(pediatrician)
    door.get(reverse("account_logout"))
    assert door.get(reverse("home")).status_code == 200
    door.post(reverse("account_logout"))
    assert door.get(reverse("home")).status_code == 302


def test_the_first_page_begins_with_what_is_owed(client: Client, pediatrician: User) -> None:
    page = client.post(
        reverse("account_login"), {"login": pediatrician.email, "password": PASSWORD}, follow=True
    )
    assert page.redirect_chain == [(reverse("home"), 302)]
    assert 'class="note' not in page.content.decode()


def test_somebody_without_a_password_chooses_one_where_others_change_theirs(
    nobody: User, client_of: Door
) -> None:
    nobody.set_unusable_password()
    nobody.save(update_fields=["password"])
    inside = client_of(nobody)
    answer = inside.get(reverse("account_change_password"))
    assert answer["Location"] == reverse("account_set_password")
    assert "Choose a password" in inside.get(answer["Location"]).content.decode()
    word = "larch-otter-canoe-7"
    inside.post(reverse("account_set_password"), {"password1": word, "password2": word})
    nobody.refresh_from_db()
    assert nobody.check_password(word)
