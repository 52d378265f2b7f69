"""Is a name found with a mistake in it, and only then, whoever takes it up and lets it go at one moment?"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from referrals.actions.child import change_child
from referrals.actions.seat import index_child, spellings_amiss
from referrals.models import Child, ChildToken, Spelling
from referrals.queries.search import find_misspelt
from tests.factories.child import ChildFactory

#: Seconds that one waits for another who may have to wait for it.
A_LITTLE = 0.5

pytestmark = pytest.mark.django_db(transaction=True)


def one_inside_the_other(outer: Callable[[], Any], inner: Callable[[], Any]) -> bool:
    """`inner` begins when all of `outer` is written and not yet kept; whether it could end before."""
    written, ended, waited = Event(), Event(), []

    def first() -> None:
        try:
            with transaction.atomic():
                outer()
                written.set()
                waited.append(ended.wait(A_LITTLE))
        finally:
            connection.close()

    def second() -> None:
        try:
            written.wait()
            inner()
            ended.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(first), pool.submit(second)]:
            done.result()
    return waited[0]


@pytest.fixture
def renamed(cast: Any, child: Child, now: datetime) -> Callable[[], Any]:
    return lambda: change_child(
        child=child, version=child.version, family_name="Moreau", by=cast.pediatrician, at=now
    )


@pytest.fixture
def registered(cast: Any, now: datetime) -> Callable[[], Any]:
    return lambda: ChildFactory(
        practice=cast.practice, given_name="Lara", family_name="Fontaine", by=cast.pediatrician,
        at=now,
    )  # fmt: skip


def test_a_name_taken_up_while_its_last_child_lets_it_go_is_found(
    transactional_db: Any, cast: Any, renamed: Any, registered: Any
) -> None:
    one_inside_the_other(registered, renamed)
    assert [str(one) for one in find_misspelt(cast.pediatrician, "fontine")] == ["Lara Fontaine"]
    assert spellings_amiss(mend=False) == (0, 0)


def test_a_name_let_go_while_another_takes_it_up_is_found(
    transactional_db: Any, cast: Any, renamed: Any, registered: Any
) -> None:
    one_inside_the_other(renamed, registered)
    assert [str(one) for one in find_misspelt(cast.pediatrician, "fontine")] == ["Lara Fontaine"]
    assert spellings_amiss(mend=False) == (0, 0)


def test_two_who_take_up_a_new_name_at_one_moment_are_both_found(
    transactional_db: Any, cast: Any, now: datetime
) -> None:
    def lindqvist() -> None:
        ChildFactory(
            practice=cast.practice, family_name="Lindqvist", by=cast.pediatrician, at=now
        )  # fmt: skip

    one_inside_the_other(lindqvist, lindqvist)
    assert len(find_misspelt(cast.pediatrician, "lindquist")) == 2
    assert spellings_amiss(mend=False) == (0, 0)


def test_two_who_take_up_a_known_name_do_not_wait_for_each_other(
    transactional_db: Any, cast: Any, child: Child, registered: Callable[[], Any]
) -> None:
    namesake = registered()
    ChildToken.objects.filter(child__in=[child, namesake]).delete()  # but the name stays spelled

    # Where one writes at a time, each waits for whoever writes.
    free = one_inside_the_other(
        lambda: index_child(child, cast.practice), lambda: index_child(namesake, cast.practice)
    )
    assert free == (connection.vendor == "postgresql")


def test_the_last_two_who_let_a_name_go_at_one_moment_leave_nothing_of_it(
    transactional_db: Any, cast: Any, renamed: Any, registered: Any, now: datetime
) -> None:
    sister = registered()
    one_inside_the_other(
        renamed,
        lambda: change_child(
            child=sister, version=1, family_name="Moreau", by=cast.pediatrician, at=now
        ),
    )
    assert not Spelling.objects.filter(organization=cast.practice, word="fontaine").exists()
    assert spellings_amiss(mend=False) == (0, 0)


def test_mending_takes_nothing_of_a_name_that_comes_while_it_reads(
    transactional_db: Any, cast: Any, now: datetime
) -> None:
    coming: list[Future[None]] = []

    def lindqvist() -> None:
        try:
            ChildFactory(
                practice=cast.practice, family_name="Lindqvist", by=cast.pediatrician, at=now
            )  # fmt: skip
        finally:
            connection.close()

    def once_read(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if not coming and sql.startswith("SELECT") and str(cast.practice.pk.hex[:8]) in str(rest):
            coming.append(pool.submit(lindqvist))
            wait(coming, A_LITTLE)
        return answer

    with ThreadPoolExecutor(1) as pool:
        with connection.execute_wrapper(once_read):
            spellings_amiss(mend=True)
        coming[0].result()
    assert len(find_misspelt(cast.pediatrician, "lindquist")) == 1
    assert spellings_amiss(mend=False) == (0, 0)
