"""Is what stands between `once` and `endonce` drawn once, of what it is told alone?"""

import re
from collections.abc import Callable

import pytest
from django.template import Context, Template
from django.utils import translation

from referrals.remembered import Later, fresh

Draw = Callable[..., str]


@pytest.fixture
def made() -> list[str]:
    """Whose page was made."""
    return []


@pytest.fixture
def draw(made: list[str]) -> Draw:
    page = Template(
        "{% load once i18n %}{{ who }}: {% once page may=rights.rate %}{% translate 'Your turn' %} {{ page }}"
        "{% if may %} {% csrf_token %} {{ csrf_token }}{% endif %}{% endonce %}"
    )

    def name(of: str) -> str:
        made.append(of)
        return of

    def drawn(of: str, *, may: bool = False, who: str = "Thea", csrf: str = "t") -> str:
        told = {"page": Later(name, of), "rights": {"rate": may}, "who": who, "csrf_token": csrf}
        return page.render(Context(told))

    return drawn


def test_the_same_page_is_made_once_and_shown_to_each(draw: Draw, made: list[str]) -> None:
    assert [draw("Ada"), draw("Bea"), draw("Ada", who="Dana")] == [
        "Thea: Your turn Ada", "Thea: Your turn Bea", "Dana: Your turn Ada",
    ]  # fmt: skip
    assert made == ["Ada", "Bea"]


def test_who_may_do_less_is_shown_less(draw: Draw) -> None:
    draw("Ada", may=True)
    assert draw("Ada") == "Thea: Your turn Ada"


def test_each_gets_their_own_token(draw: Draw, made: list[str]) -> None:
    field = '<input type="hidden" name="csrfmiddlewaretoken" value="{0}"> {0}'
    for token in ("one", "two"):
        assert draw("Ada", may=True, csrf=token) == f"Thea: Your turn Ada {field.format(token)}"
    assert made == ["Ada"]


def test_each_language_is_drawn_by_itself(draw: Draw) -> None:
    draw("Ada")
    with translation.override("es"):
        assert draw("Ada") == "Thea: Le toca a usted Ada"


def test_what_somebody_typed_stays_escaped(draw: Draw) -> None:
    assert [draw("<b>"), draw("<b>")] == ["Thea: Your turn &lt;b&gt;"] * 2


def test_a_key_is_new_each_time() -> None:
    page = Template("{% load once %}{% once key %}{{ key }} {{ key }}{% endonce %}")
    drawn = [page.render(Context({"key": fresh(0)})) for _ in range(2)]
    keys = [re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", text) for text in drawn]
    assert [len(set(pair)) for pair in keys] == [1, 1]
    assert keys[0] != keys[1]


def test_of_nothing_else_is_anything_drawn() -> None:
    page = Template(
        "{% load once %}{% once child %}{{ child }}{% if other %} and {{ other }}{% endif %}{% endonce %}"
    )
    assert page.render(Context({"child": "Ada", "other": "Bea"})) == "Ada"
