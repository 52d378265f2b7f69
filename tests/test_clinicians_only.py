"""Does any page, file or copy of the record hold what is not for who asks for it?

Everybody who is no clinician of the child asks for every address about everything there is. That
the words are there to be found is shown by those who wrote them.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from referrals.models import Referral, User
from tests.clinicians_only import CLINICIANS, FAMILY, FATHER, NOBODY, fill, found

Door = Callable[[User], Client]
ALL = (*CLINICIANS, *NOBODY, *FATHER, *FAMILY)


@pytest.fixture
def filled(cast: Any, at_home: Referral, now: Any) -> Any:
    """The child in therapy; whatever is not for the family, the partner or the other adult is marked."""
    fill(cast, at_home, now)
    return cast


def test_an_adult_reads_nothing_of_clinicians_or_of_whom_they_are_kept_apart_from(
    filled: Any, client_of: Door
) -> None:
    words = (*CLINICIANS, *NOBODY, *FATHER)
    assert found(client_of(filled.family), words, filled.child) == {}


def test_the_other_adult_reads_nothing_of_clinicians_or_of_the_first(
    filled: Any, client_of: Door
) -> None:
    luca = User.objects.get(email="luca@example.org")
    words = (*CLINICIANS, *NOBODY, "Familythread", "Familywords", "Familyletter")
    assert found(client_of(luca), words, filled.child) == {}


def test_a_partner_to_whom_all_is_open_reads_nothing_of_clinicians_or_of_the_family(
    filled: Any, client_of: Door
) -> None:
    # How to reach who agreed stands in the letter that was sent to it.
    reach = {"fathersmail", "555-0177"}
    words = tuple(word for word in ALL if word not in reach)
    assert found(client_of(filled.partner), words, filled.child) == {}


@pytest.mark.parametrize("who", ["other_family", "stranger", "stranger_pediatrician", "admin"])
def test_a_stranger_reads_none_of_it(who: str, filled: Any, client_of: Door) -> None:
    assert found(client_of(getattr(filled, who)), ALL, filled.child) == {}


def test_those_who_wrote_it_find_every_word(filled: Any, client_of: Door) -> None:
    """Without this a walk that asks for nothing would find nothing."""
    seen = {
        word
        for person in (filled.pediatrician, filled.therapist, filled.colleague)
        for word in found(client_of(person), ALL, filled.child)
    }
    assert sorted(set(ALL) - seen) == sorted(NOBODY)
