"""Is a question composed once a shape, and filled in with nobody's values but those of who asks?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db.models import QuerySet
from django.utils import timezone

from referrals.models import Child, Referral, User
from referrals.prepared import MOST, Passed, Question, Typed, double, prepared
from referrals.queries import home
from tests.conftest import Cast
from tests.prepared import anew, filled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Any:
    kept = type(Question._kept)()
    monkeypatch.setattr(Question, "_kept", kept)
    return kept


def test_two_people_of_one_shape_share_what_is_composed(cast: Cast, nothing_kept: Any) -> None:
    nothing_kept.clear()  # what the cast was made with, where this is the first test that needs it
    today = timezone.localdate()
    for person in (cast.pediatrician, cast.practice_colleague, cast.stranger_pediatrician):
        home.pediatrician(person, today)
    first = len(nothing_kept)
    home.therapist(cast.therapist, today, timezone.now(), (timezone.now(), timezone.now()))
    assert (first, len(nothing_kept) > first) == (4, True)  # with the question of who they are


def test_each_is_answered_with_what_is_theirs(cast: Cast, sent: Referral) -> None:
    def of(person: User) -> list[UUID]:
        return [
            row.child_id for row in home.pediatrician(person, timezone.localdate()).made().others
        ]

    assert [of(p) for p in (cast.pediatrician, cast.stranger_pediatrician, cast.practice_colleague)] == [
        [sent.child_id], [], [sent.child_id]
    ]  # fmt: skip


def test_keys_moments_and_the_moment_of_asking_are_filled_in() -> None:
    @prepared
    def asked(
        key: UUID, keys: list[UUID], at: datetime, day: date, cursor: Passed, word: Typed
    ) -> QuerySet[Child]:
        return Child.objects.filter(
            pk=key, practice__in=keys, registered_at__gte=at - timedelta(days=400),
            row_changed_at__lte=timezone.now(), date_of_birth__in=[day, cursor],
            given_name__gte=word, family_name__lt=word + "z",
        ).order_by()  # fmt: skip

    now = datetime(1987, 6, 5, 4, 3, 2, tzinfo=UTC)
    for year in (2001, 2002):
        arguments = (
            uuid4(),
            [uuid4(), uuid4()],
            datetime(year, 5, 1, tzinfo=UTC),
            date(2024, 2, 29),
            Passed(year, 3, 4),
            Typed(f"word{year}"),
        )
        stand_in = double((arguments, ()))
        kept = asked.composed_for(stand_in)
        given = kept.filled([*stand_in.values, now])
        sql, params = anew(asked, *arguments)
        assert kept.sql == sql
        differing = [one for one, other in zip(given, params, strict=True) if one != other]
        assert [str(one)[:19] for one in differing] == ["1987-06-05 04:03:02"]


def test_what_a_question_reads_of_a_person_beside_their_roles_fails_at_once(cast: Cast) -> None:
    @prepared
    def by_name(user: User) -> QuerySet[Child]:
        return Child.objects.filter(family_name=user.family_name)

    with pytest.raises(User.DoesNotExist):
        by_name(cast.therapist)


def test_a_question_that_chooses_its_words_by_a_value_is_found_out_whenever_it_is_asked() -> None:
    @prepared
    def by_keys(keys: list[UUID]) -> QuerySet[Child]:
        return Child.objects.filter(pk__in=sorted(set(keys)))

    @prepared
    def by_hour(at: datetime) -> QuerySet[Child]:
        rows = Child.objects.filter(registered_at__gte=at)
        return rows.filter(family_name="Night") if at.hour == 3 else rows

    first, last = sorted((uuid4(), uuid4()))
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    for _ in range(5):
        by_hour(noon)
        by_hour(noon + timedelta(minutes=5))
    for question, value in ((by_keys, [first, first]), (by_hour, noon.replace(hour=3))):
        with pytest.raises((AssertionError, ValueError)):
            question(value)
    with pytest.raises(AssertionError):
        [by_keys(pair) for pair in ([first, last], [last, first])]


def test_a_question_is_composed_without_asking_a_database(cast: Cast) -> None:
    @prepared
    def by_practice(key: UUID) -> QuerySet[Child]:
        known = Child.objects.filter(pk=key).exists()
        return Child.objects.filter(pk=key) if known else Child.objects.none()

    with pytest.raises(AssertionError, match="Of what was told alone, yet this was asked"):
        by_practice(cast.child.pk)


def test_another_day_or_role_is_another_question(cast: Cast) -> None:
    statements = {
        filled(home._of_practice, person, day, places)
        for person in (cast.pediatrician, cast.practice_colleague)
        for day in (date(2026, 1, 5), date(2026, 1, 6))
        for places in ([cast.practice.pk], [])
    }
    assert len({sql for sql, _ in filter(None, statements)}) == 2
    assert len(statements) == 8


def test_a_day_that_is_over_in_utc_alone_is_another_day() -> None:
    @prepared
    def born_today() -> QuerySet[Child]:
        return Child.objects.filter(date_of_birth=timezone.now().astimezone(UTC).date())

    here = []
    for minute in (50, 70):
        at = datetime(2026, 1, 6, 23, tzinfo=UTC) + timedelta(minutes=minute)
        with time_machine.travel(at, tick=False):
            here.append(timezone.localdate())
            assert filled(born_today) == anew(born_today)
    assert here == [date(2026, 1, 6)] * 2


def test_so_many_are_kept_and_no_more(nothing_kept: Any) -> None:
    @prepared
    def numbered(number: int) -> QuerySet[Child]:
        return Child.objects.filter(gestation_weeks=number)

    for number in range(MOST + 5):
        numbered(number)
    assert len(nothing_kept) == MOST


def test_an_answer_is_read_when_it_is_needed_and_known_by_its_rows(
    cast: Cast, sent: Referral, django_assert_num_queries: Any
) -> None:
    @prepared
    def of_child(child: UUID) -> QuerySet[Referral]:
        return Referral.objects.filter(child=child).select_related("child").order_by("pk")

    name = sent.child.name
    with django_assert_num_queries(2):
        first, again = of_child.asked(sent.child_id), of_child.asked(sent.child_id)
    with django_assert_num_queries(0):
        read = first.read()
        assert [(one, one.child.name) for one in read] == [(sent, name)]
    assert first.exactly() == again.exactly()
    Child.objects.filter(pk=sent.child_id).update(name_used="Zo")
    assert of_child.asked(sent.child_id).exactly() != first.exactly()
    assert (bool(first), bool(of_child.asked(uuid4())), of_child.asked(uuid4()).read()) == (
        True,
        False,
        [],
    )
