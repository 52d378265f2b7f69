"""Is a row understood as it was meant, and is whatever is not understood said by its column?"""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from referrals.caseload.column import COLUMNS, recognised
from referrals.caseload.row import Told, day_of, told
from referrals.caseload.sheet import rows, sheet
from referrals.documents.caseload import template_csv, template_xlsx
from referrals.documents.spreadsheet import spreadsheet, workbook

TODAY = date(2026, 3, 2)
CHILD = {"given_name": "Mina", "family_name": "Sol", "date_of_birth": "2021-05-17"}


def of(**cells: str) -> Told:
    said = CHILD | cells
    mapping = {code: n for n, code in enumerate(said)}
    return told(2, list(said.values()), mapping, None, TODAY)


@pytest.mark.parametrize(
    ("written", "day_first", "day"),
    [
        ("2020-02-28", None, date(2020, 2, 28)),
        ("28 Feb 2020", None, date(2020, 2, 28)),
        ("February 28, 2020", None, date(2020, 2, 28)),
        ("28/02/2020", None, date(2020, 2, 28)),
        ("02.28.2020", None, date(2020, 2, 28)),
        ("05/05/2020", None, date(2020, 5, 5)),
        ("03/04/2020", True, date(2020, 4, 3)),
        ("03/04/2020", False, date(2020, 3, 4)),
        ("2020-02-28T00:00:00", None, date(2020, 2, 28)),
    ],
)
def test_a_day_is_read(written: str, day_first: bool | None, day: date) -> None:
    assert day_of(written, day_first) == day


@pytest.mark.parametrize(
    "written",
    ["31/02/2020", "2020-02-30", "43890", "28/02/20", "soon", "13/13/2020", "28 Foo 2020"],
)
def test_what_is_no_day_is_refused_with_how_to_write_it(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        day_of(written, None)
    assert refused.value.messages == [f"“{written}” is no date. Write 2020-02-28 or 28 Feb 2020."]


def test_a_day_that_can_be_two_is_asked_never_guessed() -> None:
    assert of(date_of_birth="03/04/2021").faults == [
        ("Date of birth", "“03/04/2021” can be two days. Say beside the columns what such dates mean in this file.")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"given_name": ""}, [("Given name", "This is empty.")]),
        ({"date_of_birth": "2027-01-01"}, [("Date of birth", "This date lies in the future.")]),
        ({"gestation_weeks": "60"}, [("Weeks of pregnancy", "“60”: give a number from 22 to 44.")]),
        ({"interpreter_needed": "perhaps"}, [("Interpreter", "“perhaps”: write yes or no.")]),
        ({"name_used": "x" * 81}, [("Name used", "At most 80 letters.")]),
        ({"name_used": "a\x07b"}, [("Name used", "There are signs in it that cannot be printed.")]),
        ({"guardian_given_name": "Ines", "guardian_family_name": "Sol", "guardian_relationship": "aunt's dog", "guardian_phone": "1"},
         [("Relationship", "“aunt's dog” is none of: mother, father, parent, grandparent, foster, legal, other."),
          ("Adult's phone", "This is not a telephone number. Example: 555-010-4477.")]),
        ({"referral_state": "in therapy"}, [("Referral", "“in therapy” is none of: sent, received, accepted, contacting.")]),
    ],
)  # fmt: skip
def test_a_fault_is_said_by_its_column(cells: dict[str, str], faults: list[Any]) -> None:
    assert of(**cells).faults == faults


def test_columns_are_known_by_their_synonyms_and_by_what_was_said_before() -> None:
    header = ["MRN", "First Name", "last_name", "D.O.B.", "Fecha", "Phone", "Phone"]
    assert recognised(header, {"Fecha": "referred_on"}) == {
        "number": 0, "given_name": 1, "family_name": 2, "referred_on": 4, "guardian_phone": 5,
    }  # fmt: skip
    assert recognised(["DOB", "e-mail"]) == {"date_of_birth": 0, "guardian_email": 1}


@pytest.mark.parametrize("name", ["template.csv", "template.xlsx"])
def test_the_template_is_understood_and_its_example_is_no_child(name: str) -> None:
    file = BytesIO(template_csv() if name.endswith("csv") else template_xlsx())
    with file:
        found = sheet(file, name)
        (_, _), (number, cells) = rows(file, found.form)
    example = told(number, cells, recognised(found.header), None, TODAY)
    assert (example.is_example, example.faults) == (True, [])


# --- What goes out comes in again ---------------------------------------------------------------

#: One line of letters as people write them, formulas among them.
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")), min_size=1, max_size=60)  # fmt: skip
WRITTEN = st.one_of(WORDS, WORDS.map(lambda text: f"={text}")).filter(lambda text: text != "'")


@given(given_name=WRITTEN, family_name=WRITTEN, precautions=WRITTEN, born=st.dates(date(2006, 1, 1), TODAY))  # fmt: skip
def test_what_is_exported_is_imported_to_the_same(
    given_name: str, family_name: str, precautions: str, born: date
) -> None:
    codes = ["given_name", "family_name", "precautions", "date_of_birth"]
    heads, row = (
        [COLUMNS[code].label for code in codes],
        [given_name, family_name, precautions, born],
    )
    for file, name in ((BytesIO(spreadsheet(heads, [row])), "a.csv"), (BytesIO(workbook(heads, [row])), "a.xlsx")):  # fmt: skip
        with file:
            found = sheet(file, name)
            _, (number, cells) = rows(file, found.form)
        said = told(number, cells, recognised(found.header), None, TODAY).values
        assert [said[code] for code in codes] == row
