"""Is a person told, and an administrator able to read, when what lets somebody in changed?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from referrals.actions.account import note_failure
from referrals.actions.notice import deliver_notices
from referrals.actions.second_factor import forget_factors
from referrals.models import AccountChange, User
from tests.views.test_second_factor import PASSWORD, log_in, set_up, signed_in

Door = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _uncounted(cast: Any) -> None:
    cache.clear()


@pytest.fixture
def set_up_app(django_capture_on_commit_callbacks: Any) -> Callable[[Client], str]:
    """An app set up, and all done that waits for its commit."""

    def done(door: Client) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            return set_up(door)

    return done


def kinds(person: User) -> list[str]:
    """What happened to the account, the first of it first."""
    found = AccountChange.objects.filter(person=person).order_by("id")
    return list(found.values_list("kind", flat=True))


def told(mailoutbox: Any, person: User) -> list[str]:
    deliver_notices(at=timezone.now())
    ours = (mail.body for mail in mailoutbox if mail.to == [person.email])
    return [body for body in ours if "/accounts/devices/" in body]


def test_a_factor_that_comes_and_goes_is_told_of(
    family: User, mailoutbox: Any, set_up_app: Callable[[Client], str]
) -> None:
    door = signed_in(family)
    secret = set_up_app(door)
    codes = door.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    door.post(reverse("mfa_deactivate_totp"))
    assert kinds(family) == ["signed_in", "app_added", "app_removed"]
    mails = told(mailoutbox, family)
    assert len(mails) == 2
    assert "An authenticator app was set up." in mails[0]
    assert "The authenticator app was taken off." in mails[1]
    assert not any(hidden in mail for mail in mails for hidden in (secret, *codes, PASSWORD))


def test_in_the_persons_own_language(
    family: User, mailoutbox: Any, set_up_app: Callable[[Client], str]
) -> None:
    User.objects.filter(pk=family.pk).update(language="es")
    family.refresh_from_db()
    set_up_app(signed_in(family))
    assert "Se configuró una aplicación" in told(mailoutbox, family)[0]


@pytest.mark.parametrize("again", [False, True])
def test_a_recovery_code_that_was_used_is_told_of(
    family: User, mailoutbox: Any, again: bool
) -> None:
    door = signed_in(family)
    set_up(door)
    code = door.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    if again:
        door.post(reverse("mfa_reauthenticate"), {"code": code})
    else:
        other = Client()
        log_in(other, family)
        other.post(reverse("mfa_authenticate"), {"code": code})
    assert "code_used" in kinds(family)
    assert any("A recovery code was used." in mail for mail in told(mailoutbox, family))


def test_a_new_password_is_told_of_at_night_too(family: User, mailoutbox: Any) -> None:
    door = signed_in(family)
    with time_machine.travel(timezone.now().replace(hour=6) + timedelta(days=1)):  # in New York
        log_in(door, family)
        new = {
            "oldpassword": PASSWORD,
            "password1": "alder-heron-22",
            "password2": "alder-heron-22",
        }
        door.post(reverse("account_change_password"), new)
        assert "A new password was chosen." in told(mailoutbox, family)[0]


def test_an_administrator_reads_it_and_no_secret_of_it(
    family: User, admin: User, client_of: Door, set_up_app: Callable[[Client], str]
) -> None:
    secret = set_up_app(signed_in(family))
    page = reverse("admin:referrals_accountchange_changelist")
    shown = client_of(admin).get(page, {"person__id__exact": str(family.pk)}).content.decode()
    assert "An authenticator app was set up." in shown
    assert secret not in shown


def test_who_took_a_factor_off_stands_beside_it(family: User, admin: User, mailoutbox: Any) -> None:
    Authenticator.objects.create(user=family, type="totp", data={"secret": "locked"})
    forget_factors(person=family, by=admin, at=timezone.now())
    assert AccountChange.objects.get().by == admin
    assert len(told(mailoutbox, family)) == 1


def test_devices_that_were_signed_out_stand_there_and_nobody_is_written_to(
    family: User, mailoutbox: Any
) -> None:
    signed_in(family)
    door = Client()
    log_in(door, family)
    door.post(reverse("sign_in_list"), {"which": "others"})
    assert kinds(family)[-1] == "sessions_ended"
    assert told(mailoutbox, family) == []


def test_when_a_password_was_chosen_no_other_system_is_told(family: User) -> None:
    door = signed_in(family)
    before = User.objects.get(pk=family.pk).row_changed_at
    new = {"oldpassword": PASSWORD, "password1": "alder-heron-22", "password2": "alder-heron-22"}
    door.post(reverse("account_change_password"), new)
    assert User.objects.get(pk=family.pk).check_password("alder-heron-22")
    assert User.objects.get(pk=family.pk).row_changed_at == before


def test_a_log_out_stands_there(family: User) -> None:
    door = signed_in(family)
    door.post(reverse("account_logout"))
    door.post(reverse("account_logout"))
    assert kinds(family) == ["signed_in", "signed_out"]


def wrong(email: str, times: int = 1) -> None:
    """Somebody tries, from as many machines."""
    for _ in range(times):
        cache.clear()
        Client().post(reverse("account_login"), {"login": email, "password": "not-this-one"})


def test_failed_log_ins_stand_there_once_an_hour_and_nobody_is_said_to_have_done_it(
    family: User, mailoutbox: Any
) -> None:
    begun = timezone.now()
    for minutes in (0, 1, 59, 61, 62):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=False):
            wrong(family.email.upper(), 2)
    found = AccountChange.objects.filter(person=family).order_by("at")
    assert list(found.values_list("kind", "by", "at")) == [
        ("sign_in_failed", None, begun), ("sign_in_failed", None, begun + timedelta(minutes=61)),
    ]  # fmt: skip
    assert told(mailoutbox, family) == []


def test_of_an_address_that_is_nobodys_nothing_stands_anywhere(cast: Any) -> None:
    wrong("who@example.org", 3)
    assert AccountChange.objects.count() == 0


def test_the_database_does_the_same_for_every_failure(family: User) -> None:
    """A known account's first and second failure, and one of nobody."""
    costs = []
    for email in (family.email, family.email, "who@example.org"):
        cache.clear()
        with CaptureQueriesContext(connection) as cost:
            note_failure(email=email, kind="sign_in_failed", at=timezone.now())
        done = [one["sql"].split()[0] for one in cost]
        costs.append([one for one in done if one not in ("RELEASE", "ROLLBACK")])
    assert costs[0] == costs[1] == costs[2]
    assert AccountChange.objects.count() == 1


def test_a_wrong_code_stands_there(family: User) -> None:
    set_up(signed_in(family))
    other = Client()
    log_in(other, family)
    other.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert kinds(family)[-1] == "factor_failed"


def test_an_administrator_reads_of_failures(family: User, admin: User, client_of: Door) -> None:
    wrong(family.email)
    page = reverse("admin:referrals_accountchange_changelist")
    shown = client_of(admin).get(page, {"person__id__exact": str(family.pk)}).content.decode()
    assert "A wrong password was typed" in shown
