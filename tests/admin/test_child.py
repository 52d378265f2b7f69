"""How does an administrator find a child and mend its details?"""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from referrals.models import (
    Child,
    ChildIdentifier,
    ChildToken,
    Event,
    Organization,
    RecordView,
    User,
)
from tests.factories.child import ChildFactory


def page(child: Child) -> str:
    return reverse("admin:referrals_child_change", args=[child.pk])


LIST = "admin:referrals_child_changelist"


def details(child: Child, **changed: Any) -> dict[str, Any]:
    """What the page would send, as it was opened."""
    said = {
        "version": child.version, "given_name": child.given_name,
        "family_name": child.family_name, "name_used": child.name_used,
        "date_of_birth": child.date_of_birth.isoformat(), "gestation_weeks": "",
        "gestation_days": "", "language_spoken": "English", "language_written": "English",
        "precautions": "", "adaptive_equipment": "", "pediatrician": str(child.pediatrician_id),
        "identifiers-TOTAL_FORMS": 0, "identifiers-INITIAL_FORMS": 0,
        "guardians-TOTAL_FORMS": 0, "guardians-INITIAL_FORMS": 0,
    }  # fmt: skip
    return said | changed


def number(place: Organization, value: str) -> dict[str, Any]:
    return {
        "identifiers-TOTAL_FORMS": 1,
        "identifiers-0-organization": str(place.pk),
        "identifiers-0-value": value,
    }


def test_details_change_through_the_action(site: Client, child: Child, admin: User) -> None:
    answer = site.post(page(child), details(child, family_name="Fontaine-Diaz"))
    assert answer.status_code == 302
    child.refresh_from_db()
    assert (child.family_name, child.version) == ("Fontaine-Diaz", 2)
    event = Event.objects.get(kind="child_changed")
    assert (event.by, event.data) == (admin, {"fields": ["family_name"]})


def test_saving_without_a_change_leaves_nothing(site: Client, child: Child) -> None:
    assert site.post(page(child), details(child)).status_code == 302
    child.refresh_from_db()
    assert child.version == 1
    assert not Event.objects.filter(kind="child_changed").exists()


def test_the_second_of_two_is_told_and_loses_nothing(site: Client, child: Child) -> None:
    typed = details(child, given_name="Mira")
    Child.objects.filter(pk=child.pk).update(given_name="Minna", version=2)
    answer = site.post(page(child), typed)
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "Somebody else has changed these details" in said
    assert "Given name: “Minna”" in said
    assert 'value="Mira"' in said
    child.refresh_from_db()
    assert child.given_name == "Minna"


def test_and_may_then_keep_theirs(site: Client, child: Child) -> None:
    Child.objects.filter(pk=child.pk).update(given_name="Minna", version=2)
    answer = site.post(page(child), details(child, given_name="Mira"))
    form = answer.context["adminform"].form
    assert form.data["version"] == "2"
    site.post(page(child), details(child, given_name="Mira", version=2))
    child.refresh_from_db()
    assert (child.given_name, child.version) == ("Mira", 3)


def test_an_action_that_says_no_undoes_all_and_is_heard(
    site: Client, child: Child, practice: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outrun(**_: Any) -> None:
        from referrals.actions.refusal import Outrun

        raise Outrun("Somebody was faster.")

    monkeypatch.setattr("referrals.admin.child.change_child", outrun)
    answer = site.post(
        page(child), details(child, given_name="Mira", **number(practice, "N-1")), follow=True
    )
    assert "Somebody was faster." in answer.content.decode()
    assert child.identifiers.count() == 0


def test_a_new_number_is_found_at_once(site: Client, child: Child, practice: Organization) -> None:
    site.post(page(child), details(child, **number(practice, "MRN-4711")))
    found = site.get(reverse(LIST), {"q": "4711"}).context["cl"].result_list
    assert [c.pk for c in found] == [child.pk]
    assert ChildToken.objects.filter(child=child, organization=practice, token="4711").exists()
    assert Event.objects.get(kind="child_changed").data == {"fields": ["identifiers"]}


def test_a_number_belongs_to_one_child(
    site: Client, child: Child, other_child: Child, practice: Organization
) -> None:
    ChildIdentifier.objects.create(child=other_child, organization=practice, value="N-1")
    answer = site.post(page(child), details(child, **number(practice, "N-1")))
    assert "already exists" in answer.content.decode()


def test_a_pediatrician_of_another_practice_is_refused(
    site: Client, child: Child, stranger_pediatrician: User
) -> None:
    answer = site.post(page(child), details(child, pediatrician=str(stranger_pediatrician.pk)))
    errors = answer.context["adminform"].form.errors
    assert errors == {"pediatrician": ["Petra Vogel is no pediatrician of Elm Street Pediatrics."]}


def test_the_custodian_is_not_changed_here(
    site: Client, child: Child, practice: Organization, other_practice: Organization
) -> None:
    site.post(page(child), details(child, practice=str(other_practice.pk), name_used="Mi"))
    child.refresh_from_db()
    assert (child.practice, child.name_used) == (practice, "Mi")


@pytest.mark.parametrize("said", ["fontaine", "FONT min", "Mina Fontaine", "{born}", "{id}"])
def test_a_child_is_found_by(said: str, site: Client, child: Child, other_child: Child) -> None:
    asked = said.format(born=child.date_of_birth.isoformat(), id=child.pk)
    if said == "{born}":
        Child.objects.filter(pk=other_child.pk).update(date_of_birth="2020-02-02")
    found = site.get(reverse(LIST), {"q": asked}).context["cl"].result_list
    assert [c.pk for c in found] == [child.pk]


@pytest.mark.parametrize("said", ["ontaine", "mina haddad", "1999-01-01", "!!", "f" * 400])
def test_nobody_is_found_by(said: str, site: Client, child: Child) -> None:
    assert list(site.get(reverse(LIST), {"q": said}).context["cl"].result_list) == []


def test_the_page_leads_to_who_looked_and_what_happened(
    site: Client, child: Child, other_child: Child
) -> None:
    words = site.get(page(child)).content.decode()
    for room in ("recordview", "event", "seat", "referral", "concern"):
        assert (
            reverse(f"admin:referrals_{room}_changelist") + f"?child__id__exact={child.pk}" in words
        )
    site.get(page(other_child))
    views = reverse("admin:referrals_recordview_changelist")
    shown = site.get(views, {"child__id__exact": child.pk}).context["cl"].result_list
    assert [view.child_id for view in shown] == [child.pk]
    assert RecordView.objects.count() == 2


def test_the_list_costs_the_same_with_one_child_and_with_thirty(
    site: Client, practice: Organization, pediatrician: User, now: datetime, cast: Any,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    with django_assert_num_queries(LIST_QUERIES):
        site.get(reverse(LIST))
    with django_assert_num_queries(SEARCH_QUERIES):
        site.get(reverse(LIST), {"q": "fontaine"})
    for _ in range(30):
        ChildFactory(practice=practice, by=pediatrician, at=now)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(site.get(reverse(LIST)).context["cl"].result_list) == 25
    with django_assert_num_queries(SEARCH_QUERIES):
        assert len(site.get(reverse(LIST), {"q": "fontaine"}).context["cl"].result_list) == 25


#: Session, person, memberships; the bounded count, the page; the search reads the ids.
LIST_QUERIES = 4
SEARCH_QUERIES = 5
