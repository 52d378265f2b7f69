"""Does an administrator save each list as it is searched and filtered, and is that written down?"""

import csv
from codecs import BOM_UTF8
from datetime import timedelta
from io import StringIO
from urllib.parse import quote

import pytest
import time_machine
from django.db.models import Model
from django.db.models.signals import post_init
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from pytest_django import Settings

from referrals.models import Child, Export, Referral, User
from referrals.models.event import RecordView
from tests.conftest import Cast
from tests.factories.person import PASSWORD

from .test_pages import EVERYTHING, address


def saved(site: Client, model: type[Model], query: str = "", form: str = "csv") -> list[list[str]]:
    answer = site.get(address(model, "save", form) + query)
    assert answer.status_code == 200
    content: bytes = answer.getvalue()
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("model", EVERYTHING)
def test_every_list_is_saved(model: type[Model], site: Client, every_room: None) -> None:
    assert len(saved(site, model)) > 1
    assert Export.objects.filter(list_name=model._meta.model_name).count() == 1


def test_what_is_searched_for_is_what_is_saved(site: Client, cast: Cast) -> None:
    assert [row[0] for row in saved(site, Child, "?q=mina")] == ["child", "Mina Fontaine"]


def test_each_child_of_it_has_it_in_its_log_of_looks(
    site: Client, admin: User, sent: Referral, cast: Cast
) -> None:
    saved(site, Referral)
    look = RecordView.objects.get(user=admin)
    assert (look.child, look.role, look.page) == (cast.child, "admin", "export_referral")


def test_who_was_changed_while_the_list_was_written_has_it_there_too(
    site: Client, admin: User, cast: Cast
) -> None:
    def renamed(instance: Child, **_: object) -> None:
        Child.objects.filter(pk=instance.pk).update(given_name="Moana")

    post_init.connect(renamed, sender=Child)  # while the row is read
    try:
        rows = saved(site, Child, "?q=mina")
    finally:
        post_init.disconnect(renamed, sender=Child)
    assert [row[0] for row in rows] == ["child", "Mina Fontaine"]
    looks = RecordView.objects.filter(user=admin, page="export_child")
    assert [look.child_id for look in looks] == [cast.child.pk]


def test_a_name_is_never_a_formula(site: Client, cast: Cast) -> None:
    Child.objects.filter(pk=cast.child.pk).update(given_name="=1+1")
    assert "'=1+1 Fontaine" in [row[0] for row in saved(site, Child)]


def test_others_save_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.therapist)
    assert client.get(address(Child, "save", "csv")).status_code == 302
    assert not Export.objects.exists()


def test_it_is_saved_only_by_who_showed_who_they_are_lately(
    admin: User, cast: Cast, settings: Settings
) -> None:
    settings.REAUTHENTICATION_MINUTES = 15
    door, begun, path = Client(), timezone.now(), address(Child, "save", "csv")
    door.post(reverse("account_login"), {"login": admin.email, "password": PASSWORD})
    with time_machine.travel(begun + timedelta(minutes=16)):
        asked = door.get(path)["Location"]
        assert asked == f"{reverse('account_reauthenticate')}?next={quote(path, safe='')}"
        assert (Export.objects.count(), RecordView.objects.count()) == (0, 0)
        door.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": path})
        assert door.get(path).getvalue().startswith(BOM_UTF8)


@pytest.mark.parametrize("model", EVERYTHING)
def test_every_list_asks_again(model: type[Model]) -> None:
    assert hasattr(resolve(address(model, "save", "csv")).func, "asks_again")
