"""What does a second click make? Nothing: both are led on to what the first one made."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.models import (
    Attachment,
    Child,
    Concern,
    ContactAttempt,
    Event,
    Referral,
    User,
)
from referrals.models.record import new_id
from referrals.pathway import Move
from tests.views.typed import a_child, a_referral, an_adult, an_attempt, an_offer, pdf

Door = Callable[[User], Client]


def twice(door: Client, path: str, typed: dict[str, Any]) -> None:
    """A double click: both are answered by going on."""
    for _ in range(2):
        answer = door.post(path, typed)
        assert answer.status_code == 302, answer.content.decode()[-3000:]


def test_a_double_click_saves_once(
    cast: Any, client_of: Door, settings: Any, tmp_path: Any
) -> None:
    """opal#742, opal#1277: a double-clicked save makes two, or breaks the record."""
    settings.MEDIA_ROOT = tmp_path
    pediatrician, family = client_of(cast.pediatrician), client_of(cast.family)
    therapist, coordinator = client_of(cast.therapist), client_of(cast.coordinator)
    child = cast.child
    twice(pediatrician, reverse("child_new"), a_child())
    assert Child.objects.filter(given_name="Ida").count() == 1
    twice(pediatrician, reverse("guardian_add", args=[child.pk]), an_adult())
    assert child.guardians.count() == 2
    edited = {
        f: getattr(child, f)
        for f in (
            "given_name",
            "family_name",
            "date_of_birth",
            "language_spoken",
            "language_written",
            "version",
        )
    }
    twice(pediatrician, reverse("child_edit", args=[child.pk]), edited | {"name_used": "Mimi"})
    twice(family, reverse("concern_new", args=[child.pk]), {"id": new_id(), "words": "She hides."})
    concern = Concern.objects.get(child=child)
    twice(pediatrician, reverse("concern_answer", args=[concern.pk]), {"answer": "Let us look."})
    typed = a_referral(cast.clinic)
    twice(pediatrician, reverse("referral_write", args=[child.pk]), typed)
    referral = Referral.objects.get(child=child)

    def move(door: Client, name: str, **fields: Any) -> None:
        referral.refresh_from_db()
        twice(
            door,
            reverse(f"referral_{name}", args=[referral.pk]),
            {"version": referral.version} | fields,
        )

    for _ in range(2):
        pediatrician.post(reverse("referral_attach", args=[referral.pk]), {"attachments": pdf()})
    move(coordinator, "receive")
    move(therapist, "ask", question="Has she been tested?")
    move(pediatrician, "answer", answer="She has.")
    move(therapist, "accept", therapist=cast.therapist.pk)
    move(
        coordinator, "contact", **{k: v for k, v in an_attempt(referral).items() if k != "version"}
    )
    move(
        coordinator,
        "offer",
        **{k: v for k, v in an_offer(referral, cast.therapist).items() if k != "version"},
    )
    offer = referral.appointments.filter(status="proposed").first()
    assert offer is not None
    move(family, "pick", appointment=offer.pk)
    move(coordinator, "cancel_visit", cancelled_by="clinic", reason="The therapist is ill.")
    move(coordinator, "close", move=Move.CLOSE_NOT_ELIGIBLE, reason="They move away.")
    move(pediatrician, "acknowledge")
    assert Attachment.objects.count() == 1
    assert ContactAttempt.objects.count() == 2  # the call, and the offer
    kinds = list(
        Event.objects.filter(child=child)
        .exclude(kind="guardian_invited")
        .values_list("kind", flat=True)
    )
    assert sorted(set(kinds)) == sorted(kinds)


def test_what_is_typed_in_a_second_tab_is_no_second_click(
    cast: Any, client_of: Door, accepted: Referral
) -> None:
    """Two attempts logged from two open pages: the later one is not lost without a word."""
    door, path = client_of(cast.coordinator), reverse("referral_contact", args=[accepted.pk])
    assert door.post(path, an_attempt(accepted)).status_code == 302
    other = an_attempt(accepted) | {"channel": "text", "note": "Wrote to her as well."}
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        page = door.post(path, other)
    assert page.status_code == 409
    assert "Wrote to her as well." in page.content.decode()
    assert "You did this yourself, " in page.content.decode()
    assert "that was not sent." in page.content.decode()
    assert ContactAttempt.objects.filter(referral=accepted).count() == 1
    again = door.post(path, other | {"version": page.context["form"]["version"].value()})
    assert again.status_code == 302
    assert ContactAttempt.objects.filter(referral=accepted).count() == 2


def test_a_page_that_is_sent_again_minutes_later_says_that_it_was_sent(
    cast: Any, client_of: Door, received: Referral
) -> None:
    """Who waited until the database was back reads what became of it, not that nothing was sent."""
    door, path = client_of(cast.therapist), reverse("referral_ask", args=[received.pk])
    typed = {"version": received.version, "question": "Has she been seen by an eye doctor?"}
    assert door.post(path, typed).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        page = door.post(path, typed)
    assert page.status_code == 409
    assert "You did this yourself, " in page.content.decode()
    assert "Nothing you wrote was lost or sent" not in page.content.decode()
    assert received.questions.count() == 1
