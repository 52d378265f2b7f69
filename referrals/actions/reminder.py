"""How is nobody left to find out by chance what is due, and how is a person told when they wish?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from referrals.clinical.clocks import CLOCKS, due_by
from referrals.models import ClockSetting, Notice, NoticePreference, Organization, Reminder, User
from referrals.models.notice import ANY_TIME
from referrals.models.record import risen
from referrals.notifications import remind

from .owing import SOURCES, Source, child_of, coordinators, owners, referral_of
from .recording import record

Level = Reminder.Level
SOON, RISE = "due_soon", "rise_to_coordinator"


@dataclass(frozen=True, slots=True)
class Window:
    """The places where it is the same day and these clocks run alike, and what that makes due."""

    places: QuerySet[Organization]
    zone: str
    today: date
    soon_until: date
    risen_by: date

    def levels(self, due: str) -> tuple[tuple[str, Q], ...]:
        """Each level, and the due dates that have reached it."""
        return (
            (Level.SOON, Q(**{f"{due}__gte": self.today, f"{due}__lte": self.soon_until})),
            (Level.OVERDUE, Q(**{f"{due}__lt": self.today})),
            (Level.RISEN, Q(**{f"{due}__lte": self.risen_by})),
        )

    @property
    def morning(self) -> datetime:
        return datetime.combine(self.today, time.min, ZoneInfo(self.zone))


def raise_reminders(*, at: datetime, most: int = 500) -> int:
    """Say of everything that is near, overdue or overdue for long that it is; returns how often.

    Each is said once, whoever runs this and how often: a row per thing, due date and level
    comes first. Each stands in a transaction of its own, so that a death in the middle leaves
    the rest to the next pass, which is also where what is beyond `most` waits.
    """
    raised = 0
    for window in _windows(at):
        for source in SOURCES:
            for level, reached in window.levels(source.due):
                found = _unsaid(source, level, window).filter(reached).order_by(source.due, "pk")
                for item in found[: max(most - raised, 0)]:
                    raised += _raise(source, item.pk, level, getattr(item, source.due), window, at)
    return raised


def risen_amiss(*, mend: bool) -> tuple[int, int]:
    """How many open rows have risen and do not say so, as where an older server raised their reminder, and
    how many say so though none was raised; `mend` puts them right.
    """
    lacking = left_over = 0
    rising: set[tuple[Any, str]] = {(source.model, source.due) for source in SOURCES}
    for model, due in rising:
        said = Reminder.objects.filter(
            level=Level.RISEN, about=OuterRef("pk"), due_on=OuterRef(due)
        )
        rows = model._default_manager.filter(is_open=True)
        half_said = Q()
        for name in model.AS_IT_RISES:
            half_said |= Q(**{f"{name}__isnull": True})
        silent = rows.filter(~risen(due) | half_said, Exists(said))
        wrong = rows.filter(risen(due), ~Exists(said))
        lacking += silent.update(risen_on=F(due), **_as_it_rises(model)) if mend else silent.count()
        left_over += wrong.update(risen_on=None) if mend else wrong.count()
    return lacking, left_over


def _as_it_rises(model: Any) -> dict[str, Subquery]:
    """What is kept of the rows of an update beside the day with which they rise."""
    own = model._default_manager.filter(pk=OuterRef("pk")).order_by()
    return {name: Subquery(own.values(path)) for name, path in model.AS_IT_RISES.items()}


@transaction.atomic
def set_preference(
    *, how: str, digest_at: time, quiet_from: time, quiet_until: time, time_zone: str,
    by: User, at: datetime,
) -> NoticePreference:  # fmt: skip
    """Told differently from now on, and so is what still waits. About nobody's record: no event."""
    chosen, _ = NoticePreference.objects.update_or_create(
        user=by,
        defaults={
            "how": how, "digest_at": digest_at, "quiet_from": quiet_from,
            "quiet_until": quiet_until, "time_zone": time_zone, "changed_at": at,
        },
    )  # fmt: skip
    # What failed keeps its pause; what waited for an hour is looked at anew.
    waiting = Notice.objects.filter(to=by, sent_at__isnull=True, carried_by__isnull=True)
    waiting.filter(attempts=0).update(not_before=ANY_TIME)
    return chosen


def _windows(at: datetime) -> Iterator[Window]:
    """Places by time zone, those with clocks of their own one by one."""
    own: dict[Any, dict[str, int]] = {}
    for setting in ClockSetting.objects.filter(clock__in=(SOON, RISE)):
        own.setdefault(setting.organization_id, {})[setting.clock] = setting.days
    places = Organization.objects.order_by()
    zones = places.exclude(pk__in=own).values_list("time_zone", flat=True).distinct()
    for zone in sorted(zones):
        yield _window(places.filter(time_zone=zone).exclude(pk__in=own), zone, {}, at)
    for place in places.filter(pk__in=own).order_by("pk"):
        yield _window(places.filter(pk=place.pk), place.time_zone, own[place.pk], at)


def _window(
    places: QuerySet[Organization], zone: str, days: dict[str, int], at: datetime
) -> Window:
    today = at.astimezone(ZoneInfo(zone)).date()
    risen_by = today
    while due_by(RISE, risen_by, days.get(RISE, CLOCKS[RISE].days)) > today:
        risen_by -= timedelta(days=1)
    soon_until = due_by(SOON, today, days.get(SOON, CLOCKS[SOON].days))
    return Window(places, zone, today, soon_until, min(risen_by, today - timedelta(days=1)))


def _unsaid(source: Source, level: str, window: Window) -> QuerySet[Any]:
    step: Any = OuterRef(source.step) if source.step else Value(source.asks)
    said = Reminder.objects.filter(
        about=OuterRef("pk"), due_on=OuterRef(source.due), level=level, step=step
    )
    items: QuerySet[Any] = source.open(window.today).filter(
        ~Exists(said), owed_by__in=window.places.values("pk")
    )
    # Whoever was given it today knows of it.
    return items.filter(**{f"{source.since}__lt": window.morning}) if level == Level.SOON else items


def _locked(source: Source, pk: Any, due_on: date, today: date) -> Any:
    """The row as it stands, held until the transaction ends; None where it moved on meanwhile."""
    rows = source.open(today).select_for_update(of=("self",))
    return rows.filter(pk=pk, **{source.due: due_on}).first()


def _raise(source: Source, pk: Any, level: str, due_on: date, window: Window, at: datetime) -> bool:
    try:
        with transaction.atomic():
            item = _locked(source, pk, due_on, window.today)
            if item is None:
                return False
            _say(source, item, level, due_on, at)
    except IntegrityError:
        return False  # another worker says it
    return True


def _say(source: Source, item: Any, level: str, due_on: date, at: datetime) -> None:
    place = Organization.objects.get(pk=item.owed_by)
    child, referral = child_of(item), referral_of(item)
    reminder = Reminder.objects.create(
        child=child, about=item.pk, step=source.step_of(item), due_on=due_on, level=level,
        organization=place, raised_at=at,
    )  # fmt: skip
    if level != Level.RISEN:
        remind(reminder, owners(source, item, place, at), referral=referral)
        return
    row = source.model._default_manager.filter(pk=item.pk)
    row.update(risen_on=due_on, **_as_it_rises(source.model))
    told = coordinators(source, item, place, at)
    if child is None:
        remind(reminder, [person for _, person in told if person], referral=referral)
        return
    said = source.says(item)
    record(
        "reminder_risen", child=child, about=referral.pk if referral else item.pk, by=None, at=at,
        referral=referral, owed=said[0].lower() + said[1:], due_on=due_on.isoformat(),
        whom=" and ".join(one.name for one, _ in told),
        to=[str(person.pk) for _, person in told if person],
    )  # fmt: skip
