"""What does the story tell of schools and programmes: what a family shares, what is asked, what is due?"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from referrals.actions import consent, programme, result
from referrals.documents.programme import content
from referrals.models import Child, Consent, Programme, ResultRequest, User
from referrals.models.record import new_id

from .papers import write
from .stage import Facts, Stage, working_day
from .verbs import letter


@dataclass
class Told:
    """What was said of one child so far, by the key that the story gives it."""

    stage: Stage
    child: Child
    consents: dict[str, Consent] = field(default_factory=dict)
    results: dict[str, ResultRequest] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)


@cache
def partners() -> list[Mapping[str, Any]]:
    told = tomllib.loads(Path(__file__).with_name("partners.toml").read_text("utf-8"))
    return list(told["with"])


def play_partners(stage: Stage) -> None:
    """After all children have come in: each step by who would take it, at its time."""
    for facts in partners():
        told = Told(stage, Child.objects.get(given_name=facts["child"]))
        for step in facts["steps"]:
            VERBS[step["do"]](told, step, stage.people[step["by"]], stage.when(step))


def _share(told: Told, step: Facts, by: User, at: datetime) -> None:
    told.consents[step["place"]] = consent.give_consent(
        id=new_id(), child=told.child, organization=told.stage.places[step["place"]],
        scopes=step["scopes"], purpose=step["purpose"],
        last_on=at.date() + timedelta(days=step["days"]), signed_name=by.name, by=by, at=at,
    )  # fmt: skip


def _close_share(told: Told, step: Facts, by: User, at: datetime) -> None:
    consent.revoke_consent(consent=told.consents[step["place"]], by=by, at=at)


def _ask(told: Told, step: Facts, by: User, at: datetime) -> None:
    told.results[step["key"]] = result.ask_result(
        id=new_id(), child=told.child, organization=told.stage.places[step["place"]],
        kinds=step["kinds"], words=step.get("words", ""), by=by, at=at,
    )  # fmt: skip


def _answer(told: Told, step: Facts, by: User, at: datetime) -> None:
    uploads = []
    if "file" in step:
        sheet = letter()
        sheet.name = step["file"]
        uploads = [sheet]
    result.answer_result(
        result=told.results[step["key"]], answer=step["answer"], uploads=uploads, by=by, at=at
    )


def _refuse(told: Told, step: Facts, by: User, at: datetime) -> None:
    result.refuse_result(result=told.results[step["key"]], reason=step["reason"], by=by, at=at)


def _withdraw(told: Told, step: Facts, by: User, at: datetime) -> None:
    result.withdraw_result(result=told.results[step["key"]], reason=step["reason"], by=by, at=at)


def _refer(told: Told, step: Facts, by: User, at: datetime) -> None:
    told.programmes[step["place"]] = programme.refer_programme(
        id=new_id(), child=told.child, place=told.stage.places[step["place"]],
        identified_on=at.date(), reason=step["reason"], asked=step["asked"],
        signs=step.get("signs", ()), by=by, at=at,
    )  # fmt: skip


def _note(told: Told, step: Facts, by: User, at: datetime) -> None:
    programme.note_programme(
        programme=told.programmes[step["place"]], step=step["step"], on=at.date(),
        eligible=step.get("eligible", True), by=by, at=at,
    )  # fmt: skip


def _except(told: Told, step: Facts, by: User, at: datetime) -> None:
    aimed_at = working_day(told.stage.today, step["until"])
    programme.except_programme(
        programme=told.programmes[step["place"]], reason=step["reason"], due_on=aimed_at, by=by, at=at
    )  # fmt: skip


def _close(told: Told, step: Facts, by: User, at: datetime) -> None:
    programme.close_programme(
        programme=told.programmes[step["place"]], outcome=step["outcome"], reason=step["reason"],
        by=by, at=at,
    )  # fmt: skip


def _letter(told: Told, step: Facts, by: User, at: datetime) -> None:
    sent = Programme.objects.select_related("child__practice", "place", "organization").get(
        pk=told.programmes[step["place"]].pk
    )
    holds = content(sent, told.consents[step["place"]], by=by, on=at.date())
    programme.send_letter(programme=sent, content=holds, by=by, at=at)


def _write(told: Told, step: Facts, by: User, at: datetime) -> None:
    newest = told.child.referrals.select_related("child__practice", "practice", "clinic")
    write(newest.latest("sent_at"), step, by, at)


VERBS: Final[Mapping[str, Callable[[Told, Facts, User, datetime], None]]] = {
    "share": _share, "close_share": _close_share, "ask": _ask, "answer": _answer,
    "refuse": _refuse, "withdraw": _withdraw, "refer": _refer, "note": _note, "except": _except,
    "close": _close, "letter": _letter, "write": _write,
}  # fmt: skip
