"""Is a letter told over the interface, and in the whole record, to those alone who read it on its page?"""

import base64
import io
import json
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from referrals.actions.letter import mark_letter_error
from referrals.models import Letter, Referral, User
from tests.conftest import Cast

from .conftest import Caller, resources
from .test_interface import faults


def letters(told: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Those of the resources that are letters, by id."""
    return {
        one["id"]: one
        for one in told
        if one["resourceType"] == "DocumentReference" and "51852-2" in json.dumps(one["type"])
    }


def words(one: dict[str, Any]) -> str:
    """What a letter says, from its own copy in the file."""
    attached = (part["attachment"] for part in one["content"])
    data = next(each["data"] for each in attached if each["contentType"].startswith("text/plain"))
    return base64.b64decode(data).decode()


def taken(door: Client, referral: Referral) -> dict[str, dict[str, Any]]:
    """The letters in the file that an adult takes along."""
    url = reverse("document_export", args=[referral.child_id])
    told = json.loads(door.post(url, {"form": "fhir"}).content)
    return letters([entry["resource"] for entry in told["entry"]])


@pytest.mark.parametrize("who", ["clinic_system", "practice_system"])
def test_each_side_reads_every_letter_as_its_people_do(
    who: str, record: Referral, cast: Cast, request: pytest.FixtureRequest
) -> None:
    caller: Caller = request.getfixturevalue(who)
    written = {str(one.pk): one for one in Letter.objects.filter(referral=record)}
    assert {one.body for one in written.values()} == {
        "Letterwords",
        "Fathersletter",
        "Familyletter",
    }
    told = letters(caller.all("DocumentReference"))
    assert told.keys() == written.keys()
    pages = caller.pages(f"Patient/{cast.child.pk}/$everything?_type=DocumentReference")
    assert letters([one for page in pages for one in resources(page)]) == told
    for key, one in told.items():
        assert faults(one) == []
        assert one["description"] == written[key].subject
        file = caller.ask(one["content"][0]["attachment"]["url"]).content
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)
        assert written[key].body in text
        assert {part["reference"].split("/")[0] for part in one["context"]["related"]} == {
            "ServiceRequest", "RelatedPerson" if written[key].to_guardian else "Organization",
        }  # fmt: skip


def test_a_letter_in_spanish_is_handed_out_in_spanish(
    record: Referral, clinic_system: Caller
) -> None:
    letter = Letter.objects.get(body="Familyletter")
    Letter.objects.filter(pk=letter.pk).update(language="es")
    file = clinic_system.ask(f"Binary/{letter.pk}").content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)
    assert "Fecha de la carta" in text
    told = clinic_system.get(f"DocumentReference/{letter.pk}")
    assert told["content"][0]["attachment"]["language"] == "es"


def test_a_letter_sent_by_mistake_says_so(
    record: Referral, cast: Cast, clinic_system: Caller, now: datetime
) -> None:
    letter = Letter.objects.get(body="Familyletter")
    mark_letter_error(letter=letter, reason="Wrong child", by=cast.therapist, at=now)
    told = clinic_system.get(f"DocumentReference/{letter.pk}")
    assert (told["status"], told["docStatus"]) == ("entered-in-error", "entered-in-error")
    found = clinic_system.all("DocumentReference?status=entered-in-error")
    assert [one["id"] for one in found] == [str(letter.pk)]
    assert faults(told) == []


def test_each_adult_takes_along_what_was_written_to_them(
    record: Referral, cast: Cast, client_of: Any
) -> None:
    father = User.objects.get(email="luca@example.org")
    for person, theirs in ((cast.family, "Familyletter"), (father, "Fathersletter")):
        (told,) = taken(client_of(person), record).values()
        assert words(told) == theirs
        assert faults(told) == []
        address = told["content"][0]["attachment"]["url"]
        assert client_of(person).get(address).content.startswith(b"%PDF")


def test_the_machine_hands_out_the_letters_to_the_family_and_to_no_place(
    record: Referral, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("fhir_export", str(cast.child.pk), by=cast.admin.email)
    told = json.loads(capsys.readouterr().out)
    found = letters([entry["resource"] for entry in told["entry"]])
    assert {words(one) for one in found.values()} == {"Familyletter", "Fathersletter"}
