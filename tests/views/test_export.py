"""Does a saved list hold what its page shows, for who may see it, and is it written down?"""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from referrals.actions.handing import postpone_referral
from referrals.actions.recording import record
from referrals.models import Child, Export, Referral, Thread, User
from referrals.models.event import RecordView
from tests.conftest import Cast
from tests.factories.child import ChildFactory

Doors = Callable[[User], Client]


def saved(client: Client, name: str, form: str = "csv", query: str = "", **keys: Any) -> bytes:
    answer = client.get(reverse(name, kwargs={"form": form, **keys}) + query)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.getvalue()


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def names(content: bytes) -> list[str]:
    return [line[0] for line in lines(content)[1:]]


def test_the_children_of_the_list_are_those_of_the_page(
    cast: Cast, sent: Referral, client_of: Doors
) -> None:
    for person in (cast.pediatrician, cast.therapist, cast.family):
        assert names(saved(client_of(person), "child_export")) == ["Mina Fontaine"]
    for person in (cast.stranger, cast.partner, cast.admin):
        assert names(saved(client_of(person), "child_export")) == []


def test_a_partner_reads_no_more_in_the_file_than_on_the_page(
    cast: Cast, partner_seat: object, client_of: Doors
) -> None:
    (row,) = lines(saved(client_of(cast.partner), "child_export"))[1:]
    assert (row[0], row[3], row[4]) == ("Mina Fontaine", "", "")


def test_the_filter_of_the_page_is_the_filter_of_the_file(
    cast: Cast, sent: Referral, client_of: Doors
) -> None:
    client = client_of(cast.pediatrician)
    assert names(saved(client, "referral_export", query="?show=open")) == ["Mina Fontaine"]
    assert names(saved(client, "referral_export", query="?show=closed")) == []


def test_a_draft_is_in_no_list_of_the_clinic(cast: Cast, draft: Referral, client_of: Doors) -> None:
    assert names(saved(client_of(cast.coordinator), "referral_export")) == []


def test_the_tracker_is_saved_as_it_stands(
    plan_sent: Referral, cast: Cast, client_of: Doors
) -> None:
    (row,) = lines(saved(client_of(cast.therapist), "plan_export"))[1:]
    assert (row[0], row[2]) == ("Mina Fontaine", "Waiting")
    assert (
        lines(saved(client_of(cast.therapist), "plan_export", query="?standing=overdue"))[1:] == []
    )


def test_a_long_list_is_saved_to_its_last_row(cast: Cast, now: Any, client_of: Doors) -> None:
    for _ in range(30):
        ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now)
    assert len(names(saved(client_of(cast.pediatrician), "child_export"))) == 31


def test_in_excel_a_day_is_a_day_and_a_name_is_never_a_formula(
    cast: Cast, client_of: Doors
) -> None:
    Child.objects.filter(pk=cast.child.pk).update(given_name="=1+1")
    content = saved(client_of(cast.pediatrician), "child_export", "xlsx")
    _, row = load_workbook(BytesIO(content)).active.iter_rows()
    assert (row[0].value, row[0].data_type) == ("'=1+1 Fontaine", "s")
    assert row[1].value.date() == cast.child.date_of_birth


@pytest.mark.parametrize("name", ["child_export", "referral_export"])
def test_each_child_of_the_file_has_it_in_its_log_of_looks_once(
    name: str, cast: Cast, sent: Referral, client_of: Doors
) -> None:
    saved(client_of(cast.therapist), name)
    look = RecordView.objects.get(user=cast.therapist)
    assert (look.child, look.role, look.page.split("_")[0]) == (cast.child, "therapist", "export")
    export = Export.objects.get()
    assert (export.user, export.row_count, export.form) == (cast.therapist, 1, "csv")


def test_the_family_reads_that_a_list_was_saved(
    cast: Cast, sent: Referral, client_of: Doors
) -> None:
    saved(client_of(cast.therapist), "child_export")
    page = client_of(cast.family).get(reverse("look_list", args=[cast.child.pk]))
    assert "A list that was saved" in page.content.decode()


def test_who_looked_is_saved_for_the_family(cast: Cast, sent: Referral, client_of: Doors) -> None:
    client_of(cast.therapist).get(reverse("child_detail", args=[cast.child.pk]))
    found = lines(saved(client_of(cast.family), "look_export", child_id=cast.child.pk))
    assert ["Thea Marsh", "therapist", "The child’s page"] in [row[1:4] for row in found]


def test_the_messages_of_the_list_are_those_of_the_page(
    cast: Cast, between_clinicians: Thread, with_family: Thread, client_of: Doors
) -> None:
    for person in (cast.pediatrician, cast.therapist):
        rows = lines(saved(client_of(person), "message_export"))[1:]
        assert sorted((row[0], row[1], row[2]) for row in rows) == [
            ("Mina Fontaine", "Hearing", "Clinicians only"), ("Mina Fontaine", "Mornings", ""),
        ]  # fmt: skip
    for person in (cast.stranger, cast.partner, cast.admin):
        assert names(saved(client_of(person), "message_export")) == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_between_clinicians_is_in_no_file_of_the_family(
    form: str, cast: Cast, between_clinicians: Thread, with_family: Thread, client_of: Doors
) -> None:
    content = saved(client_of(cast.family), "message_export", form)
    if form == "csv":
        (row,) = lines(content)[1:]
    else:
        _, cells = load_workbook(BytesIO(content)).active.iter_rows()
        row = [str(cell.value or "") for cell in cells]
    assert row[:3] == ["Mina Fontaine", "Mornings", ""]
    look = RecordView.objects.get(user=cast.family, page="export_messages")
    assert (look.child, look.role) == (cast.child, "family")


def test_the_messages_of_one_child_are_those_of_its_page(
    cast: Cast, with_family: Thread, client_of: Doors
) -> None:
    client = client_of(cast.therapist)
    for child, found in ((cast.child, ["Mina Fontaine"]), (cast.other_child, [])):
        assert names(saved(client, "message_export", query=f"?child={child.pk}")) == found


def test_what_happened_is_saved_as_the_page_tells_it_to_its_beginning(
    cast: Cast, sent: Referral, now: Any, client_of: Doors
) -> None:
    for _ in range(60):
        record("child_changed", child=cast.child, about=cast.child.pk, by=cast.pediatrician, at=now)
    keys = {"child_id": cast.child.pk}
    rows = lines(saved(client_of(cast.pediatrician), "timeline_export", **keys))[1:]
    assert [row[1] for row in rows].count("Details changed") == 60
    assert rows[0][1:] == ["Sent the referral", "Ada Okafor"]
    narrowed = saved(
        client_of(cast.pediatrician), "timeline_export", query="?show=referral", **keys
    )
    assert [row[1] for row in lines(narrowed)[1:]] == [
        "Sent the referral", "Began to write a referral",
    ]  # fmt: skip


def test_the_familys_timeline_holds_nothing_between_clinicians(
    cast: Cast, sent: Referral, between_clinicians: Thread, now: Any, client_of: Doors
) -> None:
    due = now.date() + timedelta(days=9)
    postpone_referral(
        referral=sent, due_on=due, reason="Staff is short", by=cast.coordinator, at=now
    )
    keys = {"child_id": cast.child.pk}
    family = saved(client_of(cast.family), "timeline_export", **keys).decode()
    clinic = saved(client_of(cast.coordinator), "timeline_export", **keys).decode()
    for words in ("Staff is short", "Began a thread of messages"):
        assert (words in family, words in clinic) == (False, True)
    assert RecordView.objects.filter(user=cast.family, page="export_timeline").count() == 1


def test_the_familys_columns_are_in_its_language(
    cast: Cast, with_family: Thread, client_of: Doors
) -> None:
    User.objects.filter(pk=cast.family.pk).update(language="es")
    client = client_of(User.objects.get(pk=cast.family.pk))
    heads = [
        lines(saved(client, "message_export"))[0],
        lines(saved(client, "timeline_export", child_id=cast.child.pk))[0],
    ]
    assert heads == [
        ["Niño o niña", "Asunto", "Con", "Mensajes", "Última vez", "Nuevo"],
        ["Cuándo", "Lo que pasó", "Quién"],
    ]


def test_a_form_that_is_none_is_not_found(cast: Cast, client_of: Doors) -> None:
    address = reverse("child_export", kwargs={"form": "pdf"})
    assert client_of(cast.pediatrician).get(address).status_code == 404
    assert not Export.objects.exists()


def test_a_long_list_costs_no_more_queries_than_a_short_one(
    cast: Cast, now: Any, client_of: Doors, django_assert_num_queries: Any
) -> None:
    client = client_of(cast.pediatrician)
    with django_assert_num_queries(7):
        saved(client, "child_export")
    for _ in range(20):
        ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now)
    with django_assert_num_queries(7):
        saved(client, "child_export")
