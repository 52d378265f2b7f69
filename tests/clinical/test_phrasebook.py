"""Are the words of the banks known again in a record, and is what somebody wrote left alone?"""

from datetime import date

import pytest

from referrals.clinical.activity_bank import ACTIVITIES
from referrals.clinical.goal_bank import BANK, BankEntry, statement
from referrals.clinical.phrasebook import ours, texts
from referrals.clinical.text import LANGUAGES

GOALS = pytest.mark.parametrize("entry", BANK.values(), ids=BANK.keys())
DAY = date(2026, 9, 1)


def made(entry: BankEntry, language: str, who: str = "Mina") -> str:
    parts = (entry.does_what, entry.conditions, entry.how_well)
    return statement(who, *(part.said(language) for part in parts), DAY, language)


def test_every_text_of_the_banks_is_said_in_either_language() -> None:
    """Also: no two of our texts share a wording in one language and differ in the other."""
    for text in texts():
        for written in LANGUAGES:
            for read in LANGUAGES:
                assert ours(text.said(written), read) == (text.said(read) or None)


@GOALS
def test_a_level_is_known_by_its_words_whatever_its_amount(entry: BankEntry) -> None:
    for amount in ("0", "7", "2.5"):
        english, spanish = (entry.step.said(code).format(amount=amount) for code in LANGUAGES)
        assert ours(english, "es") == spanish
        assert ours(spanish, "en") == english


@GOALS
def test_a_statement_made_of_an_entry_is_said_in_either_language(entry: BankEntry) -> None:
    for who in ("Mina", "Ana María", "Bob Will"):
        english, spanish = (made(entry, code, who) for code in LANGUAGES)
        assert ours(english, "es") == spanish
        assert ours(spanish, "en") == english


@pytest.mark.parametrize(
    "written",
    [
        "", "Mina closes that one.", "A button a day is easy to keep up!", "sock helper",
        "Fastens 3 of 6 buttons", "Fastens three of 5 buttons", "Fastens 3 of 5 buttons, alone",
        "By 1 Sep 2026, Mina will fasten the buttons of her jacket, standing, 3 of 5 buttons.",
        "By 1 Foo 2026, Mina will fasten the large buttons of a jacket, standing, before leaving "
        "the house, 3 of 5 buttons.",
    ],
)  # fmt: skip
def test_what_a_person_wrote_or_changed_stays_as_written(written: str) -> None:
    for language in LANGUAGES:
        assert ours(written, language) is None


def test_an_activity_is_said_line_by_line() -> None:
    sock = ACTIVITIES["a09"]
    lines = str(sock.content["steps"]).splitlines()
    assert [ours(line, "es") for line in lines] == [step.es for step in sock.steps]
