"""What does the template of a caseload say?"""

from referrals.caseload.column import COLUMNS

from .spreadsheet import spreadsheet, workbook


def _example() -> tuple[list[str], list[list[str]]]:
    return (
        [column.label for column in COLUMNS.values()],
        [[column.example for column in COLUMNS.values()]],
    )


def template_csv() -> bytes:
    return spreadsheet(*_example())


def template_xlsx() -> bytes:
    """The columns with an invented row, and a second sheet that explains each."""
    heads, body = _example()
    explained = [
        (column.label, "needed" if column.needed else "", column.explains)
        for column in COLUMNS.values()
    ]
    return workbook(
        heads,
        body,
        "Caseload",
        also=("What the columns mean", ["Column", "", "Meaning"], explained),
    )
