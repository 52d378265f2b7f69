"""Does a database keep the plan of a prepared question, and is it answered as without?"""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from referrals.models import Child, Organization, Referral
from referrals.planned import MOST, is_there, with_gaps
from referrals.prepared import prepared
from referrals.queries import worklist
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_postgresql(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite tells nobody which plans it keeps.")


def kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def test_all_but_the_gaps_is_written_into_the_statement() -> None:
    statement = "SELECT %s, %s WHERE a LIKE 'x%%' AND b = %s"
    params = ["it's 5%", 7, uuid4()]
    assert with_gaps(statement, params, [2], connection) == (
        "SELECT 'it''s 5%%', 7 WHERE a LIKE 'x%%' AND b = %s"
    )


def test_what_a_text_could_not_tell_sqlite_is_told_as_it_is() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is told all its values in the words of its driver.")
    written = [
        with_gaps("SELECT %s, %s", [one, uuid4()], [1], connection)
        for one in (None, True, 7, "it's 5%", b"bytes", 0.5, "one\0two")
    ]
    assert written == [
        "SELECT NULL, %s",
        "SELECT 1, %s",
        "SELECT 7, %s",
        "SELECT 'it''s 5%%', %s",
        "",
        "",
        "",
    ]


def test_keys_and_moments_alone_go_beside_the_statement(cast: Cast, sent: Referral) -> None:
    @prepared
    def sent_by(key: UUID, state: str) -> QuerySet[Any]:
        asked = Referral.objects.filter(practice=key, state=state, clinic__name="Harbor Therapy")
        return asked.values_list("state", "clinic__name")

    told: list[Any] = []

    def listen(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        told.append((sql.count("'Harbor Therapy'"), len(params)))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(listen):
        found = [sent_by(cast.practice.pk, state) for state in ("sent", "it's 5%")]
    assert found == [[("sent", "Harbor Therapy")], []]
    assert told == [(1, 1), (1, 1)]


def test_the_marks_of_sqlite_stand_where_django_s_stood(cast: Cast, sent: Referral) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is told in the words of its driver.")

    @prepared
    def named(key: UUID, name: str) -> QuerySet[Any]:
        return Organization.objects.filter(pk=key, name__contains=name).values_list("name")

    Organization.objects.filter(pk=cast.clinic.pk).update(name="5% of %s? %%s")
    for word in ("5%", "%s?", "%%s", "Harbor", "5%"):
        expected = [] if word == "Harbor" else [("5% of %s? %%s",)]
        assert (word, named(cast.clinic.pk, word)) == (word, expected)
    assert "create_cursor" not in vars(connection)  # all others ask as before


def test_a_question_asked_twice_is_planned_once_with_its_keys_open(
    on_postgresql: None, cast: Cast, sent: Referral
) -> None:
    first, *others = (cast.pediatrician, cast.practice_colleague, cast.stranger_pediatrician)
    worklist.page(first, "open", timezone.localdate())
    once = [one for one in kept() if "referrals_listed" in one]
    for person in others:
        worklist.page(person, "open", timezone.localdate())
    assert [one for one in kept() if "referrals_listed" in one] == once
    assert once != []
    assert [one for one in once if str(cast.practice.pk) in one] == []


def test_it_is_planned_for_all_who_ask_from_the_first(
    on_postgresql: None, cast: Cast, sent: Referral
) -> None:
    for person in (cast.pediatrician, cast.practice_colleague):
        worklist.page(person, "open", timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE '%referrals_listed%'"
        )
        assert cursor.fetchall() == [(2, 0)]


def test_each_is_answered_with_what_is_theirs(cast: Cast, sent: Referral) -> None:
    people = (cast.pediatrician, cast.stranger_pediatrician, cast.coordinator)
    for _ in range(7):  # by then the plan is one for all
        found = [
            [row.id for row in worklist.page(p, "open", timezone.localdate())[0]] for p in people
        ]
        assert found == [[sent.pk], [], [sent.pk]]


def test_no_connection_keeps_more_than_so_many(on_postgresql: None) -> None:
    @prepared
    def numbered(number: int) -> QuerySet[Child]:
        return Child.objects.filter(gestation_weeks=number)

    for number in range(MOST + 20):
        numbered(number)
    assert len([one for one in kept() if "gestation_weeks" in one]) == MOST


@pytest.mark.django_db(transaction=True)
def test_a_column_of_another_type_is_read_all_the_same(on_postgresql: None, cast: Cast) -> None:
    @prepared
    def named(key: Any) -> QuerySet[Any]:
        return Organization.objects.filter(pk=key).values_list("name")

    assert named(cast.clinic.pk) == [("Harbor Therapy",)]
    change = "ALTER TABLE referrals_organization ALTER COLUMN name TYPE varchar({})"
    with connection.cursor() as cursor:
        cursor.execute(change.format(300))
    try:
        assert named(cast.clinic.pk) == [("Harbor Therapy",)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(change.format(160))


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_the_server_lost_is_no_error(on_postgresql: None, cast: Cast) -> None:
    today = timezone.localdate()
    worklist.page(cast.pediatrician, "open", today)
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$")
    assert kept() == []
    assert [worklist.page(cast.pediatrician, "open", today) for _ in range(2)] == [([], "")] * 2
    connection.close()
    connection.close_pool()  # the next test begins in a transaction, and with plans that are there


def test_what_is_there_is_found_row_by_row(cast: Cast, sent: Referral) -> None:
    rows = Referral.objects.filter(pk=sent.pk)
    assert [one.pk for one in Child.objects.filter(is_there(rows))] != []
    assert list(Child.objects.filter(is_there(rows.none().filter(pk=uuid4())))) == []


def test_whoever_reads_the_log_of_statements_sees_the_values(
    cast: Cast, sent: Referral, django_assert_num_queries: Any
) -> None:
    worklist._behind(cast.pediatrician, "mine", None)  # who they are is known now
    with django_assert_num_queries(1) as log:
        worklist._behind(cast.pediatrician, "mine", None)
    key = cast.pediatrician.pk
    assert any(written in log[0]["sql"] for written in (str(key), key.hex))
