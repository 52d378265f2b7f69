"""Is whatever somebody changes in the database behind the product's back found, and where?"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from referrals.actions.merge import merge_children, undo_merge
from referrals.actions.recording import record_view
from referrals.actions.seal import seal_rows
from referrals.models import Evaluation, Event, RecordView, Referral, Seal
from referrals.models.merge import every_row
from referrals.models.record import first_id, new_id
from referrals.models.seal import BEGINNING, SORTS
from referrals.queries.seal import Verification, What, head
from tests.conftest import Cast
from tests.factories.child import ChildFactory

KEY = "for-these-tests-only-" * 2


def sealed(at: datetime | None = None) -> int:
    """Everything that waits is sealed; how much it was."""
    return sum(iter(lambda: seal_rows(at=at or timezone.now()), 0))


def found(known: str = "") -> list[tuple[What, str, str]]:
    """What is wrong, in which table, with which row; looked at an hour from now."""
    walk = Verification(at=timezone.now() + timedelta(hours=1), known=known)
    return [(one.what, one.table, str(one.row or one.seal)) for one in walk.breaks()]


def run(sql: str, *params: Any) -> None:
    """What somebody does who has the database and not the product."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.rowcount == 1


def raw(pk: Any) -> Any:
    return pk.hex if connection.vendor == "sqlite" else pk


@pytest.fixture
def record(in_therapy: Referral, cast: Cast, now: datetime) -> Referral:
    """A record from the first worry into therapy, opened five times, all of it sealed."""
    for n in range(5):
        at = now + timedelta(minutes=n)
        record_view(child=cast.child, by=cast.family, at=at, role="family", page="child_detail")
    sealed()
    assert found() == []
    return in_therapy


def middle(table: type[Any]) -> Any:
    rows = list(table.objects.order_by("pk"))
    return rows[len(rows) // 2]


# --- What is sealed -------------------------------------------------------------------------------


def test_all_that_was_signed_stands_in_the_chain_behind_its_event(record: Referral) -> None:
    sorts = [seal.sort for seal in Seal.objects.order_by("number")]
    assert set(sorts) == {
        "event", "record_view", "evaluation", "plan", "plan_explained", "plan_certified",
        "prescription",
    }  # fmt: skip
    assert sorts.count("event") == Event.objects.count()
    assert list(Seal.objects.values_list("number", flat=True)) == list(range(1, len(sorts) + 1))


def test_what_is_written_later_is_sealed_behind_it_and_nothing_twice(
    record: Referral, cast: Cast, now: datetime
) -> None:
    assert sealed() == 0
    record_view(child=cast.child, by=cast.admin, at=now, role="admin", page="child_detail")
    assert sealed() == 1
    assert found() == []


def test_every_column_of_a_sealed_table_is_sealed_or_free_for_a_reason() -> None:
    """A new column goes into the next form of its sort, or among those that are `free`."""
    by_table: dict[str, set[str]] = {}
    for sort in SORTS.values():
        by_table.setdefault(sort.table, set()).update(*sort.forms, sort.free, ("id",))
    for table in ("Event", "RecordView", "ArrivalView", "Reading", "Export", "Merge", "Consent",
                  "Evaluation", "Plan", "Prescription", "Session", "Report", "Discharge", "Letter",
                  "AccountChange", "Emergency"):  # fmt: skip
        model = next(sort.model for sort in SORTS.values() if sort.table == table)
        assert by_table[table] == {field.attname for field in model._meta.concrete_fields}, table


def test_a_form_that_rows_were_sealed_in_keeps_all_its_columns() -> None:
    for code, sort in SORTS.items():
        columns = {field.attname for field in sort.model._meta.concrete_fields}
        assert set().union(*sort.forms) <= columns, code


# --- What somebody changes ------------------------------------------------------------------------


def test_a_changed_event_is_found(record: Referral, cast: Cast) -> None:
    event = middle(Event)
    run("UPDATE referrals_event SET by_id = %s WHERE id = %s", raw(cast.stranger.pk), raw(event.pk))
    assert found() == [(What.CHANGED, "Event", str(event.pk))]


def test_a_changed_look_is_found(record: Referral) -> None:
    look = middle(RecordView)
    run("UPDATE referrals_recordview SET page = 'search' WHERE id = %s", raw(look.pk))
    assert found() == [(What.CHANGED, "RecordView", str(look.pk))]


def test_a_changed_word_of_a_signed_paper_is_found(record: Referral) -> None:
    paper = Evaluation.objects.get()
    run("UPDATE referrals_evaluation SET interpretation = 'All is well.'")
    assert found() == [(What.CHANGED, "Evaluation", str(paper.pk))]


def test_who_makes_a_signed_paper_a_draft_again_is_found(record: Referral) -> None:
    paper = Evaluation.objects.get()
    run(
        "UPDATE referrals_evaluation"
        " SET status = 'draft', signed_by_id = NULL, signed_at = NULL, signature = ''"
    )
    assert found() == [(What.CHANGED, "Evaluation", str(paper.pk))]


def test_a_deleted_look_is_found(record: Referral) -> None:
    look = middle(RecordView)
    run("DELETE FROM referrals_recordview WHERE id = %s", raw(look.pk))
    assert found() == [(What.GONE, "RecordView", str(look.pk))]


def test_a_look_that_was_put_under_another_child_is_found(record: Referral, cast: Cast) -> None:
    look = middle(RecordView)
    run(
        "UPDATE referrals_recordview SET child_id = %s WHERE id = %s",
        raw(cast.other_child.pk), raw(look.pk),
    )  # fmt: skip
    assert found() == [(What.MOVED, "RecordView", str(look.pk))]


def test_a_look_that_was_put_in_between_is_found_also_by_a_worker_that_goes_on(
    record: Referral, cast: Cast, now: datetime
) -> None:
    past = now - timedelta(days=40)
    between = RecordView(
        id=first_id(past), child=cast.child, user=cast.family, role="family", page="home", at=past
    )
    every_row(RecordView).bulk_create([between])
    assert sealed() == 0
    assert found() == [(What.BETWEEN, "RecordView", str(between.pk))]


def test_a_look_of_today_that_claims_another_day_is_found(
    record: Referral, cast: Cast, now: datetime
) -> None:
    past = now - timedelta(days=40)
    record_view(child=cast.child, by=cast.family, at=past, role="family", page="home")
    assert sealed() == 1
    late = RecordView.objects.get(at=past)
    assert found() == [(What.BACKDATED, "RecordView", str(late.pk))]


def test_a_signed_paper_that_nobody_signed_is_found(record: Referral, now: datetime) -> None:
    paper = Evaluation.objects.get()
    forged = Evaluation(
        **{f.attname: getattr(paper, f.attname) for f in paper._meta.concrete_fields}
    )
    forged.pk, forged.status, forged.number = new_id(), "amended", 7
    forged.signed_at = now - timedelta(days=3)
    every_row(Evaluation).bulk_create([forged])
    assert sealed() == 0
    assert found() == [(What.BETWEEN, "Evaluation", str(forged.pk))]


def test_a_row_that_waits_for_too_long_is_said_and_a_new_one_is_not(
    record: Referral, cast: Cast, now: datetime
) -> None:
    record_view(child=cast.child, by=cast.family, at=now, role="family", page="home")
    fresh = RecordView.objects.order_by("pk").last()
    assert fresh is not None
    assert found() == [(What.LATE, "RecordView", str(fresh.pk))]
    assert list(Verification(at=timezone.now()).breaks()) == []


# --- What somebody changes in the chain itself ----------------------------------------------------


@pytest.mark.parametrize("column", ["digest", "link"])
def test_a_changed_seal_is_found_and_only_that(record: Referral, column: str) -> None:
    seal = Seal.objects.filter(sort="event")[7]
    run(f"UPDATE referrals_seal SET {column} = %s WHERE number = %s", "f" * 64, seal.number)  # noqa: S608
    first, *more = found()
    assert first == (What.SEAL_CHANGED, "Event", str(seal.row))
    assert more == ([(What.CHANGED, "Event", str(seal.row))] if column == "digest" else [])


def test_who_changes_a_row_and_its_seal_breaks_the_chain_there(record: Referral) -> None:
    look = middle(RecordView)
    run("UPDATE referrals_recordview SET page = 'search' WHERE id = %s", raw(look.pk))
    sort = SORTS["record_view"]
    (forged,) = sort.sealed(sort.rows().filter(pk=look.pk))
    run("UPDATE referrals_seal SET digest = %s WHERE row = %s", forged.digest, raw(look.pk))
    assert found() == [(What.SEAL_CHANGED, "RecordView", str(look.pk))]


def test_a_row_that_is_taken_out_with_its_seal_leaves_a_gap(record: Referral) -> None:
    look = middle(RecordView)
    seal = Seal.objects.get(row=look.pk)
    behind = Seal.objects.get(number=seal.number + 1)
    run("DELETE FROM referrals_recordview WHERE id = %s", raw(look.pk))
    run("DELETE FROM referrals_seal WHERE number = %s", seal.number)
    assert found() == [(What.SEALS_GONE, SORTS[behind.sort].table, str(behind.row))]


def test_an_end_that_was_cut_off_is_found_by_who_noted_it(
    record: Referral, cast: Cast, now: datetime
) -> None:
    record_view(child=cast.child, by=cast.family, at=now, role="family", page="home")
    assert sealed() == 1
    last = Seal.objects.order_by("-number")[0]
    assert found(known=last.head) == []
    run("DELETE FROM referrals_seal WHERE number = %s", last.number)
    run("DELETE FROM referrals_recordview WHERE id = %s", raw(last.row))
    assert found() == []
    assert found(known=last.head) == [(What.NOT_THE_CHAIN, "Seal", str(last.number))]


def test_without_the_key_nobody_makes_the_chain_anew(in_therapy: Referral, settings: Any) -> None:
    settings.SEAL_KEY = KEY
    sealed()
    assert found() == []
    settings.SEAL_KEY, settings.SEAL_KEY_FALLBACKS = "another-key-for-these-tests-only-x", [KEY]
    assert found() == []

    run("UPDATE referrals_evaluation SET interpretation = 'All is well.'")
    made_anew(without="another-key-that-somebody-guessed")
    assert {what for what, _, _ in found()} == {What.SEAL_CHANGED}
    assert len(found()) == Seal.objects.count()


def test_a_chain_that_goes_on_without_its_key_is_found(
    record: Referral, cast: Cast, now: datetime, settings: Any
) -> None:
    walk = Verification(at=timezone.now())
    assert (list(walk.breaks()), walk.without_key) == ([], Seal.objects.count())
    noted = head()
    for key in (KEY, ""):
        settings.SEAL_KEY = key
        record_view(child=cast.child, by=cast.family, at=now, role="family", page="home")
        assert sealed() == 1
    settings.SEAL_KEY = KEY
    newest = RecordView.objects.order_by("-pk")[0]
    assert found(noted) == [(What.NO_KEY, "RecordView", str(newest.pk))]
    settings.SEAL_KEY = ""
    assert [what for what, _, _ in found()] == [What.UNKNOWN_KEY, What.NO_KEY]


def test_a_chain_that_was_made_wholly_anew_without_a_key_is_found(
    record: Referral, cast: Cast, now: datetime, settings: Any
) -> None:
    settings.SEAL_KEY = KEY
    first = Seal.objects.get(number=1)
    assert found() == [(What.NEVER_KEYED, SORTS[first.sort].table, str(first.row))]
    # Nor does it help that the worker goes on with the key behind it.
    record_view(child=cast.child, by=cast.family, at=now, role="family", page="home")
    lawful = head()
    sealed()
    assert [what for what, _, _ in found()] == [What.NEVER_KEYED]
    # Where the key came later, what was noted that day says that they are the same seals.
    assert found(lawful) == []
    early = Seal.objects.get(number=5).head
    sixth = Seal.objects.get(number=6)
    assert found(early) == [(What.NEVER_KEYED, SORTS[sixth.sort].table, str(sixth.row))]


def made_anew(*, without: str) -> None:
    """Every seal made again, as who has the database and not the key can do it."""
    before = BEGINNING
    for seal in Seal.objects.order_by("number"):
        sort = SORTS[seal.sort]
        (row,) = sort.sealed(sort.rows().filter(pk=seal.row))
        before = sha256(f"{without}{before}{row.digest}".encode()).hexdigest()
        run(
            "UPDATE referrals_seal SET digest = %s, link = %s WHERE number = %s",
            row.digest, before, seal.number,
        )  # fmt: skip


# --- What is lawful -------------------------------------------------------------------------------


def test_a_merge_and_its_undoing_break_nothing(record: Referral, cast: Cast, now: datetime) -> None:
    double = ChildFactory(
        given_name="Mina",
        family_name="Fontaine",
        practice=cast.practice,
        by=cast.pediatrician,
        at=now,
    )
    at = now + timedelta(hours=1)
    merge = merge_children(
        id=new_id(), kept=double, lost=cast.child, reason="One family.", by=cast.admin, at=at
    )
    assert sealed() == 3 + 1  # the registration, the merge on both records, and the merge itself
    assert found() == []
    undo_merge(merge=merge, by=cast.admin, at=at + timedelta(hours=1))
    sealed()
    assert found() == []
    run("UPDATE referrals_merge SET reason = 'Another.'")
    assert found() == [(What.CHANGED, "Merge", str(merge.pk))]
