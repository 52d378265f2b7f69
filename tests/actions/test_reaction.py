"""Does the family see that its practice was seen?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.reaction import react
from referrals.models import Practice, Reaction, Referral
from referrals.models.record import new_id
from tests.factories.activity import given
from tests.factories.practice import practised

from .outcome import kinds, outrun, refused, told


@pytest.fixture
def at(later: datetime) -> datetime:
    return later + timedelta(days=1)


@pytest.fixture
def practice(cast: Any, aimed: Referral, at: datetime) -> Practice:
    return practised(given(aimed, by=cast.therapist, at=at), by=cast.family, at=at)


def test_one_tap_says_it_and_the_family_is_told(
    cast: Any, practice: Practice, at: datetime
) -> None:
    key = new_id()
    for sign in ("well_done", "seen"):  # a second click, on whichever button
        react(id=key, practice=practice, sign=sign, by=cast.therapist, at=at)
    said = Reaction.objects.get()
    assert (said.sign, said.words) == ("well_done", "")
    assert kinds(practice.activity.referral_id).count("practice_reacted") == 1
    assert told("practice_reacted") == ["Rosa"]
    with outrun("already used"):
        react(id=key, practice=practice, sign="seen", by=cast.colleague, at=at)


def test_a_word_can_be_added_later(cast: Any, practice: Practice, at: datetime) -> None:
    react(id=new_id(), practice=practice, sign="seen", by=cast.therapist, at=at)
    react(
        id=new_id(), practice=practice, sign="talk", words=" Bring the coat. ", by=cast.colleague,
        at=at,
    )  # fmt: skip
    assert list(practice.reactions.values_list("words", flat=True)) == ["", "Bring the coat."]


def test_what_was_taken_back_or_is_not_said_gets_none(
    cast: Any, practice: Practice, at: datetime
) -> None:
    with refused("sign", "Choose what you want to say."):
        react(id=new_id(), practice=practice, sign="bravo", by=cast.therapist, at=at)
    for person in (cast.family, cast.pediatrician, cast.coordinator, cast.stranger):
        with refused(sentence="Only the therapist"):
            react(id=new_id(), practice=practice, sign="seen", by=person, at=at)
    practice.undone_at, practice.undone_by = at, cast.family
    with refused(sentence="taken this entry back"):
        react(id=new_id(), practice=practice, sign="seen", by=cast.therapist, at=at)
