"""Does a date of birth find as a name does: whoever sees the child, nobody else, and by the whole day alone?"""

from datetime import date, timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from referrals.actions.child import change_child
from referrals.actions.emergency import open_emergency
from referrals.actions.merge import merge_children, undo_merge
from referrals.actions.seat import end_seats
from referrals.models import ChildToken, User
from referrals.models.child import birthday
from referrals.models.record import new_id
from referrals.queries.search import _born_on, find_children, find_misspelt, search
from tests.factories.child import ChildFactory
from tests.queries.test_misspelt import explained


@pytest.fixture
def day(child):
    return child.date_of_birth.isoformat()


@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator", "family", "partner"])
def test_the_team_finds_the_child_by_its_day(child, sent, partner_seat, day, who, request):
    assert find_children(request.getfixturevalue(who), day) == [child]


@pytest.mark.parametrize(
    "who", ["stranger", "stranger_pediatrician", "other_family", "admin", "nobody"]
)
def test_nobody_else_finds_it(child, sent, day, who, request):
    # Of another family and practice one was born on the same day.
    assert child not in search(request.getfixturevalue(who), day).children


def test_nor_does_who_lost_the_seat(sent, therapist, child, day, now):
    assert find_children(therapist, day) == [child]
    end_seats(sent.pk, at=now)
    assert find_children(therapist, day) == []


def test_who_opened_the_record_in_an_emergency_finds_it(child, sent, therapist, day):
    at = timezone.now()
    end_seats(sent.pk, at=at - timedelta(seconds=1))
    open_emergency(id=new_id(), child=child, reason="He cannot tell.", by=therapist, at=at)
    assert find_children(User.objects.get(pk=therapist.pk), day) == [child]


@pytest.mark.parametrize("length", range(1, 11))
def test_neither_a_beginning_of_the_day_nor_a_mistake_in_it_finds(child, pediatrician, length):
    word = birthday(child.date_of_birth)
    for text in (word[:length], word[1 : 1 + min(length, 9)], f"{word}x", "=", word + word[1:]):
        assert search(pediatrician, text).children == [], text
    wrong = f"{word[1:-1]}{(int(word[-1]) + 1) % 10}"
    assert find_misspelt(pediatrician, word) == find_misspelt(pediatrician, wrong) == []


def test_a_corrected_day_finds_from_then_on_and_the_wrong_one_no_longer(
    child, sent, pediatrician, therapist, day, now
):
    change_child(child=child, version=1, date_of_birth=date(2021, 3, 4), by=pediatrician, at=now)
    for person in (pediatrician, therapist):
        assert find_children(person, "4 Mar 2021") == [child]
        assert find_children(person, day) == []


def test_of_a_merged_record_the_one_that_stays_is_found(child, cast, pediatrician, admin, now):
    twice = ChildFactory(
        practice=cast.practice, by=pediatrician, at=now, given_name="Minna",
        family_name="Fontaine", date_of_birth=date(2021, 3, 4),
    )  # fmt: skip
    merged = merge_children(id=new_id(), kept=child, lost=twice, reason="Twice", by=admin, at=now)
    assert find_children(pediatrician, "2021-03-04") == []
    undo_merge(merge=merged, by=admin, at=now)
    assert find_children(pediatrician, "2021-03-04") == [twice]


def test_it_is_a_range_of_one_index_and_one_query(
    child, cast, pediatrician, day, django_assert_num_queries
):
    how = explained(_born_on.compose(pediatrician, "=2021-03-04", [cast.practice.pk]))
    assert "one_row_per_token" in how or "sqlite_autoindex_referrals_childtoken" in how
    with django_assert_num_queries(1):
        assert find_children(pediatrician, day) == [child]


def test_children_of_before_are_found_once_it_was_migrated(child, sent, cast, day):
    everywhere = set(ChildToken.objects.values_list("organization", "child", "token"))
    of_a_day = ChildToken.objects.filter(token__startswith="=")
    assert of_a_day.filter(child=child).count() == 2
    of_a_day.delete()
    assert find_children(cast.pediatrician, day) == []
    for _ in range(2):  # one that was cut off is run again
        import_module("referrals.migrations.0029_birthdays").of_every_birthday(apps, None)
        assert set(ChildToken.objects.values_list("organization", "child", "token")) == everywhere
    assert find_children(cast.pediatrician, day) == [child]


def test_words_that_lack_or_are_left_over_are_told_and_mended(child, sent, cast, day, practice):
    everywhere = set(ChildToken.objects.values_list("organization", "child", "token"))
    ChildToken.objects.filter(child=child, token=birthday(child.date_of_birth)).delete()
    ChildToken.objects.create(child=child, organization=practice, token="=2001-01-01")
    ChildToken.objects.create(child=child, organization=cast.other_practice, token="4711")
    with pytest.raises(CommandError, match=r"^2 lacking, 2 left over. Run it again with --mend.$"):
        call_command("index_children")
    told = StringIO()
    call_command("index_children", "--mend", stdout=told)
    assert told.getvalue() == "2 lacking, 2 left over; mended.\n"
    assert set(ChildToken.objects.values_list("organization", "child", "token")) == everywhere
    call_command("index_children", stdout=told)
    assert told.getvalue().endswith("\n0 lacking, 0 left over.\n")
