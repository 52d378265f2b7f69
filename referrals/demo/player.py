"""How does the story in `families.toml` become a record? As in life: action by action, at told times.

People and places are made here; whatever is clinical is written by the actions, by the
accounts that would do it, so that the story can hold nothing the product would refuse.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from referrals.actions.child import change_child, register_child
from referrals.actions.concern import answer_concern, share_concern
from referrals.actions.feed import make_feed
from referrals.actions.guardian import add_guardian, change_guardian, invite_guardian
from referrals.actions.referral import draft_referral
from referrals.actions.reminder import raise_reminders
from referrals.actions.seat import index_everywhere
from referrals.models import (
    Child,
    ChildIdentifier,
    Concern,
    CourtLimit,
    Diagnosis,
    Guardian,
    Notice,
    OwnActivity,
    OwnGoal,
    OwnInstrument,
    OwnPayer,
    Referral,
    User,
)
from referrals.models.record import new_id

from .arrivals import play_arrivals
from .care import CARE, therapy
from .caseload import bring_list
from .evenings import AT_HOME
from .months import MONTHS
from .office import emergencies, office
from .papers import PAPERS
from .partners import play_partners
from .stage import DOMAIN, ZONE, Facts, Stage, born
from .talk import talk
from .verbs import VERBS as TO_THE_VISIT
from .year import people

PASSWORD: Final = "demo-only-password"  # noqa: S105 - known to all, refused outside DEMO


#: All that the story can say about a referral.
VERBS: Final = {**TO_THE_VISIT, **CARE, **MONTHS, **AT_HOME, **PAPERS}


def story() -> dict[str, Any]:
    """People, places and children of all files, those who went on to therapy last."""
    told = tomllib.loads(Path(__file__).with_name("families.toml").read_text("utf-8"))
    return told | {
        "person": [*told["person"], *people()],
        "child": [*told["child"], *therapy()["child"]],
    }


def accounts() -> list[tuple[str, str]]:
    """The accounts that can sign in, and what each of them shows."""
    return [
        (f"{person['key']}@{DOMAIN}", person["shows"])
        for person in story()["person"]
        if "shows" in person
    ]


def is_played() -> bool:
    return User.objects.filter(email=accounts()[0][0]).exists()


@transaction.atomic
def play(*, now: datetime) -> int:
    """Play the whole story as of `now`, or nothing of it; returns the number of children."""
    told = story()
    stage = Play(today=now.astimezone(ZONE).date())
    for facts in told["place"]:
        stage.place(facts)
    for model, kind in (
        (OwnActivity, "own_activity"), (OwnGoal, "own_goal"), (OwnPayer, "own_payer"),
        (OwnInstrument, "own_instrument"),
    ):  # fmt: skip
        for facts in told[kind]:
            stage.shelf(model, facts)
    hashed = make_password(PASSWORD)
    for facts in told["person"]:
        stage.person(facts, hashed)
    for facts in told["child"]:
        stage.child(facts)
    # What was overdue for long when the last working day began has risen since.
    brought = bring_list(stage)
    play_partners(stage)
    play_arrivals(stage)
    raise_reminders(at=stage.opening(-1))
    make_feed(with_names=False, by=stage.people["therapist"], at=stage.opening(-5))
    talk(stage)
    office(stage)
    emergencies(stage)
    # Their e-mails went out when they happened, weeks ago.
    Notice.objects.filter(sent_at__isnull=True).update(sent_at=F("created_at"))
    return len(told["child"]) + brought


@dataclass
class Play(Stage):
    """The stage, and how a child comes onto it with all that is told of it."""

    def child(self, facts: Facts) -> None:
        practice = self.places[facts.get("practice", "practice")]
        by = self.people[facts.get("by", "pediatrician")]
        known = (
            "given_name", "family_name", "name_used", "gestation_weeks", "gestation_days",
            "language_spoken", "language_written", "interpreter_needed", "precautions",
        )  # fmt: skip
        at = self.opening(facts["registered"])
        first, *others = facts["guardians"]
        child = register_child(
            id=new_id(),
            practice=practice,
            guardian=_adult(first),
            date_of_birth=born(self.today, facts["born"]),
            by=by,
            at=at,
            **{name: facts[name] for name in known if name in facts},
        )
        ChildIdentifier.objects.create(child=child, organization=practice, value=facts["number"])
        index_everywhere(child)
        self.guardian(first, child.guardians.get(), by)
        for other in others:
            added = add_guardian(
                child=child, by=by, at=self.opening(other["added"]), **_adult(other)
            )
            self.guardian(other, added, by)
        if "changed" in facts:
            self.change(child, facts["changed"])
        concerns = {told["key"]: self.concern(child, told) for told in facts.get("concerns", ())}
        written: dict[str, Referral] = {}
        for number, told in enumerate(facts.get("referral", ())):
            written[told.get("key", str(number))] = self.referral(child, told, concerns, written)

    def guardian(self, facts: Facts, guardian: Guardian, by: User) -> None:
        if "account" in facts:
            email = self.people[facts["account"]].email
            invite_guardian(
                guardian=guardian, email=email, by=by, at=self.opening(facts["invited"])
            )
        if "court_limit" in facts:
            limit = facts["court_limit"]
            at = self.opening(limit["since"])
            CourtLimit.objects.create(
                guardian=guardian, kind=limit["kind"], note=limit["note"], since=at.date()
            )
            change_guardian(guardian=guardian, by=self.people["admin"], at=at)

    def change(self, child: Child, told: Facts) -> None:
        fields = {name: value for name, value in told.items() if name not in ("day", "at", "by")}
        by, at = self.people[told["by"]], self.when(told)
        change_child(child=child, version=child.version, by=by, at=at, **fields)

    def concern(self, child: Child, told: Facts) -> Concern:
        shared = share_concern(
            id=new_id(),
            child=child,
            signs=told["signs"],
            words=told["words"],
            since_when=told["since_when"],
            setting=told["setting"],
            by=self.people[told["by"]],
            at=self.when(told),
        )
        if "answered" in told:
            said = told["answered"]
            answer_concern(
                concern=shared,
                answer=said["answer"],
                by=self.people[said["by"]],
                at=self.when(said),
            )
        return shared

    # --- Referrals ----------------------------------------------------------------------------

    def referral(
        self,
        child: Child,
        told: Facts,
        concerns: Mapping[str, Concern],
        earlier: Mapping[str, Referral],
    ) -> Referral:
        known = (
            "source", "intent", "urgency", "service", "signs", "question", "precautions", "screening",
        )  # fmt: skip
        by, at = self.people[told["written"]["by"]], self.when(told["written"])
        referral = draft_referral(
            id=new_id(),
            child=child,
            practice=child.practice,
            clinic=self.places[told["clinic"]],
            identified_on=at.date(),
            concern=concerns.get(told.get("concern", "")),
            follows=earlier.get(told.get("follows", "")),
            diagnoses=_diagnoses(told.get("diagnoses", ())),
            by=by,
            at=at,
            **{name: told[name] for name in known if name in told},
        )
        for step in told["steps"]:
            # As each request reads it: what the step before has moved is seen.
            referral = Referral.objects.select_related("child", "practice", "clinic").get(
                pk=referral.pk
            )
            VERBS[step["do"]](self, referral, step, self.people[step["by"]], self.when(step))
        return referral


def _adult(facts: Facts) -> dict[str, Any]:
    names = ("given_name", "family_name", "relationship", "phone", "contact_hidden")
    return {name: facts[name] for name in names if name in facts}


def _diagnoses(codes: Iterable[str]) -> list[Diagnosis]:
    found = Diagnosis.objects.in_bulk(list(codes))
    return [found[code] for code in codes]


def moments() -> Iterator[Facts]:
    """Every step of the story that moves a referral."""
    for child in story()["child"]:
        for referral in child.get("referral", ()):
            yield from referral["steps"]
