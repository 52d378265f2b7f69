"""Is the secret of a calendar address kept only as a hash, and is it shut for whoever has left?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.feed import make_feed, note_fetch, open_feed, revoke_feed
from referrals.actions.refusal import Refused
from referrals.models import Feed, Membership, RecordView, User


def test_only_a_hash_of_the_secret_is_kept(therapist: User, now: datetime) -> None:
    feed, secret = make_feed(with_names=False, by=therapist, at=now)
    assert len(secret) == 43
    assert secret not in str(Feed.objects.values().get())
    assert open_feed(str(feed.pk), secret) == feed


@pytest.mark.parametrize("key", ["", "x", "0" * 32, "../..", "é"])
def test_an_unknown_address_opens_nothing(therapist: User, now: datetime, key: str) -> None:
    _, secret = make_feed(with_names=False, by=therapist, at=now)
    assert open_feed(key, secret) is None


def test_a_wrong_secret_opens_nothing(cast: Any, now: datetime) -> None:
    mine, secret = make_feed(with_names=False, by=cast.therapist, at=now)
    others, _ = make_feed(with_names=False, by=cast.colleague, at=now)
    assert open_feed(str(others.pk), secret) is None
    assert open_feed(str(mine.pk), f"{secret}x") is None
    assert open_feed(str(mine.pk), mine.secret_hash) is None


def test_a_new_one_shuts_the_old_one(therapist: User, now: datetime) -> None:
    old, secret = make_feed(with_names=True, by=therapist, at=now)
    new, fresh = make_feed(with_names=False, by=therapist, at=now + timedelta(minutes=1))
    assert open_feed(str(old.pk), secret) is None
    assert open_feed(str(new.pk), fresh) == new


def test_it_is_shut_at_once_by_its_owner_or_an_administrator(cast: Any, now: datetime) -> None:
    feed, secret = make_feed(with_names=False, by=cast.therapist, at=now)
    with pytest.raises(Refused):
        revoke_feed(user=cast.therapist, by=cast.colleague, at=now)
    assert open_feed(str(feed.pk), secret) == feed
    revoke_feed(user=cast.therapist, by=cast.admin, at=now)
    assert open_feed(str(feed.pk), secret) is None
    assert Feed.objects.get().revoked_by == cast.admin


@pytest.mark.parametrize("how", ["deactivated", "left"])
def test_who_has_left_is_shut_out(therapist: User, now: datetime, how: str) -> None:
    feed, secret = make_feed(with_names=False, by=therapist, at=now)
    if how == "left":
        Membership.objects.filter(user=therapist).update(until=now)
    else:
        User.objects.filter(pk=therapist.pk).update(is_active=False)
    assert open_feed(str(feed.pk), secret) is None


@pytest.mark.parametrize("who", ["pediatrician", "coordinator", "partner", "family", "admin"])
def test_who_has_no_visits_of_their_own_makes_none(cast: Any, now: datetime, who: str) -> None:
    with pytest.raises(Refused):
        make_feed(with_names=False, by=getattr(cast, who), at=now)


def test_a_fetch_with_names_is_one_look_a_child_and_day(cast: Any, now: datetime) -> None:
    feed, _ = make_feed(with_names=True, by=cast.therapist, at=now)
    for hours in (0, 1, 23, 25):
        at = now + timedelta(hours=hours)
        note_fetch(feed=feed, named=[cast.child, cast.child], by=cast.therapist, at=at)
    looks = RecordView.objects.filter(page="feed_read").order_by("at")
    assert [(one.child, one.user, one.role, one.at) for one in looks] == [
        (cast.child, cast.therapist, "therapist", now),
        (cast.child, cast.therapist, "therapist", now + timedelta(hours=25)),
    ]
    assert Feed.objects.get().fetched_at == now + timedelta(hours=25)
