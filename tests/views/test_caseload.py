"""Can somebody bring a caseload in by the pages alone, see how far it is, and mend what was wrong?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from referrals.models import Caseload, Child
from referrals.queries.organization import FEW
from tests.conftest import Cast
from tests.factories.caseload import checked, csv, row, taken, worked
from tests.factories.organization import ClinicFactory

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office(cast: Cast, client_of: Callable[..., Client]) -> Client:
    return client_of(cast.coordinator)


def uploaded(office: Client, cast: Cast, content: bytes, name: str = "a.csv") -> Any:
    told = {"organization": str(cast.clinic.pk), "file": SimpleUploadedFile(name, content)}
    return office.post(reverse("caseload_list"), told)


def test_from_the_file_to_the_children(office: Client, cast: Cast, now: datetime) -> None:
    answer = uploaded(office, cast, csv([row("1", "Luz"), row("2", "", born="soon")]))
    made = Caseload.objects.get()
    assert answer.headers["Location"] == reverse("caseload_map", args=[made.pk])

    page = office.get(answer.headers["Location"])
    told = {code: str(at) for code, at in made.mapping.items()}
    office.post(reverse("caseload_map", args=[made.pk]), told)
    detail = reverse("caseload_detail", args=[made.pk])
    waiting = office.get(detail).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert "0 of 2 rows" in waiting
    assert page.status_code == 200

    worked(made, now)
    seen = office.get(detail).content.decode()
    assert "Row 3, Given name: This is empty." in seen
    assert "17 May 2021" in seen

    office.post(reverse("caseload_bring", args=[made.pk]), {"mode": "right"})
    worked(made, now)
    assert Child.objects.filter(given_name="Luz").count() == 1
    mend = office.get(reverse("caseload_mend", args=[made.pk, "csv"]))
    lines = mend.getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("2,,Sol,soon,")
    assert "Date of birth: “soon” is no date" in lines[1]


def test_the_progress_alone_is_asked_for_again_and_at_the_end_the_page(
    office: Client, cast: Cast, now: datetime
) -> None:
    made = taken(csv([row("1", "Luz")]), cast.clinic, by=cast.coordinator, at=now)
    Caseload.objects.filter(pk=made.pk).update(state="checking", done_rows=1, rows_total=4)
    address = reverse("caseload_detail", args=[made.pk])
    part = office.get(address, **HTMX).content.decode()
    assert "<html" not in part
    assert 'value="25" max="100"' in part
    Caseload.objects.filter(pk=made.pk).update(state="checked")
    assert office.get(address, **HTMX).headers["HX-Refresh"] == "true"


def test_an_administrator_finds_one_of_many_places_by_a_part_of_its_name(
    cast: Cast, client_of: Callable[..., Client]
) -> None:
    for n in range(FEW):
        ClinicFactory(name=f"Clinic {n:02}")
    admin, page = client_of(cast.admin), reverse("caseload_list")
    assert f'value="{cast.clinic.pk}"' not in admin.get(page).content.decode()
    asked = {"do": "find", "place_words": cast.clinic.name[:5].upper()}
    # Without scripts the file is sent along, and neither looked at nor kept.
    found = admin.post(page, asked | {"file": SimpleUploadedFile("a.csv", b"Name")})
    assert found.status_code == 200
    assert f'value="{cast.clinic.pk}"' in found.content.decode()
    assert not Caseload.objects.exists()
    uploaded(admin, cast, csv([row("1", "Luz")]))
    assert Caseload.objects.get().organization == cast.clinic
    again = admin.get(page).content.decode()
    assert "You brought in lately" in again
    assert f'value="{cast.clinic.pk}"' in again


def test_nobody_brings_in_the_caseload_of_another_place(office: Client, cast: Cast) -> None:
    told = {"organization": str(cast.practice.pk), "file": SimpleUploadedFile("a.csv", b"Name")}
    answer = office.post(reverse("caseload_list"), told)
    assert (answer.status_code, Caseload.objects.exists()) == (422, False)
    assert cast.practice.name not in answer.content.decode()


def test_a_file_that_cannot_be_read_is_told_at_its_field(office: Client, cast: Cast) -> None:
    answer = uploaded(office, cast, b"%PDF-1.7", "list.xlsx")
    assert answer.status_code == 422
    assert "This is no Excel file, though its name says so." in answer.content.decode()


def test_all_or_none_with_a_wrong_row_is_refused_on_the_page(
    office: Client, cast: Cast, now: datetime
) -> None:
    made = checked(csv([row("1", "Luz"), row("2", "")]), cast.clinic, by=cast.coordinator, at=now)
    answer = office.post(reverse("caseload_bring", args=[made.pk]), {"mode": "all"})
    assert answer.status_code == 422
    assert "nothing was brought in" in answer.content.decode()


def test_one_column_is_not_two_things(office: Client, cast: Cast, now: datetime) -> None:
    made = taken(csv([row("1", "Luz")]), cast.clinic, by=cast.coordinator, at=now)
    told = {"given_name": "1", "family_name": "1", "date_of_birth": "3"}
    answer = office.post(reverse("caseload_map", args=[made.pk]), told)
    assert answer.status_code == 422
    assert "This column is “Given name” already." in answer.content.decode()


def test_another_places_file_is_not_found(
    cast: Cast, client_of: Callable[..., Client], now: datetime
) -> None:
    made = taken(csv([row("1", "Luz")]), cast.clinic, by=cast.coordinator, at=now)
    stranger = client_of(cast.stranger_pediatrician)
    assert stranger.get(reverse("caseload_map", args=[made.pk])).status_code == 404
    assert str(made.pk) not in stranger.get(reverse("caseload_list")).content.decode()


def test_the_template_is_saved_in_both_forms(office: Client) -> None:
    for form in ("csv", "xlsx"):
        answer = office.get(reverse("caseload_template", args=[form]))
        assert len(answer.content) > 500
    assert office.get(reverse("caseload_template", args=["pdf"])).status_code == 404
