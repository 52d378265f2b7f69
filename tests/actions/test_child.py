"""Does a child come in once, with its first adult and the practice's seat, and change for all?"""

from datetime import date

import pytest

from referrals.actions.child import change_child, register_child, same_child
from referrals.actions.seat import index_child
from referrals.models import Child, ChildIdentifier, ChildToken, Event, Guardian, Seat
from referrals.models.child import birthday
from referrals.models.record import FOREVER, new_id
from tests.actions.outcome import kinds, outrun
from tests.factories.child import MOTHER


@pytest.fixture
def form(practice, pediatrician, now):
    return {
        "id": new_id(), "practice": practice, "given_name": "Noor", "family_name": "Ali",
        "date_of_birth": date(2024, 5, 1), "guardian": MOTHER, "by": pediatrician, "at": now,
    }  # fmt: skip


def test_registering_gives_the_practice_its_seat_and_leaves_one_event(form, practice, now):
    child = register_child(**form)
    seat = Seat.objects.get(child=child)
    assert (seat.organization, seat.role, seat.ground) == (practice, "practice", "registration")
    assert (seat.since, seat.until, seat.ground_id) == (now, FOREVER, child.pk)
    assert kinds(child.pk) == ["child_registered"]


def test_registering_names_the_first_adult_who_sees_nothing_yet(form):
    child = register_child(**form)
    guardian = Guardian.objects.get(child=child)
    assert (guardian.name, guardian.user, guardian.invited_at) == ("Rosa Fontaine", None, None)
    assert not Seat.objects.filter(child=child, role="family").exists()


def test_whoever_registers_is_the_child_s_pediatrician(form, pediatrician):
    assert register_child(**form).pediatrician == pediatrician


def test_a_child_can_be_registered_without_an_adult(form):
    child = register_child(**form | {"guardian": None})
    assert child.guardians.count() == 0


def test_a_second_click_finds_the_child_of_the_first(form):
    first, second = register_child(**form), register_child(**form)
    assert first == second
    assert Child.objects.filter(given_name="Noor").count() == 1
    assert Guardian.objects.filter(child=first).count() == 1
    assert kinds(first.pk) == ["child_registered"]


def test_a_form_used_by_one_practice_cannot_be_sent_again_by_another(
    form, other_practice, stranger_pediatrician
):
    register_child(**form)
    with outrun("already used"):
        register_child(**form | {"practice": other_practice, "by": stranger_pediatrician})


def test_a_registered_child_is_found_by_the_words_of_its_name(form, practice):
    child = register_child(**form | {"given_name": "Zoë-Anne", "name_used": "Zozo"})
    found = ChildToken.objects.filter(child=child, organization=practice)
    assert set(found.values_list("token", flat=True)) == {
        "zoe", "anne", "ali", "zozo", birthday(child.date_of_birth),
    }  # fmt: skip


def test_a_change_raises_the_version_and_names_the_fields(child, pediatrician, now):
    change_child(
        child=child, version=1, given_name="Minna", language_spoken="English",
        by=pediatrician, at=now,
    )  # fmt: skip
    child.refresh_from_db()
    assert (child.given_name, child.version) == ("Minna", 2)
    event = Event.objects.get(kind="child_changed")
    assert event.data == {"fields": ["given_name"]}
    assert event.about == child.pk


def test_of_two_changes_to_one_version_the_second_is_told(child, pediatrician, now):
    change_child(child=child, version=1, name_used="Mimi", by=pediatrician, at=now)
    with outrun("Somebody else has changed"):
        change_child(child=child, version=1, name_used="Nina", by=pediatrician, at=now)
    child.refresh_from_db()
    assert child.name_used == "Mimi"


def test_a_new_name_is_found_by_every_organisation_on_the_team(
    child, sent, pediatrician, practice, clinic, now
):
    change_child(child=child, version=1, family_name="Dubois", by=pediatrician, at=now)
    for place in (practice, clinic):
        found = ChildToken.objects.filter(child=child, organization=place)
        assert set(found.values_list("token", flat=True)) == {
            "mina", "dubois", birthday(child.date_of_birth),
        }  # fmt: skip


def test_a_number_of_the_child_is_a_word_it_is_found_by(child, practice):
    ChildIdentifier.objects.create(child=child, organization=practice, value="MRN-4711")
    index_child(child, practice)
    found = ChildToken.objects.filter(child=child, organization=practice)
    assert set(found.values_list("token", flat=True)) == {
        "mina", "fontaine", "mrn", "4711", birthday(child.date_of_birth),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "family", "born_again", "found"),
    [
        ("Mina", "Fontaine", True, True),
        ("MÍNA", "Other", True, True),
        ("Lena", "fontaine", True, True),
        ("Lena", "Other", True, False),
        ("Mina", "Fontaine", False, False),
    ],
)
def test_a_child_about_to_be_registered_twice_is_recognised(
    child, practice, given, family, born_again, found
):
    born = child.date_of_birth if born_again else date(2020, 1, 1)
    assert same_child(practice, given, family, born) == ([child] if found else [])


def test_a_child_of_another_practice_is_not_recognised(child, other_practice):
    assert same_child(other_practice, "Mina", "Fontaine", child.date_of_birth) == []
