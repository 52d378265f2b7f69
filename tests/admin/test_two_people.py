"""Is the second of two administrators who save the same page told so, and do the first one's words stand?"""

from typing import Any, Final

import pytest
from django.contrib import admin as django_admin
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client

from referrals.models import (
    Child,
    ClosedDays,
    Guardian,
    Membership,
    Organization,
    OwnActivity,
    OwnGoal,
    OwnInstrument,
    OwnPayer,
    User,
)
from tests.conftest import Cast
from tests.factories.shelf import own_instrument
from tests.load.visitor import Answer

from .test_pages import a_row, address

#: What each of the two types, and into which field.
WORDS: Final[dict[type[Model], tuple[str, str, str]]] = {
    Child: ("given_name", "Minna", "Mira"),
    ClosedDays: ("label", "Summer", "Holidays"),
    Guardian: ("given_name", "Nora", "Nell"),
    Membership: ("until_0", "2031-01-01", "2032-02-02"),
    Organization: ("name", "Harbor Street", "Harbor Lane"),
    OwnActivity: ("title", "Buttons first", "Zips first"),
    OwnGoal: ("title", "Buttons her coat", "Zips her coat"),
    OwnInstrument: ("name", "A first test", "A second test"),
    OwnPayer: ("name", "First Health", "Second Health"),
    User: ("given_name", "Nora", "Nell"),
}
TOLD: Final = "Somebody else has changed these details meanwhile."


def opened(site: Client, row: Model) -> tuple[str, dict[str, str]]:
    """Where the page of a row is sent, and what with nothing changed."""
    path = address(type(row), "change", row.pk)
    sent = Answer(200, path, site.get(path).content.decode()).forms(path)
    return path, max(sent, key=lambda form: len(form.fields)).fields


def both(site: Client, row: Model, field: str, first: str, second: str) -> tuple[str, Any]:
    """What the second is answered: both had opened the page before one of them saved it."""
    path, shown = opened(site, row)
    more = {field.replace("_0", "_1"): "10:00:00"} if field.endswith("_0") else {}
    saved = site.post(path, shown | more | {field: first})
    assert saved.status_code == 302, saved.context["errors"]
    return path, site.post(path, shown | more | {field: second})


def test_these_and_no_others_can_be_changed(admin: User, every_room: None) -> None:
    asked = HttpRequest()
    asked.user = admin
    rooms = django_admin.site._registry.items()
    assert {
        model for model, room in rooms if room.has_change_permission(asked, a_row(model))
    } == set(WORDS)


@pytest.mark.parametrize("model", WORDS, ids=lambda model: model.__name__)
def test_the_second_is_told_and_what_the_first_saved_stands(
    model: type[Model], site: Client, every_room: None
) -> None:
    field, first, second = WORDS[model]
    row = a_row(model)
    _path, answer = both(site, row, field, first, second)
    assert answer.status_code == 200
    said = answer.content.decode()
    assert TOLD in said
    assert f'value="{second}"' in said
    assert opened(site, row)[1][field] == first


def test_and_may_then_keep_theirs(site: Client, cast: Cast) -> None:
    path, answer = both(site, cast.clinic, "name", "Harbor Street", "Harbor Lane")
    assert "Name: “Harbor Street”" in answer.content.decode()
    sent = Answer(200, path, answer.content.decode()).forms(path)
    assert site.post(path, max(sent, key=lambda form: len(form.fields)).fields).status_code == 302
    assert Organization.objects.get(pk=cast.clinic.pk).name == "Harbor Lane"


def test_of_a_row_within_a_page_too(site: Client, cast: Cast) -> None:
    test = own_instrument(cast.clinic)
    scale = next(name for name in opened(site, test)[1] if name.endswith("-0-label"))
    _path, answer = both(site, test, scale, "First scale", "Second scale")
    assert TOLD in answer.content.decode()
    assert opened(site, test)[1][scale] == "First scale"
