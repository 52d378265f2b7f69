"""Does somebody who leaves leave nothing behind that nobody owes?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.concern import share_concern
from referrals.actions.leaving import close_account, left_by
from referrals.belonging import memberships
from referrals.models import (
    Appointment,
    Arrival,
    Child,
    Event,
    Membership,
    Notice,
    Referral,
    Task,
    User,
)
from referrals.models.record import new_id
from tests.actions.outcome import kinds, refused
from tests.conftest import Cast
from tests.factories.child import guardian_of
from tests.factories.organization import SchoolFactory
from tests.factories.person import works_at
from tests.factories.programme import referred


def leaves(cast: Cast, person: User, at: datetime, **takers: Any) -> User:
    return close_account(
        person=person, takers=takers.get("takers", {}), reason="Moves away.", by=cast.admin, at=at
    )


@pytest.fixture
def later(now: datetime) -> datetime:
    return now + timedelta(hours=6)


def test_a_therapist_s_children_visits_and_steps_go_to_a_colleague(
    cast: Cast, scheduled: Referral, later: datetime
) -> None:
    owed = {here.place: here for here in left_by(cast.therapist, later)}[cast.clinic]
    assert (owed.referrals, len(owed.visits), owed.takers) == ([scheduled], 1, [cast.colleague])
    person = leaves(cast, cast.therapist, later, takers={cast.clinic.pk: cast.colleague})
    scheduled.refresh_from_db()
    assert (scheduled.therapist, scheduled.owner) == (cast.colleague, cast.colleague)
    event = Event.objects.get(kind="care_handed_over")
    visit = Appointment.objects.get(status="booked")
    assert (visit.therapist, visit.revised_at) == (cast.colleague, event.at)
    assert left_by(person, later) == []
    assert kinds(scheduled.pk)[-1] == "care_handed_over"
    assert event.by == cast.admin
    assert event.data == {
        "left": "Thea Marsh", "owner": "Cora Singh", "reason": "Moves away.",
        "to": [str(cast.colleague.pk)],
    }  # fmt: skip


def test_a_pediatrician_s_children_concerns_programmes_and_intake_go_too(
    cast: Cast, draft: Referral, now: datetime, later: datetime
) -> None:
    concern = share_concern(
        id=new_id(), child=cast.child, signs=["tod.sensory"], words="x", since_when="",
        setting="home", by=cast.family, at=now,
    )  # fmt: skip
    way = referred(
        cast.child, SchoolFactory(kind="early_intervention"), by=cast.pediatrician, at=now
    )
    leaves(cast, cast.pediatrician, later, takers={cast.practice.pk: cast.practice_colleague})
    for row in (concern, way, draft):
        row.refresh_from_db()
        assert row.owner == cast.practice_colleague
    child = Child.objects.get(pk=cast.child.pk)
    assert child.pediatrician == cast.practice_colleague
    assert Membership.objects.live(later).get(organization=cast.practice).takes_intake


def test_tasks_beside_the_next_step_go_too(cast: Cast, accepted: Referral, later: datetime) -> None:
    assert Task.objects.get(duty="ask_prescription").owner == cast.therapist
    leaves(cast, cast.therapist, later, takers={cast.clinic.pk: cast.colleague})
    assert Task.objects.get(duty="ask_prescription").owner == cast.colleague


def test_the_colleague_is_told_once(
    cast: Cast, scheduled: Referral, draft: Referral, later: datetime
) -> None:
    leaves(cast, cast.pediatrician, later, takers={cast.practice.pk: cast.practice_colleague})
    assert Event.objects.filter(kind="care_handed_over").count() > 1
    assert Notice.objects.get(kind="care_handed_over").to == cast.practice_colleague


def test_the_account_is_closed_and_works_nowhere(
    cast: Cast, accepted: Referral, later: datetime
) -> None:
    person = leaves(cast, cast.therapist, later, takers={cast.clinic.pk: cast.colleague})
    assert (person.is_active, person.has_usable_password()) == (False, False)
    assert not Membership.objects.live(later).filter(user=person).exists()
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert memberships(User.objects.get(pk=person.pk)) == []


def test_an_adult_of_a_child_keeps_the_account_for_that(
    cast: Cast, now: datetime, later: datetime
) -> None:
    guardian_of(cast.other_child, cast.coordinator, by=cast.stranger_pediatrician, at=now)
    person = leaves(cast, cast.coordinator, later, takers={cast.clinic.pk: cast.therapist})
    assert (person.is_active, person.has_usable_password()) == (True, True)
    assert not Membership.objects.live(later).filter(user=person).exists()


def test_an_administrator_who_is_a_parent_too_administers_nothing_any_more(
    cast: Cast, now: datetime, later: datetime
) -> None:
    guardian_of(cast.other_child, cast.coordinator, by=cast.stranger_pediatrician, at=now)
    User.objects.filter(pk=cast.coordinator.pk).update(is_staff=True, is_superuser=True)
    leaves(cast, cast.coordinator, later, takers={cast.clinic.pk: cast.therapist})
    person = User.objects.get(pk=cast.coordinator.pk)
    assert (person.is_active, person.is_staff, person.is_superuser) == (True, False, False)


def test_an_e_referral_that_waits_goes_to_the_colleague(
    cast: Cast, undecided: Arrival, later: datetime
) -> None:
    assert undecided.owner == cast.coordinator
    leaves(cast, cast.coordinator, later, takers={cast.clinic.pk: cast.therapist})
    undecided.refresh_from_db()
    assert undecided.owner == cast.therapist


@pytest.mark.parametrize("taker", [None, "coordinator", "stranger", "therapist"])
def test_not_while_something_has_nobody_who_may_take_it(
    taker: str | None, cast: Cast, accepted: Referral, later: datetime
) -> None:
    chosen = {cast.clinic.pk: getattr(cast, taker)} if taker else {}
    with refused(str(cast.clinic.pk), "Choose who takes over at Harbor Therapy."):
        leaves(cast, cast.therapist, later, takers=chosen)
    assert User.objects.get(pk=cast.therapist.pk).is_active


def test_not_where_the_colleague_has_a_visit_at_that_time(
    cast: Cast, scheduled: Referral, later: datetime
) -> None:
    visit = Appointment.objects.get(status="booked")
    own = Appointment.objects.get(pk=visit.pk)
    own.pk, own._state.adding = new_id(), True
    own.therapist, own.purpose = cast.colleague, "therapy"
    own.starts_at += timedelta(minutes=30)
    own.save()
    with refused(str(cast.clinic.pk), "Cora Singh has a visit of their own"):
        leaves(cast, cast.therapist, later, takers={cast.clinic.pk: cast.colleague})
    own.starts_at += timedelta(minutes=30)
    own.save()
    leaves(cast, cast.therapist, later, takers={cast.clinic.pk: cast.colleague})


def test_nobody_takes_over_at_a_place_where_nothing_is_owed(cast: Cast, later: datetime) -> None:
    both = works_at(cast.clinic, "therapist", email="both@example.org")
    assert not leaves(cast, both, later).is_active


def test_an_assistant_takes_nothing_from_a_therapist(
    cast: Cast, accepted: Referral, later: datetime
) -> None:
    Membership.objects.filter(user=cast.colleague).update(is_assistant=True)
    assert left_by(cast.therapist, later)[0].takers == []


@pytest.mark.parametrize(
    ("who", "why", "field", "sentence"),
    [
        ("pediatrician", "x", None, "Only an administrator can do this."),
        ("admin", " ", "reason", "Say why they leave."),
    ],
)
def test_only_an_administrator_and_only_with_a_reason(
    who: str, why: str, field: str | None, sentence: str, cast: Cast, later: datetime
) -> None:
    with refused(field, sentence):
        close_account(person=cast.colleague, takers={}, reason=why, by=getattr(cast, who), at=later)


def test_nobody_shuts_themselves_out(cast: Cast, later: datetime) -> None:
    with refused(None, "You cannot shut yourself out."):
        leaves(cast, cast.admin, later)
