"""Whoever tries whatever at whichever moment: can a referral ever be lost, doubled or silenced?

Ten thousand tries at random on the way to the first visit and through every ending, each followed
by a look at all of it. What follows the visit has a walk of its own, `test_walk_on`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from referrals.access import children_visible_to, referrals_visible_to
from referrals.actions.guardian import add_guardian, change_guardian, invite_guardian
from referrals.actions.moving import repeated
from referrals.actions.refusal import Refused
from referrals.models import (
    Appointment,
    ContactAttempt,
    Event,
    Guardian,
    Membership,
    Notice,
    Prescription,
    Question,
    Referral,
    Seat,
    Task,
    User,
)
from referrals.models.record import NO_DUE_DATE
from referrals.pathway import CLOSING, MOVES, STAGES, STEPS, Move, Party, State, Step
from referrals.queries.home import open_at
from tests.actions.walk import ACTIONS, CLOSINGS, EVERYBODY, WHO, said
from tests.conftest import Cast
from tests.factories.person import UserFactory
from tests.factories.referral import draft_for

#: Near five thousand tries in all: so many walks of so many each, in rounds of so many examples.
WALKS, TRIES, EXAMPLES, STEPS_EACH, MOST = 4, 1_200, 10, 50, 12
#: Beyond the first visit: another walk.
LATER = {
    State.EVALUATED, State.PLAN_SHARED, State.PLAN_SENT, State.PLAN_ACKNOWLEDGED,
    State.IN_THERAPY, State.DISCHARGED,
}  # fmt: skip
HERE = set(State) - LATER
SIDEWAYS = {Move.POSTPONE, Move.HAND_OVER}
ENDINGS = CLOSINGS | {Move.DECLINE, Move.CANCEL, Move.MARK_ERROR}
#: Nothing but the state and the person decides these, when what is typed is right.
SIMPLE = {
    Move.SEND, Move.RECEIVE, Move.ASK, Move.ANSWER, Move.ACCEPT, Move.DECLINE, Move.CONTACT,
    Move.CANCEL_VISIT, Move.CLOSE_FAMILY_DECLINED, Move.CLOSE_NOT_ELIGIBLE, Move.CANCEL,
    Move.MARK_ERROR,
}  # fmt: skip
#: Where `everything` counts the events.
EVENTS = 7
FEW = st.integers(0, 11)
HOURS = st.integers(0, 30)


class Walk(RuleBasedStateMachine):
    """One child, its family, two clinicians a side, and everybody who has no business here."""

    cast: Cast
    people: dict[str, User]
    start: datetime
    tries = 0
    seen: set[str]
    made: set[Move]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at = self.start
        self.referrals: list[Any] = []
        self.known: list[Any] | None = None
        self.last: tuple[Any, Move, str, dict[str, Any], int] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize()
    def first(self) -> None:
        self._begin("pediatrician", "routine")

    # --- What can happen ------------------------------------------------------------------------

    @precondition(lambda self: len(self.referrals) < 12)
    @rule(urgent=st.booleans())
    def begin(self, urgent: bool) -> None:
        """Another one, when all but one have ended."""
        running = Referral.objects.filter(pk__in=self.referrals[-2:], closed_at=None).count()
        if running < 2:
            who = "practice_colleague" if len(self.referrals) % 3 else "pediatrician"
            self._begin(who, "urgent" if urgent else "routine")

    @rule(n=FEW, which=FEW, hours=HOURS)
    def go_on(self, n: int, which: int, hours: int) -> None:
        """Somebody does what is theirs to do, and does it right."""
        self._right(n, which, hours, SIDEWAYS | ENDINGS)

    @rule(n=FEW, which=FEW, hours=HOURS)
    def go_further(self, n: int, which: int, hours: int) -> None:
        self._right(n, which, hours, SIDEWAYS | ENDINGS | {Move.CONTACT, Move.ASK})

    @rule(n=FEW, which=FEW, hours=HOURS)
    def end(self, n: int, which: int, hours: int) -> None:
        early = self._chosen(which).state in (State.DRAFT, State.SENT)
        self._right(n, which, hours, SIDEWAYS | ENDINGS if early else set(ACTIONS) - ENDINGS)

    @rule(which=FEW, enough=st.booleans())
    def lose_sight(self, which: int, enough: bool) -> None:
        """The clinic tries and tries, and closes: too soon, or when it may."""
        referral = self._chosen(which)
        if referral.state not in MOVES[Move.CONTACT].sources:
            return
        for day in range(4 if enough else 2):
            self._pass(24 if day else 0)
            self._try(
                self._chosen(which), Move.CONTACT, "coordinator", good=True, n=day % 3, behind=0
            )
        typed = {"move": Move.CLOSE_UNREACHABLE, "reason": "Silence"}
        made = self._attempt(
            self._chosen(which), Move.CLOSE_UNREACHABLE, "coordinator", typed, None
        )
        assert made or not enough

    @rule(
        move=st.sampled_from(tuple(ACTIONS)), good=st.booleans(), n=FEW, which=FEW, hours=HOURS,
        behind=st.sampled_from((None, 0, 0, 1)),
    )  # fmt: skip
    def everybody_tries(
        self, move: Move, good: bool, n: int, which: int, hours: int, behind: int | None
    ) -> None:
        """One move, whether or not it starts from here, by each of the cast in turn."""
        self._pass(hours)
        for who in EVERYBODY[n:] + EVERYBODY[:n]:
            self._try(self._chosen(which), move, who, good=good, n=n, behind=behind)

    @rule(who=st.sampled_from(EVERYBODY), good=st.booleans(), n=FEW, which=FEW, hours=HOURS)
    def try_what_is_legal_here(self, who: str, good: bool, n: int, which: int, hours: int) -> None:
        """A move that starts from here, by anybody: the person decides."""
        self._pass(hours)
        referral = self._chosen(which)
        legal = [m for m in ACTIONS if referral.state in MOVES[m].sources]
        self._try(referral, legal[n % len(legal)], who, good=good, n=n, behind=0)

    @precondition(lambda self: self.last is not None)
    @rule()
    def click_again(self) -> None:
        """The same form a second time: told so, and taken for what it is."""
        assert self.last is not None
        pk, move, who, typed, version = self.last
        self.last = None
        made = self._attempt(Referral.objects.get(pk=pk), move, who, typed, version)
        assert made is False
        now = Referral.objects.get(pk=pk)
        if now.version == version + 1:
            assert repeated(now, move, by=self.people[who], version=version)

    # --- How it happens -------------------------------------------------------------------------

    def _begin(self, who: str, urgency: str) -> None:
        with self._clock():
            made = draft_for(
                self.cast.child, self.cast.clinic, by=self._person(who), at=self.at, urgency=urgency
            )
            self.referrals.append(made.pk)
            self.known = None
            self._look(made.pk)

    def _right(self, n: int, which: int, hours: int, but: set[Move]) -> None:
        self._pass(hours)
        referral = self._chosen(which)
        legal = [m for m in ACTIONS if referral.state in MOVES[m].sources and m not in but]
        if not legal:
            self.begin(urgent=bool(n % 2))
            return
        move = legal[n % len(legal)]
        visit = referral.appointments.filter(status="booked").first()
        if move is Move.MISS and visit is not None:
            self.at = max(self.at, visit.ends_at)
        self._try(referral, move, sorted(WHO[move])[n % len(WHO[move])], good=True, n=n, behind=0)

    def _pass(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    def _clock(self) -> time_machine.travel:
        return time_machine.travel(self.at, tick=False)

    def _person(self, who: str) -> User:
        # As each request reads them: nothing remembered of where they worked a moment ago.
        person = self.people[who]
        person.__dict__.pop("_live_memberships", None)
        return person

    def _chosen(self, which: int) -> Referral:
        return Referral.objects.select_related("child", "practice", "clinic").get(
            pk=self.referrals[-2:][which % 3 % len(self.referrals[-2:])]
        )

    def _try(
        self, referral: Referral, move: Move, who: str, *, good: bool, n: int, behind: int | None
    ) -> None:
        """One try; `behind` is by how many versions the page is stale, None for no version."""
        typed = said(move, referral, self.people, self.at, good=good, n=n)
        if typed is None:
            typed, good = said(move, referral, self.people, self.at, good=True, n=n), True
        if typed is None:
            return
        state, version = State(referral.state), referral.version
        shown = None if behind is None else version - behind
        made = self._attempt(referral, move, who, typed, shown)
        may = who in WHO[move] and state in MOVES[move].sources and behind in (None, 0)
        if move is Move.MARK_ERROR and who != "admin":
            # Only who wrote it: a colleague of the practice asks them, or an administrator.
            may = may and self.people[who].pk in (referral.author_id, referral.sent_by_id)
        if made:
            assert may
            assert good
            if shown is not None and move not in SIDEWAYS:
                self.last = (referral.pk, move, who, typed, version)
        elif move in SIMPLE and good and may:
            assert self._away(referral, who), f"{who} could not {move} what was {state}"

    def _away(self, referral: Referral, who: str) -> bool:
        """A clinic that declined, or has confirmed, reads on for a while and then is gone."""
        with self._clock():
            child = children_visible_to(self._person(who)).filter(pk=referral.child_id)
            return who != "admin" and not child.exists()

    def _attempt(
        self, referral: Referral, move: Move, who: str, typed: dict[str, Any], version: int | None
    ) -> bool:
        type(self).tries += 1
        by = self._person(who)
        with self._clock():
            before = self.known or everything()
            was, marks = State(referral.state), dict(referral.loop)
            self.known = None
            try:
                ACTIONS[move](referral=referral, by=by, at=self.at, version=version, **typed)
            except Refused:
                self.known = everything()
                assert before == self.known
                return False
            assert Event.objects.count() == before[EVENTS][0][0] + 1
            self.made.add(move)
            self._made(referral.pk, move, by, was, marks)
            self._look(referral.pk)
        return True

    # --- What must hold -------------------------------------------------------------------------

    def _made(self, pk: Any, move: Move, by: User, was: State, marks: dict[str, Any]) -> None:
        """What a move that was made must have done."""
        referral = Referral.objects.get(pk=pk)
        event = Event.objects.filter(about=pk).latest("id")
        assert (event.kind, event.by_id, event.at) == (MOVES[move].event, by.pk, self.at)
        assert was in MOVES[move].sources
        assert referral.state == (MOVES[move].to or was)
        told = set(
            Notice.objects.filter(key__startswith=f"{event.pk}:").values_list("to", flat=True)
        )
        assert by.pk not in told
        if move in ENDINGS:
            assert referral.loop == marks
            assert referral.author_id in told | {by.pk}
            assert referral.closing_reason.strip()
        for person in User.objects.filter(pk__in=told):
            assert referrals_visible_to(person).filter(pk=pk).exists(), (event.kind, person)

    def _look(self, pk: Any) -> None:
        """What must hold of a referral at every moment."""
        referral = Referral.objects.select_related("owner").get(pk=pk)
        state = State(referral.state)
        self.seen.add(state)
        stage = STAGES[state]
        done = [int(number) for number in sorted(referral.loop)]
        assert done == list(range(1, len(done) + 1))
        assert stage.done is None or len(done) == stage.done
        visits = list(referral.appointments.values_list("status", flat=True))
        assert visits.count("booked") == (state is State.SCHEDULED)
        assert "proposed" not in visits or state is State.CONTACTING
        waiting = referral.questions.filter(answered_at=None).count()
        assert waiting == 1 if state is State.INFO_NEEDED else waiting == 0 or state in CLOSING
        places = {Party.PEDIATRICIAN: referral.practice_id}
        if referral.is_open:
            assert referral.next_due_on < NO_DUE_DATE
            step = STEPS[Step(referral.next_step)]
            assert Step(referral.next_step) is stage.owes
            assert referral.owner_organization_id == places.get(step.owner, referral.clinic_id)
            works = Membership.objects.live(self.at).filter(
                user=referral.owner_id, organization=referral.owner_organization_id
            )
            assert works.exists()
            owner = User.objects.get(pk=referral.owner_id)
            assert referrals_visible_to(owner).filter(pk=pk).exists()
        else:
            assert state in CLOSING
            assert (referral.next_step, referral.next_due_on) == (Step.NONE, NO_DUE_DATE)
            assert referral.acknowledged_at is not None or referral.sent_at is None
        assert (state in CLOSING) == (referral.closed_at is not None)
        if state in CLOSING:
            assert not referral.tasks.filter(is_open=True).exists()
        if state is State.SCHEDULED:
            self._nobody_is_in_two_places()
        self._counted_by_those_who_read_it(referral)

    def _counted_by_those_who_read_it(self, referral: Referral) -> None:
        """The homes count what is under way at a place without asking for its seats."""
        with self._clock():
            for who, side in (("practice_colleague", "practice"), ("coordinator", "clinic")):
                person = self._person(who)
                own = [getattr(self.cast, side).pk]
                counted = {s: n for part in open_at(person, side, own) for s, n in numbers(part)}
                read = referrals_visible_to(person).filter(is_open=True, **{f"{side}__in": own})
                assert counted == dict(numbers(read))

    def _nobody_is_in_two_places(self) -> None:
        booked = Appointment.objects.filter(status="booked").order_by("therapist", "starts_at")
        for one, next_one in pairwise(booked):
            assert one.therapist_id != next_one.therapist_id or one.ends_at <= next_one.starts_at


def numbers(referrals: QuerySet[Referral]) -> Iterable[tuple[str, int]]:
    return referrals.order_by().values_list("state").annotate(n=Count("pk"))


def everything() -> list[Any]:
    """All rows that a move could touch, read as plainly as can be: it is read ten thousand times."""
    found = []
    with connection.cursor() as cursor:
        for model in (Referral, Appointment, ContactAttempt, Question, Seat, Task, Prescription):
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")  # noqa: S608
            found.append(cursor.fetchall())
        for model in (Event, Notice):
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")  # noqa: S608
            found.append(cursor.fetchall())
    return found


@pytest.fixture
def walk(cast: Cast, partner_seat: Seat, nobody: User, now: datetime) -> type[Walk]:
    """A fresh machine with the cast, and a grandmother who may look and not decide."""
    onlooker = UserFactory(email="onlooker@example.org")
    grandmother = add_guardian(
        child=cast.child, given_name="Inés", family_name="Vidal", relationship="grandparent",
        by=cast.pediatrician, at=now,
    )  # fmt: skip
    Guardian.objects.filter(pk=grandmother.pk).update(may_agree=False, may_share=False)
    grandmother.refresh_from_db()
    invite_guardian(guardian=grandmother, email=onlooker.email, by=cast.pediatrician, at=now)
    grandmother.refresh_from_db()
    change_guardian(guardian=grandmother, by=cast.admin, at=now)
    people = {name: getattr(cast, name) for name in EVERYBODY if hasattr(cast, name)}
    people |= {"onlooker": onlooker, "nobody": nobody}
    told = {"cast": cast, "people": people, "start": now, "tries": 0, "seen": set(), "made": set()}
    return type("Walk", (Walk,), told)


@pytest.mark.parametrize("number", range(WALKS))
def test_no_referral_is_lost_whatever_anybody_tries(walk: type[Walk], number: int) -> None:
    """Walks until enough was tried, every state was met, and every move made."""
    # Seeded round by round: the same walks on every machine, and no round a copy of the last,
    # which Hypothesis's own profile for CI would make of it.
    hypothesis_settings = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS_EACH, deadline=None, database=None,
        derandomize=False, suppress_health_check=list(HealthCheck), print_blob=True,
    )  # fmt: skip
    for turn in range(MOST):
        run_state_machine_as_test(seed(number * MOST + turn)(walk), settings=hypothesis_settings)
        if walk.tries >= TRIES and walk.seen >= HERE and walk.made >= set(ACTIONS):
            break
    assert walk.tries >= TRIES
    assert walk.seen == HERE
    assert walk.made == set(ACTIONS)
