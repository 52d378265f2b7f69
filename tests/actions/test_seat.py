"""Does a seat hold from when until when it says, and lend what it should?"""

from datetime import timedelta

import pytest

from referrals.actions.seat import end_seats, seat
from referrals.models import Seat
from referrals.models.record import FOREVER, new_id


@pytest.fixture
def ground():
    return new_id()


def written(child, organization, ground, since, until=FOREVER):
    return seat(
        child, organization=organization, role="clinic", ground="referral", ground_id=ground,
        since=since, until=until, rights=["see"],
    )  # fmt: skip


def test_a_seat_holds_from_its_beginning_up_to_and_not_including_its_end(
    child, clinic, ground, now
):
    end = now + timedelta(days=1)
    made = written(child, clinic, ground, now, end)
    moment = timedelta(microseconds=1)
    live = [
        at for at in (now - moment, now, end - moment, end)
        if Seat.objects.live(at).filter(pk=made.pk).exists()
    ]  # fmt: skip
    assert live == [now, end - moment]


def test_ending_keeps_what_was_and_takes_what_would_be(child, clinic, ground, now):
    day = timedelta(days=1)
    over = written(child, clinic, ground, now - 9 * day, now - 5 * day)
    running = written(child, clinic, ground, now - 5 * day)
    to_come = written(child, clinic, ground, now + 5 * day)
    end_seats(ground, at=now)
    untils = {s.pk: s.until for s in Seat.objects.filter(ground_id=ground)}
    assert untils == {over.pk: now - 5 * day, running.pk: now, to_come.pk: now + 5 * day}
    assert not Seat.objects.live(now).filter(ground_id=ground).exists()
    assert not Seat.objects.live(now + 9 * day).filter(ground_id=ground).exists()


def test_ending_one_ground_leaves_the_others(child, clinic, ground, now):
    other = written(child, clinic, new_id(), now)
    written(child, clinic, ground, now)
    end_seats(ground, at=now)
    assert list(Seat.objects.live(now).filter(organization=clinic)) == [other]
