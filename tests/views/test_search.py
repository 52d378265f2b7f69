"""Does the search find the child that is meant, and nobody else's?"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from referrals.models import Child, Diagnosis, User

Door = Callable[[User], Client]


@pytest.mark.parametrize("words", ["Mina", "mina font", "FON", "fontaine mina"])
def test_by_the_beginnings_of_names(
    words: str, client_of: Door, pediatrician: User, child: Child
) -> None:
    text = client_of(pediatrician).post(reverse("search"), {"q": words}).content.decode()
    assert reverse("child_detail", args=[child.pk]) in text


def test_by_birthday(client_of: Door, pediatrician: User, child: Child) -> None:
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%d %b %Y"):
        typed = child.date_of_birth.strftime(form)
        text = client_of(pediatrician).post(reverse("search"), {"q": typed}).content.decode()
        assert reverse("child_detail", args=[child.pk]) in text, typed


@pytest.mark.parametrize("words", ["Zelda", "Haddad", "%", "_", "ina", "2024-13-45", "x" * 120])
def test_nobody_is_found_who_is_not_meant(
    words: str, client_of: Door, pediatrician: User, child: Child, other_child: Child
) -> None:
    text = client_of(pediatrician).post(reverse("search"), {"q": words}).content.decode()
    assert "No child found" in text
    assert str(other_child.pk) not in text


def test_too_many_words_are_said_to_be(client_of: Door, pediatrician: User, child: Child) -> None:
    page = client_of(pediatrician).post(reverse("search"), {"q": "x" * 121})
    assert page.status_code == 200
    assert str(child.pk) not in page.content.decode()


def test_a_partial_answer_is_only_the_results(
    client_of: Door, pediatrician: User, child: Child
) -> None:
    door = client_of(pediatrician)
    page = door.post(reverse("search"), {"q": "Mina"}, headers={"HX-Request": "true"})
    assert "<html" not in page.content.decode()
    assert str(child.pk) in page.content.decode()


def test_the_same_search_begins_a_referral(
    client_of: Door, pediatrician: User, child: Child
) -> None:
    text = client_of(pediatrician).post(reverse("referral_new"), {"q": "Mina"}).content.decode()
    assert reverse("referral_write", args=[child.pk]) in text


def test_a_family_finds_its_own(client_of: Door, family: User, child: Child) -> None:
    text = client_of(family).post(reverse("search"), {"q": "min"}).content.decode()
    assert str(child.pk) in text


@pytest.mark.parametrize(
    ("words", "code"),
    [("R62.5", "R62.50"), ("r6250", "R62.50"), ("feeding", "R63.32"), ("motor func", "F82")],
)
def test_diagnoses_by_code_and_by_words(
    words: str, code: str, client_of: Door, pediatrician: User, diagnoses: list[Diagnosis]
) -> None:
    text = (
        client_of(pediatrician).post(reverse("diagnosis_search"), {"words": words}).content.decode()
    )
    assert code in text
    assert "F84.0" not in text
