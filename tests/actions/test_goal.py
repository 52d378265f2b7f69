"""Do the three come to a goal that each of them agreed to as it stands, and to no other?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.goal import (
    agreed_by_all,
    change_goal,
    end_goal,
    propose_goal,
)
from referrals.actions.guardian import change_guardian
from referrals.actions.starting import begin_goal
from referrals.models import Goal, Position, Referral
from referrals.models.record import new_id
from tests.factories.goal import a_goal, agreed, answer, levels, owing, proposed, stand

from .outcome import kinds, outrun, refused, told

WEEK = timedelta(days=7)


@pytest.fixture
def at(later: datetime) -> datetime:
    return later + timedelta(days=1)


@pytest.fixture
def goal(cast: Any, evaluated: Referral, at: datetime) -> Goal:
    """The therapist's proposal."""
    return proposed(evaluated, by=cast.therapist, at=at)


@pytest.fixture
def agreed_goal(cast: Any, evaluated: Referral, at: datetime) -> Goal:
    return agreed(evaluated, [cast.therapist, cast.family, cast.pediatrician], at=at)


# --- Proposing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "others"),
    [
        ("therapist", ["family", "pediatrician"]),
        ("family", ["pediatrician", "therapist"]),
        ("pediatrician", ["family", "therapist"]),
    ],
)
def test_whoever_proposes_agrees_and_the_other_two_are_asked(
    who: str, others: list[str], cast: Any, evaluated: Referral, at: datetime
) -> None:
    goal = proposed(evaluated, by=getattr(cast, who), at=at)
    assert stand(goal) == {"pediatrician": None, "therapist": None, "family": None} | {who: "agree"}
    assert owing(evaluated) == others
    assert (goal.status, goal.proposed_as) == ("proposed", who)
    assert kinds(evaluated.pk)[-1] == "goal_proposed"
    names = {"pediatrician": "Ada", "therapist": "Thea", "family": "Rosa"}
    assert told("goal_proposed") == sorted(names[other] for other in others)


def test_the_sentence_is_made_of_the_parts_unless_somebody_words_it(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    made = proposed(evaluated, by=cast.family, at=at)
    own = proposed(evaluated, by=cast.family, at=at, statement="Mina and her jacket.")
    assert made.versions.get().statement.endswith(
        "Mina will fasten the buttons of her jacket, standing, before leaving the house, "
        "3 of 5 buttons."
    )
    assert own.versions.get().statement == "Mina and her jacket."


@pytest.mark.parametrize(
    ("field", "changes", "sentence"),
    [
        ("wish", {"wish": " "}, "Say in the family’s own words what is wished for."),
        ("baseline", {"baseline": ""}, "Say what the child does today."),
        ("domain", {"domain": "magic"}, "Choose the area of daily life."),
        ("importance", {"importance": 4}, "Choose 1, 2 or 3."),
        ("difficulty", {"difficulty": None}, "Choose 1, 2 or 3."),
        ("term", {"term": "soon"}, "Say whether the goal is long-term or short-term."),
        ("target_on", {"target_on": None}, "Choose a day to come, within two years."),
        ("levels", {"levels": levels()[:4]}, "A goal has five levels, from −2 to +2."),
        ("levels", {"levels": levels([0, 2, 2, 4, 5])}, "Levels −1 and 0 are both 2."),
        ("levels", {"levels": levels([0, 3, 2, 4, 5])}, "The amounts must rise"),
        ("levels", {"measure": ""}, "Say what is counted or measured"),
        ("levels", {"convention": "minus_one"}, "Level −1 is today, with 2"),
    ],
)
def test_what_is_no_goal_is_refused(
    field: str, changes: dict[str, Any], sentence: str, cast: Any, evaluated: Referral, at: datetime
) -> None:
    with refused(field, sentence):
        proposed(evaluated, by=cast.therapist, at=at, **changes)
    assert Goal.objects.count() == 0


@pytest.mark.parametrize("days", [-1, 0, 733])
def test_a_target_lies_ahead_within_two_years(
    days: int, cast: Any, evaluated: Referral, at: datetime
) -> None:
    with refused("target_on"):
        proposed(
            evaluated, by=cast.therapist, at=at, target_on=at.date() + timedelta(days=days)
        )  # fmt: skip


@pytest.mark.parametrize("who", ["coordinator", "stranger", "other_family", "partner", "admin"])
def test_nobody_else_proposes_or_answers(
    who: str, cast: Any, goal: Goal, evaluated: Referral, at: datetime
) -> None:
    person = getattr(cast, who)
    with refused(None, "Only the"):
        proposed(evaluated, by=person, at=at)
    with refused(None, "Only the"):
        answer(goal, person, at)


def test_an_adult_without_the_right_to_agree_does_not_agree(
    cast: Any, goal: Goal, guardian: Any, at: datetime
) -> None:
    type(guardian).objects.filter(pk=guardian.pk).update(may_agree=False)
    guardian.refresh_from_db()
    change_guardian(guardian=guardian, by=cast.admin, at=at)
    with refused(None, "Only the pediatrician or the therapist or the family can"):
        answer(goal, cast.family, at)
    assert stand(goal)["family"] is None


def test_a_goal_serves_one_of_this_child_that_was_not_retired(
    cast: Any, agreed_goal: Goal, evaluated: Referral, at: datetime
) -> None:
    met = end_goal(
        goal=agreed_goal, edition=agreed_goal.edition, outcome="met", reason="Every morning.",
        by=cast.therapist, at=at,
    )  # fmt: skip
    following = proposed(evaluated, by=cast.family, at=at, serves=met)
    assert following.serves == met
    end_goal(
        goal=following, edition=following.edition, outcome="retired", reason="She has zips.",
        by=cast.therapist, at=at,
    )  # fmt: skip
    with refused("serves"):
        proposed(evaluated, by=cast.family, at=at, serves=following)


def test_one_form_makes_one_goal_and_serves_nobody_else(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    form: dict[str, Any] = {"id": new_id(), "referral": evaluated, **a_goal(at)}
    first = propose_goal(**form, by=cast.family, at=at)
    assert propose_goal(**form, by=cast.family, at=at) == first
    with outrun("This form was already used."):
        propose_goal(**form, by=cast.therapist, at=at)
    assert kinds(evaluated.pk).count("goal_proposed") == 1


# --- Answering --------------------------------------------------------------------------------


def test_the_third_agreement_makes_it_a_goal_and_nobody_owes_anything(
    cast: Any, goal: Goal, evaluated: Referral, at: datetime
) -> None:
    first = answer(goal, cast.family, at)
    assert (first.status, owing(evaluated)) == ("proposed", ["pediatrician"])
    second = answer(goal, cast.pediatrician, at + WEEK)
    assert (second.status, second.agreed_at) == ("active", at + WEEK)
    assert agreed_by_all(second)
    assert owing(evaluated) == []
    assert kinds(evaluated.pk)[-2:] == ["goal_answered", "goal_agreed"]


def test_a_party_owes_until_it_has_answered_every_goal(
    cast: Any, goal: Goal, evaluated: Referral, at: datetime
) -> None:
    second = proposed(evaluated, by=cast.therapist, at=at, domain="play")
    answer(goal, cast.family, at)
    assert owing(evaluated) == ["family", "pediatrician"]
    answer(second, cast.family, at)
    assert owing(evaluated) == ["pediatrician"]


@pytest.mark.parametrize(
    ("says", "asked"), [("change", "Say what should change"), ("decline", "Say why")]
)
def test_who_does_not_agree_says_so_in_words_and_the_therapist_owes_a_way_on(
    says: str, asked: str, cast: Any, goal: Goal, evaluated: Referral, at: datetime
) -> None:
    with refused("words", asked):
        answer(goal, cast.family, at, says)
    answer(goal, cast.family, at, says, words="Her coat has a zip.")
    answer(goal, cast.pediatrician, at)
    assert stand(goal)["family"] == says
    assert (Goal.objects.get().status, owing(evaluated)) == ("proposed", ["therapist"])


def test_an_unknown_answer_is_refused(cast: Any, goal: Goal, at: datetime) -> None:
    with refused("answer"):
        answer(goal, cast.family, at, "perhaps")


def test_an_answer_is_to_the_version_that_was_shown(cast: Any, goal: Goal, at: datetime) -> None:
    change_goal(goal=goal, number=1, reason="Snow.", how_well="4 of 5", by=cast.therapist, at=at)
    with outrun("You were shown version 1; version 2 stands now."):
        answer(goal, cast.family, at, number=1)
    assert stand(Goal.objects.get())["family"] is None


def test_taking_an_agreement_back_reopens_the_goal_with_its_levels_locked(
    cast: Any, agreed_goal: Goal, evaluated: Referral, at: datetime
) -> None:
    back = answer(agreed_goal, cast.family, at, "decline", words="It is too much now.")
    assert (back.status, owing(evaluated)) == ("proposed", ["therapist"])
    assert back.is_locked
    assert answer(back, cast.family, at + WEEK).status == "active"


def test_two_clicks_are_one_answer(
    cast: Any, goal: Goal, evaluated: Referral, at: datetime
) -> None:
    for _ in range(2):
        answer(goal, cast.family, at)
    assert Position.objects.filter(party="family").count() == 1
    assert kinds(evaluated.pk).count("goal_answered") == 1


# --- Changing ---------------------------------------------------------------------------------


def test_a_change_voids_every_agreement_but_the_writers(
    cast: Any, agreed_goal: Goal, evaluated: Referral, at: datetime
) -> None:
    changed = change_goal(
        goal=agreed_goal, number=1, reason="The coat is new.", conditions="at the door",
        by=cast.family, at=at,
    )  # fmt: skip
    assert (changed.number, changed.status) == (2, "proposed")
    assert stand(changed) == {"pediatrician": None, "therapist": None, "family": "agree"}
    assert owing(evaluated) == ["pediatrician", "therapist"]
    assert "at the door" in changed.versions.get(number=2).statement
    assert kinds(evaluated.pk)[-1] == "goal_changed"
    assert told("goal_changed") == ["Ada", "Thea"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("levels", levels([0, 1, 2, 3, 4])), ("measure", "zips"), ("convention", "minus_one"),
        ("importance", 3), ("difficulty", 1), ("baseline", "She fastens none."),
    ],
)  # fmt: skip
def test_what_an_agreed_goal_is_measured_by_never_changes(
    field: str, value: Any, cast: Any, agreed_goal: Goal, goal: Goal, at: datetime
) -> None:
    change: Any = {"number": 1, "reason": "Easier.", "by": cast.therapist, "at": at, field: value}
    with refused(field, "what it is measured by can no longer change"):
        change_goal(goal=agreed_goal, **change)
    if field != "convention":
        assert change_goal(goal=goal, **change).number == 2


def test_a_change_says_why_and_changes_something(cast: Any, goal: Goal, at: datetime) -> None:
    with refused("reason", "Say what you changed, and why."):
        change_goal(goal=goal, number=1, reason=" ", how_well="4 of 5", by=cast.family, at=at)
    with refused(None, "Nothing is different from version 1."):
        change_goal(goal=goal, number=1, reason="So.", by=cast.family, at=at)


def test_of_two_who_change_one_version_the_second_is_told(
    cast: Any, goal: Goal, at: datetime
) -> None:
    change_goal(goal=goal, number=1, reason="Snow.", how_well="4 of 5", by=cast.therapist, at=at)
    with outrun("version 2 stands now"):
        change_goal(goal=goal, number=1, reason="Sun.", how_well="2 of 5", by=cast.family, at=at)


# --- Ending, and beginning without a word ---------------------------------------------------------


def test_an_ended_goal_stays_as_it_is(
    cast: Any, agreed_goal: Goal, evaluated: Referral, at: datetime
) -> None:
    ended = end_goal(
        goal=agreed_goal, edition=agreed_goal.edition, outcome="met", reason="Every morning.",
        by=cast.therapist, at=at,
    )  # fmt: skip
    assert (ended.status, ended.ended_by, ended.ended_at) == ("met", cast.therapist, at)
    for late in (
        lambda: answer(ended, cast.family, at),
        lambda: change_goal(goal=ended, number=1, reason="x", who="M", by=cast.family, at=at),
        lambda: end_goal(
            goal=ended, edition=ended.edition, outcome="retired", reason="x", by=cast.colleague,
            at=at,
        ),
    ):  # fmt: skip
        with outrun("This goal has ended: it is met."):
            late()
    assert kinds(evaluated.pk).count("goal_ended") == 1


def test_ending_says_how_and_why_and_only_what_was_agreed_is_met(
    cast: Any, goal: Goal, at: datetime
) -> None:
    def end(by: Any = cast.therapist, **changes: Any) -> Goal:
        said = {"edition": goal.edition, "outcome": "retired", "reason": "She has zips."}
        return end_goal(goal=goal, by=by, at=at, **(said | changes))

    with refused(None, "Only the therapist can"):
        end(by=cast.family)
    with refused("reason"):
        end(reason=" ")
    with refused("outcome"):
        end(outcome="lost")
    with refused("outcome", "Only a goal that was agreed can be met."):
        end(outcome="met")
    with outrun("This goal has changed since you opened it."):
        end(edition=goal.edition + 1)
    assert end().status == "retired"
    assert owing(goal.referral) == []


def test_a_goal_of_therapy_begins_without_a_silent_party_after_its_time(
    cast: Any, in_therapy: Referral, at: datetime
) -> None:
    goal = proposed(in_therapy, by=cast.therapist, at=at, domain="play")
    answer(goal, cast.family, at)

    def begin(on: datetime, by: Any = cast.therapist, reason: str = "Called three times.") -> Goal:
        return begin_goal(goal=goal, number=1, reason=reason, by=by, at=on)

    with refused("without_pediatrician", "The pediatrician can answer until"):
        begin(at)
    late = at + timedelta(days=60)
    with refused("without_pediatrician", "Say why"):
        begin(late, reason=" ")
    with refused(None, "Only the therapist can"):
        begin(late, by=cast.family)
    begun = begin(late)
    assert (begun.status, begun.started_without) == (
        "active", {"pediatrician": "Called three times."}
    )  # fmt: skip
    assert begun.is_locked
    assert begin(late) == begun
    assert owing(in_therapy) == []
    assert kinds(in_therapy.pk).count("goal_begun") == 1
    assert answer(begun, cast.pediatrician, late).agreed_at == late


def test_nobody_who_disagreed_is_passed_over(cast: Any, in_therapy: Referral, at: datetime) -> None:
    goal = proposed(in_therapy, by=cast.therapist, at=at, domain="play")
    answer(goal, cast.family, at, "decline", words="Not now.")
    with refused(None, "Change the goal or retire it first."):
        begin_goal(
            goal=goal, number=1, reason="x", by=cast.therapist, at=at + timedelta(days=60)
        )  # fmt: skip
