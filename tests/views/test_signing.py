"""Does a signature count only from who has just shown who they are, and is nothing lost over the asking?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from referrals.models import Child, Letter, Organization, Prescription, Referral, Session, User
from referrals.models.record import new_id
from referrals.urls import urlpatterns
from tests.factories.person import PASSWORD
from tests.session_stages import visits_of
from tests.views.test_second_factor import code_of, goes_to, log_in, set_up, signed_in
from tests.views.test_session import a_note
from tests.views.typed import a_referral

Door = Callable[[User], Client]
AGAIN = "/accounts/reauthenticate/"


@pytest.fixture(autouse=True)
def _asked_for(cast: Any, settings: Any) -> None:
    settings.REAUTHENTICATION_MINUTES = 15
    cache.clear()


def came_in(person: User) -> Client:
    door = Client()
    door.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return door


def a_while_later() -> Any:
    return time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False)


def way_back(answer: Any) -> str:
    """Where the page that asks leads on to."""
    assert goes_to(answer) == AGAIN
    return parse_qs(urlsplit(answer["Location"]).query)["next"][0]


def shows_again(door: Client, back: str) -> Any:
    assert goes_to(door.post(AGAIN, {"password": PASSWORD, "next": back})) == back.split("?")[0]
    return door.get(back)


# --- Every signature ------------------------------------------------------------------------------

#: Each address that signs, who does so there, on which stage, and the button.
SIGNING = (
    ("referral_sign_evaluation", "begun", "therapist", ""),
    ("plan_sign", "planned", "therapist", ""),
    ("referral_certify_plan", "plan_sent", "pediatrician", ""),
    ("report_sign", "report_drafted", "therapist", ""),
    ("referral_discharge", "summed_up", "therapist", ""),
    ("prescription_new", "sent", "pediatrician", ""),
    ("session_cosign", "note_signed", "therapist", ""),
    ("letter_new", "sent", "therapist", "make"),
    ("programme_send", "sent", "pediatrician", ""),
    ("consent_new", "sent", "family", "do=give"),
    ("discharge_note", "discharged", "family", ""),
    # Not signed, but as grave: a record opened in an emergency.
    ("emergency_open", "sent", "therapist", ""),
)
#: Those that keep what they sign as a draft first; each has its own test below.
DRAFTING = {"referral_write", "session_write"}


def address(name: str, referral: Referral, child: Child) -> str:
    route = next(one for one in urlpatterns if isinstance(one, URLPattern) and one.name == name)
    known = {
        "referral_id": referral.pk, "child_id": child.pk, "programme_id": new_id(),
        "appointment_id": visits_of(referral)[0].pk if name == "session_cosign" else None,
    }  # fmt: skip
    return reverse(name, kwargs={key: known[key] for key in route.pattern.regex.groupindex})


@pytest.mark.parametrize(("name", "stage", "who", "button"), SIGNING, ids=lambda one: str(one))
def test_each_asks_who_showed_who_they_are_too_long_ago(
    request: pytest.FixtureRequest, cast: Any, name: str, stage: str, who: str, button: str
) -> None:
    referral = request.getfixturevalue(stage)
    path = address(name, referral, cast.child)
    door = came_in(getattr(cast, who))
    pressed, _, value = button.partition("=")
    typed = {"any": "thing", **({pressed: value or "yes"} if pressed else {})}
    with a_while_later():
        assert way_back(door.post(path, typed)) == path
        shows_again(door, path)
        assert goes_to(door.post(path, typed)) != AGAIN


def test_the_walk_misses_none() -> None:
    ours = [one for one in urlpatterns if isinstance(one, URLPattern)]
    marked = {str(one.name) for one in ours if hasattr(one.callback, "signs")}
    assert marked == {name for name, *_ in SIGNING} | DRAFTING


def test_zero_minutes_ask_nobody(settings: Any, begun: Referral, client_of: Door) -> None:
    settings.REAUTHENTICATION_MINUTES = 0
    door = client_of(begun.evaluations.get().author)
    answer = door.post(reverse("referral_sign_evaluation", args=[begun.pk]), {"version": 1})
    assert goes_to(answer) != AGAIN


def test_who_may_not_sign_is_told_so_and_not_asked(begun: Referral, family: User) -> None:
    with a_while_later():
        path = reverse("referral_sign_evaluation", args=[begun.pk])
        assert came_in(family).post(path, {"version": 1}).status_code == 403


def test_a_session_that_knows_no_time_or_a_later_one_is_asked(
    begun: Referral, therapist: User, client_of: Door
) -> None:
    path = reverse("referral_sign_evaluation", args=[begun.pk])
    assert goes_to(client_of(therapist).post(path, {"version": 1})) == AGAIN
    door = came_in(therapist)
    with time_machine.travel(timezone.now() - timedelta(hours=3)):  # the clock was set back
        assert goes_to(door.post(path, {"version": 1})) == AGAIN


# --- Nothing is lost ------------------------------------------------------------------------------


def test_a_note_waits_as_a_draft_and_one_click_signs_it(cast: Any, held: Referral) -> None:
    visit = visits_of(held)[0]
    door, path = came_in(cast.therapist), reverse("session_write", args=[held.pk, visit.pk])
    with a_while_later():
        assert way_back(door.post(path, a_note(done="Four zips."))) == path
        note = Session.objects.get()
        assert (note.status, note.done) == ("draft", "Four zips.")
        page = shows_again(door, path)
        form = page.context["form"]
        sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        assert sent["done"] == "Four zips."
        door.post(path, sent | {"do": "sign"})
    assert Session.objects.get().status == "final"


def test_a_note_that_lacks_something_says_so_before_it_asks(cast: Any, held: Referral) -> None:
    visit = visits_of(held)[0]
    door, path = came_in(cast.therapist), reverse("session_write", args=[held.pk, visit.pk])
    with a_while_later():
        answer = door.post(path, a_note(child_was="on the moon"))
    assert answer.status_code == 422


def test_a_referral_waits_as_a_draft(cast: Any) -> None:
    door, path = came_in(cast.pediatrician), reverse("referral_write", args=[cast.child.pk])
    with a_while_later():
        back = way_back(door.post(path, a_referral(cast.clinic)))
        draft = Referral.objects.get()
        assert (draft.state, back) == ("draft", f"{path}?draft={draft.pk}")
        page = shows_again(door, back)
        assert page.context["form"]["question"].value() == "Does she need help with dressing?"
        again = a_referral(cast.clinic, id=draft.pk, version=draft.version)
        door.post(path, again)
    assert Referral.objects.get().state == "sent"


def test_an_order_that_is_no_draft_comes_back_as_it_was_typed_once(
    cast: Any, sent: Referral
) -> None:
    door, path = came_in(cast.pediatrician), reverse("prescription_new", args=[sent.pk])
    form = door.get(path).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    typed |= {"note": "Mornings only.", "reason": "She grew."}
    with a_while_later():
        assert way_back(door.post(path, typed)) == path
        assert Prescription.objects.count() == 1
        assert "Mornings" not in str(dict(door.session))
        form = shows_again(door, path).context["form"]
        sent_again = {name: form[name].value() or "" for name in form.fields}
        assert sent_again["note"] == "Mornings only."
        assert door.get(path).context["form"]["note"].value() != "Mornings only."
        door.post(path, sent_again)
    assert Prescription.objects.get(status="final").note == "Mornings only."


def test_the_words_of_a_letter_come_back_and_are_not_yet_final(
    cast: Any, visit_missed: Referral
) -> None:
    door, path = came_in(cast.therapist), reverse("letter_new", args=[visit_missed.pk])
    offer = door.get(path).context["offers"][0]
    form = door.post(path, {"choice": offer.key, "language": "en"}).context["form"]
    words = {name: form[name].value() for name in form.fields}
    words["body"] += " We look forward to it."
    with a_while_later():
        assert way_back(door.post(path, words | {"make": "yes"})) == path
        page = shows_again(door, path)
        assert not Letter.objects.exists()
        assert page.context["form"]["body"].value() == words["body"]
        door.post(path, words | {"make": "yes"})
    assert Letter.objects.get().body.endswith("We look forward to it.")


# --- With the second factor -----------------------------------------------------------------------


def test_who_has_a_second_factor_shows_that_one(cast: Any, begun: Referral) -> None:
    door = signed_in(cast.therapist)
    secret = set_up(door)
    path = reverse("referral_sign_evaluation", args=[begun.pk])
    with a_while_later():
        asked = door.get(door.post(path, {"version": 1})["Location"])
        assert goes_to(asked) == reverse("mfa_reauthenticate")
        assert f"next={path.replace('/', '%2F')}" in asked["Location"]
        # The password alone is no longer asked for, nor does it do.
        asked = door.post(AGAIN, {"password": "larch-otter-canoe-7", "next": path})
        assert goes_to(asked) == reverse("mfa_reauthenticate")
        assert goes_to(door.post(path, {"version": 1})) == AGAIN
        shown = door.post(reverse("mfa_reauthenticate"), {"code": code_of(secret), "next": path})
        assert goes_to(shown) == path
        assert goes_to(door.post(path, {"version": 1})) != AGAIN


def test_a_list_too_is_saved_only_with_the_second_factor(
    cast: Any, settings: Any, sent: Referral
) -> None:
    door = signed_in(cast.therapist)
    secret = set_up(door)
    path = reverse("child_export", args=["csv"])
    other = Client()
    log_in(other, cast.therapist)
    with a_while_later():
        assert goes_to(door.get(path)) == reverse("mfa_reauthenticate")
        door.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
        assert door.get(path).status_code == 200


def test_a_way_back_never_leads_elsewhere(cast: Any, clinic: Organization) -> None:
    door = came_in(cast.therapist)
    answer = door.post(AGAIN, {"password": PASSWORD, "next": "https://elsewhere.example/"})
    assert goes_to(answer) == reverse("home")
