"""Can the three set a goal together, on pages that lose nothing?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.closing import close_referral
from referrals.actions.goal import change_goal
from referrals.clinical.goal_bank import BANK
from referrals.models import Event, Goal, Performance, Rating, Referral, User
from referrals.models.record import new_id
from referrals.pathway import Move
from tests.factories.child import guardian_of
from tests.factories.goal import a_goal, agreed, proposed

Door = Callable[[User], Client]


def typed(**changes: Any) -> dict[str, Any]:
    """The builder as a person fills it in."""
    goal = a_goal(timezone.now())
    steps = goal.pop("levels")
    for index, step in enumerate(steps):
        goal |= {f"{part}_{index}": step[part] for part in ("amount", "words")}
    return goal | {"id": str(new_id()), "do": "propose"} | changes


def trio(cast: Any) -> list[User]:
    return [cast.therapist, cast.family, cast.pediatrician]


@pytest.fixture
def goal(cast: Any, evaluated: Referral) -> Goal:
    """The therapist's proposal; the others have not answered."""
    return proposed(evaluated, by=cast.therapist, at=timezone.now())


@pytest.fixture
def agreed_goal(cast: Any, evaluated: Referral) -> Goal:
    return agreed(evaluated, trio(cast), at=timezone.now())


def at(name: str, goal: Goal) -> str:
    return reverse(name, args=[goal.referral_id, goal.pk])


def test_a_goal_is_proposed_answered_and_agreed(
    cast: Any, client_of: Door, evaluated: Referral
) -> None:
    new = reverse("goal_new", args=[evaluated.pk])
    assert client_of(cast.family).get(new).status_code == 200
    answer = client_of(cast.family).post(new, typed())
    assert answer.headers["Location"] == reverse("goal_list", args=[evaluated.pk])
    goal = Goal.objects.get()
    assert (goal.status, goal.proposed_as) == ("proposed", "family")
    for person in (cast.therapist, cast.pediatrician):
        page = client_of(person).get(at("goal_answer", goal))
        assert "fasten the buttons of her jacket" in page.content.decode()
        answer = client_of(person).post(at("goal_answer", goal), {"number": 1, "answer": "agree"})
        assert answer.status_code == 302
    goal.refresh_from_db()
    assert goal.status == "active"


@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator", "family"])
def test_every_side_reads_the_list_and_the_goal(
    who: str, cast: Any, client_of: Door, agreed_goal: Goal
) -> None:
    door = client_of(getattr(cast, who))
    for path in (
        reverse("goal_list", args=[agreed_goal.referral_id]),
        at("goal_detail", agreed_goal),
    ):
        text = door.get(path).content.decode()
        assert "Fastens 3 of 5 buttons" in text
        assert "She wants to do her jacket by herself." in text
    card = door.get(reverse("referral_detail", args=[agreed_goal.referral_id])).content.decode()
    assert "fasten the buttons of her jacket" in card


def test_a_family_reads_plain_words_and_never_a_score(
    cast: Any, client_of: Door, agreed_goal: Goal
) -> None:
    client_of(cast.therapist).post(
        at("goal_rate", agreed_goal), a_rating(level=1)
    )  # fmt: skip
    listed = reverse("goal_list", args=[agreed_goal.referral_id])
    for path in (listed, at("goal_detail", agreed_goal)):
        family = client_of(cast.family).get(path).content.decode()
        assert "Where we start" in family
        assert "More than we hoped" in family
        for word in ("60.0", "T now", "+1", "polyline"):
            assert word not in family
        assert "60.0" in client_of(cast.pediatrician).get(path).content.decode()


def a_rating(**changes: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()), "level": 0, "rated_on": timezone.localdate().isoformat(), "note": "",
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount_3": ""}, "Level +1 needs an amount, as a number."),
        ({"words_0": ""}, "Level −2 needs words."),
        ({"amount_2": "2"}, "Levels −1 and 0 are both 2. Each level needs its own amount."),
        ({"amount_4": "3.5"}, "The amounts must rise from −2 to +2: level +2 is 3.5 after 4."),
        ({"amount_1": "many"}, "Enter a number."),
        ({"amount_1": "nan"}, "Enter a number."),
        ({"baseline": "She fastens 2 of 5."}, "Level −2 is today, with 0"),
        ({"convention": "minus_one"}, "Level −1 is today, with 2"),
        ({"measure": ""}, "This field is required."),
        ({"target_on": "2001-01-01"}, "Choose a day to come, within two years."),
        ({"target_on": "someday"}, "Enter a valid date."),
        ({"wish": ""}, "This field is required."),
        ({"domain": "magic"}, "Select a valid choice."),
        ({"importance": "9"}, "Select a valid choice."),
        ({"does_what": "x" * 241}, "at most 240 characters"),
    ],
)
def test_what_is_no_goal_is_said_at_its_field_and_nothing_is_lost(
    changes: dict[str, Any], sentence: str, cast: Any, client_of: Door, evaluated: Referral
) -> None:
    sent = typed() | changes
    page = client_of(cast.therapist).post(reverse("goal_new", args=[evaluated.pk]), sent)
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    for name in ("wish", "does_what", "words_3", "measure"):
        assert str(sent[name]) in text
    assert Goal.objects.count() == 0


def test_the_bank_fills_in_the_builder_and_keeps_what_was_typed(
    cast: Any, client_of: Door, evaluated: Referral
) -> None:
    path = reverse("goal_new", args=[evaluated.pk])
    entry = BANK["g08"]
    chosen = {"bank-domain": "self_care", "bank-band": "preschooler"}
    wish = {"wish": "She wants her coat on.", "id": str(new_id())}
    shown = client_of(cast.family).post(path, chosen | wish | {"do": "bank"})
    assert shown.status_code == 200
    assert entry.title.en in shown.content.decode()
    used = client_of(cast.family).post(path, chosen | wish | {"do": "use:g08"}).content.decode()
    for said in (
        entry.does_what.en,
        entry.measure.en,
        "Fastens 5 of 5 buttons",
        wish["wish"],
        wish["id"],
    ):
        assert said in used
    assert Goal.objects.count() == 0


def test_an_answer_to_a_version_that_has_changed_is_refused_and_both_are_shown(
    cast: Any, client_of: Door, goal: Goal
) -> None:
    change_goal(
        goal=goal, number=1, reason="Snow.", how_well="4 of 5 buttons", statement="",
        by=cast.pediatrician, at=timezone.now(),
    )  # fmt: skip
    sent = {"number": 1, "answer": "change", "words": "Her coat, please."}
    page = client_of(cast.family).post(at("goal_answer", goal), sent)
    text = page.content.decode()
    assert page.status_code == 409
    assert "You were shown version 1; version 2 stands now." in text
    assert "Version 2, which stands now" in text
    assert "Version 1, which you were shown" in text
    assert "Her coat, please." in text
    assert 'name="number" value="2"' in text
    again = client_of(cast.family).post(at("goal_answer", goal), sent | {"number": 2})
    assert again.status_code == 302


def test_a_change_to_a_version_that_has_changed_loses_nothing(
    cast: Any, client_of: Door, goal: Goal
) -> None:
    change_goal(
        goal=goal, number=1, reason="Snow.", how_well="4 of 5 buttons", statement="",
        by=cast.pediatrician, at=timezone.now(),
    )  # fmt: skip
    sent = typed(number=1, reason="Gloves.", conditions="with gloves on")
    page = client_of(cast.therapist).post(at("goal_edit", goal), sent)
    text = page.content.decode()
    assert page.status_code == 409
    for said in ("with gloves on", "Gloves.", "4 of 5 buttons", 'name="number" value="2"'):
        assert said in text
    assert goal.versions.count() == 2


def test_a_change_is_shown_with_what_it_changed_and_whose_answers_are_void(
    cast: Any, client_of: Door, agreed_goal: Goal
) -> None:
    page = client_of(cast.family).get(at("goal_edit", agreed_goal)).content.decode()
    assert "All agreements are void then" in page
    assert "amount_0" not in page
    sent = typed(number=1, reason="The seaside.", conditions="after swimming")
    assert client_of(cast.family).post(at("goal_edit", agreed_goal), sent).status_code == 302
    text = client_of(cast.therapist).get(at("goal_detail", agreed_goal)).content.decode()
    for said in (
        "The seaside.", "<del>standing, before leaving the house</del>",
        "<ins>after swimming</ins>", "These answers are void: they were about version 1.",
        "Waiting for the pediatrician and the therapist",
    ):  # fmt: skip
        assert said in text


def test_two_clicks_propose_change_answer_rate_and_end_once(
    cast: Any, client_of: Door, evaluated: Referral
) -> None:
    therapist, family = client_of(cast.therapist), client_of(cast.family)
    pediatrician = client_of(cast.pediatrician)
    path, sent = reverse("goal_new", args=[evaluated.pk]), typed()
    twice(therapist, path, sent)
    goal = Goal.objects.get()
    change = typed(number=1, reason="Shorter.", how_well="3 of 5")
    twice(therapist, at("goal_edit", goal), change)
    assert goal.versions.count() == 2
    for door in (family, pediatrician):
        twice(door, at("goal_answer", goal), {"number": 2, "answer": "agree"})
    twice(therapist, at("goal_rate", goal), a_rating())
    twice(family, at("goal_performance", goal), a_performance())
    goal.refresh_from_db()
    end = {"edition": goal.edition, "outcome": "met", "reason": "All buttons, every morning."}
    twice(therapist, at("goal_end", goal), end)
    assert (Rating.objects.count(), Performance.objects.count()) == (1, 1)
    kinds = Event.objects.filter(kind__startswith="goal_").order_by("at", "id")
    assert list(kinds.values_list("kind", flat=True)) == [
        "goal_proposed", "goal_changed", "goal_answered", "goal_agreed", "goal_rated",
        "goal_performance_rated", "goal_ended",
    ]  # fmt: skip


def twice(door: Client, path: str, sent: dict[str, Any]) -> None:
    for _ in range(2):
        assert door.post(path, sent).status_code == 302, path


def a_performance(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {
        "id": str(new_id()), "performance": 4, "satisfaction": 3, "rated_on": today
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        ("goal_rate", {"level": "3"}, "Select a valid choice."),
        ("goal_rate", {"level": ""}, "This field is required."),
        ("goal_rate", {"rated_on": "2999-01-01"}, "This day lies in the future."),
        ("goal_rate", {"rated_on": "2001-01-01"}, "This day lies before the goal."),
        ("goal_performance", {"performance": "11"}, "Select a valid choice."),
        ("goal_performance", {"satisfaction": "0"}, "Select a valid choice."),
        ("goal_performance", {"rated_on": "2999-01-01"}, "This day lies in the future."),
    ],
)
def test_a_rating_that_cannot_be_is_said_to_be(
    name: str, changes: dict[str, str], sentence: str, cast: Any, client_of: Door, agreed_goal: Goal
) -> None:
    sent = (a_rating() if name == "goal_rate" else a_performance()) | changes
    page = client_of(cast.family).post(at(name, agreed_goal), sent)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert Rating.objects.count() + Performance.objects.count() == 0


def test_a_disagreement_says_why_and_calls_on_the_therapist(
    cast: Any, client_of: Door, goal: Goal
) -> None:
    path = at("goal_answer", goal)
    page = client_of(cast.family).post(path, {"number": 1, "answer": "decline", "words": " "})
    assert page.status_code == 422
    assert "Say why, so that the others can follow." in page.content.decode()
    sent = {"number": 1, "answer": "change", "words": "Her coat has a zip."}
    assert client_of(cast.family).post(path, sent).status_code == 302
    text = client_of(cast.therapist).get(reverse("goal_list", args=[goal.referral_id]))
    assert "“Her coat has a zip.”" in text.content.decode()
    assert "waiting for the pediatrician and the therapist" in text.content.decode()


def test_a_goal_of_another_referral_is_not_found(
    cast: Any, client_of: Door, goal: Goal, evaluated: Referral
) -> None:
    for name in ("detail", "edit", "answer", "end", "rate", "performance"):
        path = reverse(f"goal_{name}", args=[evaluated.pk, new_id()])
        door = client_of(cast.family if name == "performance" else cast.therapist)
        assert door.get(path).status_code == 404, name


def test_a_page_opened_before_the_end_is_told_so(
    cast: Any, client_of: Door, agreed_goal: Goal
) -> None:
    end = {"edition": agreed_goal.edition, "outcome": "retired", "reason": "She has zips now."}
    assert client_of(cast.therapist).post(at("goal_end", agreed_goal), end).status_code == 302
    late = client_of(cast.colleague).post(at("goal_end", agreed_goal), end)
    assert late.status_code == 409
    rated = client_of(cast.family).post(at("goal_rate", agreed_goal), a_rating())
    assert rated.status_code == 409
    text = client_of(cast.family).get(at("goal_detail", agreed_goal)).content.decode()
    assert "She has zips now." in text


def test_a_parent_who_is_the_pediatrician_too_says_for_whom(
    cast: Any, client_of: Door, evaluated: Referral
) -> None:
    goal = proposed(evaluated, by=cast.therapist, at=timezone.now())
    guardian_of(evaluated.child, cast.practice_colleague, by=cast.pediatrician, at=timezone.now())
    door = client_of(cast.practice_colleague)
    page = door.post(at("goal_answer", goal), {"number": 1, "answer": "agree"})
    assert page.status_code == 422
    sent = {"number": 1, "answer": "agree", "party": "family"}
    assert door.post(at("goal_answer", goal), sent).status_code == 302
    assert goal.versions.get().positions.get(party="family").by == cast.practice_colleague


def test_a_late_answer_finds_the_referral_closed_and_keeps_what_was_typed(
    cast: Any, client_of: Door, goal: Goal
) -> None:
    close_referral(
        referral=Referral.objects.get(pk=goal.referral_id), move=Move.CLOSE_FAMILY_DECLINED,
        reason="They move away.", by=cast.therapist, at=timezone.now(),
    )  # fmt: skip
    path = at("goal_answer", goal)
    assert client_of(cast.family).get(path).status_code == 409
    sent = {"number": 1, "answer": "change", "words": "One more week."}
    page = client_of(cast.family).post(path, sent)
    assert page.status_code == 409
    assert "One more week." in page.content.decode()
    assert client_of(cast.family).get(at("goal_detail", goal)).status_code == 200
