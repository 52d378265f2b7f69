"""Is what was drawn once given again only to whom would see the same?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_lazy

from referrals.models import Child
from referrals.permission import Permission
from referrals.remembered import Later, filled, forget, fresh, remembered
from referrals.wording import Typed


@dataclass
class Line:
    name: str
    times: int


@pytest.fixture
def draw() -> tuple[Callable[..., str], list[Any]]:
    """A drawing, and what it had to draw itself."""
    drawn: list[Any] = []

    @remembered(most=3)
    def line(*told: Any, **named: Any) -> str:
        drawn.append((told, named))
        return " ".join([gettext("Your turn"), *map(conditional_escape, (*told, *named.values()))])

    return line, drawn


def test_the_same_is_drawn_once(draw: tuple[Callable[..., str], list[Any]]) -> None:
    line, drawn = draw
    assert [line("Ada", Line("x", 1)), line("Ada", Line("x", 1))] == [
        "Your turn Ada Line(name=&#x27;x&#x27;, times=1)"
    ] * 2
    assert len(drawn) == 1


AT = datetime(2026, 3, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "Bea"),
        (("Ada", 1), ("Ada", 2)),
        (1, True),
        (("a", (1,)), ("a", (True,))),
        (1.0, 1),
        (Decimal("1.0"), Decimal("1.00")),
        (AT, AT.astimezone(ZoneInfo("Europe/Madrid"))),
        (Permission.SEE_CHILD, Permission.SEE_CHILD.value),
        ([1], (1,)),
    ],
)
def test_what_looks_otherwise_is_drawn_otherwise(
    draw: tuple[Callable[..., str], list[Any]], one: object, other: object
) -> None:
    line, drawn = draw
    assert [line(one), line(other)] == [
        f"Your turn {conditional_escape(one)}",
        f"Your turn {conditional_escape(other)}",
    ]
    assert len(drawn) == 2


def test_what_somebody_typed_is_escaped_though_a_safe_text_has_its_letters(
    draw: tuple[Callable[..., str], list[Any]],
) -> None:
    line, _ = draw
    assert line(mark_safe("<b>")) == "Your turn <b>"
    assert line("<b>") == "Your turn &lt;b&gt;"


def test_a_text_typed_in_another_language_is_another(
    draw: tuple[Callable[..., str], list[Any]],
) -> None:
    line, drawn = draw
    for language in ("en", "es", "es"):
        line(Typed("no", language))
    assert len(drawn) == 2


def test_a_name_is_told_from_a_place(draw: tuple[Callable[..., str], list[Any]]) -> None:
    line, drawn = draw
    line("Ada", who="Bea")
    line("Ada", child="Bea")
    line("Ada", "Bea")
    line("Ada", ("who", "Bea"))
    assert len(drawn) == 4


def test_each_language_has_its_own(draw: tuple[Callable[..., str], list[Any]]) -> None:
    line, _ = draw
    said = []
    for language in ("en", "es", "en"):
        with translation.override(language):
            said.append(line(gettext_lazy("Your turn")))
    assert said == ["Your turn Your turn", "Le toca a usted Le toca a usted", "Your turn Your turn"]


def test_each_time_zone_has_its_own() -> None:
    @remembered(most=3)
    def clock(at: datetime) -> str:
        return f"{timezone.localtime(at):%H:%M}"

    told = []
    for zone in ("Europe/Madrid", "America/New_York", "Europe/Madrid"):
        with timezone.override(zone):
            told.append(clock(AT))
    assert told == ["16:00", "10:00", "16:00"]


def test_the_one_not_asked_for_longest_goes(draw: tuple[Callable[..., str], list[Any]]) -> None:
    line, drawn = draw
    for name in ("a", "b", "c", "a", "d", "a", "b"):
        line(name)
    assert [told for (told,), _ in drawn] == ["a", "b", "c", "d", "b"]


def test_what_is_forgotten_is_drawn_anew(draw: tuple[Callable[..., str], list[Any]]) -> None:
    drawing, drawn = draw
    drawing("Nico", 1)
    forget()
    drawing("Nico", 1)
    assert len(drawn) == 2


def test_many_are_drawn_each_as_by_itself() -> None:
    drawn = []

    @remembered(most=4)
    def line(name: str, times: int) -> str:
        drawn.append(name)
        return f"{gettext('Your turn')} {name} {times}"

    alone = line("Ada", 1)
    with translation.override("es"):
        in_spanish = list(line.each([("Ada", 1), ("Ada", 2)]))
    assert list(line.each([("Bea", 1), ("Ada", 1)])) == ["Your turn Bea 1", alone]
    assert in_spanish == ["Le toca a usted Ada 1", "Le toca a usted Ada 2"]
    assert drawn == ["Ada", "Ada", "Ada", "Bea"]


def test_a_row_of_a_table_is_refused(draw: tuple[Callable[..., str], list[Any]]) -> None:
    """Two states of a child are equal to Django: what was drawn of one would be shown of the other."""
    line, drawn = draw
    with pytest.raises(TypeError, match="two of Child"):
        line(Child(given_name="Ada"))
    assert drawn == []


def test_what_is_made_later_is_known_by_what_it_is_made_of() -> None:
    made = []

    def name(given: str, family: str) -> str:
        made.append(given)
        return f"{given} {family}"

    @remembered(most=2)
    def line(who: Later[str]) -> str:
        return f"<p>{who.made()}</p>"

    told = [line(Later(name, *who)) for who in (("Ada", "Fox"), ("Bea", "Fox"), ("Ada", "Fox"))]
    assert told == ["<p>Ada Fox</p>", "<p>Bea Fox</p>", "<p>Ada Fox</p>"]
    assert made == ["Ada", "Bea"]


def test_each_key_is_new_each_time_and_the_same_at_its_places() -> None:
    drawn = f"{fresh(1)} {fresh(12)} {fresh(1)}"
    keys = iter(range(7, 11))
    assert filled(drawn, lambda: next(keys)) == "7 8 7"
    assert filled(drawn, lambda: next(keys)) == "9 10 9"
