"""Does an invitation let one person in, once, and not for long?"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.guardian import add_guardian, invite_guardian
from referrals.actions.invitation import invite_person, withdraw_invitation
from referrals.actions.notice import deliver_notices
from referrals.models import Child, Invitation, Notice, User
from tests.actions.outcome import outrun, refused
from tests.conftest import Cast
from tests.factories.person import UserFactory

WORD = "larch-otter-canoe-7"
LIST = "admin:referrals_invitation_changelist"


@pytest.fixture(autouse=True)
def noon(cast: Cast, now: datetime) -> Iterator[None]:
    """By day, when no e-mail waits for the end of a quiet hour."""
    with time_machine.travel(now + timedelta(days=1)):
        yield


@pytest.fixture
def ida(cast: Cast) -> User:
    """Somebody new, without a password."""
    person = UserFactory(given_name="Ida", family_name="Bell", email="ida@example.org")
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return person


def delivered() -> str:
    """The path of the link in the e-mail that went last."""
    deliver_notices(at=timezone.now())
    found = re.search(
        r"https?://[^/\s]+(/\S*)",
        [m for m in mail.outbox if m.to == ["ida@example.org"]][-1].body,
    )
    assert found is not None
    return found.group(1)


def follow(link: str) -> Any:
    """The page behind the link, in a browser of its own, and the browser."""
    browser = Client()
    return browser.get(link, follow=True), browser


def use(link: str) -> Any:
    answer, browser = follow(link)
    return browser.post(
        answer.redirect_chain[-1][0], {"password1": WORD, "password2": WORD}, follow=True
    )


def opens(link: str) -> bool:
    return b"password1" in follow(link)[0].content


def test_a_link_lets_in_once(cast: Cast, ida: User) -> None:
    invitation = invite_person(person=ida, by=cast.admin, at=timezone.now())
    link = delivered()
    assert "key" in link
    use(link)
    ida.refresh_from_db()
    invitation.refresh_from_db()
    assert ida.check_password(WORD)
    assert invitation.used_at is not None
    assert not opens(link)


def test_no_link_lies_anywhere_but_in_the_e_mail(cast: Cast, ida: User) -> None:
    invitation = invite_person(person=ida, by=cast.admin, at=timezone.now())
    key = delivered().rstrip("/").split("-", 1)[1]
    assert Notice.objects.get(kind="person_invited").path == reverse("home")
    stored = str(Invitation.objects.filter(pk=invitation.pk).values().get())
    assert key not in stored


def test_it_holds_three_days(cast: Cast, ida: User) -> None:
    begun = timezone.now()
    invite_person(person=ida, by=cast.admin, at=begun)
    link = delivered()
    length = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    with time_machine.travel(begun + length - timedelta(minutes=1), tick=False):
        assert opens(link)
    with time_machine.travel(begun + length + timedelta(minutes=1), tick=False):
        assert not opens(link)


def test_a_clock_that_was_set_back_makes_it_no_longer(cast: Cast, ida: User) -> None:
    begun = timezone.now()
    invite_person(person=ida, by=cast.admin, at=begun)
    link = delivered()
    length = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    with time_machine.travel(begun - length - timedelta(minutes=1), tick=False):
        assert not opens(link)
    with time_machine.travel(begun - length + timedelta(minutes=1), tick=False):
        assert opens(link)


def test_a_second_one_ends_the_first(cast: Cast, ida: User) -> None:
    first = invite_person(person=ida, by=cast.admin, at=timezone.now())
    link = delivered()
    invite_person(person=ida, by=cast.admin, at=timezone.now())
    first.refresh_from_db()
    assert not first.is_open
    assert not opens(link)
    assert opens(delivered())


def test_withdrawn_it_opens_nothing(cast: Cast, ida: User) -> None:
    invitation = invite_person(person=ida, by=cast.admin, at=timezone.now())
    link = delivered()
    withdraw_invitation(invitation=invitation, by=cast.admin, at=timezone.now())
    assert not opens(link)
    with outrun("used or withdrawn already"):
        withdraw_invitation(invitation=invitation, by=cast.admin, at=timezone.now())


def test_withdrawn_before_it_went_no_link_goes(cast: Cast, ida: User) -> None:
    invitation = invite_person(person=ida, by=cast.admin, at=timezone.now())
    withdraw_invitation(invitation=invitation, by=cast.admin, at=timezone.now())
    assert "key" not in delivered()


def test_an_adult_of_a_child_has_one_too(child: Child, pediatrician: User, now: datetime) -> None:
    adult = add_guardian(
        child=child, given_name="Luc", family_name="Roy", relationship="father", by=pediatrician,
        at=now,
    )  # fmt: skip
    for _ in range(2):
        invite_guardian(guardian=adult, email="luc@example.org", by=pediatrician, at=now)
    told = Invitation.objects.filter(person__email="luc@example.org").order_by("pk")
    assert [(one.is_open, one.invited_by) for one in told] == [
        (False, pediatrician), (True, pediatrician),
    ]  # fmt: skip


def test_who_has_a_password_needs_none(cast: Cast, child: Child, now: datetime) -> None:
    with refused(None, "Thea Marsh has a password already"):
        invite_person(person=cast.therapist, by=cast.admin, at=now)
    guardian = child.guardians.get()
    invite_guardian(guardian=guardian, email=cast.family.email, by=cast.pediatrician, at=now)
    assert not Invitation.objects.exists()
    assert User.objects.get(pk=cast.family.pk).has_usable_password()


def test_nor_is_a_closed_account_opened(cast: Cast, ida: User, now: datetime) -> None:
    User.objects.filter(pk=ida.pk).update(is_active=False)
    with refused(None, "The account of Ida Bell is closed."):
        invite_person(person=ida, by=cast.admin, at=now)


def test_only_an_administrator_invites_and_withdraws(cast: Cast, ida: User, now: datetime) -> None:
    invitation = invite_person(person=ida, by=cast.admin, at=now)
    with refused(None, "Only an administrator can do this."):
        invite_person(person=ida, by=cast.pediatrician, at=now)
    with refused(None, "Only an administrator can do this."):
        withdraw_invitation(invitation=invitation, by=cast.pediatrician, at=now)


# --- In the administration ----------------------------------------------------------------------


def test_the_office_invites_again_withdraws_and_sees_how_it_stands(
    cast: Cast, ida: User, client_of: Callable[[User], Client]
) -> None:
    office = client_of(cast.admin)

    def act(room: str, action: str, pk: Any) -> str:
        chosen = {"action": action, "_selected_action": [str(pk)]}
        page = reverse(f"admin:referrals_{room}_changelist")
        return office.post(page, chosen, follow=True).content.decode()

    def listed() -> str:
        return office.get(reverse(LIST)).content.decode()

    assert "Ida Bell gets a link by e-mail." in act("user", "invite", ida.pk)
    assert "waits to be sent" in listed()
    deliver_notices(at=timezone.now())
    assert "holds until" in listed()
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert "expired" in client_of(cast.admin).get(reverse(LIST)).content.decode()
    assert "gets a link" in act("invitation", "invite_again", Invitation.objects.get().pk)
    last = Invitation.objects.first()
    assert last is not None
    assert "is withdrawn." in act("invitation", "withdraw", last.pk)
    assert "used or withdrawn already" in act("invitation", "withdraw", last.pk)
    assert "has a password already" in act("user", "invite", cast.therapist.pk)
