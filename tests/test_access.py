"""Do lists and pages agree on who sees whom, and does everything that ends take sight with it?"""

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.access import (
    RIGHTS,
    TABLE,
    Permission,
    children_visible_to,
    concerns_visible_to,
    may,
    may_move,
    parties,
    records_visible_to,
    referral_for,
    referrals_visible_to,
    standing,
    who_can,
)
from referrals.act import ACTS
from referrals.actions.concern import share_concern
from referrals.actions.guardian import change_guardian
from referrals.actions.referral import draft_referral
from referrals.actions.seat import end_seats
from referrals.belonging import is_guardian
from referrals.models import Child, Guardian, Membership, Organization, Role, Seat, User
from referrals.models.record import FOREVER, new_id
from referrals.pathway import MOVES, Move, Party
from tests.factories.child import ChildFactory
from tests.factories.organization import ClinicFactory, PracticeFactory, SchoolFactory
from tests.factories.person import LONG_AGO, UserFactory

#: Who may do what for the child, once its referral is with the clinic and the school has a consent.
MAY = {
    Permission.SEE_CHILD: {
        "pediatrician", "practice_colleague", "therapist", "colleague", "coordinator", "family",
        "partner",
    },
    Permission.SEE_RECORD: {
        "pediatrician", "practice_colleague", "therapist", "colleague", "coordinator", "family",
    },
    Permission.SAVE_FILE: {
        "pediatrician", "practice_colleague", "therapist", "colleague", "coordinator", "family",
    },
    Permission.EDIT_CHILD: {"pediatrician", "practice_colleague", "coordinator"},
    Permission.INVITE_GUARDIAN: {"pediatrician", "practice_colleague", "coordinator"},
    Permission.SHARE_CONCERN: {"pediatrician", "practice_colleague", "family"},
    Permission.ANSWER_CONCERN: {"pediatrician", "practice_colleague"},
    Permission.REFER: {"pediatrician", "practice_colleague"},
    Permission.GIVE_CONSENT: {"family"},
    Permission.WRITE_MESSAGE: {
        "pediatrician", "practice_colleague", "therapist", "colleague", "coordinator", "family",
        "partner",
    },
    Permission.SEE_LOOKS: {"family"},
    Permission.TAKE_RECORD: {"family"},
    Permission.EXCHANGE_RESULTS: {
        "pediatrician", "practice_colleague", "therapist", "colleague", "coordinator",
    },
    Permission.REVIEW_EMERGENCY: {"pediatrician", "practice_colleague", "coordinator"},
    Permission.FOLLOW_PROGRAMME: {
        "pediatrician", "practice_colleague", "therapist", "colleague", "coordinator",
    },
}  # fmt: skip
EVERYBODY = sorted(MAY[Permission.SEE_CHILD] | {
    "stranger", "stranger_pediatrician", "other_family", "admin", "nobody",
})  # fmt: skip


def fresh(person: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=person.pk)


def sees(person: User, child: Child) -> tuple[bool, bool, bool, bool]:
    """Whether child and record stand in the lists, and whether the predicates agree."""
    person = fresh(person)
    return (
        children_visible_to(person).filter(pk=child.pk).exists(),
        may(person, Permission.SEE_CHILD, child),
        records_visible_to(person).filter(pk=child.pk).exists(),
        may(person, Permission.SEE_RECORD, child),
    )


BOTH, CHILD_ONLY, NOTHING = (True,) * 4, (True, True, False, False), (False,) * 4


@pytest.mark.parametrize(("permission", "who"), list(product(Permission, EVERYBODY)))
def test_who_may_do_what(permission, who, sent, partner_seat, child, request):
    person = request.getfixturevalue(who)
    assert may(person, permission, child) == (who in MAY[permission])


def test_every_permission_has_its_row_here_and_in_the_table():
    assert set(TABLE) == set(Permission) == set(MAY)


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_of_these_sees_the_other_family_s_child(
    who, sent, partner_seat, other_child, request
):
    expected = BOTH if who in ("stranger_pediatrician", "other_family") else NOTHING
    assert sees(request.getfixturevalue(who), other_child) == expected


def test_a_clinic_sees_the_child_from_the_moment_it_is_referred(
    draft, child, therapist, pediatrician
):
    from referrals.actions.referral import send_referral

    assert sees(therapist, child) == NOTHING
    send_referral(referral=draft, by=pediatrician, at=timezone.now())
    assert sees(therapist, child) == BOTH


def test_a_partner_sees_the_child_and_no_record(partner_seat, partner, child, sent, family, now):
    share_concern(id=new_id(), child=child, signs=["tod.sensory"], by=family, at=now)
    assert sees(partner, child) == CHILD_ONLY
    assert not referrals_visible_to(partner).exists()
    assert not concerns_visible_to(partner).exists()
    assert referral_for(partner, sent.pk) is None


def test_a_consent_that_has_run_out_shows_nothing(partner_seat, partner, child):
    Seat.objects.filter(pk=partner_seat.pk).update(until=timezone.now())
    assert sees(partner, child) == NOTHING


def test_a_seat_that_begins_tomorrow_shows_nothing_today(partner_seat, partner, child):
    Seat.objects.filter(pk=partner_seat.pk).update(since=timezone.now() + timedelta(days=1))
    assert sees(partner, child) == NOTHING


@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator", "family", "partner"])
def test_somebody_deactivated_sees_nothing(who, sent, partner_seat, child, request):
    person = request.getfixturevalue(who)
    assert sees(person, child) != NOTHING
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert sees(person, child) == NOTHING
    assert not referrals_visible_to(fresh(person)).exists()
    assert standing(fresh(person), child.pk).roles == frozenset()


def test_an_admin_who_is_deactivated_marks_nothing(sent, admin):
    assert may_move(admin, Move.MARK_ERROR, sent)
    admin.is_active = False
    assert not may_move(admin, Move.MARK_ERROR, sent)


@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator", "partner"])
def test_somebody_who_has_left_their_place_sees_nothing(who, sent, partner_seat, child, request):
    person = request.getfixturevalue(who)
    Membership.objects.filter(user=person).update(until=timezone.now())
    assert sees(person, child) == NOTHING


@pytest.mark.parametrize("who", ["pediatrician", "therapist", "partner"])
def test_a_place_that_has_closed_shows_nothing(who, sent, partner_seat, child, request):
    person = request.getfixturevalue(who)
    Organization.objects.filter(memberships__user=person).update(is_active=False)
    assert sees(person, child) == NOTHING


def test_a_clinic_whose_seat_has_ended_sees_nothing(sent, therapist, child):
    end_seats(sent.pk, at=timezone.now())
    assert sees(therapist, child) == NOTHING


def test_an_adult_without_the_right_to_see_sees_nothing(guardian, family, admin, child):
    assert sees(family, child) == BOTH
    Guardian.objects.filter(pk=guardian.pk).update(may_see=False)
    guardian.refresh_from_db()
    change_guardian(guardian=guardian, by=admin, at=timezone.now())
    assert sees(family, child) == NOTHING


@pytest.mark.parametrize(("taken", "permission"), [("may_log", Permission.SHARE_CONCERN)])
def test_a_right_taken_takes_what_needs_it_and_leaves_sight(
    guardian, family, admin, child, taken, permission
):
    Guardian.objects.filter(pk=guardian.pk).update(**{taken: False})
    guardian.refresh_from_db()
    change_guardian(guardian=guardian, by=admin, at=timezone.now())
    assert not may(fresh(family), permission, child)
    assert sees(family, child) == BOTH


def test_an_admin_sees_no_child_through_the_product(admin, child, sent):
    assert sees(admin, child) == NOTHING
    assert not referrals_visible_to(admin).exists()


def test_somebody_without_place_and_seat_sees_nothing(nobody, child, sent):
    assert sees(nobody, child) == NOTHING
    assert not children_visible_to(nobody).exists()
    assert not referrals_visible_to(nobody).exists()


def test_a_place_lends_its_seat_only_to_those_whose_role_it_is(sent, clinic, child):
    for role in (Role.PEDIATRICIAN, Role.PARTNER):
        person = UserFactory()
        Membership.objects.create(user=person, organization=clinic, role=role, since=LONG_AGO)
        assert sees(person, child) == NOTHING


def test_a_draft_is_seen_by_its_practice_only(
    draft, sent, child, practice, pediatrician, cast, now
):
    second = draft_referral(id=new_id(), child=child, practice=practice, by=pediatrician, at=now)
    for who in ("pediatrician", "practice_colleague"):
        assert set(referrals_visible_to(getattr(cast, who))) == {sent, second}
    for who in ("therapist", "coordinator", "family"):
        assert set(referrals_visible_to(getattr(cast, who))) == {sent}


@pytest.mark.parametrize("who", ["therapist", "coordinator", "family"])
def test_a_draft_that_was_cancelled_unsent_stays_with_its_practice(
    draft, child, clinic, pediatrician, now, who, request
):
    from referrals.actions.closing import cancel_referral
    from tests.factories.referral import sent_for

    cancel_referral(referral=draft, reason="Not needed", by=pediatrician, at=now)
    other = sent_for(child, clinic, by=pediatrician, at=now)
    assert set(referrals_visible_to(request.getfixturevalue(who))) == {other}
    assert set(referrals_visible_to(pediatrician)) == {other, draft}


def test_the_clinic_of_one_referral_reads_but_does_not_move_another_clinic_s(
    sent, child, other_clinic, pediatrician, therapist, stranger, now
):
    from tests.factories.referral import sent_for

    theirs = sent_for(child, other_clinic, by=pediatrician, at=now)
    assert referral_for(therapist, theirs.pk) == theirs
    assert parties(therapist, theirs) == frozenset()
    assert not any(may_move(therapist, move, theirs) for move in Move)
    assert parties(stranger, theirs) == {Party.THERAPIST}


SIDES = {
    "pediatrician": {Party.PEDIATRICIAN}, "practice_colleague": {Party.PEDIATRICIAN},
    "therapist": {Party.THERAPIST}, "coordinator": {Party.COORDINATOR}, "family": {Party.FAMILY},
    "partner": set(), "stranger": set(), "other_family": set(), "admin": set(), "nobody": set(),
}  # fmt: skip


@pytest.mark.parametrize("who", sorted(SIDES))
def test_on_which_side_of_the_referral_each_stands(who, sent, partner_seat, request):
    person = request.getfixturevalue(who)
    assert parties(person, sent) == SIDES[who]
    for move, how in MOVES.items():
        expected = bool(how.by & SIDES[who]) or (who == "admin" and Party.ADMIN in how.by)
        if move is Move.MARK_ERROR and who == "practice_colleague":
            expected = False  # An error is marked by who wrote it.
        assert may_move(person, move, sent) == expected, move


def test_somebody_with_two_jobs_has_both_sides(sent, practice, therapist, child):
    Membership.objects.create(
        user=therapist, organization=practice, role=Role.PEDIATRICIAN, since=LONG_AGO
    )
    person = fresh(therapist)
    assert parties(person, sent) == {Party.THERAPIST, Party.PEDIATRICIAN}
    assert standing(person, child.pk).main_role == "pediatrician"


def test_a_therapist_whose_own_child_is_in_care_elsewhere_sees_it_as_family(
    stranger, child, pediatrician, now
):
    from referrals.actions.guardian import add_guardian, invite_guardian

    father = add_guardian(
        child=child, given_name="Stan", family_name="Novak", relationship="father",
        by=pediatrician, at=now,
    )  # fmt: skip
    invite_guardian(guardian=father, email=stranger.email, by=pediatrician, at=now)
    assert is_guardian(fresh(stranger))
    assert sees(stranger, child) == BOTH
    assert standing(fresh(stranger), child.pk).main_role == "family"
    assert not may(fresh(stranger), Permission.REFER, child)


def test_the_refusal_names_those_who_can():
    assert who_can(Permission.EDIT_CHILD) == (
        "Only the pediatrician or the clinic's coordinator can change the child's details here."
    )
    assert who_can(Move.PICK) == "Only the family can pick this time here."
    for what in (*Permission, *Move):
        assert who_can(what).startswith("Only the ")


def test_only_what_a_family_may_do_needs_a_right_of_it():
    for what in RIGHTS:
        if isinstance(what, Permission):
            allowed = TABLE[what]
        else:
            allowed = MOVES[what].by if isinstance(what, Move) else ACTS[what].by
        assert "family" in allowed


# --- Random teams against a second opinion ------------------------------------------------------

DAYS = st.sampled_from([-2, -1, 1, 2])
SPAN = st.tuples(DAYS, DAYS).map(sorted)
PEOPLE, PLACES, CHILDREN = 3, 3, 2
MEMBER = st.tuples(
    st.integers(0, PEOPLE - 1), st.integers(0, PLACES - 1), st.sampled_from(Role), SPAN
)
SEATED = st.tuples(
    st.integers(0, CHILDREN - 1), st.booleans(), st.integers(0, 2), st.sampled_from(Seat.Role), SPAN
)


def second_opinion(members, seats, active, open_places, person, child):
    """Who sees, told as a story: by what the person is, seat for seat. (child, record)."""
    record = narrow = False
    for seated, is_person, holder, role, (since, until) in seats:
        if seated != child or not (since < 0 < until) or not active[person]:
            continue
        if is_person:
            record |= holder == person and role == "family"
            continue
        for who, place, job, (begun, left) in members:
            there = who == person and place == holder and begun < 0 < left and open_places[place]
            if there and role == "practice":
                record |= job in ("pediatrician", "system")
            elif there and role == "clinic":
                record |= job in ("therapist", "coordinator", "system")
            elif there and role == "partner":
                narrow |= job == "partner"
    return record or narrow, record


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    members=st.lists(MEMBER, max_size=8),
    seats=st.lists(SEATED, max_size=8),
    active=st.tuples(*[st.sampled_from([True, True, True, False])] * PEOPLE),
    open_places=st.tuples(*[st.sampled_from([True, True, True, False])] * PLACES),
)
def test_whatever_the_team_list_page_and_second_opinion_agree(
    db, members, seats, active, open_places
):
    with transaction.atomic():
        _compare(members, seats, active, open_places, timezone.now())
        transaction.set_rollback(True)


def _compare(members, seats, active, open_places, at: datetime):
    def when(days):
        return at + timedelta(days=days)

    people = [UserFactory(is_active=is_active) for is_active in active]
    factories = (PracticeFactory, ClinicFactory, SchoolFactory)
    places = [make(is_active=o) for make, o in zip(factories, open_places, strict=True)]
    elsewhere, registrar = PracticeFactory(), UserFactory()
    children = [ChildFactory(practice=elsewhere, by=registrar, at=at) for _ in range(CHILDREN)]
    Membership.objects.bulk_create(
        Membership(
            user=people[who], organization=places[place], role=job, since=when(a), until=when(b)
        )
        for who, place, job, (a, b) in members
    )
    Seat.objects.bulk_create(
        Seat(
            child=children[child], role=role, ground="consent", ground_id=new_id(),
            since=when(a), until=when(b),
            **({"user": people[holder]} if is_person else {"organization": places[holder]}),
        )
        for child, is_person, holder, role, (a, b) in seats
    )  # fmt: skip
    for number, person in enumerate(people):
        for child_number, child in enumerate(children):
            child_seen, record_seen = second_opinion(
                members, seats, active, open_places, number, child_number
            )
            assert sees(person, child) == (child_seen, child_seen, record_seen, record_seen)


def test_a_seat_without_an_end_is_written_as_one(sent, clinic):
    assert Seat.objects.get(organization=clinic).until == FOREVER
