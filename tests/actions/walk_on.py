"""What must hold of one referral after every act, from the signed evaluation on?"""

from datetime import datetime
from typing import Any

from django.db import connection

from referrals.act import Duty
from referrals.actions.signing import standing
from referrals.models import (
    Discharge,
    Evaluation,
    Goal,
    GoalVersion,
    Membership,
    Notice,
    Performance,
    Plan,
    PlanGoal,
    Position,
    Prescription,
    Rating,
    Referral,
    Task,
)
from referrals.models.record import NO_DUE_DATE
from referrals.pathway import STAGES, STEPS, Party, State, Step
from tests.actions.walk_end import check_end

SIGNED = (Evaluation, Plan, Prescription, Discharge)
TABLES = (
    Referral, *SIGNED, PlanGoal, Goal, GoalVersion, Position, Rating, Performance, Task,
)  # fmt: skip


class Lies:
    """Looks for a signature or an agreement that is none; remembers what was signed and locked."""

    at: datetime
    seen: set[State]

    def __init__(self) -> None:
        super().__init__()
        self.frozen: dict[Any, dict[str, Any]] = {}
        self.locked: dict[Any, list[Any]] = {}

    def look(self, referral: Referral) -> None:
        self.seen.add(State(referral.state))
        if referral.state == State.DISCHARGED:
            check_end(referral)
        else:
            self._owed(referral)
            self._awaited(referral)
            assert standing(referral.discharges) is None
            assert (referral.closed_at, referral.acknowledged_at) == (None, None)
        for table in SIGNED:
            self._documents(list(table.objects.filter(referral=referral).order_by("number")))
        for one in referral.goals.all():
            self._agreement(one)
        current = standing(referral.plans)
        if referral.state == State.IN_THERAPY:
            assert referral.plans.filter(certified_at__isnull=False).exists()
        if referral.state == State.PLAN_ACKNOWLEDGED:
            assert (referral.next_step == Step.REVISE_PLAN) == (current.returned_at is not None)

    def _owed(self, referral: Referral) -> None:
        stage = STAGES[State(referral.state)]
        assert referral.is_open
        assert referral.next_due_on < NO_DUE_DATE
        assert referral.next_step in (stage.owes, Step.REVISE_PLAN)
        assert STEPS[Step(referral.next_step)].owner in Party
        works = Membership.objects.live(self.at).filter(
            user=referral.owner_id, organization=referral.owner_organization_id
        )
        assert works.exists()
        assert len(referral.loop) == stage.done

    def _documents(self, versions: list[Any]) -> None:
        """Numbered without a gap, one standing, and never a word of a signed one changed."""
        assert [v.number for v in versions] == list(range(1, len(versions) + 1))
        assert sum(v.status == "final" for v in versions) <= 1
        for version in versions:
            if not version.is_draft:
                said = {**version.content, "signature": version.signature}
                assert self.frozen.setdefault(version.pk, said) == said

    def _agreement(self, one: Goal) -> None:
        """Agreed is what all three agree to as it is worded now, or what began without a word."""
        latest: dict[str, str] = {}
        for said in Position.objects.filter(version__goal=one, version__number=one.number).order_by(
            "at", "id"
        ):
            latest[said.party] = said.answer
        agreed = [latest.get(p) for p in ("pediatrician", "therapist", "family")] == ["agree"] * 3
        numbers = sorted(one.versions.values_list("number", flat=True))
        assert numbers == list(range(1, one.number + 1))
        if one.status == Goal.Status.ACTIVE:
            silent = {p for p in ("pediatrician", "therapist", "family") if p not in latest}
            assert agreed or set(one.started_without) >= silent
        if one.status == Goal.Status.PROPOSED:
            assert not agreed
        levels = one.versions.get(number=one.number).levels
        if one.agreed_at is not None:
            assert self.locked.setdefault(one.pk, levels) == levels

    def _awaited(self, referral: Referral) -> None:
        """Who has not answered a proposed goal is asked, and nobody who has answered all."""
        asked = set(
            referral.tasks.filter(duty=Duty.ANSWER_GOALS, is_open=True).values_list(
                "party", flat=True
            )
        )
        silent = set()
        for one in referral.goals.filter(status="proposed"):
            version = one.versions.get(number=one.number)
            said = set(version.positions.values_list("party", flat=True))
            silent |= {"pediatrician", "therapist", "family"} - said
        assert silent <= asked


def everything() -> list[Any]:
    found = []
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")  # noqa: S608
            found.append(cursor.fetchall())
        cursor.execute(f"SELECT count(*) FROM {Notice._meta.db_table}")  # noqa: S608
        found.append(cursor.fetchall())
    return found
