"""What was prescribed, planned and delivered, side by side?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from referrals.models import Appointment, Organization, Plan, Prescription
from referrals.models.record import new_id
from referrals.queries.prescription import doses, validity
from tests.stages import fresh

STARTS = date(2026, 1, 5)


@pytest.fixture
def plan(plan_signed):
    """Two visits a week for twelve weeks, from Monday, 5 January 2026."""
    Plan.objects.update(starts_on=STARTS)
    return Plan.objects.get()


@pytest.fixture
def order(plan):
    Prescription.objects.update(
        visits=2, per="week", weeks=12, valid_from=date(2025, 12, 1), valid_until=date(2026, 12, 1)
    )
    return Prescription.objects.get()


def attend(plan, therapist, days, status="fulfilled", purpose="therapy"):
    for on in days:
        at = datetime(on.year, on.month, on.day, 15, tzinfo=UTC)
        Appointment.objects.create(
            id=new_id(), referral=plan.referral, organization=plan.referral.clinic,
            therapist=therapist, starts_at=at, status=status, purpose=purpose, proposed_by=therapist,
            proposed_at=at, booked_by=therapist, booked_at=at,
        )  # fmt: skip


def test_ten_of_twelve_after_six_weeks(plan, order, therapist):
    attend(plan, therapist, [STARTS + timedelta(days=4 * n) for n in range(10)])
    attend(plan, therapist, [STARTS + timedelta(days=3)], status="noshow")
    prescribed, planned = doses(plan.referral, plan, order, STARTS + timedelta(weeks=6))
    for one in (prescribed, planned):
        assert (one.since, one.in_all, one.to_date, one.delivered) == (STARTS, 24, 12, 10)
        assert f"{one.share:.1f} %" == "83.3 %"
    assert (prescribed.label, planned.label) == ("Prescribed", "Planned")


def test_the_evaluation_and_what_came_before_it_do_not_count(plan, order, therapist):
    attend(plan, therapist, [date(2025, 12, 20)])
    attend(plan, therapist, [date(2026, 1, 6)], purpose="evaluation")
    assert [one.delivered for one in doses(plan.referral, plan, order, date(2026, 3, 1))] == [0, 0]


def test_the_days_are_those_of_the_clinic(plan, order, therapist):
    """In Auckland the plan's first morning has begun while it is still the day before elsewhere."""
    Organization.objects.filter(pk=plan.referral.clinic_id).update(time_zone="Pacific/Auckland")
    attend(plan, therapist, [STARTS - timedelta(days=1)])
    referral = fresh(plan.referral)
    assert [one.delivered for one in doses(referral, plan, order, date(2026, 3, 1))] == [1, 1]


def test_an_order_without_a_number_leaves_it_open(plan, therapist):
    first = Prescription.objects.get()
    (prescribed, _) = doses(plan.referral, plan, first, date(2026, 6, 1))
    assert prescribed.frequency == "As the therapist plans it"
    assert (prescribed.in_all, prescribed.to_date, prescribed.share) == (None, None, None)


def test_without_plan_and_order_there_is_nothing_to_compare(scheduled):
    assert doses(scheduled, None, None, STARTS) == []


@pytest.mark.parametrize(
    ("today", "word"),
    [
        (date(2025, 11, 30), "Not begun"),
        (date(2025, 12, 1), "Valid"),
        (date(2026, 11, 16), "Valid"),
        (date(2026, 11, 17), "Ends soon"),
        (date(2026, 12, 1), "Ends soon"),
        (date(2026, 12, 2), "Ended"),
    ],
)
def test_whether_an_order_holds(today, word, order):
    assert validity(order, today).label == word
