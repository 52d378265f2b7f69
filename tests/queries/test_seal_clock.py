"""Does the sealer go on where the server's clock was set back, and is what somebody puts in still found?"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from referrals.models import RecordView, Seal
from referrals.models.merge import every_row
from referrals.models.record import first_id
from referrals.models.seal import WINDOW
from referrals.queries.seal import Verification, What
from tests.conftest import Cast
from tests.queries.test_seal import sealed

DAY = timedelta(days=1)


@pytest.fixture
def present(cast: Cast) -> datetime:
    """This moment, with all sealed that was written until then: ids are of the server's own clock."""
    sealed()
    return timezone.now()


def looked(cast: Cast, at: datetime) -> RecordView:
    """A look as the clock had it then: the id of a row says when it was made."""
    look = RecordView(
        id=first_id(at), child=cast.child, user=cast.family, role="family", page="home", at=at
    )
    every_row(RecordView).bulk_create([look])
    return look


def broken(at: datetime) -> list[tuple[What, object]]:
    found = Verification(at=at + timedelta(minutes=20)).breaks()
    return [(one.what, one.row) for one in found]


def test_what_is_written_after_the_clock_was_set_back_is_sealed(
    cast: Cast, present: datetime
) -> None:
    looked(cast, present)
    sealed(present)
    back = present - 5 * DAY
    looked(cast, back)
    assert (sealed(back), broken(back)) == (1, [])
    # Right again: what is written then is sealed too, and the five days are not waited for.
    looked(cast, present + timedelta(hours=1))
    assert (sealed(present + timedelta(hours=1)), broken(present + timedelta(hours=1))) == (1, [])


def test_a_clock_that_ran_ahead_for_a_while_stops_nothing(cast: Cast, present: datetime) -> None:
    ahead = present + 400 * DAY
    looked(cast, ahead)
    sealed(ahead)
    late = looked(cast, ahead + timedelta(seconds=5))  # nobody sealed it before the clock was right
    right = looked(cast, present + timedelta(minutes=1))
    assert broken(present) == [(What.LATE, right.pk)]
    assert sealed(present + timedelta(minutes=1)) == 2
    assert broken(present + timedelta(minutes=1)) == []
    assert set(Seal.objects.values_list("row", flat=True)) >= {late.pk, right.pk}


def test_a_clock_that_was_set_back_opens_no_door_to_the_days_before(
    cast: Cast, present: datetime
) -> None:
    looked(cast, present)
    sealed(present)
    back = present - DAY
    between = looked(cast, back - WINDOW - timedelta(minutes=1))
    assert sealed(back) == 0
    assert broken(back) == [(What.BETWEEN, between.pk)]


@pytest.mark.parametrize("days", [1, 400])
def test_a_row_of_a_day_that_has_not_come_is_told_and_keeps_nothing_from_the_seal(
    cast: Cast, present: datetime, days: int
) -> None:
    looked(cast, present)
    sealed(present)
    ahead = looked(cast, present + days * DAY)
    looked(cast, present + timedelta(minutes=1))
    assert sealed(present + timedelta(minutes=1)) == 1
    assert broken(present) == [(What.BETWEEN, ahead.pk)]
