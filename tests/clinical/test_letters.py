"""Can a text of a letter hold its places and nothing else, and does what is filled in stay as it is?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.letters import FACTS, KINDS, LetterKind, faults, fill, lost

NO_SHOW = KINDS["no_show"]
WHOLE = "{child} {visit} {clinic} {phone} {interpreter}"
#: Whatever a person can type.
typed = st.text(max_size=60)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_products_own_texts_are_such_as_may_be_saved(kind: LetterKind, language: str) -> None:
    assert faults(kind, kind.subject.said(language), kind.body.said(language)) == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_every_place_says_what_it_is_filled_with(kind: LetterKind) -> None:
    assert set(kind.places) <= set(FACTS)
    assert len(set(kind.places)) == len(kind.places)


def test_no_fact_is_explained_that_no_letter_knows() -> None:
    assert set(FACTS) == {name for kind in KINDS.values() for name in kind.places}


@given(name=typed, visit=typed)
def test_what_is_typed_comes_out_as_it_was_typed(name: str, visit: str) -> None:
    facts = {"child": name, "visit": visit}
    assert fill("[{child}|{visit}|{child}]", facts) == f"[{name}|{visit}|{name}]"


@given(name=typed, place=st.sampled_from(sorted(FACTS)))
def test_a_name_that_looks_like_a_place_fetches_nothing(name: str, place: str) -> None:
    facts = dict.fromkeys(FACTS, "SECRET") | {"child": f"{{{place}}}{name}"}
    assert fill("Dear {child}", facts) == f"Dear {{{place}}}{name}"


@given(text=typed)
def test_what_was_not_refused_can_be_filled_in(text: str) -> None:
    """No text that may be saved breaks when a letter is written."""
    body = f"{WHOLE} {text}"
    if faults(NO_SHOW, "A new time", body) == []:
        filled = fill(body, dict.fromkeys(FACTS, "x"))
        assert filled.startswith("x x x x x ")


@pytest.mark.parametrize(
    "bad",
    [
        "{child.user.password}", "{child[0]}", "{child!r}", "{child:>99}", "{}", "{{child}}",
        "{0}", "{ child }", "{CHILD}", "{%s}", "}", "{", "{child", "{__class__}", "{settings}",
    ],
)  # fmt: skip
def test_anything_but_a_known_place_is_refused(bad: str) -> None:
    assert faults(NO_SHOW, "A new time", f"{WHOLE} {bad}") != []


@pytest.mark.parametrize("missing", NO_SHOW.required)
def test_a_text_without_what_must_stand_in_it_is_refused(missing: str) -> None:
    body = WHOLE.replace(f"{{{missing}}}", "")
    [said] = faults(NO_SHOW, "A new time", body)
    assert said == f"This must stand in the letter: {{{missing}}} ({FACTS[missing]})."


def test_an_unknown_place_is_named_with_those_that_are_known() -> None:
    [said] = faults(NO_SHOW, "A new time", f"{WHOLE} {{diagnoses}}")
    assert said == (
        "This letter knows no {diagnoses}. It knows: {child}, {clinic}, {date}, {interpreter}, "
        "{phone}, {place}, {recipient}, {sender}, {visit}."
    )


@pytest.mark.parametrize("mark", ["<b>now</b>", "<script>", "</p>", "&nbsp;", "&#8203;"])
def test_marks_of_another_language_are_refused(mark: str) -> None:
    assert faults(NO_SHOW, "A new time", f"{WHOLE} {mark}") == [
        "Write plain text: marks such as <b> would be read as they are typed."
    ]


@pytest.mark.parametrize("plain", ["3 < 4 > 2", "Tom & Ann", "a #let x = 1", "$x$ *bold* \\n @ref"])
def test_plain_words_are_not_taken_for_marks(plain: str) -> None:
    assert faults(NO_SHOW, "A new time", f"{WHOLE} {plain}") == []


def test_an_empty_text_is_refused() -> None:
    assert "Write a subject and a text." in faults(NO_SHOW, " ", WHOLE)


def test_a_letter_whose_words_were_changed_still_needs_its_facts() -> None:
    facts = dict.fromkeys(NO_SHOW.places, "") | {"child": "Mina Fontaine", "phone": "555 0100"}
    assert lost(NO_SHOW, facts, "For Mina", "Call\n555   0100, Mina\nFontaine.") == []
    assert lost(NO_SHOW, facts, "For Mina", "Call us.") == [
        "the child’s name: “Mina Fontaine”", "the telephone number to call: “555 0100”"
    ]  # fmt: skip
