"""Does each desk hold what is owed there, in the order in which it is due, page by page?"""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referrals.actions.closing import acknowledge_referral, mark_referral_error
from referrals.models import Referral
from referrals.queries.worklist import FILTERS, PAGE, by_stage, page
from tests.conftest import read
from tests.factories.referral import sent_for

EVERYBODY = [
    "pediatrician", "practice_colleague", "therapist", "coordinator", "family", "partner",
    "stranger", "stranger_pediatrician", "other_family", "admin", "nobody",
]  # fmt: skip


@pytest.fixture
def today(now):
    return now.date()


@pytest.fixture
def many(cast, now):
    """Three pages and one, with few due dates among them: ids must break the tie."""
    for number in range(PAGE * 3 + 1):
        referral = sent_for(cast.child, cast.clinic, by=cast.pediatrician, at=now)
        due = now.date() + timedelta(days=number * 7 % 4)
        Referral.objects.filter(pk=referral.pk).update(next_due_on=due)
    return Referral.objects.filter(clinic=cast.clinic)


def listed(user, chosen, today):
    """What stands on the first page of a filter."""
    return [row.id for row in page(user, chosen, today)[0]]


def walked(user, chosen, today):
    """All pages, one after the other, as somebody turns them."""
    pages, cursor = [], ""
    while True:
        found, cursor = page(user, chosen, today, cursor)
        pages.append([row.id for row in found])
        if not cursor:
            return pages


def test_the_pages_hold_each_referral_once_in_the_order_of_the_due_date(many, coordinator, today):
    pages = walked(coordinator, "open", today)
    assert [len(found) for found in pages] == [PAGE, PAGE, PAGE, 1]
    in_order = list(many.order_by("next_due_on", "id").values_list("pk", flat=True))
    assert [pk for found in pages for pk in found] == in_order


def test_the_pages_of_several_states_are_in_one_order(many, coordinator, today):
    for number, referral in enumerate(many.order_by("pk")):
        state = ("sent", "received", "info_needed")[number % 3]
        Referral.objects.filter(pk=referral.pk).update(state=state)
    pages = walked(coordinator, "review", today)
    assert [len(found) for found in pages] == [PAGE, PAGE, PAGE, 1]
    in_order = list(many.order_by("next_due_on", "id").values_list("pk", flat=True))
    assert [pk for found in pages for pk in found] == in_order


@pytest.mark.parametrize("chosen", ["open", "closed"])
def test_an_index_gives_the_list_in_its_order_instead_of_all_of_a_place(
    many, coordinator, today, chosen
):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by how many rows there are.")
    with CaptureQueriesContext(connection) as asked:
        page(coordinator, chosen, today)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[-1]['sql']}")
        plan = [told for *_, told in cursor.fetchall()]
    walks = [told for told in plan if "listed_by_due_date" in told]
    assert walks != []
    assert [told for told in walks if "is_open=?" not in told] == []


def test_what_changes_while_somebody_turns_pages_moves_nothing_else(many, coordinator, today):
    first, cursor = page(coordinator, "open", today)
    Referral.objects.filter(pk=first[0].id).update(next_due_on=date(2100, 1, 1))
    second, _ = page(coordinator, "open", today, cursor)
    in_order = list(many.order_by("next_due_on", "id").values_list("pk", flat=True))
    assert [row.id for row in second] == in_order[PAGE - 1 : 2 * PAGE - 1]


def test_a_page_that_is_just_full_has_no_next(many, coordinator, today):
    kept = list(many.values_list("pk", flat=True)[:PAGE])
    many.exclude(pk__in=kept).update(state="received")
    many.filter(pk__in=kept).update(state="accepted")
    found, cursor = page(coordinator, "contact", today)
    assert (len(found), cursor) == (PAGE, "")


def test_a_page_costs_one_query(many, coordinator, today, django_assert_num_queries):
    page(coordinator, "open", today)
    with django_assert_num_queries(1):
        page(coordinator, "open", today)


@pytest.mark.parametrize("cursor", ["", "x", "~", "2026-01-01~", "2026-13-01~x", "~~", "💥"])
def test_a_cursor_that_is_none_begins_at_the_start(sent, coordinator, today, cursor):
    found, _ = page(coordinator, "open", today, cursor)
    assert [row.id for row in found] == [sent.pk]


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_sees_their_own_and_no_other(sent, partner_seat, today, who, request):
    person = request.getfixturevalue(who)
    team = {"pediatrician", "practice_colleague", "therapist", "coordinator", "family"}
    expected = [sent] if who in team else []
    for chosen in ("open", "review", "nonsense"):
        assert listed(person, chosen, today) == [one.pk for one in expected]


def test_mine_is_what_i_owe(sent, coordinator, therapist, today):
    assert listed(coordinator, "mine", today) == [sent.pk]
    assert listed(therapist, "mine", today) == []


@pytest.mark.parametrize(
    ("state", "chosen"),
    [("sent", "review"), ("received", "review"), ("accepted", "contact"),
     ("contacting", "contact"), ("scheduled", "scheduled"), ("declined", "ending")],
)  # fmt: skip
def test_each_filter_holds_its_states(state, chosen, pediatrician, today, request):
    referral = request.getfixturevalue(state)
    others = set(FILTERS) - {chosen, "open", "mine"}
    assert listed(pediatrician, chosen, today) == [referral.pk]
    for other in others:
        assert listed(pediatrician, other, today) == []


def test_what_nobody_owes_any_more_is_closed(declined, pediatrician, therapist, today, now):
    acknowledge_referral(referral=declined, by=pediatrician, at=now)
    assert listed(therapist, "open", today) == []
    assert listed(therapist, "closed", today) == [declined.pk]
    (row,) = page(therapist, "closed", today)[0]
    assert (row.verb, row.waiting, row.due_on, row.late, row.mine) == (
        "", "Nothing is owed", None, False, False,
    )  # fmt: skip


def test_closed_ones_turn_pages_too(many, coordinator, pediatrician, now, today):
    from referrals.actions.closing import confirm_referral

    for referral in list(many[: PAGE + 2]):
        at = now + timedelta(hours=1)
        mark_referral_error(referral=read(referral), reason="Twice", by=pediatrician, at=at)
        confirm_referral(referral=read(referral), by=coordinator, at=at)
    pages = walked(pediatrician, "closed", today)
    assert [len(found) for found in pages] == [PAGE, 2]
    assert len({pk for found in pages for pk in found}) == PAGE + 2


def test_a_row_says_all_that_a_list_shows(sent, child, coordinator, pediatrician, now):
    today = sent.next_due_on + timedelta(days=1)
    (row,) = page(coordinator, "open", today)[0]
    assert (row.id, row.child_id, row.child_name) == (sent.pk, child.pk, "Mina Fontaine")
    assert (row.state, row.state_label, row.verb) == ("sent", "Sent", "Take in")
    assert (row.who, row.place, row.clinic) == ("Kofi Mensah", "Harbor Therapy", "Harbor Therapy")
    assert (row.due_on, row.late, row.mine, row.urgent) == (sent.next_due_on, True, True, False)
    assert row.days_in_state == (today - now.date()).days
    assert row.url == f"/referrals/{sent.pk}/"
    assert [step.status for step in row.steps] == ["done", "late", *["todo"] * 7]
    (theirs,) = page(pediatrician, "open", today)[0]
    assert (theirs.mine, theirs.waiting) == (False, "The clinic takes the referral in")


def test_it_is_not_late_on_its_day(sent, coordinator):
    (row,) = page(coordinator, "open", sent.next_due_on)[0]
    assert row.late is False


def test_counts_stand_in_the_order_of_care():
    counted = [("scheduled", 2), ("draft", 1), ("declined", 0), ("sent", 3)]
    assert by_stage(counted) == [("Draft", 1), ("Sent", 3), ("Scheduled", 2)]
