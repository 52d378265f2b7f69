"""Is a series planned, a visit noted in four taps and a line, and read at home the same day?"""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from referrals.models import Appointment, Rating, Referral, Session, User
from referrals.templatetags.care import visit_time
from tests.factories.goal import agreed
from tests.journeys.conftest import Enter


@pytest.fixture
def now() -> datetime:
    """Nine days back: therapy began the day before yesterday or so."""
    then = timezone.localtime() - timedelta(days=9)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


def test_from_the_series_to_the_note_that_the_family_reads(
    in_therapy: Referral,
    later: datetime,
    desk: Enter,
    phone: Enter,
    coordinator: User,
    therapist: User,
    pediatrician: User,
    family: User,
) -> None:
    for n in range(3):
        agreed(
            in_therapy, (therapist, pediatrician, family), wish=f"Wish {n}.",
            at=later + timedelta(hours=7, minutes=n),
        )  # fmt: skip
    day = timezone.localdate() + timedelta(days=1)
    office = desk(coordinator).opens(f"/referrals/{in_therapy.pk}/sessions/")
    office.follows("Plan visits").finds("Number of visits", "24")
    office.writes("First day", day.isoformat()).writes("Time of day", "09:15")
    office.page.get_by_label("Monday").uncheck(force=True)
    office.page.get_by_label("Thursday").uncheck(force=True)
    office.ticks(f"{day:%A}").writes("Number of visits", "6")
    office.presses("Book these visits").reads("Booked. The family and the therapist are told.")
    assert Appointment.objects.filter(purpose="therapy", status="booked").count() == 6

    mother = phone(family).reads("Your next visit").follows("All your visits").reads("Coming")

    # The day comes: the visit of tomorrow was an hour ago.
    began = timezone.now() - timedelta(hours=1)
    first = Appointment.objects.filter(purpose="therapy").order_by("starts_at")[0]
    Appointment.objects.filter(pk=first.pk).update(starts_at=began)

    ot = (
        desk(therapist)
        .opens(f"/referrals/{in_therapy.pk}/sessions/")
        .taps(re.compile(rf"^Attended ?: {when_of(first.pk)}$"))
    )
    ot.reads("The visit took place. Its note comes next.", "Note of the visit")
    for number, level in enumerate((-1, 0, -1, 1)):  # four taps
        goal = ot.page.locator(".goal-tap").nth(number)
        goal.locator(f".tap:has(input[value='{level}'])").click()
    ot.writes("What was done", "Buttons on the big board.")  # and a line
    ot.writes("What to practise at home", "Two buttons before breakfast.")
    ot.page.wait_for_timeout(2_500)
    expect(ot.page.locator("[data-saved]")).to_contain_text("Saved as a draft")
    ot.presses("Sign as Thea Marsh, OTR/L").reads(
        "Signed. The family can read what was done and what to practise."
    )
    assert Session.objects.get().status == "final"
    assert sorted(Rating.objects.values_list("level", flat=True)) == [-1, -1, 0, 1]
    ot.reads("Buttons on the big board.", within="The note")
    ot.goes_home().does_not_read("Finish the visit notes")

    mother.opens(f"/referrals/{in_therapy.pk}/sessions/").reads(
        "Buttons on the big board.", "Two buttons before breakfast.", "You were there"
    )
    mother.does_not_read("−1", "Less than expected")
    mother.opens(f"/referrals/{in_therapy.pk}/sessions/{first.pk}/").reads("What we did")


def when_of(key: object) -> str:
    return visit_time(Appointment.objects.select_related("organization").get(pk=key))  # type: ignore[arg-type]
