"""Whom does the clinic bring in from the list it kept before?"""

from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.actions.batching import work_on_caseload
from referrals.actions.caseload import bring_caseload, map_caseload, take_in_caseload
from referrals.documents.spreadsheet import spreadsheet

from .stage import Stage, born, working_day

_HEADS: Final = (
    "MRN", "First name", "Last name", "DOB", "Practice", "Status", "Date of referral", "Since",
    "Reason for referral", "Noticed by", "Intent", "Service", "Therapist", "Diagnosis",
    "Parent first name", "Parent last name", "Relationship", "Parent email",
)  # fmt: skip
_REST: Final = (
    "well-child visit",
    "habilitation",
    "evaluate and treat",
    "therapist@demo.example",
    "",
)
#: Number, names, age, how far it is, what was asked, and an adult.
_ROWS: Final = (
    ("HT-0301", "Tala", "Whitfield", "5;3", "accepted", "Buttons, zips and shoes: what helps her to dress?", ("Joan", "Whitfield", "mother", "joan@whitfield.example")),
    ("HT-0302", "Soren", "Aldaba", "6;9", "received", "He tires after two lines of writing. What can school change?", ("Elio", "Aldaba", "father", "elio@aldaba.example")),
)  # fmt: skip


def bring_list(stage: Stage) -> int:
    """Through the same doors as in life; returns how many children came in."""
    referred, since = (working_day(stage.today, day).isoformat() for day in (-9, -4))
    rows = [
        [number, given, family, born(stage.today, age).isoformat(),
         str(stage.places["practice"]), state, referred, since, asked, *_REST, *adult]
        for number, given, family, age, state, asked, adult in _ROWS
    ]  # fmt: skip
    by, at = stage.people["coordinator"], stage.opening(-2)
    caseload = take_in_caseload(
        organization=stage.places["clinic"], by=by, at=at,
        upload=SimpleUploadedFile("caseload-2025.csv", spreadsheet(_HEADS, rows)),
    )  # fmt: skip
    map_caseload(caseload=caseload, mapping=caseload.mapping, day_first=None, by=by, at=at)
    while work_on_caseload(at=at):
        pass
    bring_caseload(caseload=caseload, mode="all", near_too=False, by=by, at=at)
    while work_on_caseload(at=at):
        pass
    return len(rows)
