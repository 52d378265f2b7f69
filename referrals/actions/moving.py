"""How does a referral move? Checked against the pathway, guarded against a faster hand, recorded once."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from referrals.access import Standing, may_act, may_move, who_can
from referrals.act import ACTS, Act
from referrals.models import Event, Referral, User
from referrals.models.record import NO_DUE_DATE
from referrals.pathway import MOVES, STAGES, STEPS, Move, Party, State, Step
from referrals.wording import moment

from .clock import due_on, local_date
from .owner import Answering, answerable
from .recording import record
from .refusal import Outrun, Refused
from .task import drop_tasks, reassign_tasks


def move_referral(
    referral: Referral,
    move: Move,
    *,
    by: User,
    at: datetime,
    version: int | None = None,
    due: date | None = None,
    owes: Step | None = None,
    team: Standing | None = None,
    answering: Answering | None = None,
    earlier: Iterable[Event] = (),
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> Referral:
    """Make one legal move and leave its event; the caller's transaction holds it all.

    `version` is the one the person saw; `due` replaces the clock (an appointment is
    due on its day); `owes` is the next step where it is not the state's own; `team` is what
    `by` was found to be in this transaction, `answering` who was found to answer for a side; `earlier`
    is what happened just before and is not written yet; `changes` are further columns of the
    referral. Raises Refused when the person may not, Outrun when the referral has moved on meanwhile.
    """
    rule = MOVES[move]
    check_move(referral, move, by=by, version=version, team=team)
    for name, value in changes.items():
        setattr(referral, name, value)
    to = rule.leads(State(referral.state))
    if to is not None:
        enter(referral, to, by=by, at=at, due=due, answering=answering)
        if STAGES[to].closing:
            drop_tasks(referral, by=by, at=at)
        elif owes is not None:
            owe(referral, owes, at=at, due=due)
    elif owes is not None:
        owe(referral, owes, at=at, due=due)
    if "therapist" in changes:
        reassign_tasks(referral, Party.THERAPIST, at=at)
    changes |= {name: getattr(referral, name) for name in _KEPT}
    write(referral, **changes)
    record(
        rule.event, child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        earlier=earlier, team=None if team is None else team.seats, **(data or {}),
    )  # fmt: skip
    return referral


_KEPT = (
    "state", "state_since", "is_open", "next_step", "next_due_on",
    "owner", "owner_organization", "loop", "reached",
)  # fmt: skip


def check_move(
    referral: Referral, move: Move, *, by: User, version: int | None, team: Standing | None = None
) -> None:
    """Refuse a move that is not theirs to make, or that no longer starts from here."""
    if not may_move(by, move, referral, team):
        raise Refused(who_can(move))
    stale = version is not None and version != referral.version
    if stale or referral.state not in MOVES[move].sources:
        raise Outrun(outrun_sentence(referral))


def check_act(referral: Referral, act: Act, *, by: User, team: Standing | None = None) -> None:
    """Refuse what is not theirs to do, or what the referral has no room for now.

    `team` is given where the door has just read it and a query counts.
    """
    if not may_act(by, act, referral, team):
        raise Refused(who_can(act))
    if referral.state not in ACTS[act].during:
        raise Outrun(outrun_sentence(referral))


def outrun_sentence(referral: Referral) -> str:
    label = gettext(STAGES[State(referral.state)].label).lower()
    return gettext(
        "This referral has changed since you opened it: it is now “{label}”. Nothing you wrote was lost or sent. Please look at it again."
    ).format(label=label)


def own_sentence(made: Event) -> str:
    """What is said to who sends again what they have sent, or something else in its place."""
    return gettext(
        "You did this yourself, {when}. If you typed something else since, that was not sent."
    ).format(when=moment(made.at))


def enter(
    referral: Referral, state: State, *, by: User, at: datetime, due: date | None,
    answering: Answering | None = None,
) -> None:  # fmt: skip
    """Set all that the state implies: step, owner, due date, and the marks of the loop."""
    stage = STAGES[state]
    if referral.state != state:
        referral.state, referral.state_since = state, at
    if stage.done is not None:
        marks = {k: v for k, v in referral.loop.items() if int(k) <= stage.done}
        today = local_date(at, referral.practice).isoformat()
        for number in range(1, stage.done + 1):
            marks.setdefault(str(number), [today, by.name])
        referral.loop = marks
        referral.reached = {number: on for number, (on, _) in marks.items()} | referral.reached
    owe(referral, told(referral, stage.owes), at=at, due=due, answering=answering)


def told(referral: Referral, step: Step) -> Step:
    """What is owed; nothing, where a referral ends that nobody was ever sent."""
    closing = STAGES[State(referral.state)].closing
    return Step.NONE if closing and referral.sent_at is None else step


def owe(
    referral: Referral, step: Step, *, at: datetime, due: date | None = None,
    answering: Answering | None = None,
) -> None:  # fmt: skip
    """Set the next step with its owner and due date; `Step.NONE` ends the referral."""
    referral.next_step = step
    referral.is_open = step is not Step.NONE
    if step is Step.NONE:
        referral.next_due_on = NO_DUE_DATE
        return
    referral.owner, referral.owner_organization = answerable(
        referral, STEPS[step].owner, at, answering=answering
    )
    if due is None:
        clock = clock_of(referral, step)
        if clock is None:
            raise ValueError(f"{step} has no clock: the move must say the date")
        due = due_on(clock, organization=referral.owner_organization, at=at)
    referral.next_due_on = due


def clock_of(referral: Referral, step: Step) -> str | None:
    """The clock on which this step of the referral is due; None where the move says the date."""
    owed = STEPS[step]
    urgent = referral.urgency == Referral.Urgency.URGENT
    return (owed.clock_urgent if urgent else None) or owed.clock


def write(referral: Referral, **columns: Any) -> None:
    """Write the columns if nobody wrote since the referral was read, and raise its version.

    One that was never kept is written whole, as it is: whoever sends what they have just typed.
    """
    if referral._state.adding:
        referral.save(force_insert=True)
        return
    written = Referral.objects.filter(pk=referral.pk, version=referral.version).update(
        **columns, version=referral.version + 1
    )
    if not written:
        raise Outrun(outrun_sentence(Referral.objects.get(pk=referral.pk)))
    referral.version += 1


def made_by(referral: Referral, move: Move, *, by: User, version: int | None) -> Event | None:
    """What this person did last with a referral, where it is this move, made of this version."""
    if version != referral.version - 1:
        return None
    last = Event.objects.filter(about=referral.pk).first()
    is_it = last is not None and last.kind == MOVES[move].event and last.by_id == by.pk
    return last if is_it else None


def repeated(referral: Referral, move: Move, *, by: User, version: int | None) -> bool:
    """Whether this is the second click of a move that the same person's first click has made."""
    return made_by(referral, move, by=by, version=version) is not None
