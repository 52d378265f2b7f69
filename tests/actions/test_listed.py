"""Does every referral stand in the lists of all who treat its child, whoever wrote it and how?"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from io import StringIO
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from referrals.actions.listed import lists_amiss, sweep_ended
from referrals.actions.merge import merge_children
from referrals.actions.seat import end_seats
from referrals.models import Child, Listed, Referral, Seat, User
from referrals.models.listed import TRIGGERS, is_kept, keep, kept, let_go
from referrals.models.record import FOREVER, NO_DUE_DATE, new_id
from referrals.queries import worklist
from tests.conftest import Cast
from tests.factories.child import ChildFactory
from tests.factories.referral import sent_for

pytestmark = pytest.mark.django_db


def lists_of(referral: Referral) -> list[tuple[Any, str]]:
    found = Listed.objects.filter(referral=referral).order_by("role")
    return list(found.values_list("holder", "role"))


def rows_of(referral: Referral) -> set[tuple[bool, str, date]]:
    found = Listed.objects.filter(referral=referral)
    return set(found.values_list("is_open", "state", "next_due_on"))


def amiss(at: datetime) -> tuple[int, int]:
    return lists_amiss(at=at, mend=False)


def opened(user: User) -> list[Any]:
    return [row.id for row in worklist.page(user, "open", date(2026, 11, 26))[0]]


def test_it_stands_once_in_the_lists_of_practice_clinic_and_family(
    cast: Cast, sent: Referral, family: User, now: datetime
) -> None:
    assert lists_of(sent) == [
        (cast.clinic.pk, "clinic"), (family.pk, "family"), (cast.practice.pk, "practice")
    ]  # fmt: skip
    assert amiss(now) == (0, 0)


def test_two_referrals_to_one_clinic_stand_there_once_each(
    cast: Cast, sent: Referral, now: datetime
) -> None:
    another = sent_for(sent.child, cast.clinic, by=cast.pediatrician, at=now)
    at_clinic = Listed.objects.filter(holder=cast.clinic.pk).values_list("referral", flat=True)
    assert sorted(at_clinic) == sorted([sent.pk, another.pk])
    assert sorted(opened(cast.coordinator)) == sorted([sent.pk, another.pk])


def test_whichever_way_a_row_is_written_the_lists_say_the_same(
    sent: Referral, now: datetime
) -> None:
    Referral.objects.filter(pk=sent.pk).update(state="received")
    assert rows_of(sent) == {(True, "received", sent.next_due_on)}
    sent.refresh_from_db()
    sent.next_due_on = date(2100, 1, 1)
    Referral.objects.bulk_update([sent], ["next_due_on"])
    assert rows_of(sent) == {(True, "received", date(2100, 1, 1))}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_referral SET state = 'accepted'")
    assert rows_of(sent) == {(True, "accepted", date(2100, 1, 1))}
    assert amiss(now) == (0, 0)


def test_what_is_closed_is_listed_as_closed(sent: Referral, now: datetime) -> None:
    Referral.objects.filter(pk=sent.pk).update(
        state="declined", closed_at=now, closed_by=sent.author, closing_reason="So.",
        closing_suggestion="Else.", is_open=False, next_step="none", next_due_on=NO_DUE_DATE,
        acknowledged_at=now, acknowledged_by=sent.author,
    )  # fmt: skip
    assert rows_of(sent) == {(False, "declined", NO_DUE_DATE)}
    assert amiss(now) == (0, 0)


def test_a_partner_s_seat_lists_nothing(
    cast: Cast, sent: Referral, school: Any, now: datetime
) -> None:
    Seat.objects.create(
        child=sent.child, organization=school, role=Seat.Role.PARTNER, since=now,
        ground=Seat.Ground.CONSENT, ground_id=new_id(),
    )  # fmt: skip
    assert not Listed.objects.filter(holder=school.pk).exists()
    assert amiss(now) == (0, 0)


def test_records_put_together_are_listed_together(
    cast: Cast, sent: Referral, now: datetime
) -> None:
    double = ChildFactory(
        given_name="Mina", family_name="Fontane", practice=cast.practice, by=cast.pediatrician, at=now,
        date_of_birth=cast.child.date_of_birth,
    )  # fmt: skip
    theirs = sent_for(double, cast.other_clinic, by=cast.pediatrician, at=now)
    merge_children(
        id=new_id(), kept=sent.child, lost=double, reason="One child.", by=cast.admin,
        at=now + timedelta(hours=1),
    )  # fmt: skip
    assert set(lists_of(sent)) == set(lists_of(theirs))
    assert (cast.other_clinic.pk, "clinic") in lists_of(sent)
    assert amiss(now) == (0, 0)


def test_an_ended_seat_lists_nothing_to_read_and_is_swept(
    cast: Cast, sent: Referral, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    end_seats(sent.pk, at=later)
    assert opened(cast.coordinator) == []
    assert sweep_ended(at=later) == 1
    assert (cast.clinic.pk, "clinic") not in lists_of(sent)
    assert (sweep_ended(at=later), amiss(later)) == (0, (0, 0))


def test_a_seat_that_holds_longer_after_all_lists_again(
    cast: Cast, sent: Referral, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    end_seats(sent.pk, at=later)
    sweep_ended(at=later)
    Seat.objects.filter(ground_id=sent.pk).update(until=FOREVER)
    assert opened(cast.coordinator) == [sent.pk]


def test_of_a_draft_only_who_writes_it_has_a_list(cast: Cast, draft: Referral) -> None:
    assert opened(cast.pediatrician) == [draft.pk]
    assert opened(cast.therapist) == opened(cast.stranger_pediatrician) == []


def test_what_lacks_and_what_is_left_over_is_told_and_mended(
    cast: Cast, sent: Referral, family: User
) -> None:
    Listed.objects.filter(referral=sent, holder=cast.clinic.pk).delete()
    Listed.objects.filter(referral=sent, holder=family.pk).update(state="draft")
    with pytest.raises(CommandError, match=r"^2 lacking, 1 left over. Run it again with --mend.$"):
        call_command("index_referrals")
    told = StringIO()
    call_command("index_referrals", "--mend", stdout=told)
    call_command("index_referrals", stdout=told)
    assert told.getvalue() == "2 lacking, 1 left over; mended.\n0 lacking, 0 left over.\n"
    assert opened(cast.coordinator) == [sent.pk]


def test_where_the_triggers_were_not_there_the_next_upgrade_fills_the_lists(
    cast: Cast, child: Child, now: datetime
) -> None:
    let_go(connection)
    assert kept(connection) == set()
    referral = sent_for(child, cast.clinic, by=cast.pediatrician, at=now)
    assert lists_of(referral) == []
    call_command("migrate", verbosity=0)
    assert kept(connection) == {one.name for one in TRIGGERS}
    assert len(lists_of(referral)) == 3


def test_to_ask_what_is_to_be_migrated_changes_nothing(db: None) -> None:
    if MigrationRecorder(connection).has_table():
        MigrationRecorder.Migration.objects.filter(app="referrals").latest("name").delete()
    with suppress(SystemExit):  # so it says that there is something to be done
        call_command("migrate", "--check", verbosity=0)
    assert is_kept(connection)


def test_where_nobody_keeps_the_lists_it_is_said(db: None) -> None:
    let_go(connection)
    with pytest.raises(CommandError, match="Run `migrate` first"):
        call_command("index_referrals")
    keep(connection)


def test_a_page_is_read_in_the_order_of_an_index(cast: Cast, sent: Referral) -> None:
    found = worklist._behind.compose(cast.coordinator, "open", None)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # a table of ten rows is read whole, else
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    assert "listed_by_due_date" in str(found.explain())


# --- At one moment --------------------------------------------------------------------------------


@pytest.fixture
def on_postgresql(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("One writes at a time.")


def meanwhile(write: Callable[[], Any]) -> Thread:
    """Somebody else writes, over a connection of their own."""

    def alone() -> None:
        try:
            write()
        finally:
            connection.close()

    other = Thread(target=alone)
    other.start()
    return other


def a_seat_at(cast: Cast, child: Child, now: datetime) -> None:
    Seat.objects.create(
        child=child, organization=cast.other_clinic, role=Seat.Role.CLINIC, since=now,
        ground=Seat.Ground.REFERRAL, ground_id=new_id(),
    )  # fmt: skip


def test_a_seat_and_a_referral_written_at_one_moment_find_each_other(
    on_postgresql: None, cast: Cast, child: Child, now: datetime
) -> None:
    with transaction.atomic():
        referral = sent_for(child, cast.clinic, by=cast.pediatrician, at=now)
        other = meanwhile(lambda: a_seat_at(cast, child, now))
        other.join(0.5)
        assert other.is_alive()
    other.join(10)
    assert (cast.other_clinic.pk, "clinic") in lists_of(referral)


def test_a_seat_written_while_the_referral_moves_lists_where_it_came_to(
    on_postgresql: None, cast: Cast, sent: Referral, now: datetime
) -> None:
    with transaction.atomic():
        a_seat_at(cast, sent.child, now)
        moves = Referral.objects.filter(pk=sent.pk)
        other = meanwhile(lambda: moves.update(state="received"))
        other.join(0.5)
        assert other.is_alive()
    other.join(10)
    assert rows_of(sent) == {(True, "received", sent.next_due_on)}
    assert amiss(now) == (0, 0)


def test_a_seat_that_comes_alive_while_it_is_swept_lists_on(
    on_postgresql: None, cast: Cast, sent: Referral, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    end_seats(sent.pk, at=later)
    with transaction.atomic():
        Seat.objects.filter(ground_id=sent.pk).update(until=FOREVER)
        other = meanwhile(lambda: sweep_ended(at=later))
        other.join(0.5)
        assert other.is_alive()
    other.join(10)
    assert (cast.clinic.pk, "clinic") in lists_of(sent)
    assert amiss(later) == (0, 0)
