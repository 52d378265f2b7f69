"""Does a report begin with a sentence that is right, however many goals moved?"""

from datetime import timedelta

from referrals.actions.rating import rate_goal
from referrals.actions.report import start_of
from referrals.models import Goal
from referrals.models.record import new_id
from tests.factories.goal import agreed
from tests.stages import day_of

MONTH = timedelta(days=30)


def test_it_begins_with_how_many_goals_moved_in_a_sentence(in_therapy, cast, therapist, reporting):
    people = (cast.pediatrician, cast.therapist, cast.family)
    goals = [Goal.objects.get(), *(agreed(in_therapy, people, at=reporting) for _ in range(3))]
    at = reporting + timedelta(days=2)

    def told_after(levels):
        for goal, level in zip(goals, levels, strict=True):
            rate_goal(
                id=new_id(), goal=goal, level=level, rated_on=day_of(at, in_therapy), note="",
                by=therapist, at=at,
            )  # fmt: skip
        return start_of(in_therapy, reporting + MONTH)["summary"]

    assert told_after([-1, -2, -2, -2]) == "Of 4 goals: 1 moved up, 3 stayed where they were."
    assert told_after([-1, 0, 1, -2]) == "Of 4 goals: 3 moved up, 1 stayed where it was."
