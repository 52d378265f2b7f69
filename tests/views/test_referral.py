"""Does a referral move by one click each, and is a mistake said without losing a word?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.closing import cancel_referral, decline_referral
from referrals.actions.referral import accept_referral, ask_referral
from referrals.models import Event, Referral, User
from referrals.models.record import new_id

from .typed import an_attempt

Door = Callable[[User], Client]
LONG = "w" * 2001


@pytest.mark.parametrize(
    ("who", "state", "move", "typed", "sentence"),
    [
        ("therapist", "received", "ask", {"question": " "}, "This field is required."),
        ("therapist", "received", "ask", {"question": LONG}, "at most 2000 characters"),
        ("therapist", "received", "decline", {"reason": "Too far."}, "This field is required."),
        ("therapist", "received", "decline", {"reason": LONG, "suggestion": "x"}, "at most 2000"),
        ("therapist", "received", "accept", {"therapist": "x"}, "is not a valid UUID"),
        ("therapist", "received", "accept", {"therapist": new_id()}, "Select a valid choice."),
        ("pediatrician", "sent", "cancel", {"reason": ""}, "This field is required."),
        ("pediatrician", "sent", "mark_error", {"reason": LONG}, "at most 2000 characters"),
        ("coordinator", "sent", "postpone", {"due_on": "2026-02-30", "reason": "Ill."}, "Enter a valid date."),
        ("coordinator", "sent", "postpone", {"due_on": "2001-01-01", "reason": "Ill."}, "Choose a day from today on"),
        ("coordinator", "sent", "postpone", {"due_on": "8999-01-01", "reason": "Ill."}, "Choose a day from today on"),
        ("pediatrician", "sent", "postpone", {"due_on": "2030-01-01", "reason": "Ill."}, "only they can change this"),
        ("coordinator", "sent", "hand_over", {"owner": "nobody"}, "is not a valid UUID"),
        ("coordinator", "contacting", "close", {"move": "cancel", "reason": "Gone."}, "Select a valid choice."),
        ("coordinator", "contacting", "close", {"move": "close_unreachable", "reason": "Gone."}, "log at least 3 attempts"),
        ("coordinator", "accepted", "contact", {"attempted_at": "2999-01-01T10:00"}, "lies in the future"),
        ("coordinator", "accepted", "contact", {"attempted_at": "2001-01-01T10:00"}, "before the referral was sent"),
        ("coordinator", "accepted", "contact", {"attempted_at": "at noon"}, "Enter a valid date/time."),
        ("coordinator", "accepted", "contact", {"channel": "portal"}, "Select a valid choice."),
        ("coordinator", "accepted", "contact", {"note": "n" * 501}, "at most 500 characters"),
        ("therapist", "received", "ask", {"question": "Why?", "version": "x"}, "Enter a whole number."),
        ("therapist", "received", "ask", {"question": "Why?", "version": ""}, "This field is required."),
    ],
)  # fmt: skip
def test_a_mistake_is_said_and_what_was_typed_is_shown_again(
    who: str, state: str, move: str, typed: dict[str, Any], sentence: str,
    request: pytest.FixtureRequest, client_of: Door,
) -> None:  # fmt: skip
    referral: Referral = request.getfixturevalue(state)
    first = an_attempt(referral) if move == "contact" else {"version": referral.version}
    door = client_of(request.getfixturevalue(who))
    page = door.post(reverse(f"referral_{move}", args=[referral.pk]), first | typed)
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    for name, value in typed.items():
        assert name in ("therapist", "owner", "move", "channel", "version") or str(value) in text
    assert Referral.objects.get(pk=referral.pk).version == referral.version


OUTRUN: dict[str, tuple[str, dict[str, Any]]] = {
    "accept": ("therapist", {}),
    "ask": ("therapist", {"question": "Has her hearing been tested?"}),
    "decline": ("therapist", {"reason": "We are full.", "suggestion": "Try in May."}),
    "hand_over": ("therapist", {}),
    "postpone": ("therapist", {"reason": "A week of holidays."}),
}


@pytest.mark.parametrize("move", OUTRUN)
def test_who_is_outrun_is_told_and_loses_nothing(
    move: str, cast: Any, client_of: Door, received: Referral
) -> None:
    who, typed = OUTRUN[move]
    typed = {"version": received.version} | typed
    if move in ("accept", "hand_over"):
        typed["therapist"] = typed["owner"] = cast.therapist.pk
    if move == "postpone":
        typed["due_on"] = (timezone.localdate() + timedelta(days=5)).isoformat()
    at = timezone.now()
    accept_referral(referral=received, therapist=cast.colleague, by=cast.colleague, at=at)
    before = Event.objects.count()
    page = client_of(getattr(cast, who)).post(
        reverse(f"referral_{move}", args=[received.pk]), typed
    )
    text = page.content.decode()
    assert page.status_code == 409
    assert "This referral has changed since you opened it: it is now “accepted”" in text
    for name in ("question", "reason", "suggestion"):
        assert str(typed.get(name, "")) in text
    assert Event.objects.count() == before


def test_a_page_opened_too_late_says_so(cast: Any, client_of: Door, received: Referral) -> None:
    decline_referral(
        referral=received, reason="Full.", suggestion="May.", by=cast.colleague, at=timezone.now()
    )
    page = client_of(cast.therapist).get(reverse("referral_accept", args=[received.pk]))
    assert page.status_code == 409
    assert "it is now “declined”" in page.content.decode()


def test_a_withdrawn_referral_cannot_be_taken_in(
    cast: Any, client_of: Door, sent: Referral
) -> None:
    version = sent.version
    cancel_referral(referral=sent, reason="They moved.", by=cast.pediatrician, at=timezone.now())
    path = reverse("referral_receive", args=[sent.pk])
    page = client_of(cast.coordinator).post(path, {"version": version})
    assert page.status_code == 409
    assert "it is now “cancelled”" in page.content.decode()


def test_a_question_and_its_answer_stand_on_the_page(
    cast: Any, client_of: Door, received: Referral
) -> None:
    ask_referral(
        referral=received, question="Hearing tested?", by=cast.therapist, at=timezone.now()
    )
    door = client_of(cast.pediatrician)
    path = reverse("referral_answer", args=[received.pk])
    assert "Hearing tested?" in door.get(path).content.decode()
    version = Referral.objects.get(pk=received.pk).version
    answer = door.post(path, {"version": version, "answer": "Yes, in March."})
    assert answer["Location"] == reverse("referral_detail", args=[received.pk])
    text = client_of(cast.therapist).get(answer["Location"]).content.decode()
    assert "Hearing tested?" in text
    assert "Yes, in March." in text


BUTTONS = {
    ("pediatrician", "sent"): {"postpone", "hand_over", "cancel", "mark_error"},
    ("coordinator", "sent"): {"receive", "postpone", "hand_over"},
    ("therapist", "received"): {"accept", "ask", "decline", "close", "postpone", "hand_over"},
    ("coordinator", "contacting"): {"offer", "book", "contact", "close", "postpone", "hand_over"},
    ("pediatrician", "declined"): {"acknowledge", "postpone", "hand_over"},
    ("family", "sent"): set(),
    ("partner", "sent"): None,
}  # fmt: skip


@pytest.mark.parametrize(("who", "state"), BUTTONS)
def test_the_page_offers_what_may_be_done_and_nothing_else(
    who: str, state: str, request: pytest.FixtureRequest, client_of: Door
) -> None:
    referral: Referral = request.getfixturevalue(state)
    path = reverse("referral_detail", args=[referral.pk])
    page = client_of(request.getfixturevalue(who)).get(path)
    wanted = BUTTONS[who, state]
    if wanted is None:
        assert page.status_code == 404
        return
    text = page.content.decode()
    moves = {name for names in BUTTONS.values() for name in names or ()}
    offered = {m for m in moves if f'"{path}{m.replace("_", "-")}/"' in text}
    owes = referral.owner_organization.name
    works = {"pediatrician": "Elm Street Pediatrics"}.get(who, "Harbor Therapy")
    # Only the side that owes the step may move it; offering it to the other is only a detour.
    extra = {"postpone", "hand_over"} if owes != works else set()
    assert offered | extra == wanted | extra


def test_an_unknown_filter_is_the_open_ones(
    client_of: Door, pediatrician: User, sent: Referral
) -> None:
    door = client_of(pediatrician)
    for shown in ("open", "nonsense", "review"):
        assert str(sent.pk) in door.get(reverse("referral_list"), {"show": shown}).content.decode()
    for shown in ("closed", "scheduled", "mine"):
        assert (
            str(sent.pk) not in door.get(reverse("referral_list"), {"show": shown}).content.decode()
        )


def test_closing_is_called_so_whatever_the_reason(
    client_of: Door, coordinator: User, contacting: Referral
) -> None:
    page = client_of(coordinator).get(reverse("referral_close", args=[contacting.pk]))
    text = page.content.decode()
    assert '<button class="btn btn-primary" type="submit">Close the referral</button>' in text
    assert "Close: family declined" not in text
