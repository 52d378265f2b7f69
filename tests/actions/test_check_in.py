"""Does everybody who asks during therapy get an answer, and read only what is meant for them?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.activity import retire_activity
from referrals.actions.check_in import answer_check_in, ask_therapist, check_in
from referrals.models import Activity, CheckIn, Referral
from referrals.models.record import new_id
from referrals.queries.timeline import timeline
from tests.factories.activity import given

from .outcome import kinds, outrun, refused, told


@pytest.fixture
def at(later: datetime) -> datetime:
    return later + timedelta(days=1)


@pytest.fixture
def activity(cast: Any, aimed: Referral, at: datetime) -> Activity:
    return given(aimed, by=cast.therapist, at=at)


def ask(activity: Activity, *, by: Any, at: datetime, **changes: Any) -> CheckIn:
    said = {"id": new_id(), "text": "Which hand should she use?"} | changes
    return ask_therapist(activity=activity, by=by, at=at, **said)


def how_goes(referral: Referral, *, by: Any, at: datetime, **changes: Any) -> CheckIn:
    said = {"id": new_id(), "text": "How do her mornings go?"} | changes
    return check_in(referral=referral, by=by, at=at, **said)


def answer(asked: CheckIn, *, by: Any, at: datetime, words: str = "The right one.") -> CheckIn:
    return answer_check_in(check_in=asked, answer=words, by=by, at=at)


def waits(referral: Referral) -> int:
    return referral.tasks.filter(duty="answer_check_in", is_open=True).count()


def test_a_family_asks_about_an_activity_and_is_answered(
    cast: Any, aimed: Referral, activity: Activity, at: datetime
) -> None:
    key = new_id()
    for _ in range(2):
        asked = ask(activity, id=key, by=cast.family, at=at)
    assert (asked.asked_as, asked.activity, waits(aimed)) == ("family", activity, 1)
    assert told("activity_asked") == ["Thea"]
    for _ in range(2):
        answer(asked, by=cast.colleague, at=at)
    assert CheckIn.objects.get().answer == "The right one."
    assert (waits(aimed), told("activity_answered")) == (0, ["Rosa"])
    assert kinds(aimed.pk)[-2:] == ["activity_asked", "activity_answered"]
    with outrun("answered meanwhile"):
        answer(asked, by=cast.therapist, at=at, words="The left one.")


def test_a_pediatrician_asks_how_it_goes_and_the_family_knows_nothing_of_it(
    cast: Any, aimed: Referral, at: datetime
) -> None:
    asked = how_goes(aimed, by=cast.practice_colleague, at=at)
    assert (asked.asked_as, asked.activity, waits(aimed)) == ("pediatrician", None, 1)
    answer(asked, by=cast.therapist, at=at)
    assert (told("check_in_asked"), told("check_in_answered")) == (["Thea"], ["Ada", "Ben"])

    def read(for_family: bool) -> list[str]:
        entries = timeline(about=aimed.pk, for_family=for_family, drafts=False)
        return [one.sentence for one in entries if "pediatrician" in one.sentence]

    assert len(read(for_family=False)) - len(read(for_family=True)) == 2


def test_the_first_who_asked_waits_longest(cast: Any, aimed: Referral, at: datetime) -> None:
    first = how_goes(aimed, by=cast.pediatrician, at=at)
    due = aimed.tasks.get(duty="answer_check_in").due_on
    second = how_goes(aimed, by=cast.pediatrician, at=at + timedelta(days=3))
    assert aimed.tasks.get(duty="answer_check_in").due_on == due
    answer(first, by=cast.therapist, at=at)
    assert waits(aimed) == 1
    answer(second, by=cast.therapist, at=at)
    assert waits(aimed) == 0


def test_of_a_retired_activity_one_may_still_ask(
    cast: Any, activity: Activity, at: datetime
) -> None:
    retire_activity(activity=activity, reason="Done.", by=cast.therapist, at=at)
    ask(activity, by=cast.family, at=at)


def test_empty_words_and_wrong_people_are_refused(
    cast: Any, aimed: Referral, activity: Activity, at: datetime
) -> None:
    with refused("text", "Write your question."):
        ask(activity, by=cast.family, at=at, text=" ")
    with refused("text", "Write your question."):
        how_goes(aimed, by=cast.pediatrician, at=at, text="")
    for person in (cast.therapist, cast.pediatrician, cast.coordinator, cast.other_family):
        with refused(sentence="Only the family"):
            ask(activity, by=person, at=at)
    for person in (cast.therapist, cast.family, cast.stranger_pediatrician):
        with refused(sentence="Only the pediatrician"):
            how_goes(aimed, by=person, at=at)
    asked = ask(activity, by=cast.family, at=at)
    with refused("answer", "Write an answer."):
        answer(asked, by=cast.therapist, at=at, words=" ")
    for person in (cast.family, cast.pediatrician, cast.coordinator, cast.stranger):
        with refused(sentence="Only the therapist"):
            answer(asked, by=person, at=at)
    with outrun("already used"):
        how_goes(aimed, id=asked.pk, by=cast.pediatrician, at=at)
