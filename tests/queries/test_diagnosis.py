"""Does whoever types a code or words of a title find the codes that are meant?"""

import pytest

from referrals.queries.diagnosis import find_diagnoses

pytestmark = pytest.mark.usefixtures("diagnoses")


def codes(text, **how):
    return [diagnosis.code for diagnosis in find_diagnoses(text, **how)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("F82", ["F82"]),
        ("f82", ["F82"]),
        ("R27", ["R27.8", "R27.9"]),
        ("R27.8", ["R27.8"]),
        ("r278", ["R27.8"]),
        ("R62.5", ["R62.50"]),
        ("R6250", ["R62.50"]),
        ("autistic", ["F84.0"]),
        ("AUTIST", ["F84.0"]),
        ("coordination lack", ["R27.8", "R27.9"]),
        ("lack of coord", ["R27.8", "R27.9"]),
        ("feeding chronic", ["R63.32"]),
        ("feeding autistic", []),
        ("nonsense", []),
        ("", []),
        ("x", []),
        ("%", []),
        ("__", []),
        ("-.", []),
    ],
)
def test_a_code_or_words_find(text, found):
    assert codes(text) == found


def test_a_heading_nobody_can_be_billed_for_stands_behind_the_codes():
    assert codes("R62") == ["R62.50", "R62"]
    assert codes("normal physiological development") == ["R62.50", "R62"]


def test_codes_come_before_titles():
    assert codes("f8")[:3] == ["F82", "F84.0", "F88"]


def test_no_more_than_asked_for():
    assert len(codes("development", most=2)) == 2


def test_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        codes("lack of coordination")
