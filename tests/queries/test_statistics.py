"""Do the tables say what was counted, and nothing about so few that one could be found?"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from referrals.access import workplaces
from referrals.models import Organization, Referral, User
from referrals.pathway import State
from referrals.queries.statistics import Page, UnknownSite, page
from tests.factories.sent_rows import came_to

#: The days on which a referral that went all the way reached its steps.
ALL_THE_WAY = [0, 1, 2, 5, 15, 17, 18, 22, 29]


@pytest.fixture
def now() -> datetime:
    """Ten in the morning, sixty days ago."""
    then = timezone.localtime() - timedelta(days=60)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
def today(now: datetime) -> date:
    return now.date() + timedelta(days=60)


def shown(user: User, today: date, **said: Any) -> Page:
    return page(user, workplaces(user)[0], today - timedelta(days=90), today, today, **said)


def many(cast: Any, now: datetime, count: int, days: list[int], **said: Any) -> list[Referral]:
    practice: Organization = said.pop("practice", cast.practice)
    by = said.pop("by", cast.pediatrician)
    return [came_to(practice, cast.clinic, days, by=by, at=now, **said) for _ in range(count)]


@pytest.fixture
def year(cast: Any, now: datetime) -> None:
    """Twenty referrals: ten all the way, six accepted, one only sent, and three that were lost."""
    many(cast, now, 10, ALL_THE_WAY)
    many(cast, now, 6, [0, 2, 4])
    many(cast, now, 1, [0])
    many(cast, now, 2, [0, 1, 2], state=State.CLOSED_UNREACHABLE)
    many(cast, now, 1, [0, 1], state=State.DECLINED)


def rows(of: Page, code: str) -> list[tuple[str, ...]]:
    return of.tables[code].rows


def test_the_funnel_of_twenty_by_hand(year: None, coordinator: User, today: date) -> None:
    assert rows(shown(coordinator, today), "funnel") == [
        ("1 Ordered", "20", "100 %"),
        ("2 Sent to the therapist", "19", "95 %"),
        ("3 Reviewed and accepted", "18", "90 %"),
        ("4 Evaluation scheduled", "10", "50 %"),
        ("5 Evaluation done", "10", "50 %"),
        ("6 Plan written", "10", "50 %"),
        ("7 Report sent", "10", "50 %"),
        ("8 Pediatrician acknowledged", "10", "50 %"),
        ("9 Family agreed the plan", "10", "50 %"),
    ]


def test_the_published_shares_are_drawn_across_it(
    year: None, coordinator: User, today: date
) -> None:
    drawn = shown(coordinator, today).tables["funnel"].chart
    assert drawn is not None
    assert [(line.label, line.x) for line in drawn.lines] == [
        ("58 % referred", 360), ("30 % evaluated", 186),
    ]  # fmt: skip
    assert (drawn.rows[0].width, drawn.rows[3].width, drawn.width) == (620, 310, 620)
    assert drawn.sentence.startswith("1 Ordered: 20 · 100 %; 2 Sent to the therapist: 19 · 95 %;")
    assert drawn.sentence.endswith("Published: 58 % referred, 30 % evaluated")


def test_the_days_of_twenty_by_hand(year: None, coordinator: User, today: date) -> None:
    """Step 2: thirteen times 1 day, six times 2: half within 1, place 16.2 of 0 to 18 is 2."""
    assert rows(shown(coordinator, today), "days") == [
        ("2 Sent to the therapist", "19", "1", "2"),
        ("3 Reviewed and accepted", "18", "1", "2"),
        ("4 Evaluation scheduled", "10", "3", "3"),
        ("5 Evaluation done", "10", "10", "10"),
        ("6 Plan written", "10", "2", "2"),
        ("7 Report sent", "10", "1", "1"),
        ("8 Pediatrician acknowledged", "10", "4", "4"),
        ("9 Family agreed the plan", "10", "7", "7"),
        ("1 to 5: sent to evaluated", "10", "15", "15"),
    ]


def test_the_losses_of_twenty_hide_what_is_small(
    year: None, coordinator: User, today: date
) -> None:
    """One declined, two unreachable: neither is told, nor that they are three, nor any share of it."""
    assert rows(shown(coordinator, today), "lost") == [
        ("Declined by the clinic", "fewer than 5", ""),
        ("Family not reached", "fewer than 5", ""),
        ("Family declined", "0", ""),
        ("Not eligible", "0", ""),
        ("Cancelled by the pediatrician", "0", ""),
        ("Ended after the evaluation, before therapy", "0", ""),
        ("Together", "2 to 8", ""),
    ]


def test_our_own_share_of_families_never_reached(
    cast: Any, now: datetime, coordinator: User, today: date
) -> None:
    many(cast, now, 5, [0, 1, 2], state=State.CLOSED_UNREACHABLE)
    many(cast, now, 3, [0, 1, 2, 3], state=State.CLOSED_UNREACHABLE)
    assert shown(coordinator, today).never_reached == (
        "Here: 62 %, 5 of 8 that were accepted and ended without an evaluation."
    )


def test_of_fewer_than_five_nothing_is_told(
    cast: Any, now: datetime, coordinator: User, today: date
) -> None:
    many(cast, now, 4, ALL_THE_WAY)
    found = shown(coordinator, today)
    assert [rows(found, code) for code in ("funnel", "days", "lost", "goals", "practice")] == [
        []
    ] * 5
    assert found.tables["funnel"].chart is None
    assert found.tables["funnel"].without.startswith("Fewer than 5 children")


def test_nothing_sent_says_so(cast: Any, coordinator: User, today: date) -> None:
    found = shown(coordinator, today)
    assert found.is_empty
    assert found.tables["funnel"].without == "No referral was sent in this time."
    assert found.tables["overdue"].without == "Nothing is overdue."
    assert found.never_reached.endswith("has ended without an evaluation.")


def test_only_the_referrals_of_the_other_place_that_was_chosen(
    cast: Any, year: None, now: datetime, coordinator: User, today: date
) -> None:
    many(cast, now, 5, [0, 1], practice=cast.other_practice, by=cast.stranger_pediatrician)
    whole = shown(coordinator, today)
    assert [name for _, name in whole.sites] == ["Elm Street Pediatrics", "Hill Pediatrics"]
    assert str(whole.sent) == "25"
    one = shown(coordinator, today, site=cast.other_practice.pk)
    assert (str(one.sent), one.sites) == ("5", whole.sites)
    assert rows(one, "caseload") == [("Not given to anybody yet", "5", "0")]


def test_a_place_with_which_there_was_nothing_is_refused(
    cast: Any, year: None, coordinator: User, today: date
) -> None:
    with pytest.raises(UnknownSite):
        shown(coordinator, today, site=cast.other_practice.pk)


def test_a_practice_counts_what_it_sent_and_a_clinic_what_it_got(
    cast: Any, year: None, now: datetime, today: date
) -> None:
    many(cast, now, 5, [0], practice=cast.other_practice, by=cast.stranger_pediatrician)
    sent = {
        who: str(shown(getattr(cast, who), today).sent)
        for who in ("pediatrician", "practice_colleague", "therapist", "coordinator",
                    "stranger_pediatrician", "stranger")
    }  # fmt: skip
    assert sent == {
        "pediatrician": "20", "practice_colleague": "20", "therapist": "25", "coordinator": "25",
        "stranger_pediatrician": "5", "stranger": "0",
    }  # fmt: skip


def test_of_a_place_that_is_not_theirs_nothing_is_counted(
    cast: Any, year: None, today: date
) -> None:
    theirs = workplaces(cast.coordinator)[0]
    found = page(cast.stranger, theirs, today - timedelta(days=90), today, today)
    assert found.is_empty
    assert [table.rows for table in found.tables.values()] == [[]] * len(found.tables)


@pytest.mark.parametrize("who", ["pediatrician", "coordinator"])
def test_it_is_three_queries_however_many_there_are(
    who: str, cast: Any, year: None, today: date, django_assert_num_queries: Any
) -> None:
    user = getattr(cast, who)
    workplaces(user)
    with django_assert_num_queries(3):
        shown(user, today)
