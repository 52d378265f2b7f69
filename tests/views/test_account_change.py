"""Is a person told, and an administrator able to read, when what lets somebody in changed?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

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
