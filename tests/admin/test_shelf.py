"""How does a place come to an activity and a payer of its own, and what is refused?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from referrals.actions.plan import draft_plan
from referrals.models import Organization, OwnActivity, OwnGoal, OwnPayer, Referral
from referrals.models.record import new_id
from tests.conftest import Cast
from tests.factories.shelf import (
    COUNTY,
    IN_SPANISH,
    LADDER,
    ZIP,
    ZIP_IN_SPANISH,
    own_activity,
    own_goal,
    own_payer,
)
from tests.stages import a_plan, day_of

ACTIVITY, PAYER = "admin:referrals_ownactivity", "admin:referrals_ownpayer"
GOAL = "admin:referrals_owngoal"


def typed(place: Organization, words: dict[str, Any], **changes: Any) -> dict[str, Any]:
    said = {"organization": str(place.pk), "is_active": "on"} | words | changes
    return {name: value for name, value in said.items() if value is not None}


def wrong(answer: Any) -> dict[str, list[str]]:
    return {name: list(said) for name, said in answer.context["adminform"].form.errors.items()}


# --- Activities ---------------------------------------------------------------------------------


def test_an_activity_is_added_and_its_change_is_in_the_history(
    site: Client, clinic: Organization
) -> None:
    answer = site.post(reverse(f"{ACTIVITY}_add"), typed(clinic, LADDER | IN_SPANISH))
    assert answer.status_code == 302
    made = OwnActivity.objects.get()
    assert (made.organization, made.code, made.bands) == (clinic, "h_ladder", LADDER["bands"])
    page = reverse(f"{ACTIVITY}_change", args=[made.pk])
    site.post(page, typed(clinic, LADDER | {"minutes": 6, "code": "other"}))
    made.refresh_from_db()
    assert (made.minutes, made.code) == (6, "h_ladder")  # the code stays
    said = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert said[0] == "Added."
    assert said[1].startswith("Changed Minutes each time")


def test_its_spanish_can_be_left_out(site: Client, clinic: Organization) -> None:
    assert site.post(reverse(f"{ACTIVITY}_add"), typed(clinic, LADDER)).status_code == 302
    assert OwnActivity.objects.get().spanish == {}


HARD = "Facilitate proprioceptive regulation.\n" * 3
LONG = "Pull it " + "and pull it " * 7 + "up."


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"code": "a09"}, "code", "The product itself ships an entry of this code."),
        ({"code": "My Code"}, "code", "Begin with a small letter; then small letters, digits and “_”."),
        ({"bands": []}, "bands", "Choose at least one age."),
        ({"minutes": 20}, "minutes", "Ask for 1 to 15 minutes each time."),
        ({"times_a_week": 9}, "times_a_week", "Ask for 1 to 7 times a week."),
        ({"steps": "Sit.\nPull.", "steps_es": ""}, "steps", "Write 3 to 5 steps, one a line."),
        ({"steps_es": "Jale."}, "steps_es", "Write as many steps as in English."),
        ({"why": LONG}, "why", f"Make this sentence shorter, 15 words or fewer: “{LONG}”"),
        ({"domain": "gross_motor"}, "domain", "Select a valid choice. gross_motor is not one of the available choices."),
        ({"source": ""}, "source", "This field is required."),
    ],
)  # fmt: skip
def test_it_is_held_to_the_rules_of_the_shipped_ones(
    changed: dict[str, Any], field: str, sentence: str, site: Client, clinic: Organization
) -> None:
    said = typed(clinic, LADDER | IN_SPANISH | changed)
    answer = site.post(reverse(f"{ACTIVITY}_add"), said)
    assert wrong(answer) == {field: [sentence]}
    assert not OwnActivity.objects.exists()


def test_words_that_are_too_hard_are_refused(site: Client, clinic: Organization) -> None:
    answer = site.post(reverse(f"{ACTIVITY}_add"), typed(clinic, LADDER | {"steps": HARD}))
    assert wrong(answer)["why"][0].startswith("Its words are too hard to read: school grade")


def test_a_code_is_once_at_a_place_and_free_at_another(
    site: Client, clinic: Organization, cast: Cast
) -> None:
    own_activity(clinic)
    add = reverse(f"{ACTIVITY}_add")
    assert wrong(site.post(add, typed(clinic, LADDER))) == {
        "__all__": ["This place has an entry of this code."]
    }
    assert site.post(add, typed(cast.other_clinic, LADDER)).status_code == 302


def test_they_are_searched_and_filtered(site: Client, clinic: Organization, cast: Cast) -> None:
    own_activity(clinic)
    own_activity(cast.other_clinic, title="The coat game", is_active=False)

    def found(**asked: str) -> set[str]:
        page = site.get(reverse(f"{ACTIVITY}_changelist"), asked)
        return {one.title for one in page.context["cl"].result_list}

    assert found(q="the sock") == {"The sock ladder"}
    assert found(q="valley") == {"The coat game"}
    assert found(is_active__exact="1") == {"The sock ladder"}
    assert found(organization__id__exact=str(clinic.pk)) == {"The sock ladder"}


def test_the_page_of_the_place_leads_to_them(site: Client, clinic: Organization) -> None:
    page = site.get(reverse("admin:referrals_organization_change", args=[clinic.pk]))
    here = f"?organization__id__exact={clinic.pk}"
    assert reverse(f"{ACTIVITY}_changelist") + here in page.content.decode()
    assert reverse(f"{GOAL}_changelist") + here in page.content.decode()
    assert reverse(f"{PAYER}_changelist") + here in page.content.decode()


# --- Goals to start from ------------------------------------------------------------------------


def test_a_goal_is_added_and_its_code_stays(site: Client, clinic: Organization) -> None:
    answer = site.post(reverse(f"{GOAL}_add"), typed(clinic, ZIP | ZIP_IN_SPANISH))
    assert answer.status_code == 302
    made = OwnGoal.objects.get()
    assert (made.organization, made.code, made.bands) == (clinic, "g_zip", ZIP["bands"])
    assert made.entry.amounts == (1, 2, 4, 5, 6)
    assert made.entry.levels("es")[2] == {"amount": 4, "words": "Lo sube 4 de 6 veces"}
    page = reverse(f"{GOAL}_change", args=[made.pk])
    site.post(page, typed(clinic, ZIP | {"measure": "zips out of 6", "code": "other"}))
    made.refresh_from_db()
    assert (made.measure, made.code, made.entry.in_spanish) == ("zips out of 6", "g_zip", False)
    said = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert said[0] == "Added."
    assert said[1].startswith("Changed What is counted or measured")


PLACE = "Write {amount} once, where the amount of the level goes."
WHOLE = "Say all of it in Spanish, or nothing."


@pytest.mark.parametrize(
    ("changed", "wrongs"),
    [
        ({"code": "g08"}, {"code": ["The product itself ships an entry of this code."]}),
        ({"bands": []}, {"bands": ["Choose at least one age."]}),
        ({"domain": "gross_motor"}, {"domain": ["Select a valid choice. gross_motor is not one of the available choices."]}),
        ({"does_what": "zip the coat."}, {"does_what": ["Leave out the full stop: it becomes part of a sentence."]}),
        ({"title": ""}, {"title": ["This field is required."]}),
        ({"title": "so " * 16}, {"title": ["Say it in 15 words or fewer."]}),
        ({"amounts": "1, two, 4, 5, 6"}, {"amounts": ["Write numbers, such as: 0, 1, 3, 4, 5"]}),
        ({"amounts": "1, 2, 4, 5"}, {"amounts": ["Write five amounts, from the lowest level to the highest."]}),
        ({"amounts": "1, 2, 4, 3, 6"}, {"amounts": ["The amounts must rise from −2 to +2: level +1 is 3 after 4."]}),
        ({"amounts": "1 nan 4 5 6"}, {"amounts": ["Level −1 needs an amount, as a number."]}),
        ({"amounts": "1, 2, 3, 5, 6"}, {"how_well": ["Name the amount of level 0 in figures: 3."], "how_well_es": ["Name the amount of level 0 in figures: 3."]}),
        ({"how_well": "most times"}, {"how_well": ["Name the amount of level 0 in figures: 4."]}),
        ({"step": "Zips it"}, {"step": [PLACE]}),
        ({"step": "Zips {amount.real} and {amount}"}, {"step": [PLACE]}),
        ({"step_es": "Lo sube"}, {"step_es": [PLACE]}),
        ({"measure_es": "", "step_es": ""}, {"measure_es": [WHOLE], "step_es": [WHOLE]}),
        ({"source": ""}, {"source": ["This field is required."]}),
    ],
)  # fmt: skip
def test_a_goal_is_held_to_the_rules_of_the_shipped_ones(
    changed: dict[str, Any], wrongs: dict[str, list[str]], site: Client, clinic: Organization
) -> None:
    answer = site.post(reverse(f"{GOAL}_add"), typed(clinic, ZIP | ZIP_IN_SPANISH | changed))
    assert wrong(answer) == wrongs
    assert not OwnGoal.objects.exists()


def test_goals_are_searched_and_filtered(site: Client, clinic: Organization, cast: Cast) -> None:
    own_goal(clinic)
    own_goal(cast.other_clinic, title="Closes a coat", is_active=False)

    def found(**asked: str) -> set[str]:
        page = site.get(reverse(f"{GOAL}_changelist"), asked)
        return {one.title for one in page.context["cl"].result_list}

    assert found(q="zips") == {"Zips a coat"}
    assert found(q="valley") == {"Closes a coat"}
    assert found(is_active__exact="1") == {"Zips a coat"}
    assert found(organization__id__exact=str(clinic.pk)) == {"Zips a coat"}


# --- Payers -------------------------------------------------------------------------------------


def test_a_payer_is_added(site: Client, clinic: Organization) -> None:
    assert site.post(reverse(f"{PAYER}_add"), typed(clinic, COUNTY)).status_code == 302
    entry = OwnPayer.objects.get().entry
    assert entry.label == "Harbor County Plan: signed in 14 days, valid for 60 days"
    assert (entry.sign_within, entry.valid_days, entry.valid_months) == (14, 60, None)


ONE_LENGTH = "Say how long it holds: in days (up to 366) or in months (up to 12), in one of them."


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"code": "standard"}, "code", "The product itself ships an entry of this code."),
        ({"valid_months": 3}, "__all__", ONE_LENGTH),
        ({"valid_days": ""}, "__all__", ONE_LENGTH),
        ({"valid_days": 0}, "__all__", ONE_LENGTH),
        ({"valid_days": 367}, "__all__", ONE_LENGTH),
        ({"valid_days": "", "valid_months": 13}, "__all__", ONE_LENGTH),
        ({"sign_within": 0}, "__all__", "Let the pediatrician sign within 1 to 366 days."),
    ],
)
def test_a_payer_that_is_not_whole_is_refused(
    changed: dict[str, Any], field: str, sentence: str, site: Client, clinic: Organization
) -> None:
    answer = site.post(reverse(f"{PAYER}_add"), typed(clinic, COUNTY | changed))
    assert wrong(answer) == {field: [sentence]}


def test_the_table_refuses_it_too(clinic: Organization) -> None:
    with pytest.raises(IntegrityError, match="own_payer_one_length"):
        OwnPayer.objects.create(organization=clinic, **COUNTY | {"valid_days": None})


def test_what_a_plan_names_keeps_its_terms_and_can_be_taken_off(
    site: Client, clinic: Organization, cast: Cast, evaluated: Referral, later: datetime
) -> None:
    payer = own_payer(clinic)
    page = reverse(f"{PAYER}_change", args=[payer.pk])
    site.post(page, typed(clinic, COUNTY | {"name": "County", "valid_days": 61}))
    payer.refresh_from_db()
    assert (payer.name, payer.valid_days) == ("County", 61)  # nobody has chosen it yet
    starts_on = day_of(later, evaluated) + timedelta(days=10)
    said = a_plan(starts_on) | {"payer": "county"}
    draft_plan(id=new_id(), referral=evaluated, by=cast.therapist, at=later, **said)
    site.post(page, typed(clinic, COUNTY | {"name": "City", "valid_days": 90}, is_active=None))
    payer.refresh_from_db()
    assert (payer.name, payer.valid_days, payer.is_active) == ("County", 61, False)
