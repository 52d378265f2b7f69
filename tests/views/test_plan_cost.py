"""How many queries do the pages of plans and orders cost, with one row and with thirty?"""

import pytest
from django.urls import reverse

from referrals.models import Appointment, Plan, Prescription, Referral
from referrals.models.record import new_id
from tests.factories.goal import proposed
from tests.factories.referral import sent_for


def another(plan, cast, now):
    """The same plan once more, of another child's referral."""
    referral = sent_for(cast.child, cast.clinic, by=cast.pediatrician, at=now)
    Referral.objects.filter(pk=referral.pk).update(state="plan_sent")
    copy = Plan.objects.get(pk=plan.pk)
    copy.pk, copy.referral = new_id(), referral
    copy.save(force_insert=True)


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator"])
def test_the_tracker(who, rows, cast, plan_sent, now, client_of, django_assert_num_queries):
    for _ in range(rows - 1):
        another(Plan.objects.first(), cast, now)
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(4):  # the payers of the clinic's own to choose from
        page = door.get(reverse("plan_list"))
    assert page.content.count(b'class="worklist-row"') == min(rows, 25)
    assert bool(page.context["following"]) == (rows > 25)


@pytest.fixture(params=[1, 30])
def full(request, cast, plan_sent, later):
    """A referral with so many versions of plan and order, goals that they name, and visits."""
    Plan.objects.update(number=100)
    Prescription.objects.update(number=100)
    plan = Plan.objects.get()
    for n in range(request.param):
        one = proposed(plan_sent, by=cast.therapist, at=later)
        plan.plan_goals.create(version=one.versions.get())
        for table in (Plan, Prescription):
            older = table.objects.get(status="final")
            older.pk, older.number, older.status = new_id(), n + 1, "amended"
            older.save(force_insert=True)
        Appointment.objects.create(
            referral=plan_sent, organization=cast.clinic, therapist=cast.therapist,
            starts_at=later, status="fulfilled", proposed_by=cast.therapist, proposed_at=later,
            booked_by=cast.therapist, booked_at=later,
        )  # fmt: skip
    return plan_sent


@pytest.mark.parametrize("who", ["pediatrician", "therapist", "family"])
@pytest.mark.parametrize(
    ("name", "queries"), [("plan_versions", 10), ("plan_detail", 12), ("prescription_list", 7)]
)
def test_pages(name, queries, who, cast, full, client_of, django_assert_num_queries):
    keys = [full.pk]
    if name == "plan_detail":
        keys.append(Plan.objects.get(status="final").pk)
    door = client_of(getattr(cast, who))
    # A clinician's page begins with what a court limits: one more.
    with django_assert_num_queries(queries - (who == "family")):
        door.get(reverse(name, args=keys))
