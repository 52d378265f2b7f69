"""Is a child registered, changed and shown, and is nothing lost that was typed?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from referrals.actions.child import change_child
from referrals.models import Child, Event, RecordView, User

from .typed import a_child

Door = Callable[[User], Client]


def details(child: Child, **changes: Any) -> dict[str, Any]:
    names = (
        "given_name", "family_name", "name_used", "date_of_birth", "language_spoken",
        "language_written", "precautions", "adaptive_equipment", "version",
    )  # fmt: skip
    return {name: getattr(child, name) for name in names} | changes


def test_registering_leads_on_to_the_referral(client_of: Door, pediatrician: User) -> None:
    typed = a_child(refer="1")
    answer = client_of(pediatrician).post(reverse("child_new"), typed)
    assert answer["Location"] == reverse("referral_write", args=[typed["id"]])
    child = Child.objects.get(pk=typed["id"])
    assert (child.name, child.practice.name) == ("Ida Berg", "Elm Street Pediatrics")
    assert child.guardians.get().phone == "(555) 010-4477"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("date_of_birth", "2999-01-01", "This date lies in the future."),
        ("date_of_birth", "1950-01-01", "please check the year"),
        ("date_of_birth", "2023-02-30", "Enter a valid date."),
        ("date_of_birth", "yesterday", "Enter a valid date."),
        ("given_name", "I" * 81, "at most 80 characters"),
        ("given_name", "", "This field is required."),
        ("gestation_weeks", "12", "Give 22 to 44 weeks."),
        ("gestation_weeks", "60", "Give 22 to 44 weeks."),
        ("gestation_days", "3", "Give the weeks too."),
        ("guardian_phone", "call me", "This is not a telephone number."),
        ("guardian_email", "rosa@", "Enter a valid email address."),
        ("guardian_relationship", "queen", "Select a valid choice."),
        ("id", "not-an-id", "Enter a valid UUID."),
        ("precautions", "p" * 1001, "at most 1000 characters"),
    ],
)
def test_what_cannot_be_is_said_and_all_that_was_typed_is_shown_again(
    field: str, value: str, sentence: str, client_of: Door, pediatrician: User
) -> None:
    typed = a_child() | {field: value}
    page = client_of(pediatrician).post(reverse("child_new"), typed)
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    for name in ("family_name", "guardian_given_name"):
        assert f'value="{typed[name]}"' in text
    assert field in ("id", "guardian_relationship") or value in text
    assert not Child.objects.filter(family_name="Berg").exists()


def test_the_id_of_another_practices_child_opens_nothing(
    client_of: Door, pediatrician: User, other_child: Child
) -> None:
    page = client_of(pediatrician).post(reverse("child_new"), a_child(id=other_child.pk))
    assert page.status_code in (409, 422)
    assert "already used" in page.content.decode()
    other_child.refresh_from_db()
    assert other_child.given_name == "Sami"


def test_changing_details(client_of: Door, pediatrician: User, child: Child) -> None:
    path = reverse("child_edit", args=[child.pk])
    answer = client_of(pediatrician).post(path, details(child, name_used="Mimi"))
    assert answer["Location"] == reverse("child_detail", args=[child.pk])
    child.refresh_from_db()
    assert (child.name, child.version) == ("Mimi Fontaine", 2)
    assert Event.objects.filter(child=child, kind="child_changed", by=pediatrician).count() == 1


def test_whoever_is_second_reads_both_and_loses_nothing(
    client_of: Door, pediatrician: User, practice_colleague: User, child: Child, now: Any
) -> None:
    typed = details(child, precautions="Seizures: call 911 after five minutes.")
    change_child(child=child, version=1, precautions="Latex allergy", by=practice_colleague, at=now)
    door = client_of(pediatrician)
    page = door.post(reverse("child_edit", args=[child.pk]), typed)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Somebody else has changed these details" in text
    assert "Seizures: call 911" in text
    assert "Latex allergy" in text
    assert 'name="version" value="2"' in text
    child.refresh_from_db()
    assert child.precautions == "Latex allergy"


def test_bad_details_are_shown_again(client_of: Door, pediatrician: User, child: Child) -> None:
    page = client_of(pediatrician).post(
        reverse("child_edit", args=[child.pk]),
        details(child, date_of_birth="2999-12-31", name_used="Mimi"),
    )
    assert page.status_code == 422
    assert 'value="2999-12-31"' in page.content.decode()
    child.refresh_from_db()
    assert child.name_used == ""


def test_a_look_is_written_down(client_of: Door, therapist: User, child: Child, sent: Any) -> None:
    client_of(therapist).get(reverse("child_detail", args=[child.pk]))
    look = RecordView.objects.get(child=child, user=therapist)
    assert (look.role, look.page) == ("therapist", "child_detail")


def test_a_partner_is_led_to_what_the_family_opened(
    client_of: Door, partner: User, partner_seat: Any, child: Child, sent: Any
) -> None:
    page = client_of(partner).get(reverse("child_detail", args=[child.pk]), follow=True)
    text = page.content.decode()
    assert page.redirect_chain == [(reverse("shared_overview", args=[child.pk]), 302)]
    assert "Mina Fontaine" in text
    for hidden in (str(sent.pk), "dressing", "Sent the referral", "Mother", "Harbor Therapy"):
        assert hidden not in text


def test_what_is_between_clinicians_stays_there(
    client_of: Door, family: User, child: Child, draft: Any
) -> None:
    text = client_of(family).get(reverse("child_detail", args=[child.pk])).content.decode()
    assert "Began to write a referral" not in text
    assert str(draft.pk) not in text


@pytest.mark.parametrize("group", ["child", "concern", "referral", "appointment", "nonsense"])
def test_the_timeline_can_be_narrowed(
    group: str, client_of: Door, pediatrician: User, child: Child, sent: Any
) -> None:
    page = client_of(pediatrician).get(reverse("child_detail", args=[child.pk]), {"show": group})
    assert ("Sent the referral" in page.content.decode()) is (group == "referral")
