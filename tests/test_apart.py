"""Of a child's adults who are kept apart, does either learn what the other did alone?"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from referrals import wording
from referrals.actions.appointment import offer_appointments
from referrals.actions.correction import answer_correction
from referrals.actions.document import export_documents
from referrals.actions.guardian import change_guardian
from referrals.documents.record import record_of
from referrals.models import Child, Correction, CourtLimit, Guardian, Referral, Seat, Thread, User
from tests.factories.child import born
from tests.factories.consent import shared
from tests.factories.message import keep_apart
from tests.factories.programme import letter_sent, referred
from tests.session_stages import planned_series, visits_of

Door = Callable[[User], Client]
WISHED = "The family asked to correct the evaluation report"
ANSWERED = "The wish to correct the evaluation report was answered"
TAKEN = "The family took a copy of the record"


@pytest.fixture
def wished(cast: Any, corrected: Referral) -> Referral:
    """The mother's wish is answered, and she took a copy of the record."""
    at = corrected.state_since + timedelta(hours=2)
    answer_correction(
        correction=Correction.objects.get(), decision="granted", answer="Yes.", by=cast.therapist,
        at=at,
    )  # fmt: skip
    export_documents(child=cast.child, form="pdf", by=cast.family, at=at)
    return corrected


def told(door: Client, name: str, key: Any) -> set[str]:
    page = door.get(reverse(name, args=[key]))
    assert page.status_code == 200
    return {entry.sentence for entry in page.context["entries"]} & {WISHED, ANSWERED, TAKEN}


@pytest.mark.parametrize("how", ["", "hidden", "limited"])
def test_neither_timeline_tells_of_the_other_s_wishes_and_copies(
    how: str, cast: Any, client_of: Door, wished: Referral, father: Guardian, now: Any
) -> None:
    assert father.user is not None
    if how:
        keep_apart(father, at=now, how=how)
    mother, other = client_of(cast.family), client_of(father.user)
    # His wish was answered by a clinician: that it was, only both together may know.
    assert told(mother, "child_detail", cast.child.pk) == (
        {WISHED, TAKEN} if how else {WISHED, ANSWERED, TAKEN}
    )
    assert told(other, "child_detail", cast.child.pk) == (
        set() if how else {WISHED, ANSWERED, TAKEN}
    )
    assert told(other, "referral_detail", wished.pk) == (set() if how else {WISHED, ANSWERED})
    assert {WISHED, ANSWERED} <= told(client_of(cast.therapist), "referral_detail", wished.pk)


def test_the_other_s_wishes_are_not_even_counted(
    cast: Any, client_of: Door, wished: Referral, father: Guardian, now: Any
) -> None:
    assert father.user is not None
    page = reverse("document_list", args=[cast.child.pk])
    counted = [(wished.pk, 1)]
    assert client_of(father.user).get(page).context["corrections"] == counted
    keep_apart(father, at=now, how="hidden")
    assert client_of(father.user).get(page).context["corrections"] == []
    assert client_of(cast.family).get(page).context["corrections"] == counted


def test_a_family_s_copy_of_the_letter_does_not_say_how_to_reach_the_other(
    cast: Any, client_of: Door, father: Guardian, guardian: Guardian, now: Any
) -> None:
    assert father.user is not None
    Guardian.objects.filter(pk=father.pk).update(phone="(212) 555-0177")
    Child.objects.filter(pk=cast.child.pk).update(date_of_birth=born(now, years=4))
    cast.child.refresh_from_db()
    shared(cast.child, cast.school, by=father.user, at=now)
    programme = referred(cast.child, cast.school, by=cast.pediatrician, at=now)
    letter_sent(programme, by=cast.pediatrician, at=now)
    path = reverse("programme_letter", args=[cast.child.pk, programme.pk])
    assert b"555-0177" in client_of(cast.family).get(path).content
    keep_apart(guardian, at=now, how="limited")
    assert b"555-0177" not in client_of(cast.family).get(path).content
    assert b"555-0177" in client_of(cast.pediatrician).get(path).content
    theirs = reverse("shared_letter_read", args=[cast.child.pk, programme.pk])
    assert b"555-0177" in client_of(cast.partner).get(theirs).content


def test_a_draft_of_the_ending_and_a_question_between_clinicians_leave_no_look_of_their_own(
    cast: Any, client_of: Door, in_therapy: Referral
) -> None:
    for person, names in (
        (cast.therapist, ("discharge_write", "report_write", "plan_write", "check_in_list")),
        (cast.pediatrician, ("check_in_new",)),
        (cast.family, ("check_in_list",)),
    ):
        for name in names:
            answer = client_of(person).get(reverse(name, args=[in_therapy.pk]))
            assert answer.status_code == 200, name
    page = client_of(cast.family).get(reverse("look_list", args=[cast.child.pk]))
    looks = {look.who: look.parts for day in page.context["days"] for look in day.looks}
    assert looks[cast.therapist.name] == ["The referral"]
    assert looks[cast.pediatrician.name] == ["The referral"]
    assert "Questions" in looks[cast.family.name]


def test_of_a_visit_at_home_no_page_of_the_family_says_where_that_is(
    cast: Any, client_of: Door, in_therapy: Referral, later: Any
) -> None:
    """A child may have two homes, and neither page knows whose it is."""
    planned_series(
        in_therapy, by=cast.coordinator, at=later + timedelta(hours=7), place="home",
        address="12 Quince Lane",
    )  # fmt: skip
    visit = visits_of(in_therapy)[0]
    page = reverse("session_detail", args=[in_therapy.pk, visit.pk])
    calendar = reverse("appointment_calendar", args=[in_therapy.pk, visit.pk])
    family = client_of(cast.family)
    for path in (reverse("home"), page, calendar):
        answer = family.get(path)
        assert (answer.status_code, b"Quince" in answer.content) == (200, False), path
    assert b"12 Quince Lane" in client_of(cast.therapist).get(page).content


def test_nor_does_the_choice_of_a_time_for_it(
    cast: Any, client_of: Door, accepted: Referral, now: Any
) -> None:
    offer_appointments(
        referral=accepted, times=[now + timedelta(days=7)], therapist=cast.therapist, minutes=60,
        place="home", address="12 Quince Lane", by=cast.coordinator, at=now + timedelta(hours=3),
    )  # fmt: skip
    answer = client_of(cast.family).get(reverse("referral_pick", args=[accepted.pk]))
    assert (answer.status_code, b"Quince" in answer.content) == (200, False)


def test_the_team_does_not_tell_when_a_court_shut_an_adult_out(
    cast: Any, client_of: Door, father: Guardian, now: Any
) -> None:
    soon = now.date() + timedelta(days=20)
    CourtLimit.objects.create(guardian=father, kind="record", since=soon, note="Courtnote")
    change_guardian(guardian=father, by=cast.admin, at=now + timedelta(minutes=1))
    seat = Seat.objects.filter(user=father.user).latest("since")
    assert seat.until.year < 9000
    mother = client_of(cast.family)
    page = mother.get(reverse("child_detail", args=[cast.child.pk]))
    found = [one.until for one in page.context["team"] if one.name == father.name]
    assert found == [None]
    copy = mother.post(reverse("document_export", args=[cast.child.pk]), {"form": "fhir"})
    told = [entry["resource"] for entry in json.loads(copy.content)["entry"]]
    (team,) = (one for one in told if one["resourceType"] == "CareTeam")
    his = [
        one["period"]
        for one in team["participant"]
        if one["member"]["reference"] == f"RelatedPerson/{father.pk}"
    ]
    assert [list(period) for period in his] == [["start"]]
    referrals, threads = Referral.objects.none(), Thread.objects.none()
    document = record_of(cast.child, referrals, threads, cast.family, now + timedelta(days=1))
    (table,) = (
        block for part in document.sections if part.heading == "The team" for block in part.blocks
    )
    assert [row for row in table.rows if row[0] == father.name] == [
        (father.name, "Family", wording.day(now.date()), "")
    ]
