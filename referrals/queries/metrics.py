"""How does the product stand, in numbers that name nobody and no place? For who keeps it running."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Min, Q
from django.utils import timezone

from referrals.models import Concern, Heartbeat, Notice, Programme, Referral, Reminder, Task
from referrals.pathway import State

#: Each with the column that holds its due date.
_OWED: Final = (
    (Referral, "next_due_on"), (Concern, "next_due_on"), (Programme, "next_due_on"),
    (Task, "due_on"),
)  # fmt: skip
#: As `actions.notice` gives a notice up.
_ATTEMPTS: Final = 12


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number, or one for each value of its label."""

    name: str
    says: str
    label: str
    values: dict[str, float]


def gauges(at: datetime) -> Iterator[Gauge]:
    yield from _outbox(at)
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    ages = {name: max((at - when).total_seconds(), 0.0) for name, when in beats.items()}
    yield Gauge("ferry_heartbeat_age_seconds", "Since a process was last at work.", "process", ages)
    open_ones = Referral.objects.filter(is_open=True).values_list("state")
    counted = dict(open_ones.annotate(many=Count("pk")).order_by())
    states = {str(state): float(counted.get(state, 0)) for state in State}
    yield Gauge("ferry_referrals_open", "Open referrals by their state.", "state", states)
    today = timezone.localdate(at)
    late = {
        model._meta.model_name or "": float(
            model._default_manager.filter(is_open=True, **{f"{due}__lt": today}).count()
        )
        for model, due in _OWED
    }
    yield Gauge("ferry_overdue", "What is open and past its day.", "kind", late)
    raised = Reminder.objects.aggregate(
        **{level: Count("pk", filter=Q(level=level)) for level in Reminder.Level.values}
    )
    yield Gauge("ferry_reminders_raised", "Reminders raised so far.", "level", raised)


def _outbox(at: datetime) -> Iterator[Gauge]:
    """What waits because its hour has not come is not late; what nobody takes is."""
    unsent = Notice.objects.filter(
        sent_at__isnull=True, carried_by__isnull=True, to__is_active=True
    )
    given_up = Q(attempts__gte=_ATTEMPTS, handed_at__isnull=True)
    due = ~given_up & Q(not_before__lte=at)
    found = unsent.aggregate(
        waiting=Count("pk", filter=~given_up), due=Count("pk", filter=due),
        refused=Count("pk", filter=given_up), oldest=Min("not_before", filter=due),
        written=Min("created_at", filter=due),
    )  # fmt: skip
    since = max(found["oldest"], found["written"]) if found["due"] else at
    yield Gauge(
        "ferry_notices", "E-mails not sent: all that wait, those due now, those given up.", "which",
        {name: float(found[name]) for name in ("waiting", "due", "refused")},
    )  # fmt: skip
    age = max((at - since).total_seconds(), 0.0)
    yield Gauge(
        "ferry_notices_oldest_due_seconds", "How long the oldest due e-mail waits.", "", {"": age}
    )
