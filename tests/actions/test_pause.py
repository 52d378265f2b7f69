"""Is a pause agreed by both sides, short, and never pleaded long afterwards?"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from referrals.actions.guardian import change_guardian
from referrals.actions.pause import agree_pause, answer_pause, ask_pause
from referrals.models import Pause, Referral
from referrals.models.record import new_id

from .outcome import kinds, outrun, refused, told

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)


@pytest.fixture
def at(later: datetime) -> datetime:
    """Tuesday, 10 March 2026."""
    return later + DAY


def ask(referral: Referral, *, by: Any, at: datetime, **changes: Any) -> Pause:
    said = {
        "id": new_id(), "first_on": TODAY + 3 * DAY, "last_on": TODAY + 9 * DAY,
        "reason": "We visit her grandmother.",
    } | changes  # fmt: skip
    return ask_pause(referral=referral, by=by, at=at, **said)


def write(referral: Referral, *, by: Any, at: datetime, **changes: Any) -> Pause:
    said = {
        "id": new_id(), "first_on": TODAY, "last_on": TODAY, "reason": "She is ill.",
        "agreed_with": "Rosa Fontaine",
    } | changes  # fmt: skip
    return agree_pause(referral=referral, by=by, at=at, **said)


def waits(referral: Referral) -> int:
    return referral.tasks.filter(duty="agree_pause", is_open=True).count()


def test_a_wish_is_answered_by_the_therapist(cast: Any, evaluated: Referral, at: datetime) -> None:
    key = new_id()
    for _ in range(2):
        pause = ask(evaluated, id=key, by=cast.family, at=at)
    assert (pause.status, pause.asked_as, waits(evaluated)) == ("asked", "family", 1)
    assert evaluated.tasks.get(duty="agree_pause").due_on > TODAY
    assert told("pause_asked") == ["Thea"]
    for _ in range(2):
        pause = answer_pause(pause=pause, agree=True, by=cast.therapist, at=at)
    assert (pause.status, waits(evaluated)) == ("agreed", 0)
    assert kinds(evaluated.pk)[-2:] == ["pause_asked", "pause_agreed"]
    assert told("pause_agreed") == ["Rosa"]
    with outrun("answered already"):
        answer_pause(pause=pause, agree=False, answer="No.", by=cast.therapist, at=at)


def test_a_wish_that_is_declined_says_why(cast: Any, evaluated: Referral, at: datetime) -> None:
    pause = ask(evaluated, by=cast.family, at=at)
    with refused("answer", "Say why not"):
        answer_pause(pause=pause, agree=False, by=cast.therapist, at=at)
    answer_pause(pause=pause, agree=False, answer="Take one along.", by=cast.therapist, at=at)
    assert Pause.objects.get().answer == "Take one along."
    assert told("pause_declined") == ["Rosa"]
    ask(evaluated, by=cast.family, at=at)  # the days are free again


def test_the_task_stays_while_another_wish_waits(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    first = ask(evaluated, by=cast.family, at=at)
    ask(evaluated, by=cast.family, at=at, first_on=TODAY + 20 * DAY, last_on=TODAY + 21 * DAY)
    answer_pause(pause=first, agree=True, by=cast.therapist, at=at)
    assert waits(evaluated) == 1


def test_the_therapist_writes_down_what_was_agreed(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    key = new_id()
    for _ in range(2):
        pause = write(evaluated, id=key, by=cast.therapist, at=at)
    assert (pause.status, pause.agreed_with) == ("agreed", "Rosa Fontaine")
    assert kinds(evaluated.pk).count("pause_agreed") == 1
    with refused("agreed_with", "Name the adult"):
        write(evaluated, by=cast.therapist, at=at, agreed_with=" ")
    with outrun("already used"):
        write(evaluated, id=key, by=cast.colleague, at=at)


@pytest.mark.parametrize(
    ("first", "last", "field", "sentence"),
    [
        (0, -1, "last_on", "comes after the first"),
        (-15, 0, "first_on", "two weeks back"),
        (184, 185, "first_on", "within half a year"),
        (0, 56, "last_on", "eight weeks at most"),
    ],
)
def test_days_out_of_bounds_are_refused(
    first: int, last: int, field: str, sentence: str, cast: Any, evaluated: Referral, at: datetime
) -> None:
    days = {"first_on": TODAY + first * DAY, "last_on": TODAY + last * DAY}
    with refused(field, sentence):
        ask(evaluated, by=cast.family, at=at, **days)
    with refused(field, sentence):
        write(evaluated, by=cast.therapist, at=at, **days)


@pytest.mark.parametrize(("first", "last"), [(-14, 41), (183, 183), (0, 0)])
def test_days_within_bounds_are_taken(
    first: int, last: int, cast: Any, evaluated: Referral, at: datetime
) -> None:
    ask(evaluated, by=cast.family, at=at, first_on=TODAY + first * DAY, last_on=TODAY + last * DAY)


@pytest.mark.parametrize(("first", "last"), [(1, 3), (9, 20), (5, 6), (1, 20), (3, 9)])
def test_two_pauses_never_overlap(
    first: int, last: int, cast: Any, evaluated: Referral, at: datetime
) -> None:
    pause = ask(evaluated, by=cast.family, at=at)
    days = {"first_on": TODAY + first * DAY, "last_on": TODAY + last * DAY}
    with refused("first_on", "From 13 Mar 2026 to 19 Mar 2026 a pause is asked for already."):
        write(evaluated, by=cast.therapist, at=at, **days)
    answer_pause(pause=pause, agree=True, by=cast.therapist, at=at)
    with refused("first_on", "is agreed already"):
        ask(evaluated, by=cast.family, at=at, **days)


def test_beside_another_a_pause_may_begin(cast: Any, evaluated: Referral, at: datetime) -> None:
    ask(evaluated, by=cast.family, at=at)
    ask(evaluated, by=cast.family, at=at, first_on=TODAY + 10 * DAY, last_on=TODAY + 11 * DAY)
    ask(evaluated, by=cast.family, at=at, first_on=TODAY, last_on=TODAY + 2 * DAY)


def test_a_wish_says_why(cast: Any, evaluated: Referral, at: datetime) -> None:
    with refused("reason", "Say in a few words why."):
        ask(evaluated, by=cast.family, at=at, reason=" ")


def test_each_does_only_their_own_part(
    cast: Any, evaluated: Referral, guardian: Any, at: datetime
) -> None:
    for person in (cast.therapist, cast.pediatrician, cast.coordinator, cast.other_family):
        with refused(sentence="Only the family"):
            ask(evaluated, by=person, at=at)
    pause = ask(evaluated, by=cast.family, at=at)
    for person in (cast.family, cast.pediatrician, cast.coordinator, cast.stranger):
        with refused(sentence="Only the therapist"):
            answer_pause(pause=pause, agree=True, by=person, at=at)
        with refused(sentence="Only the therapist"):
            write(evaluated, by=person, at=at)
    guardian.may_log = False
    guardian.save(update_fields=["may_log"])
    change_guardian(guardian=guardian, by=cast.admin, at=at)
    with refused(sentence="Only the family"):
        ask(evaluated, by=cast.family, at=at)
