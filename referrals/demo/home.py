"""What can the story say about practice at home, and which action is that?"""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from referrals.actions import activity as activities
from referrals.actions import check_in as check_ins
from referrals.actions import pause as pauses
from referrals.actions.reaction import react
from referrals.clinical.activity_bank import ACTIVITIES
from referrals.models import Activity, Goal, Practice, Referral, User
from referrals.models.record import new_id

from .care import goal_of, said
from .stage import Facts, Stage, working_day
from .verbs import Verb


def _activity(referral: Referral, step: Facts) -> Activity:
    """The one that was begun with this entry of the bank."""
    return referral.activities.get(bank_code=step["activity"])


def _told(step: Facts) -> dict[str, Any]:
    return {name: value for name, value in said(step).items() if name not in ("activity", "goals")}


def _give(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    content = ACTIVITIES[step["activity"]].content | _told(step)
    goals: list[Goal] = [goal_of(referral, key) for key in step["goals"]]
    return activities.give_activity(
        id=new_id(), referral=referral, goals=goals, bank_code=step["activity"], by=by, at=at,
        **content,
    )  # fmt: skip


def _change(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    one = _activity(referral, step)
    return activities.change_activity(
        activity=one, edition=one.edition, goals=list(one.goals.all()), by=by, at=at, **_told(step)
    )


def _retire(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return activities.retire_activity(
        activity=_activity(referral, step), reason=step["reason"], by=by, at=at
    )


def _picture(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return activities.set_picture(
        activity=_activity(referral, step), upload=_button(), shows=step["shows"], by=by, at=at
    )


def _no_picture(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return activities.remove_picture(activity=_activity(referral, step), by=by, at=at)


def _button() -> SimpleUploadedFile:
    """A drawing of a coat button, as somebody might send it."""
    sheet = Image.new("RGB", (1200, 900), "#dcecee")
    pen = ImageDraw.Draw(sheet)
    pen.ellipse((330, 180, 870, 720), fill="#0e6577", outline="#0a4d5b", width=24)
    for x, y in ((530, 380), (670, 380), (530, 520), (670, 520)):
        pen.ellipse((x - 32, y - 32, x + 32, y + 32), fill="#dcecee")
    out = BytesIO()
    sheet.save(out, "PNG")
    return SimpleUploadedFile("button.png", out.getvalue(), "image/png")


def _days(stage: Stage, step: Facts) -> dict[str, Any]:
    """A pause as the story tells it: its days are counted from the day of the story."""
    days = {f"{name}_on": working_day(stage.today, step[name]) for name in ("first", "last")}
    return days | {n: v for n, v in said(step).items() if n not in ("first", "last")}


def _ask_pause(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    days = _days(stage, step)
    return pauses.ask_pause(id=new_id(), referral=referral, by=by, at=at, **days)


def _agree_pause(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    days = _days(stage, step)
    return pauses.agree_pause(id=new_id(), referral=referral, by=by, at=at, **days)


def _answer_pause(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    wish = referral.pauses.get(status="asked")
    return pauses.answer_pause(pause=wish, by=by, at=at, **said(step))


def _ask(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return check_ins.ask_therapist(
        id=new_id(), activity=_activity(referral, step), text=step["text"], by=by, at=at
    )


def _check_in(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return check_ins.check_in(id=new_id(), referral=referral, text=step["text"], by=by, at=at)


def _answer(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    asked = referral.check_ins.get(answered_at__isnull=True)
    return check_ins.answer_check_in(check_in=asked, answer=step["answer"], by=by, at=at)


def _react(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    """To the latest entry of that day or before."""
    latest = Practice.objects.filter(
        activity=_activity(referral, step), done_on__lte=at.date(), undone_at__isnull=True
    ).first()
    assert latest is not None, "the story reacts to what nobody practised"
    return react(id=new_id(), practice=latest, by=by, at=at, **_told(step))


HOME: Final[Mapping[str, Verb]] = {
    "give_activity": _give,
    "change_activity": _change,
    "retire_activity": _retire,
    "set_picture": _picture,
    "remove_picture": _no_picture,
    "ask_pause": _ask_pause,
    "answer_pause": _answer_pause,
    "agree_pause": _agree_pause,
    "ask_therapist": _ask,
    "check_in": _check_in,
    "answer_check_in": _answer,
    "react": _react,
}
