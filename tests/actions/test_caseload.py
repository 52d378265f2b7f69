"""Does a caseload come in once and as it stood, and is nothing of it half in?"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from referrals import access
from referrals.actions.caseload import bring_caseload, clear_caseloads, drop_caseload, map_caseload
from referrals.actions.refusal import Outrun, Refused
from referrals.models import (
    Caseload,
    CaseloadRow,
    Child,
    ChildIdentifier,
    Event,
    Guardian,
    Membership,
    Notice,
    Organization,
    Referral,
    User,
)
from referrals.queries.caseload import counts, faults
from tests.conftest import Cast
from tests.factories.caseload import HEADS, brought, checked, csv, excel, row, taken, worked


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def found(caseload: Caseload) -> dict[str, int]:
    return {kind: number for kind, number in counts(caseload).items() if number}


def said(caseload: Caseload) -> list[tuple[int, str, str]]:
    return [(f.row, f.column, f.sentence) for f in faults(caseload)[0]]


def test_a_clinics_row_becomes_a_child_an_adult_and_a_referral_as_it_stood(
    cast: Cast, now: datetime
) -> None:
    done = brought(csv([row("7", "Luz")]), cast.clinic, by=cast.coordinator, at=now)

    assert (done.state, found(done)) == ("done", {"new": 1})
    luz = Child.objects.get(given_name="Luz")
    assert (luz.practice, luz.pediatrician, luz.date_of_birth) == (
        cast.practice, cast.pediatrician, date(2021, 5, 17),
    )  # fmt: skip
    assert luz.identifiers.get().organization == cast.clinic
    adult = luz.guardians.get()
    assert (adult.name, adult.phone, adult.user) == ("Ines Sol", "(212) 555-0144", None)
    referral = luz.referrals.get()
    assert (referral.state, referral.clinic, referral.therapist) == (
        "accepted", cast.clinic, cast.therapist,
    )  # fmt: skip
    assert referral.sent_at is not None
    assert (referral.author, referral.sent_at.date()) == (cast.pediatrician, date(2025, 3, 4))
    assert (referral.next_step, referral.owner, referral.is_open) == (
        "first_contact", cast.coordinator, True,
    )  # fmt: skip
    assert referral.next_due_on > now.date()
    assert referral.loop["3"] == ["2025-03-04", "Thea Marsh"]
    assert list(Event.objects.filter(child=luz).order_by("id").values_list("kind", "by")) == [
        ("child_registered", cast.coordinator.pk), ("referral_brought_in", cast.coordinator.pk),
    ]  # fmt: skip
    assert luz in access.children_visible_to(cast.therapist)
    assert luz in access.children_visible_to(cast.pediatrician)
    assert luz not in access.children_visible_to(cast.stranger)


def test_nobody_is_written_to(cast: Cast, now: datetime) -> None:
    before = Notice.objects.count()
    brought(csv([row("7", "Luz")]), cast.clinic, by=cast.coordinator, at=now)
    assert Notice.objects.count() == before


def test_the_same_file_a_second_time_changes_nothing_and_says_so(cast: Cast, now: datetime) -> None:
    content = csv([row("7", "Luz"), row("", "Ana"), row("", "Ana", adult=("Leo", "Sol", "father", "212-555-0145"))])  # fmt: skip
    brought(content, cast.clinic, by=cast.coordinator, at=now)
    events = Event.objects.count()

    again = checked(content, cast.clinic, by=cast.coordinator, at=now)

    assert found(again) == {"known": 3}
    bring_caseload(caseload=again, mode="right", near_too=False, by=cast.coordinator, at=now)
    assert worked(again, now).state == "done"
    assert Event.objects.count() == events
    assert Child.objects.filter(given_name="Ana").count() == 1
    assert Guardian.objects.filter(child__given_name="Ana").count() == 2


def test_a_row_that_says_more_changes_what_is_here(cast: Cast, now: datetime) -> None:
    brought(csv([row("7", "Luz")]), cast.clinic, by=cast.coordinator, at=now)
    mended = csv([[*row("7", "Lucía"), "Portuguese"]], (*HEADS, "Language"))

    done = brought(mended, cast.clinic, by=cast.coordinator, at=now)

    assert found(done) == {"changed": 1}
    luz = Child.objects.get(family_name="Sol")
    assert (luz.given_name, luz.language_spoken) == ("Lucía", "Portuguese")
    changed = Event.objects.get(child=luz, kind="child_changed")
    assert changed.data == {"fields": ["given_name", "language_spoken"]}


def test_faults_are_told_by_row_and_column(cast: Cast, now: datetime) -> None:
    wrong = [
        row("1", "Luz", born="31/02/2020"),
        row("2", "", practice="Nowhere"),
        row("3", "Ana", referred=("", "", "", "", "", "", "")),
        row("4", "Leo", referred=("accepted", "2025-03-04", "Why?", "family", "habilitation", "evaluate", "Stan Novak")),
    ]  # fmt: skip
    made = checked(csv(wrong), cast.clinic, by=cast.coordinator, at=now)
    assert found(made) == {"wrong": 4}
    assert said(made) == [
        (2, "Date of birth", "“31/02/2020” is no date. Write 2020-02-28 or 28 Feb 2020."),
        (3, "Given name", "This is empty."),
        (3, "Practice", "“Nowhere”: No such place is here."),
        (4, "Referral", "This is empty. By its referral a child comes to a clinic: without one nobody of yours would see it."),
        (5, "Therapist", "“Stan Novak”: nobody of that name works at Harbor Therapy in this role."),
    ]  # fmt: skip


def test_all_or_none_brings_in_none_where_one_is_wrong(cast: Cast, now: datetime) -> None:
    made = checked(csv([row("1", "Luz"), row("2", "")]), cast.clinic, by=cast.coordinator, at=now)
    with pytest.raises(Refused, match="nothing was brought in"):
        bring_caseload(caseload=made, mode="all", near_too=False, by=cast.coordinator, at=now)
    assert not Child.objects.filter(given_name="Luz").exists()


@pytest.mark.django_db(transaction=True)
def test_all_or_none_is_undone_whole_where_a_row_becomes_wrong_meanwhile(
    cast: Cast, now: datetime
) -> None:
    rows = [row("1", "Luz"), row("2", "Ana", practice="Hill Pediatrics")]
    made = checked(csv(rows), cast.clinic, by=cast.coordinator, at=now)
    bring_caseload(caseload=made, mode="all", near_too=False, by=cast.coordinator, at=now)
    Organization.objects.filter(pk=cast.other_practice.pk).update(is_active=False)

    undone = worked(made, now)

    assert (undone.state, undone.said) == (
        "checked", "Row 3 has become wrong meanwhile: nothing was brought in.",
    )  # fmt: skip
    assert not Child.objects.filter(given_name="Luz").exists()
    assert not ChildIdentifier.objects.exists()


def test_the_right_rows_come_in_and_the_others_wait_to_be_mended(cast: Cast, now: datetime) -> None:
    done = brought(csv([row("1", "Luz"), row("2", "")]), cast.clinic, by=cast.coordinator, at=now)
    assert (done.state, bool(done.file), found(done)) == ("done", True, {"new": 1, "wrong": 1})
    assert Child.objects.filter(family_name="Sol").count() == 1


def test_a_near_double_is_shown_and_comes_in_only_when_it_is_said_to_be_another(
    cast: Cast, now: datetime
) -> None:
    born = cast.child.date_of_birth.isoformat()
    near = f"Given name,Family name,Date of birth\r\nMina,Fontaine-Lopez,{born}\r\n".encode()
    made = checked(near, cast.practice, by=cast.pediatrician, at=now)
    assert found(made) == {"near": 1}
    assert said(made)[0][2].startswith(f"This looks like Mina Fontaine, born {born}.")
    with pytest.raises(Refused, match="No row can be brought in"):
        bring_caseload(caseload=made, mode="right", near_too=False, by=cast.pediatrician, at=now)

    bring_caseload(caseload=made, mode="right", near_too=True, by=cast.pediatrician, at=now)
    worked(made, now)
    assert Child.objects.filter(practice=cast.practice, given_name="Mina").count() == 2
    assert found(checked(near, cast.practice, by=cast.pediatrician, at=now)) == {"known": 1}


def test_twins_are_two_children(cast: Cast, now: datetime) -> None:
    done = brought(csv([row("", "Luz"), row("", "Leo")]), cast.clinic, by=cast.coordinator, at=now)
    assert found(done) == {"new": 2}
    assert found(
        checked(csv([row("", "Luz"), row("", "Leo")]), cast.clinic, by=cast.coordinator, at=now)
    ) == {"known": 2}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("numbers", [("1", "2"), ("", "")])
def test_two_rows_of_one_given_name_and_birthday_are_two_children_also_while_they_go_in(
    cast: Cast, now: datetime, numbers: tuple[str, str]
) -> None:
    content = csv([row(numbers[0], "Luz", "Sol"), row(numbers[1], "Luz", "Garcia")])
    done = brought(content, cast.clinic, by=cast.coordinator, at=now, mode="all")
    assert (done.state, found(done)) == ("done", {"new": 2})
    assert found(checked(content, cast.clinic, by=cast.coordinator, at=now)) == {"known": 2}


def test_a_clinic_learns_of_no_child_it_does_not_see(cast: Cast, now: datetime) -> None:
    """Mina is the practice's, and no referral of hers has come to this clinic: to it she is new."""
    born = cast.child.date_of_birth.isoformat()
    same = row("", "Mina", "Fontaine", born)
    made = checked(csv([same]), cast.clinic, by=cast.coordinator, at=now)
    assert (found(made), said(made)) == ({"new": 1}, [])


def test_nor_does_it_where_an_administrator_brings_the_file(cast: Cast, now: datetime) -> None:
    """What is found is shown to everybody at the clinic."""
    near = csv([row("", "Mina", "Fontaine-Lopez", f"{cast.child.date_of_birth:%Y-%m-%d}")])
    assert found(checked(near, cast.clinic, by=cast.admin, at=now)) == {"new": 1}


def test_two_rows_that_contradict_each_other_are_told(cast: Cast, now: datetime) -> None:
    heads = (*HEADS, "Language")
    rows = [[*row("7", "Luz"), "Portuguese"], [*row("7", "Luz"), "French"], [*row("7", "Luz"), ""]]
    made = checked(csv(rows, heads), cast.clinic, by=cast.coordinator, at=now)
    assert said(made) == [(3, "Row", "Row 2 says something else of the same child.")]


def test_a_practice_brings_its_own_children_in(cast: Cast, now: datetime) -> None:
    content = b"First name;Last name;DOB;Practice\r\nLuz;Sol;2021-05-17;\r\nAna;Sol;2020-05-17;Hill Pediatrics\r\n"
    done = brought(content, cast.practice, by=cast.pediatrician, at=now)
    assert said(done) == [
        (3, "Practice", "This file is for Elm Street Pediatrics: leave this empty.")
    ]
    luz = Child.objects.get(given_name="Luz")
    assert (luz.practice, luz.pediatrician) == (cast.practice, cast.pediatrician)


def test_a_child_with_an_open_referral_elsewhere_is_told(
    sent: Referral, cast: Cast, now: datetime
) -> None:
    Organization.objects.filter(pk=cast.other_clinic.pk).update(takes_referrals=True)
    heads = ("Given name", "Family name", "DOB", "Clinic", *HEADS[5:11])
    content = csv(
        [["Mina", "Fontaine", cast.child.date_of_birth.isoformat(), "Valley Therapy", "sent",
          *("2025-03-04", "Why?", "family", "habilitation", "evaluate")]], heads,
    )  # fmt: skip
    made = checked(content, cast.practice, by=cast.pediatrician, at=now + timedelta(hours=1))
    assert said(made) == [(2, "Referral", "This child has an open referral to another clinic.")]


@pytest.mark.parametrize("who", ["therapist", "family", "partner", "stranger", "nobody"])
def test_others_bring_nothing_in(
    who: str, request: pytest.FixtureRequest, cast: Cast, now: datetime
) -> None:
    by: User = request.getfixturevalue(who)
    with pytest.raises(Refused, match="of your own practice or clinic"):
        taken(csv([row("1", "Luz")]), cast.clinic, by=by, at=now)


def test_an_administrator_brings_in_for_any_place(cast: Cast, now: datetime) -> None:
    done = brought(csv([row("7", "Luz")]), cast.clinic, by=cast.admin, at=now)
    assert (done.state, Child.objects.get(given_name="Luz").registered_at) == ("done", now)


def test_who_left_meanwhile_brings_nothing_in(cast: Cast, now: datetime) -> None:
    made = checked(csv([row("7", "Luz")]), cast.clinic, by=cast.coordinator, at=now)
    bring_caseload(caseload=made, mode="right", near_too=False, by=cast.coordinator, at=now)
    Membership.objects.filter(user=cast.coordinator).update(until=now)
    gone = worked(made, now)
    assert (gone.state, gone.said) == ("dropped", "Who brought it in may no longer do so.")
    assert not Child.objects.filter(given_name="Luz").exists()


def test_formulas_are_not_believed(cast: Cast, now: datetime) -> None:
    content = excel([["Luz", "Sol", "=TODAY()"]], ("Given name", "Family name", "Date of birth"))
    made = checked(content, cast.practice, by=cast.pediatrician, at=now, name="a.xlsx")
    assert said(made) == [
        (2, "Date of birth", "There is a formula. Put the value itself there."),
    ]


# --- The file -----------------------------------------------------------------------------------


def kept_files() -> list[str]:
    return default_storage.listdir("caseload")[1] if default_storage.exists("caseload") else []


def test_the_file_is_removed_once_its_rows_are_in(
    cast: Cast, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    made = checked(csv([row("7", "Luz")]), cast.clinic, by=cast.coordinator, at=now)
    assert kept_files() == [str(made.pk)]
    bring_caseload(caseload=made, mode="right", near_too=False, by=cast.coordinator, at=now)
    with django_capture_on_commit_callbacks(execute=True):
        done = worked(made, now)
    assert (kept_files(), bool(done.file), done.removed_at) == ([], False, now)
    assert not CaseloadRow.objects.exists()
    assert counts(done)["new"] == 1


def test_a_file_left_lying_is_removed_after_a_day(
    cast: Cast, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    made = taken(csv([row("7", "Luz")]), cast.clinic, by=cast.coordinator, at=now)
    assert clear_caseloads(at=now + timedelta(hours=23)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert clear_caseloads(at=now + timedelta(hours=25)) == 1
    assert kept_files() == []
    assert Caseload.objects.get(pk=made.pk).state == "dropped"


def test_a_file_can_be_removed_at_once(
    cast: Cast, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    made = taken(csv([row("7", "Luz")]), cast.clinic, by=cast.coordinator, at=now)
    with django_capture_on_commit_callbacks(execute=True):
        drop_caseload(caseload=made, by=cast.coordinator, at=now)
    assert kept_files() == []


def test_a_file_that_is_refused_is_not_kept(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="no Excel file"):
        taken(b"%PDF-1.7", cast.clinic, by=cast.coordinator, at=now, name="a.xlsx")
    assert kept_files() == []
    assert not Caseload.objects.exists()


def test_what_was_said_of_the_columns_is_remembered(cast: Cast, now: datetime) -> None:
    content = b"Wie?,Wer?,DOB\r\nLuz,Sol,2021-05-17\r\n"
    first = taken(content, cast.practice, by=cast.pediatrician, at=now)
    assert first.mapping == {"date_of_birth": 2}
    with pytest.raises(Refused, match="Name the column for: Given name, Family name"):
        map_caseload(caseload=first, mapping=first.mapping, day_first=None, by=cast.pediatrician, at=now)  # fmt: skip
    whole = {"given_name": 0, "family_name": 1, "date_of_birth": 2}
    map_caseload(caseload=first, mapping=whole, day_first=None, by=cast.pediatrician, at=now)
    later = now + timedelta(minutes=1)
    assert taken(content, cast.practice, by=cast.pediatrician, at=later).mapping == whole


def test_of_two_who_name_the_columns_the_second_is_told(cast: Cast, now: datetime) -> None:
    made = checked(csv([row("7", "Luz")]), cast.clinic, by=cast.coordinator, at=now)
    seen, before = made.columns_named, dict(made.mapping)
    names = {"caseload": made, "day_first": None, "by": cast.coordinator, "at": now}
    map_caseload(mapping={**before, "question": 0}, seen=seen, **names)
    Caseload.objects.filter(pk=made.pk).update(state="checked")
    with pytest.raises(Outrun, match="named the columns meanwhile"):
        map_caseload(mapping=before, seen=seen, **names)
    assert Caseload.objects.get(pk=made.pk).mapping == {**before, "question": 0}
