"""Does an adult of the family come in by invitation, and by that alone?"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from referrals.models import Child, Guardian, Notice, User

from .typed import an_adult

Door = Callable[[User], Client]


@pytest.fixture
def father(child: Child) -> Guardian:
    return Guardian.objects.create(
        child=child, given_name="Luc", family_name="Fontaine", relationship="father"
    )


def test_naming_and_inviting(
    client_of: Door, coordinator: User, child: Child, sent: object
) -> None:
    door = client_of(coordinator)
    typed = an_adult()
    assert door.post(reverse("guardian_add", args=[child.pk]), typed).status_code == 302
    path = reverse("guardian_invite", args=[child.pk, typed["id"]])
    assert door.post(path, {"email": "luc@example.org"}).status_code == 302
    luc = User.objects.get(email="luc@example.org")
    assert not luc.has_usable_password()
    assert Notice.objects.get(to=luc, kind="guardian_invited").path
    assert client_of(luc).get(reverse("child_detail", args=[child.pk])).status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("phone", "12", "This is not a telephone number."),
        ("given_name", "L" * 81, "at most 80 characters"),
        ("email", "luc at example", "Enter a valid email address."),
        ("relationship", "king", "Select a valid choice."),
    ],
)
def test_a_mistake_is_said_and_the_rest_shown_again(
    field: str, value: str, sentence: str, client_of: Door, pediatrician: User, child: Child
) -> None:
    page = client_of(pediatrician).post(
        reverse("guardian_add", args=[child.pk]), an_adult() | {field: value}
    )
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert 'value="Fontaine"' in page.content.decode()
    assert child.guardians.count() == 1


def test_one_address_is_one_adult(
    client_of: Door, pediatrician: User, child: Child, father: Guardian, family: User
) -> None:
    path = reverse("guardian_invite", args=[child.pk, father.pk])
    page = client_of(pediatrician).post(path, {"email": family.email.upper()})
    assert page.status_code == 422
    assert "Another adult of this child already uses this e-mail." in page.content.decode()
    father.refresh_from_db()
    assert father.user is None


def test_a_closed_account_is_not_opened_by_inviting_it(
    client_of: Door, pediatrician: User, child: Child, father: Guardian, nobody: User
) -> None:
    User.objects.filter(pk=nobody.pk).update(is_active=False)
    path = reverse("guardian_invite", args=[child.pk, father.pk])
    page = client_of(pediatrician).post(path, {"email": nobody.email})
    assert page.status_code == 422
    assert "This account is closed." in page.content.decode()


def test_an_id_used_for_another_child_is_refused(
    client_of: Door, pediatrician: User, child: Child, other_child: Child
) -> None:
    taken = other_child.guardians.get()
    path = reverse("guardian_add", args=[child.pk])
    page = client_of(pediatrician).post(path, an_adult(id=taken.pk))
    assert page.status_code == 422
    assert "already used" in page.content.decode()


def test_an_adults_hidden_contact_is_not_shown_to_the_other(
    client_of: Door, family: User, pediatrician: User, child: Child, father: Guardian
) -> None:
    Guardian.objects.filter(pk=father.pk).update(contact_hidden=True, phone="(555) 010-9999")
    path = reverse("child_detail", args=[child.pk])
    assert "010-9999" not in client_of(family).get(path).content.decode()
    assert "010-9999" in client_of(pediatrician).get(path).content.decode()
