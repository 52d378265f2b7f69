"""Does a coordinator bring the clinic's old list in: name its columns, mend a row, see the children?"""

from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from referrals.actions.batching import work_on_caseload
from referrals.models import Child
from tests.conftest import Cast
from tests.factories.caseload import csv, row
from tests.journeys.person import Person


@pytest.fixture
def worker(live_server: Any) -> Iterator[None]:
    """Works beside the server, as in life."""
    stop = Event()

    def work() -> None:
        while not stop.wait(0.3):
            work_on_caseload(at=timezone.now())
        connections.close_all()

    thread = Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def sends(somebody: Person, content: bytes) -> None:
    page = somebody.page
    page.get_by_label("Spreadsheet").set_input_files(
        {"name": "old list.csv", "mimeType": "text/csv", "buffer": content}
    )
    somebody.presses("Look the file over").reads("Which column is which?")


HEADS = ("Num", "First name", "Surname", "DOB", "Practice", "Status", "Referral date", "Reason",
         "Noticed by", "Intent", "Service", "OT", "Parent first name", "Parent last name",
         "Relationship", "Phone")  # fmt: skip


def test_the_old_list_comes_in(worker: None, cast: Cast, coordinator_desk: Person) -> None:
    kofi = coordinator_desk.follows("Children").follows("Bring in a spreadsheet")
    sends(kofi, csv([row("7", "Luz"), row("8", "Ana", born="31/02/2020")], HEADS))
    kofi.reads("Not taken so far: Num.")
    kofi.page.get_by_label("Child's number").select_option(label="A: Num")
    kofi.presses("Check every row").reads("Row 3, Date of birth: “31/02/2020” is no date.")
    kofi.presses("Bring the rows in").reads("To be mended").reads("These rows as Excel")
    assert [child.given_name for child in Child.objects.filter(family_name="Sol")] == ["Luz"]

    kofi.follows("All files")
    sends(kofi, csv([row("7", "Luz"), row("8", "Ana", born="2020-02-28")], HEADS))
    kofi.presses("Check every row").reads("Known: nothing to do")
    kofi.page.get_by_label("All rows or none").check()
    kofi.presses("Bring the rows in").reads("The file was removed")
    kofi.follows("Children").reads("Ana Sol").reads("Luz Sol")
