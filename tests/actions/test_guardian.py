"""Do the child's adults come in when invited, with their rights, within what a court has limited?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from referrals.actions.guardian import add_guardian, change_guardian, invite_guardian
from referrals.models import CourtLimit, Guardian, Notice, Seat, User
from referrals.models.record import FOREVER
from tests.actions.outcome import kinds, refused, told

EVERY_RIGHT = ["agree", "log", "see", "share", "sign"]


def later_seats(guardian, at):
    """What the guardian's seats hold from a moment on: (since, until, rights)."""
    seats = Seat.objects.filter(ground_id=guardian.pk, until__gt=at).order_by("since")
    return [(seat.since, seat.until, seat.rights) for seat in seats]


@pytest.fixture
def grandmother(child, pediatrician, now):
    return add_guardian(
        child=child, given_name="Inés", family_name="Vidal", relationship="grandparent",
        phone="+12125550123", by=pediatrician, at=now,
    )  # fmt: skip


def test_a_named_adult_has_no_account_and_no_seat(grandmother):
    assert grandmother.user is None
    assert kinds(grandmother.pk) == ["guardian_added"]
    assert not Seat.objects.filter(ground_id=grandmother.pk).exists()


def test_an_invitation_makes_an_account_without_a_password_and_a_seat(
    grandmother, child, pediatrician, now
):
    invited = invite_guardian(
        guardian=grandmother, email=" Ines@Example.ORG ", by=pediatrician, at=now
    )
    user = User.objects.get(email="ines@example.org")
    assert invited.user == user
    assert (user.name, user.phone, user.has_usable_password()) == (
        "Inés Vidal",
        "+12125550123",
        False,
    )
    assert (invited.invited_at, invited.invited_by) == (now, pediatrician)
    seat = Seat.objects.get(ground_id=grandmother.pk)
    assert (seat.user, seat.child, seat.role, seat.ground) == (
        user,
        child,
        "family",
        "guardianship",
    )
    assert later_seats(grandmother, now) == [(now, FOREVER, EVERY_RIGHT)]


def test_the_invited_adult_is_told_and_nobody_else(grandmother, pediatrician, now):
    Notice.objects.all().update(kind="before")
    invite_guardian(guardian=grandmother, email="ines@example.org", by=pediatrician, at=now)
    assert told("guardian_invited") == ["Inés"]
    assert kinds(grandmother.pk) == ["guardian_added", "guardian_invited"]


def test_an_adult_with_an_account_keeps_it_and_sees_the_second_child_too(
    other_child, other_family, family, stranger_pediatrician, now
):
    mother = add_guardian(
        child=other_child, given_name="Rosa", family_name="Fontaine", relationship="other",
        by=stranger_pediatrician, at=now,
    )  # fmt: skip
    invite_guardian(guardian=mother, email="ROSA@example.org", by=stranger_pediatrician, at=now)
    assert User.objects.filter(email__iexact="rosa@example.org").count() == 1
    assert Seat.objects.live(now).filter(user=family).count() == 2


def test_inviting_twice_sends_the_link_again_and_seats_once(grandmother, pediatrician, now):
    for hours in (0, 1):
        invite_guardian(
            guardian=grandmother, email="ines@example.org", by=pediatrician,
            at=now + timedelta(hours=hours),
        )  # fmt: skip
    user = User.objects.get(email="ines@example.org")
    assert Notice.objects.filter(to=user, kind="guardian_invited").count() == 2
    assert Seat.objects.live(now + timedelta(hours=2)).filter(user=user).count() == 1
    assert Seat.objects.live(now + timedelta(minutes=30)).filter(user=user).count() == 1


def test_a_corrected_address_moves_the_seat_to_its_own_account(grandmother, pediatrician, now):
    """An invitation that went to a stranger by mistake must not leave the stranger on the team."""
    later = now + timedelta(hours=1)
    for email, at in (("typo@example.org", now), ("ines@example.org", later)):
        invite_guardian(guardian=grandmother, email=email, by=pediatrician, at=at)
    wrong, right = (
        User.objects.get(email="typo@example.org"),
        User.objects.get(email="ines@example.org"),
    )
    assert not Seat.objects.live(later).filter(user=wrong).exists()
    assert Seat.objects.live(later).filter(user=right).count() == 1
    assert told("guardian_invited").count("Inés") == 2


def test_an_email_of_another_adult_of_the_child_is_refused(grandmother, family, pediatrician, now):
    with refused("email", "Another adult of this child"):
        invite_guardian(guardian=grandmother, email=family.email, by=pediatrician, at=now)


def test_a_closed_account_is_not_opened_by_an_invitation(
    grandmother, pediatrician, now, other_family
):
    User.objects.filter(pk=other_family.pk).update(is_active=False)
    with refused("email", "This account is closed"):
        invite_guardian(guardian=grandmother, email=other_family.email, by=pediatrician, at=now)


def test_an_adult_who_may_not_see_gets_an_account_and_no_seat(grandmother, pediatrician, now):
    Guardian.objects.filter(pk=grandmother.pk).update(may_see=False)
    invite_guardian(guardian=grandmother, email="ines@example.org", by=pediatrician, at=now)
    assert later_seats(grandmother, now) == []


def test_rights_taken_in_the_administration_take_effect_from_then_on(guardian, admin, now):
    at = now + timedelta(days=1)
    Guardian.objects.filter(pk=guardian.pk).update(may_agree=False, may_share=False)
    guardian.refresh_from_db()
    change_guardian(guardian=guardian, by=admin, at=at)
    assert later_seats(guardian, at) == [(at, FOREVER, ["log", "see", "sign"])]
    assert Seat.objects.get(ground_id=guardian.pk, until=at).rights == EVERY_RIGHT
    assert kinds(guardian.pk) == ["guardian_invited", "guardian_changed"]


def test_sight_taken_ends_the_seat(guardian, admin, family, now):
    at = now + timedelta(days=1)
    Guardian.objects.filter(pk=guardian.pk).update(may_see=False)
    guardian.refresh_from_db()
    change_guardian(guardian=guardian, by=admin, at=at)
    assert later_seats(guardian, at) == []
    assert Seat.objects.get(ground_id=guardian.pk).until == at


def test_a_court_hides_the_record_from_a_day_until_a_day_both_within(guardian, admin, now):
    CourtLimit.objects.create(
        guardian=guardian, kind="record", since=date(2026, 3, 10), until=date(2026, 3, 12)
    )
    change_guardian(guardian=guardian, by=admin, at=now)
    # New York: the clocks go forward on 8 March.
    begins, over = datetime(2026, 3, 10, 4, tzinfo=UTC), datetime(2026, 3, 13, 4, tzinfo=UTC)
    assert later_seats(guardian, now) == [(now, begins, EVERY_RIGHT), (over, FOREVER, EVERY_RIGHT)]


def test_a_court_takes_deciding_and_leaves_reading(guardian, admin, now):
    CourtLimit.objects.create(
        guardian=guardian, kind="decide", since=date(2026, 3, 10), until=date(2026, 3, 12)
    )
    change_guardian(guardian=guardian, by=admin, at=now)
    begins, over = datetime(2026, 3, 10, 4, tzinfo=UTC), datetime(2026, 3, 13, 4, tzinfo=UTC)
    assert later_seats(guardian, now) == [
        (now, begins, EVERY_RIGHT),
        (begins, over, ["log", "see"]),
        (over, FOREVER, EVERY_RIGHT),
    ]


def test_a_court_limit_without_an_end_leaves_nothing_behind_it(guardian, admin, now):
    CourtLimit.objects.create(guardian=guardian, kind="record", since=date(2026, 3, 10))
    change_guardian(guardian=guardian, by=admin, at=now)
    assert later_seats(guardian, now) == [(now, datetime(2026, 3, 10, 4, tzinfo=UTC), EVERY_RIGHT)]


def test_a_court_limit_that_already_holds_takes_effect_at_once(guardian, admin, now):
    CourtLimit.objects.create(guardian=guardian, kind="record", since=date(2026, 1, 1))
    change_guardian(guardian=guardian, by=admin, at=now)
    assert later_seats(guardian, now) == []


def test_a_court_limit_that_is_over_changes_nothing(guardian, admin, now):
    CourtLimit.objects.create(
        guardian=guardian, kind="record", since=date(2026, 1, 1), until=date(2026, 2, 1)
    )
    change_guardian(guardian=guardian, by=admin, at=now)
    assert later_seats(guardian, now) == [(now, FOREVER, EVERY_RIGHT)]


def test_two_court_limits_that_overlap_are_both_kept(guardian, admin, now):
    CourtLimit.objects.create(
        guardian=guardian, kind="decide", since=date(2026, 3, 10), until=date(2026, 3, 20)
    )
    CourtLimit.objects.create(
        guardian=guardian, kind="record", since=date(2026, 3, 15), until=date(2026, 3, 25)
    )
    change_guardian(guardian=guardian, by=admin, at=now)
    edge = [datetime(2026, 3, day, 4, tzinfo=UTC) for day in (10, 15, 26)]
    assert later_seats(guardian, now) == [
        (now, edge[0], EVERY_RIGHT),
        (edge[0], edge[1], ["log", "see"]),
        (edge[2], FOREVER, EVERY_RIGHT),
    ]


def test_a_court_limit_taken_back_gives_the_seat_back(guardian, admin, now):
    limit = CourtLimit.objects.create(guardian=guardian, kind="record", since=date(2026, 3, 10))
    change_guardian(guardian=guardian, by=admin, at=now)
    CourtLimit.objects.filter(pk=limit.pk).update(until=date(2026, 3, 10))
    at = datetime(2026, 3, 11, 12, tzinfo=UTC)
    change_guardian(guardian=guardian, by=admin, at=at)
    assert later_seats(guardian, at) == [(at, FOREVER, EVERY_RIGHT)]
