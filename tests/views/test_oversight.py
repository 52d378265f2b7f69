"""Do the small oversights of our peers hurt here: a frozen day, an odd word, a twin, a long list?"""

import ast
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.concern import share_concern
from referrals.models import Child, Referral, User
from referrals.models.record import new_id
from tests.architecture.source import APP, imports, parse
from tests.factories.child import ChildFactory
from tests.views.typed import a_child, a_referral

Door = Callable[[User], Client]


def test_today_is_never_frozen(cast: Any, client_of: Door) -> None:
    """Epilepsy12: `default=date.today()` is the day on which the process began."""
    tomorrow = timezone.now() + timedelta(days=1)
    path = reverse("referral_write", args=[cast.child.pk])
    typed = a_referral(cast.clinic, identified_on=timezone.localdate(tomorrow).isoformat())
    assert "lies in the future" in client_of(cast.pediatrician).post(path, typed).content.decode()
    with time_machine.travel(tomorrow, tick=False):
        assert client_of(cast.pediatrician).post(path, typed).status_code == 302
        concern = share_concern(
            id=new_id(), child=cast.child, signs=["tod.sensory"], by=cast.family, at=timezone.now()
        )
    assert concern.recorded_at == tomorrow


def test_the_same_name_twice_is_asked_about_and_then_allowed(cast: Any, client_of: Door) -> None:
    """Baby Buddy: the same name twice gives a 500."""
    door = client_of(cast.pediatrician)
    again = a_child(
        given_name="Mina",
        family_name="Fontaine",
        date_of_birth=cast.child.date_of_birth.isoformat(),
    )
    page = door.post(reverse("child_new"), again)
    assert page.status_code == 422
    assert "Is it one of these?" in page.content.decode()
    assert door.post(reverse("child_new"), again | {"not_the_same": "on"}).status_code == 302
    assert Child.objects.filter(given_name="Mina").count() == 2
    assert door.get(reverse("child_list")).status_code == 200


ODD = (
    "",
    "x",
    "-1",
    "0",
    "9" * 40,
    "~",
    "9999-99-99~x",
    "2024-01-01~x",
    "'",
    "é",
    "\x00",
    "../..",
    str(new_id()),
)


def test_no_odd_word_in_an_address_breaks_a_page(
    cast: Any, client_of: Door, sent: Referral
) -> None:
    """Epilepsy12: an unknown id or sort option gives a 500."""
    door = client_of(cast.pediatrician)
    write = reverse("referral_write", args=[cast.child.pk])
    detail = reverse("child_detail", args=[cast.child.pk])
    asked = [
        (reverse("home"), ("as",)), (reverse("referral_list"), ("show", "after", "sort")),
        (reverse("child_list"), ("after", "sort", "page")), (reverse("search"), ("q",)),
        (reverse("referral_new"), ("child",)), (write, ("draft", "concern", "follows")),
        (detail, ("show",)),
    ]  # fmt: skip
    for path, names in asked:
        for name in names:
            for odd in ODD:
                assert door.get(path, {name: odd}).status_code in (200, 302), (path, name, odd)
    for odd in ODD:
        for name in ("search", "referral_new", "diagnosis_search", "organization_search"):
            assert (
                door.post(
                    reverse(name), {"q": odd, "words": odd, "clinic": odd, "place_words": odd}
                ).status_code
                == 200
            ), (
                name,
                odd,
            )
        for key in (
            "id",
            "version",
            "clinic",
            "place_words",
            "signs",
            "concern",
            "follows",
            "diagnoses",
            "do",
        ):
            typed = a_referral(cast.clinic, **{key: odd})
            assert door.post(write, typed).status_code in (302, 409, 422), (key, odd)
    for name in ("child_detail", "concern_detail", "referral_detail"):
        for other in (new_id(), sent.pk, cast.other_child.pk):
            assert door.get(reverse(name, args=[other])).status_code in (200, 404)


# --- Pages that stay small and quick ----------------------------------------------------------


def test_the_navigation_is_the_same_with_one_child_and_with_sixty(
    cast: Any, client_of: Door, now: Any
) -> None:
    """Baby Buddy: every child in the navigation of every page, 22 MB at 20,000 children."""
    door = client_of(cast.pediatrician)

    def frame() -> bytes:
        before, rest = door.get(reverse("search")).content.split(b"<main", 1)
        return before.split(b"<body", 1)[1] + rest.split(b"</main>", 1)[1]

    few = len(frame())
    for _ in range(59):
        ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now)
    assert len(frame()) == few


CALLING = {"socket", "ssl", "http", "urllib", "requests", "httpx", "smtplib", "ftplib", "aiohttp"}


def calling(tree: ast.Module) -> list[str]:
    return [name for _, name in imports(tree) if name.split(".")[0] in CALLING]


def test_migrations_and_tables_call_nobody() -> None:
    """Epilepsy12: migrations and `save()` that call the network."""
    for folder in ("migrations", "models"):
        for path in sorted((APP / folder).glob("*.py")):
            assert calling(parse(path)) == [], path.name
    assert calling(ast.parse("import requests\nfrom urllib.request import urlopen")) != []
