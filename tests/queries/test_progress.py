"""Do the pages say the numbers of the worked cases, through the actions that record them?"""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from referrals.actions.closing import close_referral
from referrals.actions.goal import change_goal, end_goal
from referrals.actions.rating import rate_goal, rate_performance
from referrals.models import Goal, Referral
from referrals.models.record import new_id
from referrals.pathway import Move, Party
from referrals.queries.goal import differences, goals_of, listing, page
from referrals.queries.progress import Track, chart, marks_in, marks_of, tracks
from tests.factories.goal import agreed, proposed


@pytest.fixture
def at(later: datetime) -> datetime:
    return later + timedelta(days=1)


def aim(cast: Any, referral: Referral, at: datetime, weight: int = 1) -> Goal:
    """An agreed goal of this weight: importance times difficulty."""
    importance, difficulty = {
        1: (1, 1), 2: (2, 1), 3: (3, 1), 4: (2, 2), 6: (3, 2), 9: (3, 3),
    }[weight]  # fmt: skip
    trio = [cast.therapist, cast.family, cast.pediatrician]
    return agreed(referral, trio, at=at, importance=importance, difficulty=difficulty)


def rate(goal: Goal, by: Any, at: datetime, level: int, days: int = 0) -> None:
    on = at + timedelta(days=days)
    rate_goal(id=new_id(), goal=goal, level=level, rated_on=on.date(), by=by, at=on)


def tell(goal: Goal, by: Any, at: datetime, well: int, happy: int, days: int = 0) -> None:
    on = at + timedelta(days=days)
    rate_performance(
        id=new_id(), goal=goal, performance=well, satisfaction=happy, rated_on=on.date(), by=by,
        at=on,
    )  # fmt: skip


def read(referral: Referral, **more: Any) -> Any:
    return listing(referral, **({"for_family": False, "sides": ()} | more))


@pytest.mark.parametrize(
    ("weights", "levels", "expected"),
    [
        ([3, 2, 1], [1, 0, -1], 54.4065),
        ([1, 1, 1, 1, 1], [-1, -1, 0, 0, -1], 40.95466),
        ([1, 1, 1], [1, 1, 1], 63.69306),
        ([6, 6, 6], [1, 1, 1], 63.69306),
        ([9, 4, 1], [0, 0, 0], 50.0),
        ([4], [2], 70.0),
    ],
)
def test_the_worked_cases_come_out_of_what_is_recorded(
    weights: list[int], levels: list[int], expected: float, cast: Any, evaluated: Referral,
    at: datetime,
) -> None:  # fmt: skip
    for weight, level in zip(weights, levels, strict=True):
        goal = aim(cast, evaluated, at, weight)
        rate(goal, cast.therapist, at, -2)
        rate(goal, cast.therapist, at, level, days=7)
    [score] = read(evaluated).scores
    assert score.rater == "Therapist"
    assert score.current == pytest.approx(expected, abs=5e-6 if expected != 54.4065 else 5e-5)
    assert score.rated == f"{len(levels)} of {len(levels)} goal{'s' * (len(levels) > 1)} rated"


def test_raters_are_kept_apart_and_an_unrated_goal_leaves_both_sums(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    one, two, three = (aim(cast, evaluated, at) for _ in range(3))
    for goal in (one, two, three):
        rate(goal, cast.therapist, at, 0)
    rate(one, cast.family, at, 1)
    proposed(evaluated, by=cast.family, at=at)
    assert [
        (s.rater, s.baseline, s.current, s.change, s.rated) for s in read(evaluated).scores
    ] == [
        ("Therapist", pytest.approx(22.6139, abs=1e-4), 50.0, "+27.4", "3 of 3 goals rated"),
        ("Family", 30.0, 60.0, "+30.0", "1 of 3 goals rated"),
    ]


def test_a_retired_goal_counts_no_longer_and_a_met_one_does(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    for outcome in ("met", "retired"):
        goal = aim(cast, evaluated, at)
        rate(goal, cast.therapist, at, 1)
        goal.refresh_from_db()
        end_goal(
            goal=goal, edition=goal.edition, outcome=outcome, reason="Because.",
            by=cast.therapist, at=at,
        )  # fmt: skip
    [score] = read(evaluated).scores
    assert (score.current, score.rated) == (60.0, "1 of 1 goal rated")


def test_no_rated_goal_gives_no_score_and_a_family_gets_none_at_all(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    goal = aim(cast, evaluated, at)
    assert read(evaluated).scores == []
    rate(goal, cast.therapist, at, 1)
    assert read(evaluated, for_family=True).scores == []


def test_the_familys_numbers_are_told_problem_by_problem_then_in_the_mean(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    for before, after in ((3, 6), (4, 7), (2, 4)):
        goal = proposed(evaluated, by=cast.family, at=at)
        tell(goal, cast.family, at, before, 5)
        tell(goal, cast.family, at, after, 5, days=30)
    told = read(evaluated).told
    assert [problem.changes for problem in told.problems] == [("+3", "0"), ("+3", "0"), ("+2", "0")]
    assert told.performance.mean == pytest.approx(2.667, abs=5e-4)
    assert (told.means, told.performance.important, told.mixed) == (("+2.7", "+0.0"), True, False)


def test_numbers_that_go_both_ways_are_said_to(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    for before, after in ((5, 7), (6, 5)):
        goal = proposed(evaluated, by=cast.family, at=at)
        tell(goal, cast.family, at, before, before)
        tell(goal, cast.family, at, after, before, days=30)
    told = read(evaluated).told
    assert [problem.changes[0] for problem in told.problems] == ["+2", "−1"]
    assert (told.mixed, told.performance.important) == (True, False)


def test_one_telling_is_no_change_yet(cast: Any, evaluated: Referral, at: datetime) -> None:
    tell(proposed(evaluated, by=cast.family, at=at), cast.family, at, 5, 5)
    assert read(evaluated).told is None


def test_a_goal_that_stands_still_is_flagged_for_the_rater_who_sees_it(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    goal = aim(cast, evaluated, at)
    for days in (0, 14, 28):
        rate(goal, cast.therapist, at, -1, days)
        rate(goal, cast.family, at, days // 14 - 2, days)
    [shown] = read(evaluated).goals
    assert shown.stand_still == ["therapist"]
    assert [(track.label, track.sign) for track in shown.tracks] == [
        ("Therapist", "−1"), ("Family", "0"),
    ]  # fmt: skip


def test_the_ladder_marks_the_start_the_goal_and_where_each_sees_the_child(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    goal = aim(cast, evaluated, at)
    rate(goal, cast.therapist, at, 0)
    rate(goal, cast.family, at, -1)
    [shown] = goals_of([evaluated.pk], for_family=True)[evaluated.pk]
    assert [(r.label, r.words, r.here) for r in shown.rungs] == [
        ("Much more than we hoped", "Fastens 5 of 5 buttons", []),
        ("More than we hoped", "Fastens 4 of 5 buttons", []),
        ("Our goal", "Fastens 3 of 5 buttons", ["Therapist"]),
        ("On the way", "Fastens 2 of 5 buttons", ["Family"]),
        ("Where we start", "Fastens 0 of 5 buttons", []),
    ]
    assert [(r.is_goal, r.is_start) for r in shown.rungs] == [
        (False, False), (False, False), (True, False), (False, False), (False, True),
    ]  # fmt: skip
    rate(goal, cast.pediatrician, at, 0)
    rate(goal, cast.family, at, 0)
    [shown] = goals_of([evaluated.pk], for_family=True)[evaluated.pk]
    assert shown.now == [("Pediatrician, therapist and family", "Fastens 3 of 5 buttons")]


def test_who_is_waited_for_is_said_and_who_reads_it_is_asked(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    proposed(evaluated, by=cast.therapist, at=at)
    [shown] = goals_of([evaluated.pk], for_family=True, sides=[Party.FAMILY])[evaluated.pk]
    assert (shown.awaited, shown.asks_you) == ("the pediatrician and the family", True)
    [shown] = goals_of([evaluated.pk], for_family=False, sides=[Party.THERAPIST])[evaluated.pk]
    assert shown.asks_you is False


def test_of_a_referral_that_ended_nobody_is_waited_for(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    proposed(evaluated, by=cast.therapist, at=at)
    close_referral(
        referral=evaluated, move=Move.CLOSE_FAMILY_DECLINED, reason="They move.",
        by=cast.therapist, at=at,
    )  # fmt: skip
    [shown] = goals_of([evaluated.pk], for_family=True, sides=[Party.FAMILY])[evaluated.pk]
    assert (shown.awaited, shown.asks_you) == ("", False)


def test_versions_say_what_changed_and_a_statement_made_of_the_parts_not_twice(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    goal = proposed(evaluated, by=cast.therapist, at=at)
    change_goal(
        goal=goal, number=1, reason="Snow.", how_well="4 of 5 buttons", by=cast.family, at=at
    )
    found = page(evaluated, goal.pk, for_family=False, sides=())
    assert found is not None
    read_page = found.made()
    assert [w.version.number for w in read_page.written] == [2, 1]
    assert read_page.written[0].changes == [("How well", "3 of 5 buttons", "4 of 5 buttons")]
    one, two = goal.versions.order_by("number")
    assert differences(two, one) == [("How well", "4 of 5 buttons", "3 of 5 buttons")]


def test_a_goal_of_another_referral_has_no_page(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    assert page(evaluated, new_id(), for_family=False, sides=()) is None


def test_ratings_are_read_in_the_order_of_their_days(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    goal = aim(cast, evaluated, at)
    rate(goal, cast.therapist, at, 0, days=5)
    tell(goal, cast.family, at, 3, 4, days=3)
    rate_goal(
        id=new_id(), goal=goal, level=-1, rated_on=at.date(), by=cast.family,
        at=at + timedelta(days=9),
    )  # fmt: skip
    marks = marks_of([goal.pk])
    assert [(m.kind, m.rater, m.value, m.satisfaction) for m in marks] == [
        ("level", "Family", -1, 0),
        ("performance", "Family", 3, 4),
        ("level", "Therapist", 0, 0),
    ]
    assert [track.label for track in tracks(marks)] == ["Therapist", "Family"]


def test_of_two_ratings_in_one_visit_the_later_counts_whatever_order_they_are_told_in() -> None:
    """The moments stand as each database writes them, in no order, one with a part of a second."""

    def told(
        level: int, at: str, key: str, visit: str | None = "v1", on: str = "2026-03-04"
    ) -> Any:
        return ["therapist", level, on, "", "en", visit, at, key]

    rows = [
        told(1, "2026-03-04 09:00:00.500000", "b"),
        told(0, "2026-03-04 09:00:00", "a"),
        told(-1, "2026-03-03T09:00:00+00:00", "c", None, "2026-03-03"),
        told(-2, "2026-03-03T09:00:00.25+00:00", "d", None, "2026-03-03"),
    ]
    for some in (rows[:2], rows[1::-1]):
        assert [mark.value for mark in marks_in([(new_id(), json.dumps(some), None)])] == [1]
    later = marks_in([(new_id(), json.dumps(rows[:1:-1]), None)])
    assert [mark.value for mark in later] == [-1, -2]


def test_the_chart_says_in_words_what_it_draws() -> None:
    days = [date(2026, 3, 2), date(2026, 4, 2), date(2026, 5, 2)]
    drawn = chart(
        [
            Track(Party.THERAPIST, list(zip(days, (-2, -1, 0), strict=True))),
            Track(Party.FAMILY, [(days[0], -2)]),
        ],
        -2,
    )
    assert drawn is not None
    assert drawn.sentence == (
        "Therapist: −2 at first, 0 now, 3 ratings; Family: −2 at first, −2 now, 1 rating"
    )
    assert [(sign, name) for _, sign, name in drawn.levels] == [
        ("−2", "start"), ("−1", ""), ("0", "goal"), ("+1", ""), ("+2", ""),
    ]  # fmt: skip
    # The names stand beside the lines, where no rating can lie on them.
    assert drawn.right + 60 < drawn.width
    assert [line.css for line in drawn.lines] == ["line-therapist", "line-family"]
    assert drawn.lines[0].points.startswith(f"{drawn.left},")
    assert drawn.lines[0].points.split()[-1].startswith(f"{drawn.right},")
    assert [on for _, _, on in drawn.days] == [days[0], days[-1]]
    assert chart([], -2) is None
