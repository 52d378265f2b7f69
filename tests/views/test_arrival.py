"""How does a person decide whose e-referral has come in, and what is the sender told meanwhile?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from referrals.actions.arrival import decide_arrival
from referrals.actions.merge import merge_children
from referrals.actions.refusal import Outrun
from referrals.actions.reminder import raise_reminders
from referrals.fhir.arriving import read_bundle
from referrals.models import (
    Arrival,
    ArrivalView,
    Child,
    ChildIdentifier,
    Event,
    Membership,
    Notice,
    RecordView,
    Referral,
    Seat,
    System,
    User,
)
from referrals.models.record import new_id
from referrals.pathway import State
from tests.conftest import Cast
from tests.factories.child import ChildFactory
from tests.factories.system import alike, foreign, part, send

Door = Callable[[User], Client]


@pytest.fixture
def waiting(records: System, cast: Cast, now: datetime) -> Arrival:
    """It may be Mina, or her twin: a person must say."""
    status, answer = send(records, alike(cast.child), now)
    assert status == 202
    task = answer["entry"][12]["resource"]
    assert (task["status"], "statusReason" in task) == ("received", True)
    return Arrival.objects.get()


def page(arrival: Arrival) -> str:
    return reverse("arrival_decide", args=[arrival.pk])


def status_of(records: System, cast: Cast, now: datetime) -> tuple[int, str]:
    """What the sender reads when it sends the same again."""
    status, answer = send(records, alike(cast.child), now)
    return status, answer["entry"][12]["resource"]["status"]


def test_it_waits_on_the_desk_with_a_day_and_names_no_child(
    waiting: Arrival, coordinator: User, client_of: Door
) -> None:
    home = client_of(coordinator).get(reverse("home")).content.decode()
    assert page(waiting) in home
    assert "E-referral of Elm Street Pediatrics" in home
    assert "Mona" not in home
    assert (waiting.owner, waiting.is_open) == (coordinator, True)


def test_nothing_is_made_of_it_before(waiting: Arrival, cast: Cast) -> None:
    assert Referral.objects.count() == 0
    assert Child.objects.filter(given_name="Mona").count() == 0


def test_who_decides_reads_what_came_in_and_only_name_and_day_of_who_it_may_be(
    waiting: Arrival, cast: Cast, coordinator: User, client_of: Door
) -> None:
    shown = client_of(coordinator).get(page(waiting)).content.decode()
    assert "Mona Fontaine" in shown
    assert "The same child: Mina Fontaine, born" in shown
    assert "Drops things" in shown
    assert "Rosa" not in shown
    look = RecordView.objects.get(child=cast.child, user=coordinator)
    assert (look.role, look.page) == ("coordinator", "arrival_decide")
    assert ArrivalView.objects.get().user == coordinator


def test_the_same_child_is_referred(
    waiting: Arrival, records: System, cast: Cast, coordinator: User, client_of: Door, now: datetime
) -> None:
    answer = client_of(coordinator).post(page(waiting), {"answer": str(cast.child.pk)})
    referral = Referral.objects.get()
    assert answer.headers["Location"] == reverse("referral_detail", args=[referral.pk])
    assert (referral.pk, referral.child, referral.state) == (
        waiting.pk, cast.child, State.RECEIVED,
    )  # fmt: skip
    assert Event.objects.get(kind="referral_arrived").by == coordinator
    assert status_of(records, cast, now) == (200, "received")
    assert client_of(coordinator).get(page(waiting)).status_code == 302


def test_a_twin_is_registered(
    waiting: Arrival, cast: Cast, coordinator: User, client_of: Door
) -> None:
    client_of(coordinator).post(page(waiting), {"answer": "new"})
    twin = Child.objects.get(given_name="Mona")
    assert Referral.objects.get().child == twin
    assert (twin.practice, twin.pediatrician) == (cast.practice, cast.pediatrician)


def test_a_refusal_needs_a_reason_which_the_sender_reads(
    waiting: Arrival, records: System, cast: Cast, coordinator: User, client_of: Door, now: datetime
) -> None:
    door = client_of(coordinator)
    assert door.post(page(waiting), {"answer": "refuse", "reason": " "}).status_code == 422
    door.post(page(waiting), {"answer": "refuse", "reason": "Sent to us by mistake."})
    assert Referral.objects.count() == 0
    assert status_of(records, cast, now) == (200, "rejected")
    assert "Sent to us by mistake." in str(send(records, alike(cast.child), now)[1])


def test_where_its_owner_works_no_longer_any_therapist_finds_it(
    waiting: Arrival, cast: Cast, client_of: Door, now: datetime
) -> None:
    assert client_of(cast.therapist).get(page(waiting)).status_code == 404
    Membership.objects.filter(user=cast.coordinator).update(until=now)
    assert client_of(cast.therapist).get(page(waiting)).status_code == 200
    assert page(waiting) in client_of(cast.therapist).get(reverse("home")).content.decode()
    assert client_of(cast.stranger).get(page(waiting)).status_code == 404


def test_of_two_who_decide_the_second_is_told(
    waiting: Arrival, coordinator: User, client_of: Door
) -> None:
    client_of(coordinator).post(page(waiting), {"answer": "refuse", "reason": "By mistake."})
    second = client_of(coordinator).post(page(waiting), {"answer": "new"})
    assert (second.status_code, Referral.objects.count()) == (409, 0)
    assert "Not taken in" in second.content.decode()


def test_a_child_who_is_none_of_those_cannot_be_chosen(
    waiting: Arrival, cast: Cast, coordinator: User, client_of: Door
) -> None:
    answer = client_of(coordinator).post(page(waiting), {"answer": str(cast.other_child.pk)})
    assert (answer.status_code, Referral.objects.count()) == (422, 0)


def test_a_second_open_referral_is_never_made_silently(
    sent: Referral, records: System, cast: Cast, coordinator: User, client_of: Door, now: datetime
) -> None:
    status, _ = send(records, alike(cast.child, "Mina"), now)
    arrival = Arrival.objects.get()
    assert (status, arrival.reason, Referral.objects.count()) == (202, "second", 1)
    client_of(coordinator).post(page(arrival), {"answer": str(cast.child.pk)})
    assert Referral.objects.filter(child=cast.child).count() == 2


def test_a_birth_date_without_its_day_is_completed(
    records: System, cast: Cast, coordinator: User, client_of: Door, now: datetime
) -> None:
    body = foreign("ehr_transaction")
    part(body, "Patient")["birthDate"] = "2022-08"
    assert send(records, body, now)[0] == 202
    arrival, door = Arrival.objects.get(), client_of(coordinator)
    assert "The birth date is not whole" in door.get(page(arrival)).content.decode()
    assert door.post(page(arrival), {"answer": "new"}).status_code == 422
    assert door.post(page(arrival), {"answer": "new", "born": "2022-09-01"}).status_code == 422
    assert door.post(page(arrival), {"answer": "new", "born": "2022-08-17"}).status_code == 302
    assert str(Child.objects.get(family_name="Valdés").date_of_birth) == "2022-08-17"


@pytest.mark.parametrize(
    ("given", "family", "same_day", "reason"),
    [
        ("Mina", "Fontaine", True, ""),
        ("MÍNA", "fontaine", True, ""),
        ("Mina Rose", "Fontaine", True, "alike"),
        ("Mina", "Duval", True, "alike"),
        ("Mina", "Fontaine", False, "alike"),
        ("Zoe", "Duval", True, ""),
        ("Zoe", "Fontaine", False, ""),
    ],
)
def test_who_is_the_same_who_may_be_and_who_is_not(
    records: System, cast: Cast, now: datetime, given: str, family: str, same_day: bool, reason: str
) -> None:
    body = alike(cast.child, given)
    part(body, "Patient")["name"][0]["family"] = family
    if not same_day:
        born = cast.child.date_of_birth - timedelta(days=40)
        part(body, "Patient")["birthDate"] = born.isoformat()
    send(records, body, now)
    assert Arrival.objects.get().reason == reason


@pytest.mark.parametrize(
    ("given", "family", "reason"),
    [("Mina", "Duval", ""), ("Zoe", "Fontaine", "alike"), ("Zoe", "Duval", "alike")],
)
def test_a_number_that_twins_share_is_not_enough(
    records: System, cast: Cast, now: datetime, given: str, family: str, reason: str
) -> None:
    ChildIdentifier.objects.create(child=cast.child, organization=cast.practice, value="M-771")
    body = alike(cast.child, given)
    part(body, "Patient")["name"][0]["family"] = family
    part(body, "Patient")["identifier"] = [{"system": "urn:oid:1.2.3", "value": "M-771"}]
    send(records, body, now)
    assert Arrival.objects.get().reason == reason


def test_two_with_one_name_and_one_birthday_are_told_apart_by_a_person(
    records: System, cast: Cast, now: datetime
) -> None:
    ChildFactory(
        given_name="Mina", family_name="Fontaine", date_of_birth=cast.child.date_of_birth,
        practice=cast.practice, by=cast.pediatrician, at=now,
    )  # fmt: skip
    send(records, alike(cast.child, "Mina"), now)
    assert (Arrival.objects.get().reason, Referral.objects.count()) == ("alike", 0)


@pytest.mark.parametrize("given", ["Mina", "Mona"])
def test_a_clinics_own_system_neither_opens_a_child_nor_learns_that_it_is_known(
    gateway: System, cast: Cast, now: datetime, given: str
) -> None:
    assert send(gateway, alike(cast.child, given), now)[0] == 201
    made = Referral.objects.get().child
    assert (made.given_name, made.practice, made == cast.child) == (given, cast.practice, False)
    assert Seat.objects.filter(child=cast.child, organization=cast.clinic).count() == 0


def test_a_child_in_its_care_is_known_to_a_clinics_own_system_and_shown_to_its_desk(
    sent: Referral, gateway: System, cast: Cast, coordinator: User, client_of: Door, now: datetime
) -> None:
    assert send(gateway, alike(cast.child), now)[0] == 202
    shown = client_of(coordinator).get(page(Arrival.objects.get())).content.decode()
    assert "The same child: Mina Fontaine, born" in shown


@pytest.mark.parametrize("sender", ["gateway", "records"])
def test_half_a_birth_date_shows_and_opens_no_child_that_the_clinic_does_not_see(
    sender: str, request: pytest.FixtureRequest, cast: Cast, coordinator: User, client_of: Door,
    now: datetime,
) -> None:  # fmt: skip
    body = alike(cast.child, "Mina")
    part(body, "Patient")["birthDate"] = str(cast.child.date_of_birth.year)
    assert send(request.getfixturevalue(sender), body, now)[0] == 202
    arrival, door = Arrival.objects.get(), client_of(coordinator)
    assert "The same child" not in door.get(page(arrival)).content.decode()
    assert RecordView.objects.filter(child=cast.child, user=coordinator).count() == 0
    assert door.post(page(arrival), {"answer": str(cast.child.pk)}).status_code == 422
    with pytest.raises(Outrun):
        decide_arrival(
            arrival=arrival, arriving=read_bundle(body), child=cast.child.pk, by=coordinator, at=now
        )
    assert Seat.objects.filter(child=cast.child, organization=cast.clinic).count() == 0


def test_a_record_that_was_merged_away_is_no_candidate(
    records: System, cast: Cast, now: datetime
) -> None:
    lost = ChildFactory(
        given_name="Mona", family_name="Fontaine", date_of_birth=cast.child.date_of_birth,
        practice=cast.practice, by=cast.pediatrician, at=now, guardian=None,
    )  # fmt: skip
    merge_children(id=new_id(), kept=cast.child, lost=lost, reason="One.", by=cast.admin, at=now)
    send(records, alike(cast.child), now)
    assert Arrival.objects.get().reason == "alike"
    assert Referral.objects.filter(child=lost).count() == 0


def test_children_of_another_practice_are_no_candidates(
    records: System, cast: Cast, now: datetime
) -> None:
    body = alike(cast.child, cast.other_child.given_name)
    part(body, "Patient")["name"][0]["family"] = cast.other_child.family_name
    part(body, "Patient")["birthDate"] = cast.other_child.date_of_birth.isoformat()
    send(records, body, now)
    assert Referral.objects.get().child.practice == cast.practice
    assert Referral.objects.get().child != cast.other_child


def test_it_rises_when_nobody_decides(waiting: Arrival, coordinator: User, now: datetime) -> None:
    Arrival.objects.filter(pk=waiting.pk).update(
        received_at=now - timedelta(days=20), next_due_on=(now - timedelta(days=15)).date()
    )
    raise_reminders(at=now + timedelta(days=1))
    kinds = Notice.objects.filter(to=coordinator).values_list("kind", flat=True)
    assert set(kinds) == {"reminder_overdue", "reminder_risen"}
    assert Event.objects.filter(kind="reminder_risen").count() == 0


@pytest.mark.parametrize(("said", "status"), [("²", 400), ("9" * 5000, 413), ("0" * 40 + "2", 422)])
def test_a_length_that_is_no_number_of_ours_breaks_nothing(
    records: System, now: datetime, said: str, status: int
) -> None:
    told, _ = send(records, b"{}", now, CONTENT_LENGTH=said)
    assert told == status
