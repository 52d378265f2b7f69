"""Does a search forgive one mistake of the hand in a name, and still find nobody else's child?"""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Q
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from referrals.actions.child import change_child
from referrals.actions.guardian import add_guardian, invite_guardian
from referrals.actions.merge import merge_children, undo_merge
from referrals.actions.seat import end_seats, index_child
from referrals.models import Organization, Spelling, User
from referrals.models.child import spellings
from referrals.models.record import new_id
from referrals.queries.search import (
    _beginning,
    _by_likeness,
    _named,
    find_children,
    find_misspelt,
    is_near,
    search,
)
from tests.factories.child import ChildFactory
from tests.rules import tried

#: A letter left out, one too many, a wrong one, two that changed places; accents; either of two words.
MISTAKES = [
    "fontine", "fontainne", "fontabne", "fontiane", "Fóntine", "ontaine", "fontain e",
    "mna", "mina fontine", "fontine mina", "mi fontine",
]  # fmt: skip


@pytest.mark.parametrize("text", [one for one in MISTAKES if one not in ("mna", "fontain e")])
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator", "partner", "family"])
def test_one_mistake_is_forgiven(child, sent, partner_seat, text, who, request):
    found = search(request.getfixturevalue(who), text)
    assert (found.children, found.misspelt) == ([child], True)


@pytest.mark.parametrize("text", ["mna", "fontain e", "fotine", "mina haddat", "4711", "fontine x"])
def test_two_mistakes_short_words_and_another_s_name_are_not(child, pediatrician, text):
    assert search(pediatrician, text).children == []


@pytest.mark.parametrize("text", MISTAKES)
@pytest.mark.parametrize(
    "who", ["stranger", "stranger_pediatrician", "other_family", "admin", "nobody"]
)
def test_nobody_else_finds_the_child_by_a_mistake(child, sent, text, who, request):
    assert find_misspelt(request.getfixturevalue(who), text) == []


def test_who_is_spelled_so_stands_alone(child, cast, pediatrician, now):
    other = ChildFactory(
        practice=cast.practice, at=now, by=pediatrician, given_name="Ida", family_name="Fontane"
    )
    assert search(pediatrician, "fontane").children == [other]
    assert set(search(pediatrician, "fontanee").children) == {other}
    assert set(search(pediatrician, "fontbine").children) == {child}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("valdes ibarez", ["Íñigo Valdés Ibáñez"]), ("valdez ibanez", ["Íñigo Valdés Ibáñez"]),
        ("Inigo Váldes Ibañes", ["Íñigo Valdés Ibáñez"]), ("ibañe", ["Íñigo Valdés Ibáñez"]),
        ("valdes ibara", []), ("íñgo", ["Íñigo Valdés Ibáñez"]),
    ],
)  # fmt: skip
def test_accents_and_two_family_names(cast, now, text, found):
    ChildFactory(
        practice=cast.practice, by=cast.pediatrician, at=now, given_name="Íñigo",
        family_name="Valdés Ibáñez",
    )  # fmt: skip
    assert [str(one) for one in search(cast.pediatrician, text).children] == found


def test_who_is_spelled_with_fewest_mistakes_comes_first_then_by_name(cast, now):
    for first, family in (("Lena", "Almeda"), ("Lina", "Almeida"), ("Lena", "Almeira")):
        ChildFactory(
            practice=cast.practice, by=cast.pediatrician, at=now, given_name=first,
            family_name=family,
        )  # fmt: skip
    found = search(cast.pediatrician, "lina almeia").children
    assert [str(one) for one in found] == ["Lina Almeida", "Lena Almeda", "Lena Almeira"]
    found = search(cast.pediatrician, "lena almeia").children
    assert [str(one) for one in found] == ["Lena Almeda", "Lena Almeira", "Lina Almeida"]


def test_a_clinician_who_is_a_parent_finds_their_own_by_a_mistake(
    child, stranger, pediatrician, now
):
    father = add_guardian(
        child=child, given_name="Stan", family_name="Novak", relationship="father",
        by=pediatrician, at=now,
    )  # fmt: skip
    invite_guardian(guardian=father, email=stranger.email, by=pediatrician, at=now)
    assert find_misspelt(stranger, "fontine") == [child]


def test_a_partner_whose_consent_has_ended_finds_nobody_by_a_mistake(partner_seat, partner, now):
    assert len(find_misspelt(partner, "fontine")) == 1
    end_seats(partner_seat.ground_id, at=now)
    assert find_misspelt(partner, "fontine") == []


def words_at(place: Organization) -> set[str]:
    return set(Spelling.objects.filter(organization=place).values_list("word", flat=True))


def test_a_name_goes_with_the_last_child_that_bears_it(child, cast, pediatrician, now):
    sister = ChildFactory(
        practice=cast.practice, at=now, by=pediatrician, given_name="Lara",
        family_name="Fontaine",
    )  # fmt: skip
    for one, called in ((sister, "Lara"), (child, "Mina")):
        assert "fontaine" in words_at(cast.practice)
        change_child(
            child=one, version=one.version, by=pediatrician, at=now, given_name=called,
            family_name="Moreau",
        )  # fmt: skip
    assert words_at(cast.practice) == {"lara", "mina", "moreau"}
    assert find_misspelt(pediatrician, "fontine") == []
    assert set(find_misspelt(pediatrician, "moraeu")) == {child, sister}


def test_a_merged_record_is_not_found_by_its_own_name_until_it_is_undone(cast, admin, now):
    twice = ChildFactory(
        practice=cast.practice, at=now, by=cast.pediatrician, given_name="Myna",
        family_name="Fontanelle",
    )  # fmt: skip
    merged = merge_children(
        id=new_id(), kept=cast.child, lost=twice, reason="Twice", by=admin, at=now
    )
    assert find_misspelt(cast.pediatrician, "fontanele") == []
    undo_merge(merge=merged, by=admin, at=now)
    assert find_misspelt(cast.pediatrician, "fontanele") == [twice]


def test_indexed_twice_there_is_one_row_of_each(child, cast):
    before = list(Spelling.objects.order_by("pk").values_list("pk", flat=True))
    index_child(child, cast.practice)
    assert list(Spelling.objects.order_by("pk").values_list("pk", flat=True)) == before


def test_a_mistake_costs_two_queries_and_none_that_is_near_only_one(
    child, pediatrician, django_assert_num_queries
):
    find_children(pediatrician, "mina")
    with django_assert_num_queries(2):
        find_misspelt(pediatrician, "fontine")
    with django_assert_num_queries(1):
        find_misspelt(pediatrician, "okonkwo")
    with django_assert_num_queries(0):
        find_misspelt(pediatrician, "mna 4711")


def test_one_query_more_looks_for_a_child_of_one_s_own(child, family, django_assert_num_queries):
    find_children(family, "mina")
    with django_assert_num_queries(1):
        assert find_misspelt(family, "fontine") == [child]


def explained(rows):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # a table of ten rows is read whole, else
            cursor.execute("SET LOCAL enable_seqscan = off")
    return str(rows.explain())


def test_names_near_it_are_ranges_of_two_indexes(cast):
    spelled = Spelling.objects.filter(organization=cast.practice, form__in=["fontine", "fontne"])
    how = explained(spelled.values_list("word", flat=True))
    assert "one_row_per_spelling" in how or "sqlite_autoindex_referrals_spelling" in how
    how = explained(_named([_beginning("fontine"), Q(token__in=["fontaine"])], [cast.practice.pk]))
    assert how.count("one_row_per_token") + how.count("sqlite_autoindex_referrals_childtoken") == 2


def test_only_of_the_children_found_is_asked_who_sees_them(cast, pediatrician):
    wanted = [("fontine", ["fontaine"])]
    how = explained(_by_likeness.compose(pediatrician, wanted, [cast.practice.pk]))
    whole = (
        r"SCAN (U|referrals_child|referrals_seat)|\(holder=\?\)|Seq Scan on referrals_(child|seat)"
    )
    assert not re.search(whole, how)


def test_the_page_says_that_the_name_is_spelled_otherwise(child, sent, client, pediatrician):
    client.force_login(pediatrician)
    page = client.post(reverse("search"), {"q": "fontine"}).content.decode()
    assert "Nobody is spelled like that. Nearly like it:" in page
    assert "data-says>1 child found, spelled nearly like that</p>" in page
    assert reverse("child_detail", args=[child.pk]) in page
    exact = client.post(reverse("search"), {"q": "fontaine"}).content.decode()
    assert "Nearly like it" not in exact


def test_a_family_is_told_in_its_own_language(child, client, family):
    client.force_login(family)
    User.objects.filter(pk=family.pk).update(language="es")
    page = client.post(reverse("search"), {"q": "fontine"}).content.decode()
    assert "Nadie se escribe así. Casi así:" in page
    assert "data-says>1 niño encontrado, se escriben casi así</p>" in page


def test_what_lacks_is_told_and_mended(child, cast, pediatrician):
    Spelling.objects.filter(word="fontaine").delete()
    Spelling.objects.create(organization=cast.practice, form="gone", word="gone")
    with pytest.raises(
        CommandError, match=r"^\d+ lacking, 1 left over. Run it again with --mend.$"
    ):
        call_command("index_children")
    told = StringIO()
    call_command("index_children", "--mend", stdout=told)
    assert told.getvalue().endswith("1 left over; mended.\n")
    call_command("index_children", stdout=told)
    assert told.getvalue().endswith("\n0 lacking, 0 left over.\n")
    assert find_misspelt(pediatrician, "fontine") == [child]


# --- What is a mistake ----------------------------------------------------------------------------

WORDS = st.text("abc", min_size=4, max_size=8)


def one_mistake_away(word: str) -> set[str]:
    """By trying every one."""
    letters, ends = "abc", range(len(word) + 1)
    out = {word[:n] + word[n + 1 :] for n in range(len(word))}
    more = {word[:n] + letter + word[n:] for n in ends for letter in letters}
    other = {word[:n] + letter + word[n + 1 :] for n in range(len(word)) for letter in letters}
    swapped = {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)}
    return (out | more | other | swapped) - {word}


@tried(300)
@given(one=WORDS, other=WORDS)
def test_near_is_what_trying_every_mistake_finds(one, other):
    assert is_near(one, other) == (other in one_mistake_away(one))


@tried(100)
@given(word=WORDS)
def test_words_one_mistake_apart_share_a_spelling(word):
    for other in one_mistake_away(word):
        assert len(other) < 4 or spellings(word) & spellings(other)
