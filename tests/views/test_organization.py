"""Does the form of a referral offer a few of many clinics, and find the others with and without scripts?"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from referrals.models import Child, Consent, Organization, Programme, Referral, Role, User
from referrals.models.record import new_id
from referrals.queries.organization import FEW
from tests.conftest import Cast
from tests.factories.consent import shared
from tests.factories.organization import ClinicFactory, SchoolFactory
from tests.factories.person import works_at
from tests.load.visitor import Answer

from .typed import a_referral, pdf

Door = Callable[[User], Client]


@pytest.fixture
def path(child: Child) -> str:
    return reverse("referral_write", args=[child.pk])


@pytest.fixture
def many(clinic: Organization) -> list[Organization]:
    Organization.objects.update(address="")  # found by nothing but their names
    clinics = [ClinicFactory(name=f"Clinic {n:02}", address="") for n in range(FEW + 10)]
    for one in clinics[7], clinics[20]:
        works_at(one, Role.COORDINATOR, intake=True)
    return clinics


def choices(page: str) -> list[str]:
    """The values that the form offers as the clinic."""
    return Answer(200, "/", page).forms("/refer/")[0].choices["clinic"]


def test_a_few_clinics_are_a_plain_list(
    path: str, client_of: Door, pediatrician: User, clinic: Organization
) -> None:
    clinics = Organization.objects.filter(takes_referrals=True)
    page = client_of(pediatrician).get(path).content.decode()
    assert clinic in clinics
    assert set(choices(page)) == {"", *map(str, clinics.values_list("pk", flat=True))}
    assert 'name="place_words"' not in page


def test_of_many_the_page_holds_a_few_and_a_search(
    path: str, client_of: Door, pediatrician: User, sent: Referral, many: list[Organization]
) -> None:
    page = client_of(pediatrician).get(path).content.decode()
    assert choices(page) == ["", str(sent.clinic_id)]
    assert 'name="place_words"' in page


def test_a_search_without_scripts_keeps_all_that_was_typed(
    path: str, client_of: Door, pediatrician: User, many: list[Organization], settings: Any,
    tmp_path: Any,
) -> None:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    door = client_of(pediatrician)
    typed = a_referral(
        many[0], do="find", clinic="", place_words="clinic 07", question="Can she button?",
        intent="", attachments=[pdf()],
    )  # fmt: skip
    answer = door.post(path, typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert choices(page) == ["", str(many[7].pk)]
    assert "1 found: choose in the list." in page
    assert "Can she button?" in page
    assert 'value="clinic 07"' in page
    assert "This field is required" not in page
    draft = Referral.objects.get()
    assert (draft.state, draft.question, draft.sent_at) == ("draft", "Can she button?", None)
    assert draft.attachments.count() == 1
    assert "letter.pdf" in page
    # What is found can be chosen and sent at once.
    form = Answer(200, path, page).forms("/refer/")[0]
    chosen = {
        "clinic": str(many[7].pk),
        "intent": "habilitation",
        "do": "send",
        "signs": ["tod.sensory"],
    }
    assert door.post(path, form.fields | chosen)["Location"] == reverse(
        "referral_detail", args=[draft.pk]
    )
    assert Referral.objects.get().clinic == many[7]


def test_to_look_for_nothing_sends_nothing(
    path: str, client_of: Door, pediatrician: User, many: list[Organization]
) -> None:
    answer = client_of(pediatrician).post(path, a_referral(many[0], do="find"))
    assert answer.status_code == 200
    assert choices(answer.content.decode()) == ["", str(many[0].pk)]
    assert Referral.objects.get().state == "draft"


def test_any_clinic_that_takes_referrals_can_be_sent_to(
    path: str, client_of: Door, pediatrician: User, many: list[Organization]
) -> None:
    door = client_of(pediatrician)
    closed = ClinicFactory(is_active=False)
    assert door.post(path, a_referral(closed)).status_code == 422
    answer = door.post(path, a_referral(many[20]))
    assert answer.status_code == 302
    assert Referral.objects.get(state="sent").clinic == many[20]


def test_with_scripts_the_choice_alone_is_drawn_anew(
    client_of: Door, pediatrician: User, many: list[Organization]
) -> None:
    door, where = client_of(pediatrician), reverse("organization_search")
    page = door.post(where, {"clinic": many[3].pk, "place_words": "07"}).content.decode()
    assert "<html" not in page
    assert page.index(str(many[7].pk)) < page.index(str(many[3].pk))
    assert f'value="{many[3].pk}" selected' in page
    assert "1 found: choose in the list." in page
    page = door.post(where, {"clinic": "x", "place_words": "nowhere"}).content.decode()
    assert "Nothing found." in page
    page = door.post(where, {"clinic": "", "place_words": "clinic"}).content.decode()
    assert f"More than {FEW} fit" in page
    assert "is-invalid" not in page
    assert "<script" not in door.post(where, {"place_words": "<script>"}).content.decode()


# --- Schools and programmes -----------------------------------------------------------------------


@pytest.fixture
def schools(cast: Cast) -> list[Organization]:
    Organization.objects.update(address="")
    return [SchoolFactory(name=f"School {n:02}", address="") for n in range(FEW + 10)]


def told(page: str, name: str) -> list[str]:
    return Answer(200, "/", page).forms("")[-1].choices[name]


def test_a_family_looks_for_a_school_and_loses_nothing(
    cast: Cast, client_of: Door, schools: list[Organization]
) -> None:
    door, new = client_of(cast.family), reverse("consent_new", args=[cast.child.pk])
    page = door.get(new).content.decode()
    assert told(page, "organization") == [""]
    assert 'name="place_words"' in page
    typed = {
        "id": str(new_id()), "scopes": ["goals"], "purpose": "So that all help alike.",
        "last_on": "2027-01-31", "organization": "", "place_words": "school 07", "do": "find",
    }  # fmt: skip
    answer = door.post(new, typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert told(page, "organization") == ["", str(schools[7].pk)]
    assert "1 found: choose in the list." in page
    assert "So that all help alike." in page
    assert 'value="2027-01-31"' in page
    assert re.search(r'value="goals"[^>]* checked', page)
    assert typed["id"] in page
    assert "is-invalid" not in page
    assert not Consent.objects.exists()
    assert "Maple School" in door.post(new, typed | {"place_words": "MAPLE"}).content.decode()


def test_a_family_reads_the_search_in_its_language(
    cast: Cast, client_of: Door, schools: list[Organization]
) -> None:
    User.objects.filter(pk=cast.family.pk).update(language="es")
    new = reverse("consent_new", args=[cast.child.pk])
    page = client_of(cast.family).post(new, {"do": "find", "place_words": "zz"}).content.decode()
    assert "Otro lugar: parte de su nombre o de su localidad" in page
    assert "No se encontró nada." in page


def test_what_a_child_knows_is_offered_first(
    cast: Cast, client_of: Door, schools: list[Organization], now: datetime
) -> None:
    shared(cast.child, cast.school, by=cast.family, at=now)
    page = client_of(cast.family).get(reverse("consent_new", args=[cast.child.pk]))
    assert told(page.content.decode(), "organization") == ["", str(cast.school.pk)]


def test_a_programme_is_found_and_nothing_is_begun(
    cast: Cast, client_of: Door, schools: list[Organization]
) -> None:
    for n in range(FEW + 10):
        SchoolFactory(kind="early_intervention", name=f"Early {n:02}", address="")
    door, new = client_of(cast.pediatrician), reverse("programme_new", args=[cast.child.pk])
    typed = {"id": str(new_id()), "reason": "She falls.", "place_words": "07", "do": "find"}
    page = door.post(new, typed).content.decode()
    found = told(page, "place")
    assert 2 <= len(found) <= 3
    assert "She falls." in page
    assert "is-invalid" not in page
    assert not Programme.objects.exists()


def test_to_look_for_a_clinic_asks_nobody_who_it_is(
    path: str, client_of: Door, pediatrician: User, many: list[Organization], settings: Any
) -> None:
    door = client_of(pediatrician)
    settings.REAUTHENTICATION_MINUTES = 15
    answer = door.post(path, a_referral(many[0], do="find", place_words="clinic 07"))
    assert answer.status_code == 200
    assert str(many[7].pk) in choices(answer.content.decode())
    assert door.post(path, a_referral(many[7])).status_code == 302
    assert not Referral.objects.filter(state="sent").exists()
