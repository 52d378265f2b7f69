"""What do the people of the story write to each other?"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from referrals.actions import message as messages
from referrals.models import Child, Scope, Thread, User
from referrals.models.record import new_id

from .stage import Facts, Stage
from .verbs import letter


@cache
def threads() -> list[dict[str, Any]]:
    told = tomllib.loads(Path(__file__).with_name("messages.toml").read_text("utf-8"))
    return list(told["thread"])


def talk(stage: Stage) -> None:
    """Thread by thread, message by message, each at its time."""
    for told in threads():
        child = Child.objects.select_related("practice").get(given_name=told["child"])
        first, *answers = told["messages"]
        thread = messages.start_thread(
            id=new_id(), child=child, subject=told["subject"],
            **_circle(stage, child, told["to"]), **_said(stage, first),
        )  # fmt: skip
        for answer in answers:
            _answer(stage, thread.pk, answer)


def _answer(stage: Stage, thread: UUID, told: Facts) -> None:
    # As each request reads it.
    found = Thread.objects.select_related("child").get(pk=thread)
    messages.send_message(id=new_id(), thread=found, **_said(stage, told))


def _circle(stage: Stage, child: Child, to: str) -> dict[str, Any]:
    if to not in stage.places:
        return {"audience": to}
    given = child.consents.filter(organization=stage.places[to])
    consent = next(one for one in given if Scope.MESSAGES in one.scopes)
    return {"audience": Thread.Audience.PARTNER, "consent": consent}


def _said(stage: Stage, told: Facts) -> dict[str, Any]:
    by: User = stage.people[told["by"]]
    files = [letter()] if told.get("letter") else []
    return {"words": told["words"], "by": by, "at": stage.when(told), "attachments": files}
