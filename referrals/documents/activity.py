"""What does a family hang on the wall: how is each home activity done?"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from referrals.models import Activity, Referral
from referrals.wording import later as _
from referrals.wording import like, telephone, typed_by

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

TITLE: Final = _("What we do at home")


def handout(referral: Referral, on: date) -> Document:
    """The activities of that day in big print, with their pictures. One query."""
    child = referral.child
    clinic = clinic_of(referral)
    active = list(
        referral.activities.filter(status=Activity.Status.ACTIVE).select_related("begun_by")
    )
    none = Section(
        gettext("Nothing at the moment"),
        (Paragraph(gettext("Your therapist will tell you more.")),),
    )
    therapist = Field(gettext("Your therapist"), str(referral.therapist or clinic))
    phone = (Field(gettext("Questions? Call"), telephone(clinic.phone)),) if clinic.phone else ()
    made = Document(
        title=TITLE,
        version=gettext("As of {on}").format(on=day(on)),
        marks=(),
        child=child.name,
        born=day(child.date_of_birth),
        facts=Fields((Field(gettext("For"), child.name), therapist, *phone)),
        places=places(referral)[:1],
        sections=tuple(_section(one, n) for n, one in enumerate(active, 1)) or (none,),
        signatures=(),
        footer=f"{TITLE}, {day(on)} · {clinic.name}",
        large=True,
    )
    return with_each_text(made, plain)


def _section(activity: Activity, number: int) -> Section:
    """Short enough to be read from the wall."""
    minutes, times, by = activity.minutes, activity.times_a_week, activity
    often = {1: gettext("Once a week"), 2: gettext("Twice a week"), 7: gettext("Every day")}.get(
        times, gettext("{n} times a week").format(n=times)
    )
    rows = [
        Field(
            gettext("How long"),
            ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes},
        ),
        Field(gettext("How often"), often),
        Field(gettext("When"), activity.get_routine_display()),
    ]
    if activity.materials:
        rows.append(Field(gettext("You need"), typed_by(activity.materials, by)))
    signs = (
        Field(gettext("Good looks like"), typed_by(activity.good_looks_like, by)),
        Field(gettext("Stop when"), typed_by(activity.stop_when, by)),
    )
    title = typed_by(activity.title, by)
    return Section(
        like(title, f"{number}. {title}"),
        (
            Paragraph(typed_by(activity.why, by)), *_picture(activity), Steps(tuple(typed_by(step, by) for step in activity.step_list)),
            Fields((*rows, *signs)),
        ),
    )  # fmt: skip


def _picture(activity: Activity) -> Iterator[Picture]:
    if not activity.picture:
        return
    address = reverse("activity_picture", args=[activity.referral_id, activity.pk])
    with activity.picture.open("rb") as file:
        yield Picture(activity.picture_shows, address, file.read())
