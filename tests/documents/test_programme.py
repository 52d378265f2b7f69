"""Does the letter hold all it must, and nothing that the family has not opened?"""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from referrals.actions.concern import share_concern
from referrals.actions.result import live_consent
from referrals.documents.document import texts
from referrals.documents.pdf import pdf
from referrals.documents.programme import programme_letter
from referrals.models import Child, Programme
from referrals.models.record import new_id
from tests.factories.consent import shared
from tests.factories.organization import SchoolFactory
from tests.factories.programme import letter_sent, referred


@pytest.fixture
def early(db: None) -> Any:
    return SchoolFactory(kind="early_intervention", name="Early Steps")


def letter_of(programme: Programme, cast: Any, now: Any) -> Any:
    stored = Programme.objects.select_related("child__practice", "place", "organization").get(
        pk=programme.pk
    )
    consent = live_consent(stored.child, stored.place, at=now)
    return programme_letter(stored, consent, by=cast.pediatrician, on=now.date())


def words(document: Any) -> str:
    return "\n".join(texts(document))


def test_it_holds_who_whom_why_the_days_and_the_consent(cast: Any, early: Any, now: Any) -> None:
    concern = share_concern(
        id=new_id(), child=cast.child, signs=["tod.sensory"], words="Labels hurt her.",
        by=cast.family, at=now,
    )  # fmt: skip
    shared(cast.child, early, "results", "plan", by=cast.family, at=now)
    programme = referred(
        cast.child, early, by=cast.pediatrician, at=now, signs=["tod.sensory"], concern=concern
    )
    letter_sent(programme, by=cast.pediatrician, at=now)
    said = words(letter_of(programme, cast, now))
    for text in (
        "Mina Fontaine", "Early Steps", "Elm Street Pediatrics", "Labels hurt her.",
        "She cannot plan her steps.", "An evaluation in all areas.", "Interpreter needed",
        "IDEA Part C, 34 CFR 303.310", "Agreed by", "Rosa Fontaine", "Ada Okafor, MD",
        "The plan of care", "The same help in class.",
    ):  # fmt: skip
        assert text in said, text
    assert "The evaluation report" not in said


def test_without_consent_it_says_so_and_holds_no_way_to_reach_the_family(
    cast: Any, early: Any, now: Any
) -> None:
    said = words(letter_of(referred(cast.child, early, by=cast.pediatrician, at=now), cast, now))
    assert "this letter cannot be sent" in said
    assert "Draft: not sent yet." in said
    assert "Rosa" not in said


def test_what_was_sent_stays_as_it_was(cast: Any, early: Any, now: Any) -> None:
    shared(cast.child, early, "results", by=cast.family, at=now)
    programme = referred(cast.child, early, by=cast.pediatrician, at=now)
    letter_sent(programme, by=cast.pediatrician, at=now)
    before = words(letter_of(programme, cast, now))
    Child.objects.filter(pk=cast.child.pk).update(
        language_spoken="Spanish", date_of_birth=date(2020, 1, 1)
    )
    assert words(letter_of(programme, cast, now)) == before


def test_the_programme_reads_english_whatever_the_reader_s_language(
    cast: Any, early: Any, now: Any
) -> None:
    programme = referred(cast.child, early, by=cast.pediatrician, at=now)
    with override("es"):
        assert letter_of(programme, cast, now).title == "Referral letter"


def test_it_becomes_a_pdf(cast: Any, early: Any, now: Any) -> None:
    shared(cast.child, early, "results", by=cast.family, at=now)
    programme = referred(cast.child, early, by=cast.pediatrician, at=now)
    letter_sent(programme, by=cast.pediatrician, at=now)
    assert pdf(letter_of(programme, cast, now)).startswith(b"%PDF")
