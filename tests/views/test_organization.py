"""Does the form of a referral offer a few of many clinics, and find the others with and without scripts?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from referrals.models import Child, Organization, Referral, Role, User
from referrals.queries.organization import FEW
from tests.factories.organization import ClinicFactory
from tests.factories.person import works_at
from tests.load.visitor import Answer

from .typed import a_referral, pdf

Door = Callable[[User], Client]


@pytest.fixture
def path(child: Child) -> str:
    return reverse("referral_write", args=[child.pk])


@pytest.fixture
def many(clinic: Organization) -> list[Organization]:
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
    assert 'name="clinic_words"' not in page


def test_of_many_the_page_holds_a_few_and_a_search(
    path: str, client_of: Door, pediatrician: User, sent: Referral, many: list[Organization]
) -> None:
    page = client_of(pediatrician).get(path).content.decode()
    assert choices(page) == ["", str(sent.clinic_id)]
    assert 'name="clinic_words"' in page


def test_a_search_without_scripts_keeps_all_that_was_typed(
    path: str, client_of: Door, pediatrician: User, many: list[Organization], settings: Any,
    tmp_path: Any,
) -> None:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    door = client_of(pediatrician)
    typed = a_referral(
        many[0], do="find", clinic="", clinic_words="clinic 07", question="Can she button?",
        intent="", attachments=[pdf()],
    )  # fmt: skip
    answer = door.post(path, typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert choices(page) == ["", str(many[7].pk)]
    assert "1 clinic found: choose in the list." in page
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
    page = door.post(where, {"clinic": many[3].pk, "clinic_words": "07"}).content.decode()
    assert "<html" not in page
    assert page.index(str(many[7].pk)) < page.index(str(many[3].pk))
    assert f'value="{many[3].pk}" selected' in page
    assert "1 clinic found: choose in the list." in page
    page = door.post(where, {"clinic": "x", "clinic_words": "nowhere"}).content.decode()
    assert "No clinic found." in page
    page = door.post(where, {"clinic": "", "clinic_words": "clinic"}).content.decode()
    assert f"More than {FEW} clinics fit" in page
    assert "is-invalid" not in page
    assert "<script" not in door.post(where, {"clinic_words": "<script>"}).content.decode()
