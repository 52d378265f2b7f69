"""What does an e-referral say, once it has been read, and what is wrong with one that cannot be?

Plain values, so that who reads the foreign form and who makes records of it need not know each other.
Each keeps the element (FHIRPath) that it was read from: a sender is told where, not only what.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

ERROR, WARNING, INFORMATION = "error", "warning", "information"
#: A number that tells one of ours from all others: who issues it, and the number.
Identifier = tuple[str, str]
#: So many characters of who issues it, and of the number, are kept.
LONGEST_SYSTEM: Final = 200
LONGEST_VALUE: Final = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to say about one element; `code` is of FHIR's IssueType."""

    words: str
    at: str
    code: str = "invalid"
    severity: str = ERROR


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation as the sender names it."""

    at: str
    name: str = ""
    npi: str = ""
    identifiers: tuple[Identifier, ...] = ()
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A practitioner as the sender names them."""

    at: str
    given: str = ""
    family: str = ""
    npi: str = ""
    credentials: str = ""
    identifiers: tuple[Identifier, ...] = ()

    @property
    def is_somebody(self) -> bool:
        """Whether anything at all is said of who ordered."""
        return bool(self.given or self.family or self.npi or self.identifiers)


@dataclass(frozen=True, slots=True)
class Adult:
    given: str
    family: str
    relationship: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The child. Without a whole birth date (`born`) what was said of it stands in `born_said`."""

    at: str
    given: str
    family: str
    born: date | None
    born_said: str
    name_used: str = ""
    language: str = ""
    identifiers: tuple[Identifier, ...] = ()
    adults: tuple[Adult, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True, slots=True)
class Code:
    """A diagnosis: its ICD-10-CM code where it has one, and its words."""

    code: str
    words: str
    at: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that came with it."""

    at: str
    name: str
    data: bytes
    #: Why it is not taken over, where whoever looked it through found a reason.
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Arriving:
    """One order, with all that is needed to make a referral of it."""

    #: By what it is known again: the order's own number, else the Bundle's or the message's.
    key: str
    #: The element that holds this number, or would.
    key_at: str
    #: All numbers of the order, and those of the tasks that ask for it.
    order_numbers: tuple[Identifier, ...]
    task_numbers: tuple[Identifier, ...]
    patient: Patient
    requester: Person
    practice: Place | None
    clinic: Place | None
    #: The element that names the clinic, or would.
    clinic_at: str
    words: tuple[str, ...]
    diagnoses: tuple[Code, ...]
    urgent: bool
    only_evaluate: bool
    #: Whether it says that it is an order; else a person decides.
    is_order: bool
    ordered_on: date | None
    files: tuple[Enclosed, ...]
    remarks: tuple[Problem, ...]


#: So much of what was written is kept in the referral itself; the original holds all of it.
MOST_WORDS: Final = 8000
