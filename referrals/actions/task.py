"""What is owed beside the next step: opened when it falls due to somebody, closed when it is done."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from referrals.act import DUTIES, Duty
from referrals.models import Referral, Task, User
from referrals.pathway import Party

from .clock import due_on, local_date
from .owner import Answering, answerable

#: What a family is owed about its papers, and a school's late answer, are owed also when care has ended.
OUTLIVING: Final = (Duty.ANSWER_CORRECTION, Duty.CHASE_RESULTS)


def open_task(
    referral: Referral,
    duty: Duty,
    *,
    about: UUID,
    at: datetime,
    party: Party | None = None,
    due: date | None = None,
    from_on: date | None = None,
    person: User | None = None,
) -> Task:
    """Say who owes this and by when; an open task of the same duty is brought up to date.

    `due` replaces the duty's clock, `from_on` is the first day on which it is shown, `person`
    owes it where it is somebody of that side other than usual.
    Raises Refused when the side that owes it has nobody left.
    """
    task = _owed(
        referral, duty, about=about, at=at, party=party, due=due, from_on=from_on, person=person
    )
    standing = Task.objects.filter(referral=referral, duty=duty, party=task.party, is_open=True)
    if standing.update(**{name: getattr(task, name) for name in _TOLD}):
        return standing.get()
    task.save(force_insert=True)
    return task


def open_first_tasks(
    referral: Referral,
    duties: Iterable[Duty],
    *,
    about: UUID,
    at: datetime,
    due: date,
    from_on: date,
    answering: Answering | None = None,
) -> None:
    """Say it of several duties of which none was ever open on this referral: one statement.

    `answering` is who was found to answer for a side in this transaction.
    """
    Task.objects.bulk_create(
        _owed(referral, duty, about=about, at=at, due=due, from_on=from_on, answering=answering)
        for duty in duties
    )


_TOLD: Final = ("about", "owner", "organization", "due_on", "from_on")


def _owed(
    referral: Referral, duty: Duty, *, about: UUID, at: datetime, party: Party | None = None,
    due: date | None = None, from_on: date | None = None, person: User | None = None,
    answering: Answering | None = None,
) -> Task:  # fmt: skip
    party = party or DUTIES[duty].owner
    owner, organization = (
        (None, None)
        if party is Party.FAMILY
        else answerable(referral, party, at, answering=answering)
    )
    place = organization or referral.clinic or referral.practice
    if due is None:
        clock = DUTIES[duty].clock
        assert clock is not None
        due = due_on(clock, organization=place, at=at)
    return Task(
        referral=referral, duty=duty, party=party, opened_at=at, about=about,
        owner=person or owner, organization=organization, due_on=due,
        from_on=from_on or local_date(at, place),
    )  # fmt: skip


def close_task(
    referral: Referral, duty: Duty, *, by: User, at: datetime, party: Party | None = None
) -> None:
    """The duty is done, or has become pointless; of one party, or of all."""
    of_party = {} if party is None else {"party": party}
    Task.objects.filter(referral=referral, duty=duty, is_open=True, **of_party).update(
        is_open=False, done_at=at, done_by=by
    )


def drop_tasks(referral: Referral, *, by: User, at: datetime) -> None:
    """The referral ended: nothing is owed beside the other side's taking note, and what outlives care."""
    Task.objects.filter(referral=referral, is_open=True).exclude(duty__in=OUTLIVING).update(
        is_open=False, done_at=at, done_by=by
    )


def reassign_tasks(referral: Referral, party: Party, *, at: datetime) -> None:
    """Another person now answers for this side: what it owes goes to them."""
    owner, organization = answerable(referral, party, at)
    Task.objects.filter(referral=referral, party=party, is_open=True).update(
        owner=owner, organization=organization
    )
