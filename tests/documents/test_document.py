"""Is the structure of a document plain, whole and free of what nobody can see?"""

import pytest

from referrals.documents.document import (
    Cell,
    Field,
    Fields,
    Paragraph,
    Section,
    Table,
    data,
    paragraph,
    plain,
    said,
    texts,
    with_each_text,
)

TABLE = Table("Scores", ("Scale", "Score"), (("Grasp", "6"), ("Visual", "9")), wide=0)


def test_what_nobody_wrote_is_said_to_be_not_recorded():
    assert said({"History": "", "Services": "None."}) == Fields(
        (Field("History", "Not recorded"), Field("Services", "None."))
    )
    assert paragraph("") == Paragraph("Not recorded")


def test_a_cell_stands_with_the_head_of_its_column():
    assert TABLE.lines[1] == [Cell("Scale", "Visual"), Cell("Score", "9")]


def test_every_text_is_found_in_the_order_of_reading():
    section = Section("One", (Paragraph("two"), TABLE, Fields((Field("three", ""),))))
    assert texts(section) == [
        "One", "two", "Scores", "Scale", "Score", "Grasp", "6", "Visual", "9", "three",
    ]  # fmt: skip


def test_plain_data_names_each_kind():
    assert data(Section("One", (Paragraph("two"),))) == {
        "kind": "section", "heading": "One", "blocks": [{"kind": "paragraph", "text": "two"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("  a\tb ", "a b"),
        ("no\u0000thing\u0007", "nothing"),
        ("turned \u202eround\u202c", "turned round"),
        ("\ufeffzero\u200bwidth", "zerowidth"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # noqa: RUF001
        ("👩\u200d👧", "👩\u200d👧"),
        ("niño ß Ł ع", "niño ß Ł ع"),
    ],
    ids=["line ends", "tabs", "control", "direction", "unseen", "Persian", "a family", "letters"],
)
def test_what_nobody_can_see_is_left_out(typed, kept):
    assert plain(typed) == kept


def test_each_text_is_changed_and_nothing_else():
    section = Section("One", (Paragraph("two"), TABLE))
    loud = with_each_text(section, str.upper)
    assert texts(loud) == [text.upper() for text in texts(section)]
    assert loud.blocks[1].wide == 0
