"""What does a family of the story do at home, and who answers it?"""

import io
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from referrals.actions import activity as activities
from referrals.actions import check_in, pause, practice
from referrals.actions.reaction import react
from referrals.models import Activity, Practice, Referral, User
from referrals.models.record import new_id

from .care import goal_named, therapy
from .months import only
from .stage import ZONE, Facts, Stage, working_day
from .verbs import Verb

# --- Home activities and practice -----------------------------------------------------------------


def _activity(referral: Referral, key: str) -> Activity:
    title = therapy()["activity"][key]["title"]
    return referral.activities.select_related("referral__child").get(title=title)


def _give(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    told = dict(therapy()["activity"][step["write"]])
    goals = [goal_named(referral, key) for key in told.pop("goals")]
    return activities.give_activity(
        id=new_id(), referral=referral, goals=goals, by=by, at=at, **told
    )


def _change_activity(
    stage: Stage, referral: Referral, step: Facts, by: User, at: datetime
) -> object:
    found = _activity(referral, step["activity"])
    return activities.change_activity(
        activity=found, edition=found.edition, goals=list(found.goals.all()), by=by, at=at,
        **{**{name: getattr(found, name) for name in Activity.CONTENT}, **step["changed"]},
    )  # fmt: skip


def _picture(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return activities.set_picture(
        activity=_activity(referral, step["activity"]), upload=_drawing(), shows=step["shows"],
        by=by, at=at,
    )  # fmt: skip


def _drawing() -> SimpleUploadedFile:
    """A coat with four buttons, drawn here: pictures of the story are as invented as its people."""
    sheet = Image.new("RGB", (640, 480), "#f6f3ec")
    pen = ImageDraw.Draw(sheet)
    pen.polygon([(220, 90), (420, 90), (520, 200), (460, 250), (430, 210), (430, 420), (210, 420), (210, 210), (180, 250), (120, 200)], fill="#0f6674")  # fmt: skip
    pen.line([(320, 90), (320, 420)], fill="#f6f3ec", width=4)
    for y in range(150, 400, 70):
        pen.ellipse([(328, y), (352, y + 24)], fill="#e9b44c")
    kept = io.BytesIO()
    sheet.save(kept, "PNG")
    return SimpleUploadedFile("coat.png", kept.getvalue(), "image/png")


def _remove_picture(
    stage: Stage, referral: Referral, step: Facts, by: User, at: datetime
) -> object:
    return activities.remove_picture(activity=_activity(referral, step["activity"]), by=by, at=at)


def _retire(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return activities.retire_activity(
        activity=_activity(referral, step["activity"]), reason=step["reason"], by=by, at=at
    )


def _practise(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> None:
    """Evenings of practice: so many a week, in turn, from one working day to another."""
    found = _activity(referral, step["activity"])
    first, last = (working_day(stage.today, step[name]) for name in ("since", "until"))
    words = dict(step.get("words", {}))
    told = 0
    for monday, times in zip(_mondays(first, last), cycle(step["weeks"]), strict=False):
        for day in _spread(monday, times):
            if not first <= day <= last:
                continue
            told += 1
            result = "not_today" if told % 11 == 0 else "partly" if told % 5 == 0 else "did"
            minutes = found.minutes + told % 4 if result == "did" and told % 3 == 0 else None
            practice.log_practice(
                id=new_id(), activity=found, result=result, minutes=minutes,
                word=words.get(str(told), ""), by=by,
                at=datetime.combine(day, time.fromisoformat(step["at_home"]), ZONE),
            )  # fmt: skip


def _mondays(first: date, last: date) -> list[date]:
    start = first - timedelta(days=first.weekday())
    return [start + timedelta(weeks=n) for n in range((last - start).days // 7 + 1)]


def _spread(monday: date, times: int) -> list[date]:
    """So many days of a week, spread over it: weekends first where there are few."""
    order = (0, 2, 5, 3, 6, 1, 4)
    return [monday + timedelta(days=n) for n in sorted(order[:times])]


def _last_practice(referral: Referral, step: Facts) -> Practice:
    entries = _activity(referral, step["activity"]).practices.filter(undone_at__isnull=True)
    return entries.select_related("activity__referral__child").order_by("-told_at")[0]


def _describe(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return practice.describe_practice(
        practice=_last_practice(referral, step), by=by, at=at, **only(step, "minutes", "word")
    )


def _undo_practice(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    """A tap too many, taken back."""
    tapped = practice.log_practice(
        id=new_id(), activity=_activity(referral, step["activity"]), result="did", by=by, at=at
    )
    return practice.undo_practice(practice=tapped, by=by, at=at + timedelta(minutes=1))


def _react(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return react(
        id=new_id(), practice=_last_practice(referral, step), by=by, at=at,
        **only(step, "sign", "words"),
    )  # fmt: skip


def _pause(stage: Stage, step: Facts) -> dict[str, Any]:
    return {
        "first_on": working_day(stage.today, step["first"]),
        "last_on": working_day(stage.today, step["last"]),
        "reason": step["reason"],
    }


def _ask_pause(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return pause.ask_pause(id=new_id(), referral=referral, by=by, at=at, **_pause(stage, step))


def _answer_pause(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    asked = referral.pauses.get(status="asked")
    return pause.answer_pause(
        pause=asked, agree=step["agree"], answer=step.get("answer", ""), by=by, at=at
    )


def _agree_pause(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return pause.agree_pause(
        id=new_id(), referral=referral, agreed_with=step["agreed_with"], by=by, at=at,
        **_pause(stage, step),
    )  # fmt: skip


# --- Questions ------------------------------------------------------------------------------------


def _ask(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    if "activity" in step:
        found = _activity(referral, step["activity"])
        return check_in.ask_therapist(id=new_id(), activity=found, text=step["text"], by=by, at=at)
    return check_in.check_in(id=new_id(), referral=referral, text=step["text"], by=by, at=at)


def _answer_check_in(
    stage: Stage, referral: Referral, step: Facts, by: User, at: datetime
) -> object:
    asked = referral.check_ins.filter(answered_at__isnull=True).earliest("asked_at")
    return check_in.answer_check_in(check_in=asked, answer=step["answer"], by=by, at=at)


AT_HOME: Final[Mapping[str, Verb]] = {
    "give_activity": _give,
    "change_activity": _change_activity,
    "set_picture": _picture,
    "remove_picture": _remove_picture,
    "retire_activity": _retire,
    "practise": _practise,
    "describe_practice": _describe,
    "undo_practice": _undo_practice,
    "react": _react,
    "ask_pause": _ask_pause,
    "answer_pause": _answer_pause,
    "agree_pause": _agree_pause,
    "check_in": _ask,
    "answer_check_in": _answer_check_in,
}  # fmt: skip
