"""Is a record opened in an emergency by who treats, for some hours, to read, and loudly?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from referrals.actions.emergency import open_emergency, review_emergency
from referrals.actions.notice import deliver_notices
from referrals.actions.refusal import Outrun, Refused
from referrals.actions.reminder import raise_reminders
from referrals.actions.seat import end_seats
from referrals.fhir.document import look
from referrals.models import (
    Child,
    ChildIdentifier,
    Emergency,
    Event,
    Membership,
    Notice,
    RecordView,
    Referral,
    Reminder,
    User,
)
from referrals.models.record import new_id
from tests.factories.consent import shared
from tests.factories.message import started

Door = Callable[[User], Client]
WHY = "He is in the emergency room and cannot tell what he may swallow."


@pytest.fixture(autouse=True)
def _untried(cast: Any) -> None:
    cache.clear()


@pytest.fixture
def shut(sent: Referral) -> Referral:
    """The clinic was sent this child, and its seat has ended."""
    end_seats(sent.pk, at=timezone.now() - timedelta(seconds=1))
    return sent


def typed(child: Child, **changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(), "number": "", "name": f"{child.given_name} {child.family_name}",
        "born": child.date_of_birth.isoformat(), "reason": WHY,
    } | changes  # fmt: skip


def opened(child: Child, by: User, at: datetime | None = None) -> Emergency:
    return open_emergency(id=new_id(), child=child, reason=WHY, by=by, at=at or timezone.now())


def asked(door: Client, child: Child, **changes: Any) -> Any:
    return door.post(reverse("emergency_open"), typed(child, **changes))


# --- The way in -----------------------------------------------------------------------------------


def test_a_therapist_opens_what_was_their_clinics_and_reads_all_of_it(
    cast: Any, shut: Referral, client_of: Door
) -> None:
    door, page = client_of(cast.therapist), reverse("child_detail", args=[cast.child.pk])
    assert door.get(page).status_code == 404
    assert asked(door, cast.child)["Location"] == page
    assert door.get(page).status_code == 200
    assert door.get(reverse("referral_detail", args=[shut.pk])).status_code == 200
    assert str(cast.child.pk) in door.get(reverse("child_list")).content.decode()
    found = door.post(reverse("search"), {"q": "Fontaine"}).content.decode()
    assert str(cast.child.pk) in found


def test_it_is_found_by_its_number_alone(cast: Any, shut: Referral, client_of: Door) -> None:
    ChildIdentifier.objects.create(child=cast.child, organization=cast.practice, value="MRN-77")
    door = client_of(cast.therapist)
    assert asked(door, cast.child, number="mrn-77", name="", born="").status_code == 302


def test_it_reads_what_lies_between_clinicians(
    cast: Any, shut: Referral, client_of: Door, now: datetime
) -> None:
    thread = started(cast.child, by=cast.pediatrician, at=now, audience="clinicians")
    opened(cast.child, cast.therapist)
    page = reverse("thread_detail", args=[cast.child.pk, thread.pk])
    assert client_of(cast.therapist).get(page).status_code == 200


def test_it_reads_and_does_nothing_else(cast: Any, shut: Referral, client_of: Door) -> None:
    opened(cast.child, cast.therapist)
    door = client_of(cast.therapist)
    of_child = ("child_edit", "message_new", "result_new", "consent_new", "referral_write")
    told = [door.post(reverse(name, args=[cast.child.pk])).status_code for name in of_child]
    told.append(door.post(reverse("referral_receive", args=[shut.pk])).status_code)
    told.append(door.post(reverse("evaluation_write", args=[shut.pk])).status_code)
    assert set(told) == {403}


def test_it_takes_nothing_away_as_a_file(cast: Any, planned: Referral, client_of: Door) -> None:
    evaluation = planned.evaluations.get()
    paper = [planned.pk, evaluation.pk]
    end_seats(planned.pk, at=timezone.now() - timedelta(seconds=1))
    opened(cast.child, cast.therapist)
    door = client_of(cast.therapist)
    read = (
        reverse("evaluation_detail", args=paper), reverse("evaluation_print", args=paper),
        reverse("child_detail", args=[cast.child.pk]),
        reverse("shared_evaluation_read", args=[cast.child.pk, evaluation.pk]),
    )  # fmt: skip
    files = (
        reverse("evaluation_pdf", args=paper),
        reverse("shared_evaluation_pdf", args=[cast.child.pk, evaluation.pk]),
        reverse("timeline_export", args=[cast.child.pk, "csv"]),
    )
    pages = [door.get(page) for page in read]
    assert [page.status_code for page in pages] == [200] * len(read)
    offered = "".join(page.content.decode() for page in pages)
    assert [file for file in files if file in offered] == []
    assert [door.get(file).status_code for file in files] == [403] * len(files)


def test_it_is_in_no_list_that_is_saved(
    cast: Any, shut: Referral, client_of: Door, now: datetime
) -> None:
    started(cast.child, by=cast.pediatrician, at=now, audience="clinicians")
    opened(cast.child, cast.therapist)
    lists = ("child_export", "referral_export", "plan_export", "message_export")
    for person, named in ((cast.therapist, []), (cast.pediatrician, [0, 1, 3])):
        door = client_of(person)
        files = [door.get(reverse(name, args=["csv"])).getvalue() for name in lists]
        assert [at for at, file in enumerate(files) if b"Fontaine" in file] == named
    assert not RecordView.objects.filter(user=cast.therapist, page__startswith="export").exists()


def test_it_ends_by_itself(cast: Any, shut: Referral, client_of: Door) -> None:
    opened(cast.child, cast.therapist)
    door, page = client_of(cast.therapist), reverse("child_detail", args=[cast.child.pk])
    for minutes, status in ((239, 200), (241, 404)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            assert door.get(page).status_code == status


def test_it_ends_with_the_job(cast: Any, shut: Referral, client_of: Door) -> None:
    opened(cast.child, cast.therapist)
    Membership.objects.filter(user=cast.therapist).update(until=timezone.now())
    page = reverse("child_detail", args=[cast.child.pk])
    assert client_of(cast.therapist).get(page).status_code == 404


def test_it_opens_to_one_person_and_to_nobody_beside_them(
    cast: Any, shut: Referral, client_of: Door
) -> None:
    opened(cast.child, cast.therapist)
    page = reverse("child_detail", args=[cast.child.pk])
    for other in (cast.colleague, cast.coordinator, cast.stranger, cast.partner):
        assert client_of(other).get(page).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "stranger_pediatrician", "therapist"])
def test_who_is_unknown_and_who_is_out_of_reach_look_the_same(
    cast: Any, shut: Referral, client_of: Door, who: str
) -> None:
    door = client_of(getattr(cast, who))
    child = cast.other_child if who == "therapist" else cast.child
    asked(door, child, name="Nobody Atall")  # the first of the hour is counted differently
    pages, costs = [], []
    for changes in ({}, {"name": "Nobody Atall"}):
        with CaptureQueriesContext(connection) as cost:
            answer = asked(door, child, **changes)
        assert answer.status_code == 422
        pages.append(answer.context["form"].non_field_errors())
        costs.append(len(cost))
    assert pages[0] == pages[1]
    assert costs[0] == costs[1]
    assert not Emergency.objects.exists()


def test_who_knows_a_part_of_the_name_finds_nobody(
    cast: Any, shut: Referral, client_of: Door
) -> None:
    door = client_of(cast.therapist)
    assert asked(door, cast.child, name="Mina").status_code == 422
    assert asked(door, cast.child, born="2001-01-01").status_code == 422


def test_who_treats_here_and_is_a_partner_elsewhere_opens_it_as_who_treats(
    cast: Any, shut: Referral, client_of: Door
) -> None:
    """The school's seat ends later, and lends nobody a look at a record."""
    Membership.objects.create(
        user=cast.therapist, organization=cast.school, role="partner", since=shut.sent_at
    )
    shared(cast.child, cast.school, by=cast.family, at=timezone.now())
    door, page = client_of(cast.therapist), reverse("referral_detail", args=[shut.pk])
    assert door.get(page).status_code == 404
    assert asked(door, cast.child).status_code == 302
    assert Emergency.objects.get().organization == cast.clinic
    assert door.get(page).status_code == 200


def test_a_form_whose_hours_are_over_opens_nothing_again(cast: Any, shut: Referral) -> None:
    first = opened(cast.child, cast.therapist)
    with pytest.raises(Outrun):
        open_emergency(id=first.pk, child=cast.child, reason=WHY, by=cast.therapist, at=first.until)


def test_guessing_ends(cast: Any, shut: Referral, client_of: Door) -> None:
    door = client_of(cast.therapist)
    for _ in range(5):
        assert asked(door, cast.child, name="Nobody Atall").status_code == 422
    for minutes in (0, 55):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert asked(door, cast.child).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert asked(door, cast.child).status_code == 302


def test_nothing_at_all_sent_too_often_is_told_like_anything_else(
    cast: Any, shut: Referral, client_of: Door
) -> None:
    door = client_of(cast.therapist)
    for _ in range(5):
        asked(door, cast.child, name="Nobody Atall")
    assert door.post(reverse("emergency_open")).status_code == 429


def test_without_a_reason_nothing_opens(cast: Any, shut: Referral, client_of: Door) -> None:
    assert asked(client_of(cast.therapist), cast.child, reason=" ").status_code == 422
    assert not Emergency.objects.exists()


def test_what_is_seen_anyway_needs_no_emergency(cast: Any, sent: Referral, client_of: Door) -> None:
    answer = asked(client_of(cast.therapist), cast.child)
    assert answer["Location"] == reverse("child_detail", args=[cast.child.pk])
    assert not Emergency.objects.exists()


def test_a_double_click_opens_once(cast: Any, shut: Referral, client_of: Door) -> None:
    door, same = client_of(cast.therapist), typed(cast.child)
    for _ in range(2):
        assert door.post(reverse("emergency_open"), same).status_code == 302
    assert Emergency.objects.count() == 1


def test_only_who_treats_is_let_open(cast: Any, shut: Referral, nobody: User) -> None:
    for person in (cast.coordinator, cast.family, cast.partner, cast.admin, nobody):
        with pytest.raises(Refused):
            opened(cast.child, person)
    with pytest.raises(Refused):
        opened(cast.child, cast.stranger)


# --- It is loud -----------------------------------------------------------------------------------


def test_family_and_coordinator_are_told_at_once_at_night_too(
    cast: Any, shut: Referral, mailoutbox: Any
) -> None:
    at_night = timezone.now().replace(hour=6, minute=0)  # two or one o'clock in New York
    opened(cast.child, cast.therapist, at_night)
    deliver_notices(at=at_night)
    told = {mail.to[0]: mail for mail in mailoutbox if "today" in mail.subject}
    assert set(told) == {cast.family.email, cast.coordinator.email}
    for mail in told.values():
        assert "Fontaine" not in mail.body.replace(cast.family.email, "")
        assert "swallow" not in mail.body
        assert "emergency" not in mail.body + mail.subject  # an e-mail never says what it is
    looks = reverse("look_list", args=[cast.child.pk])
    assert looks in told[cast.family.email].body


def test_the_family_reads_that_it_was_an_emergency(
    cast: Any, shut: Referral, client_of: Door
) -> None:
    opened(cast.child, cast.therapist)
    client_of(cast.therapist).get(reverse("child_detail", args=[cast.child.pk]))
    mother = client_of(cast.family)
    page = mother.get(reverse("look_list", args=[cast.child.pk])).content.decode()
    assert "Thea Marsh" in page
    assert "In an emergency" in page
    story = mother.get(reverse("child_detail", args=[cast.child.pk])).content.decode()
    assert "Opened the record in an emergency" in story
    assert "swallow" not in page + story


def test_another_system_reads_it_as_breaking_the_glass(
    cast: Any, shut: Referral, client_of: Door
) -> None:
    opened(cast.child, cast.therapist)
    client_of(cast.therapist).get(reverse("child_detail", args=[cast.child.pk]))
    agent = look(RecordView.objects.get(role="emergency"))["agent"][0]
    assert agent["purposeOfUse"][0]["coding"][0]["code"] == "BTG"
    client_of(cast.pediatrician).get(reverse("child_detail", args=[cast.child.pk]))
    assert "purposeOfUse" not in look(RecordView.objects.get(role="pediatrician"))["agent"][0]


# --- Was it right? --------------------------------------------------------------------------------


def test_the_coordinator_is_asked_and_answers(cast: Any, shut: Referral, client_of: Door) -> None:
    emergency = opened(cast.child, cast.therapist)
    client_of(cast.therapist).get(reverse("child_detail", args=[cast.child.pk]))
    office, page = client_of(cast.coordinator), reverse("emergency_review", args=[emergency.pk])
    assert page in office.get(reverse("home")).content.decode()
    shown = office.get(page).content.decode()
    assert WHY in shown
    assert "The child’s page" in shown
    assert office.post(page, {"was_right": "yes"})["Location"] == reverse("home")
    emergency.refresh_from_db()
    assert (emergency.was_right, emergency.reviewed_by) == (True, cast.coordinator)
    assert page not in office.get(reverse("home")).content.decode()
    kinds = Event.objects.filter(about=emergency.pk).values_list("kind", flat=True)
    assert set(kinds) == {"emergency_opened", "emergency_reviewed"}
    told = Notice.objects.filter(kind="emergency_reviewed").values_list("to", flat=True)
    assert set(told) == {cast.family.pk, cast.therapist.pk}


def test_what_was_not_right_is_said_why_and_shuts(
    cast: Any, shut: Referral, client_of: Door
) -> None:
    emergency = opened(cast.child, cast.therapist)
    office, page = client_of(cast.coordinator), reverse("emergency_review", args=[emergency.pk])
    assert office.post(page, {"was_right": "no"}).status_code == 422
    assert office.post(page, {"was_right": "no", "review": "He only wondered."}).status_code == 302
    child = reverse("child_detail", args=[cast.child.pk])
    assert client_of(cast.therapist).get(child).status_code == 404


def test_nobody_judges_what_they_did_themselves(cast: Any, shut: Referral, client_of: Door) -> None:
    emergency = opened(cast.child, cast.therapist)
    page = reverse("emergency_review", args=[emergency.pk])
    for other in (cast.therapist, cast.colleague, cast.family, cast.pediatrician, cast.stranger):
        assert client_of(other).get(page).status_code == 404
        with pytest.raises(Refused):
            review_emergency(emergency=emergency, was_right=True, by=other, at=timezone.now())


def test_of_two_who_answer_the_second_is_told(cast: Any, shut: Referral) -> None:
    emergency = opened(cast.child, cast.therapist)
    answer = {"emergency": emergency, "by": cast.coordinator, "at": timezone.now()}
    review_emergency(was_right=True, **answer)
    assert review_emergency(was_right=True, **answer).was_right
    with pytest.raises(Outrun):
        review_emergency(was_right=False, review="No.", **answer)


def test_who_does_not_answer_is_reminded(cast: Any, shut: Referral) -> None:
    emergency = opened(cast.child, cast.therapist)
    raise_reminders(at=timezone.now() + timedelta(days=5))
    assert Reminder.objects.filter(about=emergency.pk, level="overdue").exists()
    assert Notice.objects.filter(kind="reminder_overdue", to=cast.coordinator).exists()
