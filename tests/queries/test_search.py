"""Does a search find the children it means, whoever wrote them how, and never anybody else's?"""

from datetime import date

import pytest

from referrals.actions.child import change_child
from referrals.actions.seat import index_child
from referrals.models import ChildIdentifier
from referrals.queries.search import MOST, find_children, parse_date
from tests.factories.child import ChildFactory

WAYS = ["mina", "MINA", "Mína", "min", "fontaine", "Fontaine, Mina", "mina fon", "fon mi"]


@pytest.mark.parametrize("text", WAYS)
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator", "family", "partner"])
def test_the_team_finds_the_child_by_the_beginnings_of_its_names(
    child, sent, partner_seat, text, who, request
):
    assert find_children(request.getfixturevalue(who), text) == [child]


@pytest.mark.parametrize("text", WAYS)
@pytest.mark.parametrize(
    "who", ["stranger", "stranger_pediatrician", "other_family", "admin", "nobody"]
)
def test_nobody_else_finds_it(child, sent, text, who, request):
    assert find_children(request.getfixturevalue(who), text) == []


@pytest.mark.parametrize("who", ["therapist", "partner"])
def test_who_has_no_seat_yet_finds_nothing(child, draft, who, request):
    assert find_children(request.getfixturevalue(who), "mina") == []


@pytest.mark.parametrize(
    "text", ["", "  ", "-", "ina", "ontaine", "mina x", "mina haddad", "%", "_"]
)
def test_what_is_not_meant_is_not_found(child, pediatrician, text):
    assert find_children(pediatrician, text) == []


def test_a_partner_whose_consent_has_ended_finds_nothing(partner_seat, partner, now):
    from referrals.actions.seat import end_seats

    end_seats(partner_seat.ground_id, at=now)
    assert find_children(partner, "mina") == []


@pytest.mark.parametrize(
    "text", ["{:%Y-%m-%d}", "{:%m/%d/%Y}", "{:%d.%m.%Y}", "{:%d %b %Y}", "{:%B %d, %Y}"]
)
def test_a_date_of_birth_finds_in_every_usual_way(child, pediatrician, stranger_pediatrician, text):
    assert find_children(pediatrician, text.format(child.date_of_birth)) == [child]
    assert find_children(stranger_pediatrician, text.format(date(1999, 1, 1))) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", date(2024, 2, 29)), ("2023-02-29", None), ("14 Apr 2026", date(2026, 4, 14)),
        ("April 14,  2026", date(2026, 4, 14)), ("14.4.2026", date(2026, 4, 14)), ("mina", None),
        ("", None), ("4711", None), ("2026", None),
    ],
)  # fmt: skip
def test_a_day_is_read_or_not(text, day):
    assert parse_date(text) == day


def test_a_number_finds_the_child(child, practice, pediatrician, other_practice):
    ChildIdentifier.objects.create(child=child, organization=practice, value="MRN-4711")
    index_child(child, practice)
    for text in ("MRN-4711", "mrn4711"[:3], "4711", "471"):
        assert find_children(pediatrician, text) == [child]


def test_a_child_is_found_by_the_name_it_is_called_by_and_no_longer_by_one_it_lost(
    child, pediatrician, now
):
    change_child(
        child=child, version=1, name_used="Lulu", given_name="Ana", by=pediatrician, at=now
    )
    assert find_children(pediatrician, "lulu") == [child]
    assert find_children(pediatrician, "ana") == [child]
    assert find_children(pediatrician, "mina") == []


@pytest.mark.parametrize("name", ["Łucja", "Ñuño", "Çelik", "Žofia", "Ωmega", "山田", "Иван"])
def test_letters_of_any_script_are_found_by_their_beginning(practice, pediatrician, now, name):
    child = ChildFactory(
        given_name=name, family_name="Testova", practice=practice, by=pediatrician, at=now
    )
    for text in (name, name[:1] if len(name) < 3 else name[:3], name.upper()):
        assert find_children(pediatrician, text) == [child], text


def test_a_clinician_finds_the_child_they_are_a_parent_of(stranger, child, pediatrician, now):
    from referrals.actions.guardian import add_guardian, invite_guardian

    father = add_guardian(
        child=child, given_name="Stan", family_name="Novak", relationship="father",
        by=pediatrician, at=now,
    )  # fmt: skip
    invite_guardian(guardian=father, email=stranger.email, by=pediatrician, at=now)
    assert find_children(stranger, "mina") == [child]


def test_a_search_shows_at_most_so_many(practice, pediatrician, now):
    for number in range(MOST + 2):
        ChildFactory(given_name=f"Zed{number}", practice=practice, by=pediatrician, at=now)
    assert len(find_children(pediatrician, "zed")) == MOST


def test_a_search_costs_two_queries_however_many_it_finds(
    practice, pediatrician, now, django_assert_num_queries
):
    for number in range(3):
        ChildFactory(given_name=f"Zed{number}", practice=practice, by=pediatrician, at=now)
    with django_assert_num_queries(2):
        found = find_children(pediatrician, "zed fontaine")
        assert {child.practice.name for child in found} == {"Elm Street Pediatrics"}
