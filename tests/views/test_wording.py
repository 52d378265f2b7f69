"""Does a family that reads Spanish meet our words in Spanish, and what a person wrote as written?"""

from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from referrals.actions.concern import share_concern
from referrals.actions.goal import change_goal
from referrals.actions.rating import rate_goal
from referrals.clinical.activity_bank import ACTIVITIES
from referrals.clinical.goal_bank import BANK
from referrals.clinical.knowledge import SIGNS
from referrals.documents.activity import handout
from referrals.documents.document import texts
from referrals.models import Activity, Child, Goal, GoalVersion, Referral, User
from referrals.models.record import new_id
from tests.factories.activity import given
from tests.factories.goal import a_goal, agreed, proposed
from tests.stages import day_of

Door = Callable[[User], Client]
SOCK, BUTTONS = ACTIVITIES["a09"], BANK["g08"]


@pytest.fixture(autouse=True)
def spanish(cast: Any) -> Iterator[None]:
    """The family reads Spanish; everybody else here reads English, whatever was active before."""
    cast.family.language = "es"
    cast.family.save(update_fields=["language"])
    with translation.override("en"):
        yield


@pytest.fixture
def read(client_of: Door) -> Callable[[User, str], str]:
    """The page as this person reads it."""

    def read(user: User, path: str) -> str:
        with translation.override(user.language):
            return unescape(client_of(user).get(path).content.decode())

    return read


Reader = Callable[[User, str], str]


def url(name: str, *keys: Any) -> str:
    return reverse(name, args=[getattr(key, "pk", key) for key in keys])


def from_bank(**changes: Any) -> dict[str, Any]:
    """A goal as the bank has it."""
    said = {name: getattr(BUTTONS, name).en for name in GoalVersion.DEED} | {
        "measure": BUTTONS.measure.en, "levels": BUTTONS.levels(), "baseline": "",
    }  # fmt: skip
    return said | {"baseline": str(BUTTONS.levels()[0]["words"])} | changes


# --- Signs ----------------------------------------------------------------------------------------


def test_the_signs_of_a_worry_are_read_in_spanish(
    cast: Any, read: Reader, child: Child, now: Any
) -> None:
    sign, form = SIGNS["tod.sensory"], url("concern_new", child)
    page = read(cast.family, form)
    assert sign.family_label.es in page
    assert sign.family_label.en not in page
    assert "Bebé (menos de 1 año)" in page
    english = read(cast.pediatrician, form)
    assert sign.label in english
    assert "Infant (under 1 year)" in english

    told = share_concern(
        id=new_id(), child=child, signs=["tod.sensory"], words="Se tapa los oídos.",
        by=cast.family, at=now,
    )  # fmt: skip
    assert sign.family_label.es in read(cast.family, url("concern_detail", told))
    english = read(cast.pediatrician, url("concern_detail", told))
    assert sign.label in english
    assert "Se tapa los oídos." in english  # what a person wrote is nobody's to translate


def test_the_signs_of_a_referral_are_read_in_spanish(cast: Any, read: Reader, sent: Any) -> None:
    (code, *_) = sent.signs
    assert SIGNS[code].family_label.es in read(cast.family, url("referral_detail", sent))
    assert SIGNS[code].label in read(cast.pediatrician, url("referral_detail", sent))


# --- Home activities ------------------------------------------------------------------------------


@pytest.fixture
def sock(cast: Any, aimed: Referral) -> Activity:
    """From the bank, with one step fitted to the child."""
    steps = [step.en for step in SOCK.steps]
    said = SOCK.content | {"steps": "\n".join([*steps[:-1], "Sing her song."])}
    return given(aimed, by=cast.therapist, at=timezone.now(), bank_code="a09", **said)


def test_an_activity_of_the_bank_is_read_in_spanish_and_what_was_added_as_written(
    cast: Any, read: Reader, aimed: Referral, sock: Activity
) -> None:
    page = read(cast.family, url("activity_detail", aimed, sock))
    kept = [text.es for text in SOCK.texts[:-1]]
    assert [text for text in kept if text not in page] == []
    assert "Sing her song." in page
    assert SOCK.title.en not in page
    for name in ("activity_list", "referral_detail"):
        assert SOCK.title.es in read(cast.family, url(name, aimed))
    for path in (url("practice_today"), url("home"), url("practice_log", aimed, sock)):
        assert SOCK.title.es in read(cast.family, path)


def test_the_therapist_reads_it_in_english(
    cast: Any, read: Reader, aimed: Referral, sock: Activity
) -> None:
    page = read(cast.therapist, url("activity_detail", aimed, sock))
    assert [text.en for text in SOCK.texts[:-1] if text.en not in page] == []
    assert SOCK.title.es not in page
    assert SOCK.title.en in read(cast.therapist, url("activity_new", aimed))


def test_the_hand_out_is_in_the_language_of_who_reads_it(aimed: Referral, sock: Activity) -> None:
    on = timezone.localdate()
    with translation.override("es"):
        said = texts(handout(aimed, on))
    assert f"1. {SOCK.title.es}" in said
    assert {step.es for step in SOCK.steps[:-1]} <= set(said)
    assert "Sing her song." in said
    assert f"1. {SOCK.title.en}" in texts(handout(aimed, on))


def test_with_no_language_at_all_it_is_english(aimed: Referral, sock: Activity) -> None:
    with translation.override(None):
        assert f"1. {SOCK.title.en}" in texts(handout(aimed, timezone.localdate()))


def test_an_event_names_the_activity_in_spanish(
    cast: Any, read: Reader, aimed: Referral, sock: Activity
) -> None:
    assert SOCK.title.es in read(cast.family, url("child_detail", aimed.child_id))


# --- Goals ----------------------------------------------------------------------------------------


def test_a_goal_of_the_bank_is_read_in_spanish(
    cast: Any, read: Reader, evaluated: Referral
) -> None:
    people = [cast.therapist, cast.family, cast.pediatrician]
    goal = agreed(evaluated, people, at=timezone.now(), **from_bank())
    for path in (url("goal_detail", evaluated, goal), url("goal_list", evaluated)):
        page = read(cast.family, path)
        assert f"Mina va a {BUTTONS.deed.es}." in page
        assert "Abrocha 3 de 5 botones" in page
        assert "Donde empezamos" in page
        assert "Vestirse, lavarse y usar el baño" in page
        assert "Fastens 3 of 5 buttons" not in page
    assert BUTTONS.measure.es in read(cast.family, url("goal_detail", evaluated, goal))
    english = read(cast.therapist, url("goal_detail", evaluated, goal))
    assert f"Mina will {BUTTONS.deed.en}." in english
    assert "Fastens 3 of 5 buttons" in english


def test_a_goal_fitted_to_the_child_is_read_as_it_was_agreed(
    cast: Any, read: Reader, evaluated: Referral
) -> None:
    goal = proposed(evaluated, by=cast.therapist, at=timezone.now())
    page = read(cast.family, url("goal_detail", evaluated, goal))
    assert "Mina will fasten the buttons of her jacket" in page
    assert "Abrocha 3 de 5 botones" in page  # its ladder is still the bank's


def test_a_level_is_chosen_in_spanish(cast: Any, read: Reader, in_therapy: Referral) -> None:
    goal = in_therapy.goals.first()
    page = read(cast.family, url("goal_rate", in_therapy, goal))
    assert "Abrocha 3 de 5 botones (nuestra meta)" in page
    at = goal.proposed_at
    rate_goal(
        id=new_id(), goal=goal, level=0, rated_on=day_of(at, in_therapy), by=cast.family, at=at
    )  # fmt: skip
    assert "<td>Nuestra meta</td>" in read(cast.family, url("goal_detail", in_therapy, goal))


def test_a_family_proposes_from_the_bank_in_spanish_and_is_read_in_english(
    cast: Any, client_of: Door, read: Reader, evaluated: Referral
) -> None:
    new = url("goal_new", evaluated)
    with translation.override("es"):
        shown = client_of(cast.family).post(
            new, {"do": "bank", "bank-domain": "self_care", "bank-band": ""}
        )
        assert BUTTONS.title.es in unescape(shown.content.decode())
        form = client_of(cast.family).post(new, {"do": "use:g08"}).context["form"]
        filled = {name: form[name].value() for name in form.fields}
        wish = {"wish": "Quiere abrochar su chaqueta.", "do": "propose", "term": "short"}
        when = {"target_on": a_goal(timezone.now())["target_on"], "importance": 2, "difficulty": 2}
        said = {name: value for name, value in filled.items() if value is not None}
        done = client_of(cast.family).post(new, said | wish | when | {"serves": ""})
    assert done.status_code == 302
    goal = Goal.objects.get()
    version = goal.versions.get()
    assert (version.does_what, version.made_in) == (BUTTONS.does_what.es, "es")
    assert version.own_statement == ""

    english = read(cast.therapist, url("goal_detail", evaluated, goal))
    assert f" will {BUTTONS.deed.en}." in english
    assert "Fastens 3 of 5 buttons" in english
    assert '“<span lang="es">Quiere abrochar su chaqueta.</span>' in english
    edited = client_of(cast.therapist).get(url("goal_edit", evaluated, goal)).context["form"]
    assert edited["does_what"].value() == BUTTONS.does_what.en
    assert edited["words_2"].value() == "Fastens 3 of 5 buttons"


def test_who_changes_another_part_leaves_the_sentence_in_its_language(
    cast: Any, evaluated: Referral
) -> None:
    at = timezone.now()
    goal = proposed(evaluated, by=cast.therapist, at=at)
    change_goal(goal=goal, number=1, reason="Otra fecha.", who="Mina Rose", by=cast.family, at=at)
    said = goal.versions.get(number=2).statement
    assert "Mina Rose will fasten the buttons of her jacket" in said
    goal.refresh_from_db()
    change_goal(
        goal=goal, number=2, reason="En español.", does_what="abrochar sus botones",
        by=cast.family, at=at,
    )  # fmt: skip
    assert "Mina Rose va a abrochar sus botones" in goal.versions.get(number=3).statement


def test_a_version_that_only_changes_its_language_shows_no_difference(
    cast: Any, read: Reader, evaluated: Referral
) -> None:
    at = timezone.now()
    goal = proposed(evaluated, by=cast.therapist, at=at, **from_bank())
    parts = {name: getattr(BUTTONS, name).es for name in GoalVersion.DEED}
    change_goal(goal=goal, number=1, reason="x", wish="Solita.", **parts, by=cast.family, at=at)
    page = read(cast.therapist, url("goal_detail", evaluated, goal))
    assert '<ins><span lang="es">Solita.</span>' in page
    assert page.count("<ins>") == 1
