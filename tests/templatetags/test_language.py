"""Is what was typed shown as written, and is a hard word said plainly below the page?"""

import json
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.translation import override

from referrals.models import User
from referrals.templatetags.language import page_words, said, typed
from referrals.wording import typed_by


def test_what_was_typed_in_the_readers_language_is_as_it_is() -> None:
    with override("es"):
        assert typed("Con una canción.", User(language="es")) == "Con una canción."
    assert typed("With a song.", User(language="en")) == "With a song."


def test_what_was_typed_in_another_says_so_to_eyes_and_machines() -> None:
    with override("es"):
        assert typed("With a song.", User(language="en")) == (
            '<span lang="en">With a song.</span> <small class="written-in" lang="es">en inglés</small>'
        )
    assert typed("Con una canción.", User(language="es")) == (
        '<span lang="es">Con una canción.</span> <small class="written-in" lang="en">in Spanish</small>'
    )


def test_what_was_typed_can_do_nothing() -> None:
    with override("es"):
        assert "<script>" not in typed("<script>x</script>", "en")
        assert "&lt;script&gt;" in typed("<script>x</script>", "en")
    assert typed('" onclick="x', 'en" onclick="x').count("&quot;") >= 2


def test_line_ends_are_kept_and_nothing_is_nothing() -> None:
    assert typed("One\r\ntwo\nthree", "en") == "One<br>two<br>three"
    assert typed("", "es") == typed(None, "es") == said(None) == ""


def test_a_text_of_ours_is_said_as_it_is() -> None:
    with override("es"):
        assert said("Cada día") == "Cada día"
        assert 'lang="en"' in said(typed_by("Each day", "en"))
        assert said(12) == "12"


def test_a_changed_text_keeps_its_hand() -> None:
    changed = typed_by("with a song", User(language="es")).alike("WITH A SONG")  # type: ignore[attr-defined]
    assert (changed, changed.language) == ("WITH A SONG", "es")


def explained(text: str, **context: Any) -> str:
    template = Template(
        "{% explained family %}<p title='referral'>{{ text }}</p>{% endexplained %}"
    )
    return template.render(Context({"family": True, "text": text} | context))


def test_a_hard_word_is_said_plainly_below_once() -> None:
    page = explained("The evaluation is done. The evaluation report is signed.")
    assert page.count("<dt>Evaluation</dt>") == 1
    assert "what your child can do and what is hard" in page
    with override("es"):
        assert "<dt>Evaluación</dt>" in explained("La evaluación está hecha.")


@pytest.mark.parametrize("text", ["All is well.", ""])
def test_an_easy_page_is_left_alone(text: str) -> None:
    assert explained(text) == f"<p title='referral'>{text}</p>"


def test_clinicians_are_told_nothing_they_know() -> None:
    assert "<dt>" not in explained("The evaluation is done.", family=False)


def test_the_scripts_get_what_their_page_needs() -> None:
    family, staff = json.loads(page_words(True)), json.loads(page_words(False))
    assert staff.items() < family.items()
    with override("es"):
        assert json.loads(page_words(True))["save"] == "Guardar"
    assert json.loads(page_words(True))["save"] == "Save"
