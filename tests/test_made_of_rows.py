"""Is what is made of a row made anew as soon as the database says anything else, and for each who looks?"""

from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from django.db.models import QuerySet
from django.utils import timezone, translation

from referrals.models import Child
from referrals.prepared import MOST_LOOKS, MOST_ROWS, Making, prepared
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Label:
    """What is made here, and of what it was made so far."""

    name: str
    for_whom: str

    made: ClassVar[list[str]] = []


def label(row: Any, for_whom: str) -> Label:
    Label.made.append(f"{row.given_name} for {for_whom}")
    return Label(row.given_name, for_whom)


@prepared
def named(practice: Any) -> QuerySet[Any]:
    found = Child.objects.filter(practice=practice).order_by("given_name")
    return found.values_list("given_name", "date_of_birth", named=True)


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> Any:
    kept = type(Making._kept)()
    monkeypatch.setattr(Making, "_kept", kept)
    monkeypatch.setattr(Label, "made", [])
    return kept


@pytest.fixture
def made_as_anew() -> None:
    """Here it is counted what is made: nothing is made beside it to compare."""


def look(cast: Cast, for_whom: str = "Ada") -> list[str]:
    answer = named(cast.practice.pk, made=Making(label, (for_whom,)))
    assert {one.for_whom for one in answer} <= {for_whom}
    return [one.name for one in answer]


def test_of_a_row_that_stayed_nothing_is_made_again(cast: Cast) -> None:
    first = look(cast)
    assert look(cast) == first
    assert Label.made == [f"{name} for Ada" for name in first]


def test_of_a_row_that_changed_it_is_made_anew_and_of_no_other(cast: Cast) -> None:
    before = look(cast)
    Child.objects.filter(pk=cast.child.pk).update(given_name="Aaron")
    after = look(cast)
    assert set(after) - set(before) == {"Aaron"}
    assert Label.made[len(before) :] == ["Aaron for Ada"]


def test_another_who_looks_gets_what_is_made_for_them(cast: Cast) -> None:
    names = look(cast)
    look(cast, "Sam")
    assert Label.made == [f"{n} for Ada" for n in names] + [f"{n} for Sam" for n in names]


def test_in_another_language_or_time_zone_it_is_made_anew(cast: Cast) -> None:
    names = look(cast)
    with translation.override("es"):
        look(cast)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        look(cast)
    assert Label.made == [f"{name} for Ada" for name in names] * 3


def test_what_is_no_longer_asked_for_is_not_seen(cast: Cast) -> None:
    assert cast.child.given_name in look(cast)
    Child.objects.filter(pk=cast.child.pk).update(practice=cast.clinic)
    assert cast.child.given_name not in look(cast)


def test_so_much_is_remembered_and_no_more(cast: Cast, nothing_remembered: Any) -> None:
    for n in range(MOST_LOOKS + 5):
        look(cast, f"person {n}")
    assert len(nothing_remembered) == MOST_LOOKS

    making = Making(label, ("Ada",))
    for page in range(5):
        rows = tuple((f"{page}.{n}",) for n in range(MOST_ROWS))
        assert len(making.of(rows, lambda rows: [Row(name) for (name,) in rows])) == MOST_ROWS
    assert max(len(kept) for kept in nothing_remembered.values()) == MOST_ROWS


@dataclass(frozen=True)
class Row:
    given_name: str
