"""Whoever goes back, loads anew or is slower than the server: do they see and keep what is true?"""

import re
from typing import Any

from playwright.sync_api import Route, expect

from referrals.actions.plan import draft_plan
from referrals.models import Child, Organization, Plan, Referral, User
from referrals.queries.organization import FEW
from tests.factories.organization import ClinicFactory
from tests.journeys.person import Person

from .test_bad_days import QUESTION, leaves_the_field, writes_a_referral

NARROWS = "Precautions"


def test_the_way_back_shows_what_a_colleague_wrote_meanwhile(
    planned: Referral, therapist_desk: Person, colleague: User, later: Any
) -> None:
    """A browser fills what was typed here before into the page that comes anew."""
    thea = therapist_desk.opens(f"/referrals/{planned.pk}/plans/write/")
    thea.writes(NARROWS, "No swings.").pauses("Saved as a draft")
    thea.follows("Referrals")
    draft_plan(
        id=Plan.objects.get().pk, referral=planned, precautions="No swings, no nuts.",
        by=colleague, at=later,
    )  # fmt: skip
    thea.page.go_back()
    thea.finds(NARROWS, "No swings, no nuts.")


def test_a_referral_that_is_loaded_anew_is_the_one_that_was_begun(
    child: Child, clinic: Organization, pediatrician_desk: Person
) -> None:
    doctor = writes_a_referral(pediatrician_desk, child)
    leaves_the_field(doctor)
    doctor.reads("Saved as a draft at")
    doctor.page.reload()
    doctor.finds(QUESTION, "Why is dressing such a fight?")
    leaves_the_field(doctor.writes(QUESTION, "Is it the buttons?"), "Is it the buttons?")
    assert Referral.objects.count() == 1


def test_a_clinic_that_is_chosen_while_others_are_looked_for_stays_chosen(
    child: Child, clinic: Organization, sent: Referral, pediatrician_desk: Person
) -> None:
    """Past a certain number, one is found by its name; the answer comes after the choice."""
    for n in range(FEW + 3):
        ClinicFactory(name=f"Clinic {n:02}", address=f"{n} Mill Bend, Weston")
    doctor = pediatrician_desk.opens(f"/children/{child.pk}/refer/")
    page, held = doctor.page, list[Route]()
    choice = doctor.field("Clinic that receives")
    page.route(re.compile("/clinics/search/"), lambda route: held.append(route))
    page.get_by_label("Another place: part of its name or town").fill("clinic 07")
    page.get_by_role("button", name="Find", exact=True).click()
    choice.select_option(str(clinic.pk))
    held[0].continue_()
    page.wait_for_timeout(500)  # in which the answer would take its place
    expect(choice).to_have_value(str(clinic.pk))
    page.unroute_all()
    page.get_by_role("button", name="Find", exact=True).click()
    doctor.reads("1 found: choose in the list.")
    expect(choice).to_have_value(str(clinic.pk))
