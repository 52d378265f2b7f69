"""What does a family hang on the wall: how is each home activity done?"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.urls import reverse

from referrals.models import Activity, Referral

from .document import (
    Document,
    Field,
    Fields,
    Paragraph,
    Picture,
    Section,
    Steps,
    plain,
    with_each_text,
)
from .head import clinic_of, day, places

TITLE: Final = "What we do at home"


def handout(referral: Referral, on: date) -> Document:
    """The activities of that day in big print, with their pictures. One query."""
    child = referral.child
    clinic = clinic_of(referral)
    active = list(referral.activities.filter(status=Activity.Status.ACTIVE))
    none = Section("Nothing at the moment", (Paragraph("Your therapist will tell you more."),))
    therapist = Field("Your therapist", str(referral.therapist or clinic))
    phone = (Field("Questions? Call", clinic.phone),) if clinic.phone else ()
    made = Document(
        title=TITLE,
        version=f"As of {day(on)}",
        marks=(),
        child=child.name,
        born=day(child.date_of_birth),
        facts=Fields((Field("For", child.name), therapist, *phone)),
        places=places(referral)[:1],
        sections=tuple(_section(one, n) for n, one in enumerate(active, 1)) or (none,),
        signatures=(),
        footer=f"{TITLE}, {day(on)} · {clinic.name}",
        large=True,
    )
    return with_each_text(made, plain)


def _section(activity: Activity, number: int) -> Section:
    """Short enough to be read from the wall."""
    minutes, times = activity.minutes, activity.times_a_week
    often = {1: "Once a week", 2: "Twice a week", 7: "Every day"}.get(
        times, f"{times} times a week"
    )
    rows = [
        Field("How long", f"{minutes} minute{'s' * (minutes != 1)}"),
        Field("How often", often),
        Field("When", activity.get_routine_display()),
    ]
    if activity.materials:
        rows.append(Field("You need", activity.materials))
    signs = (
        Field("Good looks like", activity.good_looks_like),
        Field("Stop when", activity.stop_when),
    )
    return Section(
        f"{number}. {activity.title}",
        (
            Paragraph(activity.why), *_picture(activity), Steps(tuple(activity.step_list)),
            Fields((*rows, *signs)),
        ),
    )  # fmt: skip


def _picture(activity: Activity) -> Iterator[Picture]:
    if not activity.picture:
        return
    address = reverse("activity_picture", args=[activity.referral_id, activity.pk])
    with activity.picture.open("rb") as file:
        yield Picture(activity.picture_shows, address, file.read())
