"""Do all three meet over the progress: reported by one, read by the others, on every screen?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from referrals.models import Goal, Rating, Referral, Report, User
from tests.factories import practice_rows as made
from tests.journeys.conftest import Enter
from tests.journeys.visit import yesterday


@pytest.fixture
def now() -> datetime:
    """Eight days back, so that therapy began yesterday."""
    return yesterday()


@pytest.fixture
def practised(cast: Any, in_therapy: Referral) -> Referral:
    """Twelve weeks of ratings, practice and visits, with a pause in them."""
    now, today = timezone.now(), timezone.localdate()
    goal = Goal.objects.get()
    raters = (("therapist", cast.therapist), ("family", cast.family))
    Rating.objects.bulk_create(
        Rating(
            goal=goal, party=party, level=min(n // 2 - 2 + shift, 2), by=by, at=now,
            rated_on=today - timedelta(days=77 - 11 * n),
        )
        for n in range(8)
        for shift, (party, by) in enumerate(raters)
    )  # fmt: skip
    start = today - timedelta(days=80)
    coat = made.activity(in_therapy, by=cast.therapist, from_on=start, at=now)
    zips = made.activity(
        in_therapy, by=cast.therapist, from_on=start + timedelta(days=30), at=now, minutes=6,
        times_a_week=3, title="Zip race",
    )  # fmt: skip
    made.practised(
        coat, [start + timedelta(days=n) for n in range(80) if n % 3 and not 30 < n < 42],
        by=cast.family, at=now,
    )  # fmt: skip
    made.practised(
        zips, [start + timedelta(days=n) for n in range(42, 80, 3)], by=cast.family, at=now,
        minutes=9,
    )  # fmt: skip
    made.practised(
        zips, [start + timedelta(days=n) for n in range(50, 80, 6)], by=cast.family, at=now
    )
    made.practised(
        coat, [start + timedelta(days=45), start + timedelta(days=54)], by=cast.family, at=now,
        result="not_today",
    )  # fmt: skip
    made.paused(
        in_therapy, start + timedelta(days=31), start + timedelta(days=41), by=cast.family, at=now
    )
    made.visits(
        in_therapy, now - timedelta(hours=2), by=cast.therapist, attended=8, missed=1, by_family=1,
        by_clinic=1,
    )  # fmt: skip
    return in_therapy


def test_from_the_data_to_the_pediatrician_and_the_familys_phone(
    practised: Referral, desk: Enter, phone: Enter, therapist: User, pediatrician: User,
    family: User,
) -> None:  # fmt: skip
    ot = desk(therapist).reads("Goals rising", "this week").follows("Mina Fontaine")
    ot.follows("Goals, practice and visits").reads("T now", "Adherence", "Zip race", "Attendance")
    ot.follows("Write a report").reads("Counted for you", "Fastens 4 of 5 buttons")
    ot.writes("How it went", "She does four buttons on most mornings.").pauses("Saved as a draft")
    ot.page.reload()
    ot.finds("How it went", "She does four buttons on most mornings.")
    ot.writes("How the family sees it", "Calmer mornings.")
    ot.presses("Read and sign").reads("Say whether therapy goes on, changes or ends.")
    ot.follows("Go on writing").chooses("Recommendation", "Go on as planned")
    ot.writes("What comes next", "Zips, and the coat at school.").presses("Read and sign")
    ot.reads("Goal attainment", "Practice at home").presses("Sign as Thea Marsh, OTR/L")
    ot.reads("Signed. Now send it to the pediatrician.").follows("Send")
    ot.presses("Send the progress report").reads("Sent. The pediatrician and the family")

    doctor = desk(pediatrician).takes_up("Read the progress report")  # one click from home
    doctor.reads("She does four buttons on most mornings.", "T-score of all goals")
    doctor.presses("I have read it").reads("Thank you. The therapist sees that you have read it.")
    doctor.goes_home().does_not_read("Read the progress report")
    assert Report.objects.get().acknowledged_by == pediatrician

    mother = phone(family).follows("See every step").follows("Your goals and what you did at home")
    mother.reads("You practised on", "Your goals, step by step", "What you did at home")
    mother.does_not_read("T now", "Adherence")
    mother.follows("Reports from your therapist").opens(f"/referrals/{practised.pk}/reports/")
    at = f"/referrals/{practised.pk}/reports/{Report.objects.get().pk}/"
    mother.opens(at).reads("Calmer mornings.").does_not_read("Goal attainment")
    mother.opens(f"{at}print/").does_not_read("Goal attainment")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_progress_is_for_everybody(
    screen: str, scheme: str, practised: Referral, request: pytest.FixtureRequest,
    therapist: User, family: User, pediatrician: User,
) -> None:  # fmt: skip
    """Wide and small, light and dark."""
    enter = request.getfixturevalue(screen)
    at = f"/referrals/{practised.pk}/"
    ot = enter(therapist, color_scheme=scheme)
    for path in ("progress/", "reports/", "reports/write/", "goals/", ""):
        ot.opens(at + path)
    enter(family, color_scheme=scheme).opens(f"{at}progress/").opens(f"{at}reports/")
    enter(pediatrician, color_scheme=scheme).opens(f"{at}reports/acknowledge/")
    ot.opens(f"/children/{practised.child_id}/")
