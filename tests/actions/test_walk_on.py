"""Whoever signs, changes, answers or returns whatever at any moment: can an agreement or a signature lie?

Thousands of tries at random from the signed evaluation into therapy and through its renewals,
each followed by a look at every document, goal and task.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from referrals.actions import evaluation, goal, plan, prescription, rating
from referrals.actions.clock import local_date
from referrals.actions.refusal import Refused
from referrals.actions.signing import drafted, standing
from referrals.actions.starting import start_therapy
from referrals.models import (
    Event,
    Goal,
    Plan,
    Referral,
    User,
)
from referrals.models.record import new_id
from referrals.pathway import Party, State, Step
from tests.actions.walk_end import Ends
from tests.actions.walk_on import Lies, everything
from tests.conftest import Cast

PRACTICE = ("pediatrician", "practice_colleague")
OTS = ("therapist", "colleague")
ALL_THREE = (*PRACTICE, *OTS, "family")
EVERYBODY = (
    *ALL_THREE, "coordinator", "onlooker", "partner", "stranger", "stranger_pediatrician",
    "other_family", "admin",
)  # fmt: skip
SIDES = {
    "pediatrician": Party.PEDIATRICIAN, "practice_colleague": Party.PEDIATRICIAN,
    "therapist": Party.THERAPIST, "colleague": Party.THERAPIST, "family": Party.FAMILY,
}  # fmt: skip
TRIES, EXAMPLES, STEPS_EACH, MOST = 600, 8, 50, 16
#: All that a walk must have done before it may end.
DEEDS = frozenset(
    {
        "amend",
        "sign_amendment",
        "draft_plan",
        "sign_plan",
        "explain",
        "send",
        "certify",
        "return",
        "revise",
        "start",
        "prescribe",
        "propose",
        "change",
        "answer",
        "end",
        "rate",
        "perform",
    }
)
#: What is done once therapy may end.
AT_THE_END = frozenset({"sum_up", "discharge", "amend_end", "note_end", "acknowledge", "reopen"})
_PLANNED = {State.EVALUATED, State.PLAN_SHARED, State.PLAN_SENT, State.PLAN_ACKNOWLEDGED}
#: One walk sets out from the signed evaluation, one from therapy, by the fixtures of these names: what
#: each must have done and seen.
WALKS = {
    "evaluated": (DEEDS, _PLANNED | {State.IN_THERAPY}),
    "in_therapy": (AT_THE_END, {State.IN_THERAPY, State.DISCHARGED, State.EVALUATED}),
}  # fmt: skip
FEW = st.integers(0, 11)
WHO = st.sampled_from(EVERYBODY)


class WalkOn(Lies, Ends, RuleBasedStateMachine):
    """One referral whose evaluation is signed, and everybody of the cast."""

    people: dict[str, User]
    referral_id: Any
    start: datetime
    tries = 0
    done: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at = self.start
        self.known: list[Any] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # --- What can happen ------------------------------------------------------------------------

    @rule(n=FEW, days=st.integers(0, 9))
    def go_on(self, n: int, days: int) -> None:
        """Somebody does what is theirs to do next."""
        self.at += timedelta(days=days, hours=1)
        referral = self.referral
        standing_plan, begun = standing(referral.plans), drafted(referral.plans)
        if referral.state == State.DISCHARGED or (referral.state == State.IN_THERAPY and n > 5):
            self.end_therapy(n)
        elif begun is not None:
            self.write_plan(who="therapist", n=n, sign=True)
        elif standing_plan is None or self._worn(standing_plan) or self._past(standing_plan):
            self.write_plan(who="therapist", n=n, sign=False)
        elif standing_plan.explained_at is None:
            self.tell_plan(who="therapist", step="explain", good=True)
        elif standing_plan.sent_at is None:
            self.tell_plan(who="therapist", step="send", good=True)
        elif standing_plan.certified_at is None and standing_plan.returned_at is None:
            self.tell_plan(who="pediatrician", step="certify" if n % 3 else "return", good=True)
        elif referral.next_step == Step.REVISE_PLAN:
            self.tell_plan(who="therapist", step="revise", good=True)
        else:
            self.begin(who="therapist", good=True)

    def _past(self, standing_plan: Plan) -> bool:
        """The plan of a therapy that has ended: the child is back, and another is owed."""
        told = standing_plan.explained_at is not None
        return told and self.referral.state == State.EVALUATED

    def _worn(self, standing_plan: Plan) -> bool:
        """A plan in therapy that is to be renewed: it ends, or came back."""
        if self.referral.state != State.IN_THERAPY:
            return False
        return standing_plan.returned_at is not None or bool(self.at.day % 5 == 0)

    @rule(n=FEW)
    def agree(self, n: int) -> None:
        """Each of the three says yes to a goal; the first proposes one where there is none."""
        if not self.referral.goals.filter(status="proposed").exists():
            self.propose(who=ALL_THREE[n % 5], good=True, n=n)
        for who in ("pediatrician", "therapist", "family"):
            self.answer(who=who, n=n, answer="agree", behind=0)

    @rule()
    def correct(self) -> None:
        """A therapist amends the report, and signs it."""
        self.amend(who="colleague", good=True, sign=False)
        self.amend(who="therapist", good=True, sign=True)

    @rule(who=WHO, good=st.booleans(), sign=st.booleans())
    def amend(self, who: str, good: bool, sign: bool) -> None:
        if sign:
            self._try("sign_amendment", who, OTS, lambda by: evaluation.sign_evaluation(
                referral=self.referral, by=by, at=self.at
            ))  # fmt: skip
        else:
            self._try("amend", who, OTS if good else (), lambda by: evaluation.amend_evaluation(
                id=new_id(), referral=self.referral, reason="Heard more." if good else " ",
                by=by, at=self.at, history=f"Written {self.at}",
            ))  # fmt: skip

    @rule(who=WHO, n=FEW, sign=st.booleans())
    def write_plan(self, who: str, n: int, sign: bool) -> None:
        begun = drafted(self.referral.plans)
        if sign and begun is not None:
            edition = begun.edition - (n == 11)
            self._try("sign_plan", who, OTS if n != 11 else (), lambda by: plan.sign_plan(
                plan=begun, edition=edition, by=by, at=self.at
            ))  # fmt: skip
            return
        assert self.referral.clinic is not None
        today = local_date(self.at, self.referral.clinic)
        self._try("draft_plan", who, OTS, lambda by: plan.draft_plan(
            id=begun.pk if begun else new_id(), referral=self.referral, reason="Further.",
            by=by, at=self.at, therapy="individual", setting="clinic", visits=1 + n % 3,
            starts_on=today, review_on=today + timedelta(days=60), discharge_plan="When it works.",
        ))  # fmt: skip

    @rule(
        who=WHO, good=st.booleans(),
        step=st.sampled_from(("explain", "send", "certify", "return", "revise")),
    )  # fmt: skip
    def tell_plan(self, who: str, step: str, good: bool) -> None:
        told: dict[str, tuple[Callable[..., Any], tuple[str, ...], dict[str, Any]]] = {
            "explain": (plan.explain_plan, OTS, {
                "explained_to": "Rosa", "language": "English", "teach_back": "Yes." if good else "",
            }),
            "send": (plan.send_plan, OTS, {}),
            "certify": (plan.certify_plan, PRACTICE, {"prescribe": good}),
            "return": (plan.return_plan, PRACTICE, {"changes": "Less." if good else " "}),
            "revise": (plan.revise_plan, OTS, {"reason": "As asked." if good else ""}),
        }  # fmt: skip
        action, able, words = told[step]
        needs_words = step in ("explain", "return", "revise")
        self._try(step, who, able if good or not needs_words else (), lambda by: action(
            referral=self.referral, by=by, at=self.at, **words
        ))  # fmt: skip

    @rule(who=WHO, good=st.booleans())
    def begin(self, who: str, good: bool) -> None:
        """Therapy begins, with a reason for everybody who is silent or with none."""
        reasons = dict.fromkeys(("pediatrician", "therapist", "family"), "Silence.") if good else {}
        self._try("start", who, OTS, lambda by: start_therapy(
            referral=self.referral, reasons=reasons, by=by, at=self.at
        ))  # fmt: skip

    @rule(who=WHO, n=FEW)
    def prescribe(self, who: str, n: int) -> None:
        day = local_date(self.at, self.referral.practice)
        end = day + timedelta(days=30 * n - 20)
        self._try("prescribe", who, PRACTICE if n else (), lambda by: prescription.sign_prescription(
            id=new_id(), referral=self.referral, service="evaluate_and_treat", valid_from=day,
            valid_until=end, reason="On.", visits=1, per="week", minutes=45, weeks=12,
            by=by, at=self.at,
        ))  # fmt: skip

    @rule(who=WHO, good=st.booleans(), n=FEW)
    def propose(self, who: str, good: bool, n: int) -> None:
        if self.referral.goals.count() < 6:
            self._try("propose", who, ALL_THREE if good else (), lambda by: goal.propose_goal(
                id=new_id(), referral=self.referral, term="long", by=by, at=self.at,
                **self._wording(n, good=good),
            ))  # fmt: skip

    @rule(who=WHO, n=FEW, lock=st.booleans())
    def change(self, who: str, n: int, lock: bool) -> None:
        """Another wording, or another scale: which an agreed goal no longer takes."""
        chosen = self._goal(n)
        if chosen is None:
            return
        changed: dict[str, Any] = {"conditions": f"at school {self.tries}"}
        if lock:
            changed = {"levels": self._levels(self.tries % 7 + 2)}
        self._try("change", who, ALL_THREE, lambda by: goal.change_goal(
            goal=chosen, number=chosen.number - (n == 11), reason="Clearer.", by=by, at=self.at,
            **changed,
        ))  # fmt: skip

    @rule(
        who=WHO,
        n=FEW,
        answer=st.sampled_from(("agree", "change", "decline", "maybe")),
        behind=st.sampled_from((0, 0, 0, 1)),
    )
    def answer(self, who: str, n: int, answer: str, behind: int) -> None:
        chosen = self._goal(n)
        if chosen is None:
            return
        right = answer != "maybe" and not behind
        self._try("answer", who, ALL_THREE if right else (), lambda by: goal.answer_goal(
            goal=chosen, number=chosen.number - behind, answer=answer, words="Because.", by=by,
            at=self.at,
        ))  # fmt: skip

    @rule(who=WHO, n=FEW, met=st.booleans())
    def end(self, who: str, n: int, met: bool) -> None:
        chosen = self._goal(n)
        if chosen is None or n % 3:
            return
        self._try("end", who, OTS, lambda by: goal.end_goal(
            goal=chosen, edition=chosen.edition, outcome="met" if met else "retired",
            reason="So it is.", by=by, at=self.at,
        ))  # fmt: skip

    @rule(who=WHO, n=FEW, level=st.integers(-3, 3))
    def rate(self, who: str, n: int, level: int) -> None:
        chosen = self._goal(n)
        if chosen is None:
            return
        day = local_date(self.at, self.referral.practice)
        right = -2 <= level <= 2
        self._try("rate", who, ALL_THREE if right else (), lambda by: rating.rate_goal(
            id=new_id(), goal=chosen, level=level, rated_on=day, by=by, at=self.at
        ))  # fmt: skip
        self._try("perform", who, ("family",), lambda by: rating.rate_performance(
            id=new_id(), goal=chosen, performance=1 + n % 10, satisfaction=5, rated_on=day, by=by,
            at=self.at,
        ))  # fmt: skip

    # --- How it happens -------------------------------------------------------------------------

    @property
    def referral(self) -> Referral:
        return Referral.objects.select_related("child", "practice", "clinic").get(
            pk=self.referral_id
        )

    def _goal(self, n: int) -> Goal | None:
        goals = list(self.referral.goals.select_related("referral__child").order_by("pk"))
        return goals[n % len(goals)] if goals else None

    def _wording(self, n: int, *, good: bool) -> dict[str, Any]:
        day = local_date(self.at, self.referral.practice)
        return {
            "wish": f"Wish {self.tries}", "domain": "self_care", "who": "Mina",
            "does_what": "put on her boots", "conditions": "at the door",
            "how_well": "both boots", "statement": "By then, Mina will put on her boots.",
            "baseline": "None", "measure": "boots", "levels": self._levels(2 if good else 0),
            "convention": "minus_two", "importance": 1 + n % 3, "difficulty": 1 + n % 2,
            "target_on": day + timedelta(days=90),
        }  # fmt: skip

    def _levels(self, by: int) -> list[dict[str, Any]]:
        return [{"amount": by * n, "words": f"{by * n} boots"} for n in range(5)]

    def _try(
        self, deed: str, who: str, able: tuple[str, ...], action: Callable[[User], Any]
    ) -> None:
        """One try: who may not, or says it wrong, changes nothing; who does it leaves one event."""
        type(self).tries += 1
        person = self.people[who]
        person.__dict__.pop("_live_memberships", None)
        before, events = self.known or everything(), Event.objects.count()
        self.known = None
        try:
            action(person)
        except Refused:
            self.known = everything()
            assert before == self.known, f"{who} was refused to {deed}, and something changed"
            return
        made = Event.objects.count() - events
        if made == 0:
            assert before == everything(), f"{deed} changed something and left no event"
            return
        assert made == 1
        assert who in able, f"{who} could {deed}"
        self.done.add(deed)
        self.look(self.referral)


@pytest.fixture
def walk_on(
    cast: Cast, later: datetime, begins: str, request: pytest.FixtureRequest
) -> type[WalkOn]:
    referral: Referral = request.getfixturevalue(begins)
    assert referral.state == begins
    people = {name: getattr(cast, name) for name in EVERYBODY if hasattr(cast, name)}
    people["onlooker"] = cast.other_family
    told: dict[str, Any] = {
        "people": people, "referral_id": referral.pk,
        "start": max(later, referral.state_since) + timedelta(hours=1),
        "tries": 0, "done": set(), "seen": set(),
    }  # fmt: skip
    return type("WalkOn", (WalkOn,), told)


@pytest.mark.parametrize("begins", WALKS)
def test_no_signature_and_no_agreement_ever_lies(walk_on: type[WalkOn], begins: str) -> None:
    """Walks until enough was tried, and everything was done and every state seen."""
    hypothesis_settings = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS_EACH, deadline=None, database=None,
        derandomize=False, suppress_health_check=list(HealthCheck), print_blob=True,
    )  # fmt: skip
    deeds, states = WALKS[begins]
    for turn in range(MOST):
        run_state_machine_as_test(seed(turn)(walk_on), settings=hypothesis_settings)
        if walk_on.tries >= TRIES and walk_on.done >= deeds and walk_on.seen >= states:
            break
    assert walk_on.tries >= TRIES
    assert deeds - walk_on.done == set()
    assert states - walk_on.seen == set()
