"""What can happen to one referral around the end of therapy, and what must hold once it ended?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from referrals.actions import closing, discharge
from referrals.actions.clock import local_date
from referrals.actions.signing import drafted, standing
from referrals.models import Goal, Referral, User
from referrals.models.record import new_id
from referrals.pathway import State, Step
from tests.discharge_stages import a_summary

PRACTICE = ("pediatrician", "practice_colleague")
OTS = ("therapist", "colleague")
OUTCOMES = ("met", "partly", "not_met")


class Ends:
    """Writing and signing the summary, taking note of it, amending it, and coming back."""

    at: datetime
    tries: int
    referral: Any
    _try: Callable[[str, str, tuple[str, ...], Callable[[User], Any]], None]

    def end_therapy(self, n: int) -> None:
        """Somebody does what is theirs to do next, once therapy may end."""
        referral = self.referral
        if referral.state == State.IN_THERAPY or drafted(referral.discharges):
            self.sum_up(who="colleague", n=n, good=True)
            self.sign_end(who="therapist")
        elif n % 4 == 0:
            self.sum_up(who="therapist", n=n, good=True)
        elif n % 4 == 1:
            self.take_note(who="family")
            self.take_note(who="pediatrician")
        else:
            self.come_back(who="pediatrician" if n % 2 else "therapist", good=True)

    @rule(n=st.integers(0, 11))
    def after_the_end(self, n: int) -> None:
        """Once therapy has ended, those who owe something do it, in one order or another."""
        if self.referral.state != State.DISCHARGED:
            return
        if n % 2:
            self.put_right(n=n)
        self.take_note(who="family")
        self.take_note(who="pediatrician")
        if n % 3:
            self.put_right(n=n)
        self.come_back(who="pediatrician", good=True)

    @rule(n=st.integers(0, 11))
    def put_right(self, n: int) -> None:
        """A therapist amends the summary, and signs it."""
        if self.referral.state == State.DISCHARGED:
            self.sum_up(who="colleague", n=n, good=True)
            self.sign_end(who="therapist")

    @rule(who=st.sampled_from(("therapist", "family", "stranger")), n=st.integers(0, 11),
          good=st.booleans())  # fmt: skip
    def sum_up(self, who: str, n: int, good: bool) -> None:
        referral = self.referral
        begun = drafted(referral.discharges)
        today = local_date(self.at, referral.clinic)
        outcomes = [
            {"goal": str(one.pk), "outcome": OUTCOMES[(n + i) % 3], "why": "So."}
            for i, one in enumerate(referral.goals.order_by("pk"))
        ]
        words = a_summary(
            told="Rosa." if good else "", summary=f"Told {self.tries}", ended_on=today,
            return_until=today + timedelta(days=9 * n), outcomes=outcomes,
        )  # fmt: skip
        self._try("sum_up", who, OTS, lambda by: discharge.draft_discharge(
            id=begun.pk if begun else new_id(), referral=referral, reason="A slip.", by=by,
            at=self.at, **words,
        ))  # fmt: skip

    @rule(who=st.sampled_from(("therapist", "pediatrician", "coordinator")))
    def sign_end(self, who: str) -> None:
        referral = self.referral
        begun = drafted(referral.discharges)
        if begun is not None and begun.replaces_id is not None:
            self._try("amend_end", who, OTS, lambda by: discharge.amend_discharge(
                discharge=begun, by=by, at=self.at
            ))  # fmt: skip
        else:
            self._try("discharge", who, OTS, lambda by: discharge.discharge_referral(
                referral=referral, by=by, at=self.at
            ))  # fmt: skip

    @rule(who=st.sampled_from(("family", "pediatrician", "other_family", "therapist")))
    def take_note(self, who: str) -> None:
        summary = standing(self.referral.discharges)
        if summary is not None:
            self._try("note_end", who, ("family",), lambda by: discharge.note_discharge(
                discharge=summary, by=by, at=self.at
            ))  # fmt: skip
        self._try("acknowledge", who, PRACTICE, lambda by: closing.acknowledge_referral(
            referral=self.referral, by=by, at=self.at
        ))  # fmt: skip

    @rule(who=st.sampled_from(("pediatrician", "colleague", "family", "admin")), good=st.booleans())
    def come_back(self, who: str, good: bool) -> None:
        summary = standing(self.referral.discharges)
        late = summary is None or summary.return_until < local_date(self.at, self.referral.clinic)
        able = (*PRACTICE, *OTS) if good and not late else ()
        self._try("reopen", who, able, lambda by: discharge.reopen_referral(
            referral=self.referral, reason="It shows again." if good else " ", by=by, at=self.at
        ))  # fmt: skip


def check_end(referral: Referral) -> None:
    """Ended is what one signed summary says, of every goal too; and nobody is left untold."""
    summary = standing(referral.discharges)
    assert summary.figures
    assert referral.closing_reason
    for row in summary.outcomes:
        goal = referral.goals.get(pk=row["goal"])
        assert (goal.status == Goal.Status.MET) == (row["outcome"] == "met")
        assert row["outcome"] == "met" or row["why"]
    assert referral.is_open == (referral.acknowledged_at is None)
    assert referral.next_step == (Step.ACKNOWLEDGE_CLOSING if referral.is_open else Step.NONE)
    owed = list(referral.tasks.filter(is_open=True).values_list("duty", "party"))
    assert owed == ([] if summary.family_noted_at else [("note_discharge", "family")])
