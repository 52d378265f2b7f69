"""How are therapy visits planned in one go, moved, and called off; and what has the payer authorised?"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from referrals.act import Act
from referrals.clinical import dosage
from referrals.clinical.timetable import MOST_VISITS, DoesNotFit, days_of
from referrals.models import (
    Appointment,
    Authorisation,
    Organization,
    Plan,
    Referral,
    Role,
    Series,
    User,
    covers,
)

from .appointment import revised
from .clock import local_date
from .handing import check_works_at
from .moving import check_act
from .prescription import check_covered
from .recording import record
from .refusal import Outrun, Refused
from .signing import standing

BOOKED: Final = Appointment.Status.BOOKED
THERAPY: Final = Appointment.Purpose.THERAPY
_LONGEST: Final = timedelta(minutes=240)
_AHEAD: Final = timedelta(days=366)
#: A payer speaks of no more than so long; what lies further is a slip of the keys.
_PAID: Final = timedelta(days=5 * 366)
#: Visits a week are spread over these days until somebody chooses others.
_SPREAD: Final = {1: [0], 2: [0, 3], 3: [0, 2, 4], 4: [0, 1, 3, 4], 5: [0, 1, 2, 3, 4]}


@transaction.atomic
def plan_series(
    *,
    id: UUID,
    referral: Referral,
    therapist: User,
    first_on: date,
    weekdays: Collection[int],
    starts_at: time,
    minutes: int,
    place: str,
    address: str = "",
    every_weeks: int = 1,
    visits: int,
    block_weeks: int | None = None,
    rest_weeks: int | None = None,
    beyond_reason: str = "",
    by: User,
    at: datetime,
) -> Series:
    """Book therapy visits in one go, or none of them; a single visit is a series of one.

    `starts_at` is the time on the clinic's clock, on each of the days. Days on which the clinic is
    closed are left out. `id` comes with the form, so that a second click finds the first series.
    """
    made = Series.objects.filter(pk=id).first()
    if made is not None:
        if (made.referral_id, made.made_by_id) != (referral.pk, by.pk):
            raise Outrun("This form was already used. Please start again.")
        return made
    check_act(referral, Act.PLAN_SESSIONS, by=by)
    clinic = _clinic(referral)
    check_works_at(therapist, clinic, Role.THERAPIST, at=at)
    _check_place(minutes, place, address)
    if first_on > local_date(at, clinic) + _AHEAD:
        raise Refused("Begin within a year.", "first_on")
    days = _days(
        clinic, first_on, weekdays, visits, every_weeks=every_weeks, block_weeks=block_weeks,
        rest_weeks=rest_weeks,
    )  # fmt: skip
    times = [_moment(day, starts_at, clinic) for day in days]
    if times[0] <= at:
        raise Refused("The first visit would lie in the past. Choose a later day.", "first_on")
    if times[0] > at + _AHEAD:
        raise Refused("Begin within a year.", "first_on")
    beyond = _beyond(referral, times, beyond_reason)
    _hold(therapist)
    _check_free(referral, therapist, times, minutes)
    series = Series.objects.create(
        id=id, referral=referral, therapist=therapist, first_on=days[0],
        weekdays=sorted(set(weekdays)), every_weeks=every_weeks, block_weeks=block_weeks,
        rest_weeks=rest_weeks, visits=visits, made_by=by, made_at=at,
    )  # fmt: skip
    Appointment.objects.bulk_create(
        Appointment(
            referral=referral, organization=clinic, therapist=therapist, purpose=THERAPY,
            series=series, starts_at=moment, minutes=minutes, place=place, address=address,
            status=BOOKED, beyond_reason=reason, proposed_by=by, proposed_at=at, booked_by=by,
            booked_at=at,
        )
        for moment, reason in zip(times, beyond, strict=True)
    )  # fmt: skip
    record(
        "series_planned", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, series=str(id), visits=visits, starts_at=times[0].isoformat(),
        therapist=therapist.name,
    )  # fmt: skip
    return series


@transaction.atomic
def move_session(
    *,
    appointment: Appointment,
    starts_at: datetime,
    reason: str,
    therapist: User | None = None,
    minutes: int | None = None,
    place: str | None = None,
    address: str | None = None,
    beyond_reason: str = "",
    seen: datetime | None = None,
    by: User,
    at: datetime,
) -> Appointment:
    """Move one booked visit to another time, saying why. `seen` is the time the form showed."""
    visit = Appointment.objects.select_for_update().get(pk=appointment.pk)
    referral = visit.referral
    check_act(referral, Act.PLAN_SESSIONS, by=by)
    if visit.purpose != THERAPY or visit.status != BOOKED:
        raise Outrun("This visit is no longer booked.")
    if seen is not None and seen != visit.starts_at:
        if visit.starts_at == starts_at:
            return visit  # the second click of one move
        raise Outrun("Somebody has moved this visit meanwhile. Please look at it again.")
    if not reason.strip():
        raise Refused("Say why the visit is moved.", "reason")
    clinic = _clinic(referral)
    columns: dict[str, Any] = {
        "therapist": therapist or visit.therapist, "minutes": minutes or visit.minutes,
        "place": place or visit.place, "address": visit.address if address is None else address,
        "starts_at": starts_at,
    }  # fmt: skip
    check_works_at(columns["therapist"], clinic, Role.THERAPIST, at=at)
    _check_place(columns["minutes"], columns["place"], columns["address"])
    if not at < starts_at <= at + _AHEAD:
        raise Refused("Choose a time from now on, within a year.", "starts_at")
    day = local_date(starts_at, clinic)
    for shut in clinic.closed_days.filter(first_on__lte=day, last_on__gte=day):
        raise Refused(f"{clinic} is closed on that day: {shut.label}.", "starts_at")
    [beyond] = _beyond(referral, [starts_at], beyond_reason)
    _hold(columns["therapist"])
    _check_free(
        referral, columns["therapist"], [starts_at], columns["minutes"], "starts_at", but=visit
    )
    before = visit.starts_at
    if not Appointment.objects.filter(pk=visit.pk, status=BOOKED, starts_at=before).update(
        **columns, **revised(at), beyond_reason=beyond
    ):
        raise Outrun("Somebody has changed this visit meanwhile. Please look at it again.")
    record(
        "session_moved", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        appointment=str(visit.pk), was_at=before.isoformat(), starts_at=starts_at.isoformat(),
        reason=reason.strip(),
    )  # fmt: skip
    return Appointment.objects.get(pk=visit.pk)


@transaction.atomic
def cancel_series(
    *, series: Series, cancelled_by: str, reason: str, by: User, at: datetime
) -> Series:
    """Cancel what is still to come of a series; what took place stays as it is."""
    referral = series.referral
    check_act(referral, Act.PLAN_SESSIONS, by=by)
    if cancelled_by not in Appointment.CancelledBy.values:
        raise Refused("Say who cancelled.", "cancelled_by")
    if not reason.strip():
        raise Refused("Say why the visits are cancelled.", "reason")
    coming = Appointment.objects.filter(series=series, status=BOOKED, starts_at__gt=at)
    left = coming.update(
        status=Appointment.Status.CANCELLED, ended_by=by, ended_at=at, reason=reason.strip(),
        cancelled_by=cancelled_by, **revised(at),
    )  # fmt: skip
    if not left:
        raise Outrun("No visit of this series is still to come.")
    record(
        "series_cancelled", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, series=str(series.pk), visits=left, cancelled_by=cancelled_by,
    )  # fmt: skip
    return series


@transaction.atomic
def record_authorisation(
    *,
    id: UUID,
    referral: Referral,
    visits: int,
    valid_from: date,
    valid_until: date,
    reference: str = "",
    by: User,
    at: datetime,
) -> Authorisation:
    """Write down how many visits the payer pays for, from when until when."""
    made = Authorisation.objects.filter(pk=id).first()
    if made is not None:
        if (made.referral_id, made.recorded_by_id) != (referral.pk, by.pk):
            raise Outrun("This form was already used. Please start again.")
        return made
    check_act(referral, Act.PLAN_SESSIONS, by=by)
    if not 1 <= visits <= 366:
        raise Refused("Say how many visits, from 1 to 366.", "visits")
    today = local_date(at, _clinic(referral))
    for name, day in (("valid_from", valid_from), ("valid_until", valid_until)):
        if abs(day - today) > _PAID:
            raise Refused("Choose a day within five years.", name)
    if valid_until < valid_from:
        raise Refused("It ends before it begins.", "valid_until")
    authorisation = Authorisation.objects.create(
        id=id, referral=referral, visits=visits, valid_from=valid_from, valid_until=valid_until,
        reference=reference.strip(), recorded_by=by, recorded_at=at,
    )  # fmt: skip
    record(
        "authorisation_recorded", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, visits=visits, until=valid_until.isoformat(),
    )  # fmt: skip
    return authorisation


def suggested(referral: Referral, at: datetime) -> dict[str, Any]:
    """What the form of a series begins with: the dose of the plan that stands."""
    clinic = _clinic(referral)
    tomorrow = local_date(at, clinic) + timedelta(days=1)
    start: dict[str, Any] = {
        "therapist": referral.therapist_id, "first_on": tomorrow, "every_weeks": 1,
        "minutes": 45, "place": Appointment.Place.CLINIC,
    }  # fmt: skip
    plan: Plan | None = standing(referral.plans)
    if plan is None:
        return start
    start["place"] = plan.setting or start["place"]
    start["minutes"] = plan.minutes or start["minutes"]
    start["first_on"] = max(plan.starts_on or tomorrow, tomorrow)
    if plan.visits and plan.per:
        a_week = plan.visits * dosage.A_WEEK[plan.per]
        start["every_weeks"] = max(1, round(1 / a_week))
        start["weekdays"] = _SPREAD[min(5, max(1, round(a_week)))]
        if plan.weeks:
            asked = dosage.in_all(plan.visits, plan.per, plan.weeks)
            start["visits"] = min(MOST_VISITS, max(1, round(asked) - _made(referral, plan)))
    return start


def _made(referral: Referral, plan: Plan) -> int:
    """The visits under this plan that took place or are still to."""
    since = _moment(plan.starts_on, time.min, _clinic(referral)) if plan.starts_on else None
    kept = referral.appointments.filter(
        purpose=THERAPY, status__in=[BOOKED, Appointment.Status.FULFILLED]
    )
    return kept.filter(starts_at__gte=since).count() if since else kept.count()


def _clinic(referral: Referral) -> Organization:
    assert referral.clinic is not None
    return referral.clinic


def _moment(day: date, clock: time, clinic: Organization) -> datetime:
    return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=ZoneInfo(clinic.time_zone))


def _days(
    clinic: Organization, first_on: date, weekdays: Collection[int], visits: int, **weeks: Any
) -> list[date]:
    shut = clinic.closed_days.filter(last_on__gte=first_on).values_list("first_on", "last_on")
    if (weeks["block_weeks"] is None) != (weeks["rest_weeks"] is None):
        missing = "block_weeks" if weeks["block_weeks"] is None else "rest_weeks"
        raise Refused("A block has weeks on and weeks off: say both.", missing)
    try:
        return days_of(first_on, weekdays, visits, closed=shut, **weeks)
    except DoesNotFit as no:
        raise Refused(f"{no} Choose fewer visits, or more days.", "visits") from None
    except ValueError as no:
        raise Refused(str(no), "weekdays" if not weekdays else "visits") from None


def _check_place(minutes: int, place: str, address: str) -> None:
    if not 15 <= minutes <= 240:
        raise Refused("A visit takes from 15 to 240 minutes.", "minutes")
    if place not in Appointment.Place.values:
        raise Refused("Choose where.", "place")
    if place == Appointment.Place.TELEHEALTH and not address.startswith("https://"):
        raise Refused("Give the link of the video room: it begins with https://.", "address")
    if place == Appointment.Place.SCHOOL and not address.strip():
        raise Refused("Say which school.", "address")


def _beyond(referral: Referral, times: Iterable[datetime], reason: str) -> list[str]:
    """Per visit the reason to keep where no prescription covers it; refused without one."""
    prescription, clinic = standing(referral.prescriptions), _clinic(referral)
    reasons = []
    for moment in times:
        if covers(prescription, local_date(moment, clinic), treatment=True):
            reasons.append("")
        else:
            told = reason.strip()
            told = told or check_covered(referral, moment, treatment=True, beyond_reason="")
            reasons.append(told)
    return reasons


def _hold(therapist: User) -> None:
    # Two who book one therapist at one moment meet here, on databases with row locks.
    User.objects.select_for_update().get(pk=therapist.pk)


def _check_free(
    referral: Referral, therapist: User, times: list[datetime], minutes: int,
    field: str = "first_on", but: Appointment | None = None,
) -> None:  # fmt: skip
    """Refuse times at which the therapist or the child has another visit, date by date. Two queries."""
    length = timedelta(minutes=minutes)
    taken = Appointment.objects.filter(
        status=BOOKED, starts_at__gt=times[0] - _LONGEST, starts_at__lt=times[-1] + length
    )
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    booked = list(taken.filter(therapist=therapist)) + list(taken.filter(referral=referral))
    zone = ZoneInfo(_clinic(referral).time_zone)
    clashes = [
        f"{moment.astimezone(zone):%a %-d %b %Y, %H:%M}"
        for moment in times
        if any(one.starts_at < moment + length and moment < one.ends_at for one in booked)
    ]
    if clashes:
        several = f" on {len(clashes)} days" if len(clashes) > 1 else ""
        raise Refused(
            f"{therapist} or the child already has a visit{several}: {'; '.join(clashes)}. "
            "Nothing was booked.",
            field,
        )
