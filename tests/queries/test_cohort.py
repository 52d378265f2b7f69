"""Is counted how far each referral ever came, how fast, and in which way it was lost?"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from referrals.actions.closing import mark_referral_error
from referrals.actions.referral import contact_referral
from referrals.models import Referral
from referrals.pathway import State
from referrals.queries.cohort import LOST, Sent, cohort, course, moments, sent_between
from tests.factories.sent_rows import came_to

MONDAY = date(2026, 3, 2)
SITE = UUID(int=1)
ZONE = ZoneInfo("America/New_York")


def one(*days: int, state: State = State.SENT, talked: bool = False) -> Sent:
    """Sent on the Monday; reached step 1, 2 and so on so many days later."""
    on = {str(n): (MONDAY + timedelta(days=d)).isoformat() for n, d in enumerate(days, start=1)}
    return Sent(state, course(on), SITE, "Harbor", talked)


def test_each_step_counts_those_who_ever_reached_it() -> None:
    found = cohort([one(0), one(0, 1), one(0, 1, 2, 9), one(*range(9))])
    assert (found.sent, found.reached) == (4, [4, 3, 2, 2, 1, 1, 1, 1, 1])


def test_days_are_from_the_step_before_and_once_from_sent_to_evaluated() -> None:
    found = cohort([one(0, 1, 3), one(0, 4, 4, 10, 31)])
    assert found.days == {2: [1, 4], 3: [2, 0], 4: [6], 5: [21]}
    assert found.to_evaluation == [31]


def test_a_step_that_was_left_out_has_no_days() -> None:
    """A referral of before the product kept first days may know only some of them."""
    gone = course({"1": "2026-03-02", "5": "2026-03-20"})
    sent = Sent(State.EVALUATED, gone, SITE, "Harbor", True)
    found = cohort([sent])
    assert (found.days, found.to_evaluation) == ({}, [18])


def test_every_way_of_being_lost_is_told_apart() -> None:
    found = cohort([one(0, 1, state=state) for state in LOST] + [one(0, 1, state=State.DECLINED)])
    assert found.lost == dict.fromkeys(LOST, 1) | {State.DECLINED: 2}
    assert {
        State.DECLINED, State.CLOSED_UNREACHABLE, State.CLOSED_FAMILY_DECLINED,
        State.CLOSED_NOT_ELIGIBLE, State.CANCELLED,
    } == set(LOST)  # fmt: skip


def test_after_an_evaluation_it_is_lost_in_another_way_and_discharged_it_is_not_lost() -> None:
    evaluated = one(0, 1, 2, 3, 4, state=State.CLOSED_NOT_ELIGIBLE)
    found = cohort([evaluated, one(*range(9), state=State.DISCHARGED)])
    assert (found.lost.total(), found.lost_evaluated, found.not_evaluated) == (0, 1, 0)


@pytest.mark.parametrize(
    ("sent", "counts"),
    [
        (one(0, 1, 2, state=State.CLOSED_UNREACHABLE), (1, 1)),
        (one(0, 1, 2, state=State.CLOSED_UNREACHABLE, talked=True), (1, 0)),
        (one(0, 1, 2, 3, state=State.CLOSED_UNREACHABLE), (1, 0)),  # a visit was agreed
        (one(0, 1, 2, state=State.CLOSED_FAMILY_DECLINED), (1, 0)),  # they said so
        (one(0, 1, 2, state=State.CANCELLED), (1, 1)),
        (one(0, 1, state=State.DECLINED), (0, 0)),  # nobody had to reach them
        (one(0, 1, 2, state=State.CONTACTING), (0, 0)),  # still being tried
    ],
)
def test_a_family_was_never_reached_where_nobody_ever_spoke_with_it(
    sent: Sent, counts: tuple[int, int]
) -> None:
    found = cohort([sent])
    assert (found.not_evaluated, found.never_reached) == counts


def test_a_day_is_a_day_on_the_clock_of_the_place() -> None:
    begins, ends = moments(MONDAY, MONDAY + timedelta(days=6), ZONE)
    assert begins.isoformat() == "2026-03-02T00:00:00-05:00"
    assert ends.isoformat() == "2026-03-09T00:00:00-04:00"  # the clocks went on in that week


def test_the_referrals_are_those_sent_from_the_first_moment_to_the_last(
    cast: Any, now: datetime
) -> None:
    first, last = now.date() - timedelta(days=3), now.date() - timedelta(days=2)
    begins, ends = moments(first, last, ZONE)
    for at in (
        begins - timedelta(seconds=1), begins, ends - timedelta(seconds=1), ends,
    ):  # fmt: skip
        came_to(cast.practice, cast.clinic, [0], by=cast.pediatrician, at=at)
    found = sent_between([], first, last, ZONE, "practice")
    assert [(s.site, s.site_name, s.talked, s.many) for s in found] == [
        (cast.practice.pk, "Elm Street Pediatrics", False, 1)
    ] * 2  # begun on two days


def test_what_was_entered_in_error_counts_for_nothing(
    cast: Any, sent: Referral, now: datetime
) -> None:
    first, last = now.date() - timedelta(days=1), now.date() + timedelta(days=1)
    assert len(sent_between([], first, last, ZONE, "clinic")) == 1
    mark_referral_error(referral=sent, reason="Wrong child.", by=cast.pediatrician, at=now)
    assert sent_between([], first, last, ZONE, "clinic") == []


@pytest.mark.parametrize(("result", "talked"), [("no_answer", False), ("reached", True)])
def test_a_family_that_was_spoken_with_was_reached(
    cast: Any, accepted: Referral, now: datetime, result: str, talked: bool
) -> None:
    at = now + timedelta(hours=3)
    contact_referral(
        referral=accepted, attempted_at=at, channel="phone", result=result, by=cast.coordinator,
        at=at,
    )  # fmt: skip
    Referral.objects.filter(pk=accepted.pk).update(
        state=State.CLOSED_UNREACHABLE,
        closed_at=at,
        closed_by=cast.coordinator,
        closing_reason="So.",
    )
    day = timedelta(days=1)
    [found] = sent_between([], now.date() - day, now.date() + day, ZONE, "clinic")
    assert (found.talked, found.course.steps) == (talked, 3)


def test_those_alike_are_told_as_one_and_counted_each(cast: Any, now: datetime) -> None:
    for days in ([0, 2], [0, 2], [0, 3]):
        came_to(cast.practice, cast.clinic, days, by=cast.pediatrician, at=now)
    found = sent_between([], now.date(), now.date(), ZONE, "practice")
    assert sorted((s.course.days, s.many) for s in found) == [(((2, 2),), 2), (((2, 3),), 1)]
    counted = cohort(found)
    assert (counted.sent, counted.reached[:3]) == (3, [3, 3, 0])
    assert sorted(counted.days[2]) == [2, 2, 3]
