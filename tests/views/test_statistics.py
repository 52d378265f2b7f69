"""Who reads the numbers of which place, what do they choose, and what is in the files?"""

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.models import Membership, Organization, Role, User
from referrals.models.record import new_id
from tests.factories.organization import PracticeFactory
from tests.factories.person import LONG_AGO, MembershipFactory, works_at
from tests.factories.sent_rows import came_to
from tests.views.test_oversight import ODD

Door = Callable[[User], Client]
PAGE = "/statistics/"
TABLES = (
    "funnel", "days", "lost", "overdue", "caseload", "goals", "endings", "practice", "visits",
)  # fmt: skip


@pytest.fixture
def now() -> datetime:
    """Ten in the morning, forty days ago."""
    then = timezone.localtime() - timedelta(days=40)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
def seven(cast: Any, now: datetime) -> None:
    """Seven referrals to the clinic, six of them accepted."""
    for days in ([0], *[[0, 1, 3]] * 6):
        came_to(cast.practice, cast.clinic, days, by=cast.pediatrician, at=now)


def cells(door: Client, table: str, **asked: Any) -> list[list[str]]:
    file = door.get(reverse("statistics_table", args=[table]), asked)
    assert file.status_code == 200
    return list(csv.reader(StringIO(file.content.decode("utf-8-sig"), newline="")))


# --- Who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["family", "partner", "admin", "nobody", "other_family"])
def test_whom_it_is_not_for_is_told_so_in_a_sentence(
    who: str, request: pytest.FixtureRequest, client_of: Door, seven: None, nobody: User
) -> None:
    door = client_of(request.getfixturevalue(who))
    for path in (PAGE, *(reverse("statistics_table", args=[table]) for table in TABLES)):
        page = door.get(path)
        assert page.status_code == 403
        assert "Only a pediatrician or a therapist or a coordinator" in page.content.decode()
        assert "Harbor" not in page.content.decode()


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PEDIATRICIAN])
def test_a_member_in_another_role_opens_nothing_of_a_clinic(
    role: Role, cast: Any, client_of: Door, seven: None
) -> None:
    """A partner there is no member of the clinic, and a pediatrician there counts what it sent: nothing."""
    person = works_at(cast.clinic, role)
    page = client_of(person).get(PAGE)
    if role == Role.PARTNER:
        assert page.status_code == 403
    else:
        assert "No referral was sent in this time" in page.content.decode()


def test_who_no_longer_works_there_reads_nothing(cast: Any, client_of: Door, seven: None) -> None:
    assert client_of(cast.coordinator).get(PAGE).status_code == 200
    Membership.objects.filter(user=cast.coordinator).update(until=timezone.now())
    assert client_of(cast.coordinator).get(PAGE).status_code == 403


def test_a_place_that_is_not_theirs_does_not_exist(cast: Any, client_of: Door, seven: None) -> None:
    """NPDA: an inner object reached by its own id, under an outer one that was checked."""
    for who in ("stranger", "stranger_pediatrician", "pediatrician"):
        door = client_of(getattr(cast, who))
        for name, args in (("statistics", []), ("statistics_table", ["funnel"])):
            asked = {"of": cast.clinic.pk}
            assert door.get(reverse(name, args=args), asked).status_code == 404
    door = client_of(cast.stranger)
    assert cells(door, "funnel") == [["Place", "From", "To", "Step", "Referrals", "Of those sent"]]
    shut = door.get(PAGE, {"site": cast.practice.pk})
    assert (shut.status_code, "Elm Street" in shut.content.decode()) == (422, False)


def test_headers_choose_no_place(cast: Any, client_of: Door, seven: None) -> None:
    """Epilepsy12: the organisation whose numbers are shown was taken from a request header."""
    headers = {name: str(cast.clinic.pk) for name in ("X-Organization", "X-Clinic", "of")}
    page = client_of(cast.stranger).get(PAGE, headers=headers).content.decode()
    assert "Valley Therapy" in page
    assert "Harbor" not in page


def test_who_works_at_two_places_chooses_and_never_sees_both_at_once(
    cast: Any, client_of: Door, seven: None
) -> None:
    second = PracticeFactory(name="Zoo Lane Pediatrics")
    MembershipFactory(
        user=cast.pediatrician, organization=second, role=Role.PEDIATRICIAN, since=LONG_AGO
    )
    door = client_of(cast.pediatrician)
    first = door.get(PAGE)
    assert '<p class="lead-text">Elm Street Pediatrics' in first.content.decode()
    assert f"?of={second.pk}&amp;since=" in first.content.decode()
    other = door.get(PAGE, {"of": second.pk}).content.decode()
    assert '<p class="lead-text">Zoo Lane Pediatrics' in other
    assert "No referral was sent in this time" in other


# --- What is chosen -------------------------------------------------------------------------------


def test_the_usual_time_is_the_last_twelve_months(cast: Any, client_of: Door, seven: None) -> None:
    today = timezone.localdate()
    rows = cells(client_of(cast.coordinator), "funnel")
    first = (today - timedelta(days=364)).isoformat()
    assert rows[1] == ["Harbor Therapy", first, today.isoformat(), "1 Ordered", "7", "100 %"]
    assert rows[4][3:] == ["4 Evaluation scheduled", "0", "0 %"]


@pytest.mark.parametrize(
    ("period", "sent"), [("30", 0), ("90", 7), ("12", 7), ("nonsense", 7), ("", 7)]
)
def test_a_preset_counts_back_from_today(
    period: str, sent: int, cast: Any, client_of: Door, seven: None
) -> None:
    rows = cells(client_of(cast.coordinator), "funnel", period=period)
    assert [row[4] for row in rows[1:2]] == ([str(sent)] if sent else [])


def test_from_a_day_to_a_day_counts_both(
    cast: Any, client_of: Door, seven: None, now: datetime
) -> None:
    door = client_of(cast.coordinator)
    for before, after, sent in ((0, 0, 1), (-1, -1, 0), (1, 1, 0), (-1, 1, 1)):
        since, until = (now.date() + timedelta(days=n) for n in (before, after))
        rows = cells(door, "funnel", since=since.isoformat(), until=until.isoformat())
        assert len(rows) > 1 if sent else len(rows) == 1


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "2026-02-30", "until": "2026-03-01"}, "Enter a valid date."),
        ({"since": "2026-03-01"}, "This field is required."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "The last day comes before the first."),
        ({"since": "2026-03-02", "until": "2999-01-01"}, "This day lies in the future."),
        ({"since": "0001-01-01", "until": "2026-03-01"}, "Choose a day from 2000 on."),
        ({"since": "2010-01-01", "until": "2026-03-01"}, "Choose five years at most."),
        ({"site": "x"}, "Choose a place from the list."),
        ({"site": str(new_id())}, "No referral of this time is with this place."),
    ],
)
def test_a_wrong_choice_is_told_and_what_was_typed_stays(
    asked: dict[str, str], sentence: str, cast: Any, client_of: Door, seven: None
) -> None:
    for path in (PAGE, reverse("statistics_table", args=["funnel"])):
        page = client_of(cast.coordinator).get(path, asked)
        assert page.status_code == 422
        text = page.content.decode()
        assert sentence in text
        assert all(value in text for name, value in asked.items() if name != "site")
        assert "The nine steps" not in text


def test_no_odd_word_in_the_address_breaks_it(cast: Any, client_of: Door, seven: None) -> None:
    """Epilepsy12: an unknown option gives a 500."""
    door = client_of(cast.coordinator)
    for name in ("of", "site", "since", "until", "period"):
        for odd in ODD:
            assert door.get(PAGE, {name: odd}).status_code in (200, 404, 422), (name, odd)
            assert door.get(PAGE, {name: [odd, odd]}).status_code in (200, 404, 422)
    for table in ("none", "FUNNEL", "funnel-2"):
        assert door.get(reverse("statistics_table", args=[table])).status_code == 404


def test_the_other_place_is_chosen_from_those_there_were(
    cast: Any, client_of: Door, seven: None, now: datetime
) -> None:
    for _ in range(5):
        came_to(cast.other_practice, cast.clinic, [0], by=cast.stranger_pediatrician, at=now)
    door = client_of(cast.coordinator)
    page = door.get(PAGE).content.decode()
    for place in (cast.practice, cast.other_practice):
        assert f'<option value="{place.pk}">{place}</option>' in page
    chosen = door.get(PAGE, {"site": cast.practice.pk}).content.decode()
    assert f'<option value="{cast.practice.pk}" selected>' in chosen
    assert f"site={cast.practice.pk}" in chosen  # the files are of the same choice
    assert cells(door, "funnel", site=cast.practice.pk)[1][4] == "7"


# --- What it says ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator"])
def test_every_table_stands_beside_its_file_and_names_no_child(
    who: str, cast: Any, client_of: Door, seven: None
) -> None:
    door = client_of(getattr(cast, who))
    page = door.get(PAGE)
    text = page.content.decode()
    for heading in ("The nine steps", "Days from step to step", "Lost, and why", "Caseload",
                    "Overdue by person", "Goals by outcome", "Practice at home", "Therapy visits",
                    "No completion rate is published for outpatient"):  # fmt: skip
        assert heading in text
    assert 'role="img" aria-label="The nine steps. 1 Ordered: 7 · 100 %;' in text
    assert "Fontaine" not in text
    assert len(page.content) < 100_000
    for table in TABLES:
        file = door.get(reverse("statistics_table", args=[table]))
        assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert file.headers["Content-Disposition"].startswith(f'attachment; filename="{table}-')
        assert file.content.startswith(b"\xef\xbb\xbfPlace,From,To,")
        assert b"Fontaine" not in file.content
        assert file.headers["Cache-Control"] == "no-store, private"


def test_the_file_hides_what_the_page_hides(
    cast: Any, client_of: Door, seven: None, now: datetime
) -> None:
    for _ in range(3):
        came_to(
            cast.practice, cast.clinic, [0, 1, 2], by=cast.pediatrician, at=now,
            state="closed_unreachable",
        )  # fmt: skip
    rows = cells(client_of(cast.coordinator), "lost")
    assert [row[3:] for row in rows[1:]] == [
        ["Declined by the clinic", "0", ""],
        ["Family not reached", "fewer than 5", ""],
        ["Family declined", "0", ""],
        ["Not eligible", "0", ""],
        ["Cancelled by the pediatrician", "0", ""],
        ["Ended after the evaluation, before therapy", "0", ""],
        ["Together", "fewer than 5", ""],
    ]


def test_a_name_that_is_a_formula_stays_a_name(cast: Any, client_of: Door, seven: None) -> None:
    Organization.objects.filter(pk=cast.clinic.pk).update(name='=HYPERLINK("http://x")')
    User.objects.filter(pk=cast.pediatrician.pk).update(given_name="@Ada")
    rows = cells(client_of(cast.coordinator), "caseload")
    assert rows[1][0] == '\'=HYPERLINK("http://x")'
    assert cells(client_of(cast.pediatrician), "caseload")[1][3] == "'@Ada Okafor"


def test_who_counts_finds_it_in_the_menu_and_nobody_else(
    cast: Any, client_of: Door, nobody: User
) -> None:
    shown = {
        who: 'href="/statistics/"' in client_of(person).get(reverse("search")).content.decode()
        for who, person in vars(cast).items() | {("nobody", nobody)}
        if isinstance(person, User)
    }
    assert {who for who, there in shown.items() if there} == {
        "pediatrician", "practice_colleague", "therapist", "colleague", "coordinator", "stranger",
        "stranger_pediatrician",
    }  # fmt: skip


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator"])
def test_it_costs_six_queries(
    who: str, rows: int, cast: Any, client_of: Door, now: datetime,
    django_assert_num_queries: Callable[..., Any],
) -> None:  # fmt: skip
    for _ in range(rows):
        came_to(cast.practice, cast.clinic, [0, 1, 3], by=cast.pediatrician, at=now)
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(5):
        door.get(PAGE)
    with django_assert_num_queries(5):
        door.get(reverse("statistics_table", args=["funnel"]))
