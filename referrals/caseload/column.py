"""Which columns does a caseload have, what is written in each, and by which names is it known?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from referrals.models.child import tokens


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, what is written in it, and how else people call it."""

    label: str
    explains: str
    example: str = ""
    needed: bool = False
    also: tuple[str, ...] = ()


#: Rows whose number begins so are the template's own and are passed over.
EXAMPLE: Final = "EXAMPLE"

COLUMNS: Final[Mapping[str, Column]] = MappingProxyType({
    "number": Column("Child's number", "The number under which you know the child, if there is one. With it a row is known again even when a name was mended.", f"{EXAMPLE}-1", also=("mrn", "patient id", "child id", "medical record number", "chart number", "number")),
    "given_name": Column("Given name", "As in the child's papers.", "Ximena", True, ("first name", "forename", "child given name", "child first name")),
    "family_name": Column("Family name", "As in the child's papers.", "Invented", True, ("last name", "surname", "child family name", "child last name")),
    "name_used": Column("Name used", "What the child is called, where it differs.", also=("nickname", "preferred name", "called")),
    "date_of_birth": Column("Date of birth", "2020-02-28 or 28 Feb 2020 can be read in one way only.", "2021-05-17", True, ("dob", "birthday", "birth date", "born", "birthdate")),
    "gestation_weeks": Column("Weeks of pregnancy", "22 to 44, only if known.", "39", also=("gestation", "gestational weeks", "gestational age")),
    "gestation_days": Column("Days of pregnancy", "0 to 6, beside the weeks.", also=("gestational days",)),
    "language_spoken": Column("Language spoken", "At home. Empty: English.", "Spanish", also=("language", "home language", "primary language")),
    "language_written": Column("Language written", "In which the family reads. Empty: English.", "Spanish", also=("reading language",)),
    "interpreter_needed": Column("Interpreter", "yes or no.", "yes", also=("interpreter needed", "needs interpreter")),
    "precautions": Column("Precautions", "Allergies, seizures: what a therapist must know.", also=("alerts", "allergies")),
    "adaptive_equipment": Column("Equipment", "Walker, glasses, orthoses.", also=("adaptive equipment",)),
    "practice": Column("Practice", "The referring practice by its NPI or its name here. A practice leaves it empty: the children are its own.", "Elm Street Pediatrics", also=("referring practice", "pediatric practice", "practice npi", "pcp practice")),
    "pediatrician": Column("Pediatrician", "By e-mail, NPI or full name, as a person of that practice. Empty: who brings the file in, or takes the practice's intake.", "ada.invented@example.org", also=("referring provider", "doctor", "pcp", "physician", "referred by")),
    "guardian_given_name": Column("Adult's given name", "An adult of the family. More adults: more rows for the same child.", "Rosa", also=("guardian first name", "parent first name", "parent given name", "guardian given name")),
    "guardian_family_name": Column("Adult's family name", "Beside the given name.", "Invented", also=("guardian last name", "parent last name", "parent family name", "guardian family name")),
    "guardian_relationship": Column("Relationship", "mother, father, parent, grandparent, foster, legal or other.", "mother", also=("guardian relationship", "relation")),
    "guardian_phone": Column("Adult's phone", "Or an e-mail: one of the two.", "212-555-0144", also=("phone", "parent phone", "guardian phone", "telephone", "mobile")),
    "guardian_email": Column("Adult's e-mail", "Nobody is written to: invite the family when you are ready.", "rosa.invented@example.org", also=("email", "e-mail", "parent email", "guardian email")),
    "referral_state": Column("Referral", "sent, received, accepted or contacting; empty: no referral. Whoever is further (a visit is set, in therapy) is brought in as accepted: their evaluation and plan are papers that somebody signed, and are written here, not taken from a list.", "accepted", also=("referral status", "status", "state", "stage")),
    "referred_on": Column("Referred on", "The day on which the referral was sent.", "2025-03-04", also=("referral date", "date of referral", "date referred")),
    "state_since": Column("Since", "Since when it stands so. Empty: since the referral.", "2025-03-11", also=("status date", "state since")),
    "clinic": Column("Clinic", "The clinic that was asked, by its NPI or its name here. A clinic leaves it empty: it is the clinic.", also=("therapy clinic", "referred to")),
    "therapist": Column("Therapist", "By e-mail, NPI or full name; needed from accepted on.", "thea.invented@example.org", also=("ot", "occupational therapist", "assigned therapist")),
    "question": Column("Clinical question", "What was asked.", "Buttons and zips: what helps?", also=("reason", "reason for referral", "concern")),
    "source": Column("Noticed at", "well-child visit, family, hospital discharge or school.", "well-child visit", also=("source", "noticed by")),
    "intent": Column("Intent", "habilitation or rehabilitation.", "habilitation"),
    "service": Column("Service", "evaluate, or evaluate and treat.", "evaluate and treat", also=("service ordered",)),
    "urgency": Column("Urgency", "routine or urgent. Empty: routine.", "routine", also=("priority",)),
    "diagnoses": Column("Diagnoses", "ICD-10-CM codes, with commas between them.", "F82", also=("icd", "icd 10", "diagnosis", "codes", "dx")),
})  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(sorted(tokens(text.replace("-", " ") if text.lower() != "e-mail" else "email")))


def recognised(header: Sequence[str], before: Mapping[str, str] | None = None) -> dict[str, int]:
    """Which column is which: as it was last time for the same words, else by name and synonym.

    `before` is what this place has said of its own words: {"Fecha": "date_of_birth"}.
    """
    found: dict[str, int] = {}
    for number, words in enumerate(header):
        code = (before or {}).get(words)
        if code is not None and code in COLUMNS and code not in found:
            found[code] = number
    known = {
        _plain(name): code
        for code, column in reversed(list(COLUMNS.items()))
        for name in (*column.also, column.label)
    }
    for number, words in enumerate(header):
        code = known.get(_plain(words))
        if code and code not in found and number not in found.values():
            found[code] = number
    return found
