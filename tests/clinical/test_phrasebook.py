"""Are the words of the banks known again in a record, and is what somebody wrote left alone?"""

from dataclasses import replace
from datetime import date

import pytest

from referrals.clinical.activity_bank import ACTIVITIES
from referrals.clinical.goal_bank import BANK, BankEntry, statement
from referrals.clinical.phrasebook import carried, ours, own, stated, texts
from referrals.clinical.text import LANGUAGES, Text

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


# --- What an organisation says in two languages -------------------------------------------------

SAID = {"fasten it": "abrocharlo", "at the door": "en la puerta", "3 times": "3 veces"}
UNTOLD = dict.fromkeys(SAID, "")


def test_of_a_goal_that_is_carried_which_an_entry_words() -> None:
    button = BANK["g08"]
    texts = [button.measure.en, "Abrocha 2.5 de 5 botones", "Mina's own words"]
    assert carried(texts, [button]) == {
        button.measure.en: button.measure.es,
        "Fastens 2.5 of 5 buttons": "Abrocha 2.5 de 5 botones",
    }
    measure = Text("buttons", "buttons")
    assert carried(["buttons"], [replace(button, measure=measure)]) == {"buttons": ""}
    assert carried(texts, []) == {}


@pytest.mark.parametrize(
    ("text", "language", "spanish", "expected"),
    [
        ("fasten it", "es", SAID, "abrocharlo"),
        ("abrocharlo", "es", SAID, "abrocharlo"),
        ("abrocharlo", "en", SAID, "fasten it"),
        ("fasten it", "en", SAID, "fasten it"),
        ("fasten it", "en", UNTOLD, "fasten it"),
        ("fasten it", "es", UNTOLD, None),
        ("zip it", "es", SAID, None),
        ("zip it", "en", SAID, None),
    ],
)
def test_what_is_carried_is_said_in_either_language(
    text: str, language: str, spanish: dict[str, str], expected: str | None
) -> None:
    assert own(text, language, spanish) == expected


def test_the_statement_of_a_deed_that_is_carried_whole() -> None:
    english = "By 1 Sep 2026, Mina will fasten it, at the door, 3 times."
    spanish = "Para el 1 de septiembre de 2026, Mina va a abrocharlo, en la puerta, 3 veces."
    assert stated("Mina", SAID, DAY, SAID) == {english: spanish}
    assert stated("Mina", SAID.values(), DAY, SAID) == {english: spanish}
    assert stated("Mina", SAID, DAY, UNTOLD) == {english: ""}
    assert stated("Mina", ["fasten it", "en la puerta", "3 times"], DAY, SAID) == {}
    assert stated("Mina", ["fasten it", "on the bus", "3 times"], DAY, SAID) == {}
