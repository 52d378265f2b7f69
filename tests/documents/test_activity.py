"""Does the hand-out say each activity in plain words and big print, with its picture?"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from referrals.actions.activity import retire_activity, set_picture
from referrals.documents.activity import handout
from referrals.documents.document import Document, Paragraph, Picture, Steps
from referrals.documents.pdf import pdf
from referrals.models import Activity, Referral
from tests.factories.activity import given, picture
from tests.factories.goal import proposed

from .conftest import VISIT
from .reading import rows

TODAY = date(2026, 3, 12)


@pytest.fixture
def at_work(evaluation: Any, therapist: Any) -> Referral:
    """The plan is still to be written; a goal is proposed."""
    Referral.objects.filter(pk=evaluation.referral_id).update(state="evaluated")
    referral = Referral.objects.get(pk=evaluation.referral_id)
    proposed(referral, by=therapist, at=VISIT)
    return referral


@pytest.fixture
def activity(at_work: Referral, therapist: Any, settings: Any, tmp_path: Path) -> Activity:
    settings.MEDIA_ROOT = tmp_path
    return given(at_work, by=therapist, at=VISIT)


def read(referral: Referral) -> Document:
    return handout(Referral.objects.get(pk=referral.pk), TODAY)


def test_an_activity_is_read_from_the_wall(at_work: Referral, activity: Activity) -> None:
    document = read(at_work)
    assert (document.title, document.version) == ("What we do at home", "As of 12 Mar 2026")
    assert document.large
    (section,) = document.sections
    why, steps, fields = section.blocks
    assert section.heading == "1. One button on the way out"
    assert why == Paragraph("A button a day is easy to keep up.")
    assert steps == Steps(("Close all but one.", "Mina closes that one."))
    assert rows(fields) == {
        "How long": "5 minutes",
        "How often": "5 times a week",
        "When": "Getting up and dressing",
        "You need": "Her blue coat",
        "Good looks like": "She closes it alone.",
        "Stop when": "It takes three tries.",
    }
    assert rows(document.facts)["Your therapist"] == "Thea Marsh"


def test_the_picture_stands_on_paper_and_has_its_words(
    at_work: Referral, activity: Activity, therapist: Any
) -> None:
    plain = pdf(read(at_work))
    set_picture(
        activity=activity, upload=picture(size=(800, 600)), shows="A hand on a button",
        by=therapist, at=VISIT,
    )  # fmt: skip
    document = read(at_work)
    (shown,) = (b for b in document.sections[0].blocks if isinstance(b, Picture))
    assert shown.shows == "A hand on a button"
    assert shown.jpeg[:3] == b"\xff\xd8\xff"
    assert shown.address.endswith(f"/activities/{activity.pk}/picture.jpg")
    drawn = pdf(document)
    assert drawn == pdf(document)
    assert shown.jpeg in drawn  # as it is, and not drawn anew
    assert len(drawn) > len(plain)
    assert b"pdfuaid" in drawn


def test_what_is_retired_is_not_on_the_wall(
    at_work: Referral, activity: Activity, therapist: Any
) -> None:
    retire_activity(activity=activity, reason="Done.", by=therapist, at=VISIT)
    (section,) = read(at_work).sections
    assert section.heading == "Nothing at the moment"


@pytest.mark.parametrize("activities", [1, 3])
def test_it_costs_one_query(
    activities: int, at_work: Referral, therapist: Any, django_assert_num_queries: Any
) -> None:
    for _ in range(activities):
        given(at_work, by=therapist, at=VISIT)
    referral = Referral.objects.select_related("child", "clinic", "practice", "therapist").get(
        pk=at_work.pk
    )
    with django_assert_num_queries(1):
        handout(referral, TODAY)
