"""How does the pediatrician order therapy, renew the order, and hear of its end in time?"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from referrals.act import Act, Duty
from referrals.clinical.clocks import due_by
from referrals.models import Prescription, Referral, User, covers
from referrals.models.signing import Signed
from referrals.models.timing import Timing
from referrals.wording import day

from .clock import clocks_of, due_on, local_date, warned_from
from .moving import check_act
from .owner import Answering
from .recording import record
from .refusal import Outrun, Refused
from .signing import check_credentials, next_number, signature_of, standing
from .task import close_task, open_first_tasks, open_task

_LONGEST: Final = timedelta(days=731)
_WARNED: Final = (Duty.RENEW_PRESCRIPTION, Duty.ASK_PRESCRIPTION)


@transaction.atomic
def sign_prescription(
    *,
    id: UUID,
    referral: Referral,
    service: str,
    valid_from: date,
    valid_until: date,
    reason: str = "",
    seen: int | None = None,
    by: User,
    at: datetime,
    **order: Any,
) -> Prescription:
    """Write an order and sign it at once; it takes the place of the one that stood.

    `order` holds frequency, weeks, precautions and a note. `id` comes with the form, so that a
    second click finds the first one's order; `seen` is the number of the order that stood when
    the form was opened. Raises Outrun when somebody has written another one since.
    """
    # Two who prescribe at one moment meet here, on databases with row locks.
    Referral.objects.select_for_update().get(pk=referral.pk)
    made = Prescription.objects.filter(pk=id).first()
    if made is not None:
        if (made.referral_id, made.signed_by_id) != (referral.pk, by.pk):
            raise Outrun("This form was already used. Please start again.")
        return made
    check_act(referral, Act.PRESCRIBE, by=by)
    signature = check_credentials(by)
    before = standing(referral.prescriptions)
    if seen is not None and seen != (before.number if before else 0):
        raise Outrun("Somebody has written a prescription meanwhile. It is shown below.")
    _check_order(referral, service, valid_from, valid_until, order, at)
    if before is not None and not reason.strip():
        raise Refused("Say why there is a new prescription.", "reason")
    today = local_date(at, referral.practice)
    if covers(before, today, treatment=False) and valid_from > today:
        raise Refused(
            "It takes the place of the one that holds now: begin it today, "
            "or no visit is covered until then.", "valid_from",
        )  # fmt: skip
    prescription = write_prescription(
        referral, id=id, service=service, valid_from=valid_from, valid_until=valid_until,
        reason=reason, signature=signature, by=by, at=at, **order,
    )  # fmt: skip
    record(
        "prescription_signed", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, valid_until=valid_until.isoformat(),
    )  # fmt: skip
    return prescription


def write_prescription(
    referral: Referral, *, by: User, at: datetime, reason: str, signature: str, **order: Any
) -> Prescription:
    """Let an order stand, chained to the one it replaces, and say now who is warned of its end."""
    before = standing(referral.prescriptions)
    if before is not None:
        Prescription.objects.filter(pk=before.pk).update(status=Signed.Status.AMENDED)
    for duty in _WARNED:
        close_task(referral, duty, by=by, at=at)
    prescription = _stands(
        referral, number=next_number(referral.prescriptions), replaces=before,
        reason=reason if before else "", signature=signature, by=by, at=at, **order,
    )  # fmt: skip
    end = prescription.valid_until
    warned = warned_from(end, organization=referral.practice)
    for duty in _WARNED:
        open_task(referral, duty, about=prescription.pk, at=at, due=end, from_on=warned)
    return prescription


def _stands(referral: Referral, *, by: User, at: datetime, **order: Any) -> Prescription:
    """An order that stands from now on."""
    return Prescription.objects.create(
        referral=referral, status=Signed.Status.FINAL, author=by, created_at=at, saved_at=at,
        signed_by=by, signed_at=at, **order,
    )  # fmt: skip


#: The clocks of an order, at the practice that gives it.
ORDER_CLOCKS: Final = ("order_valid", "warn_before_end")


def first_prescription(
    referral: Referral, *, by: User, at: datetime, days: Sequence[int] | None = None,
    answering: Answering | None = None,
) -> Prescription:  # fmt: skip
    """The order that sending the referral is: there is none before it, and nobody was warned yet.

    A pediatrician whose credentials are not entered yet can still send: the order then carries
    the name alone, and the clinic sees so. `days` are those of its clocks, where they are known;
    `answering` is who was found to answer for a side in this transaction.
    """
    today = local_date(at, referral.practice)
    valid, warned = days or clocks_of(referral.practice, *ORDER_CLOCKS)
    end = due_by("order_valid", today, valid)
    prescription = _stands(
        referral, number=1, service=referral.service, precautions=referral.precautions,
        valid_from=today, valid_until=end, signature=signature_of(by), by=by, at=at,
    )  # fmt: skip
    open_first_tasks(
        referral, _WARNED, about=prescription.pk, at=at, due=end,
        from_on=end - timedelta(days=warned), answering=answering,
    )  # fmt: skip
    return prescription


def suggested(referral: Referral, at: datetime) -> dict[str, Any]:
    """What the next order begins with: the dose of the plan that stands, else of the last order."""
    before = standing(referral.prescriptions)
    plan = standing(referral.plans)
    dose = plan or before
    return {
        "service": Referral.Service.EVALUATE_AND_TREAT if plan else referral.service,
        "valid_from": local_date(at, referral.practice),
        "valid_until": due_on("order_valid", organization=referral.practice, at=at),
        "precautions": dose.precautions if dose else referral.precautions,
        **({name: getattr(dose, name) for name in Timing.TIMING} if dose else {}),
    }


def check_covered(
    referral: Referral, starts_at: datetime, *, treatment: bool, beyond_reason: str
) -> str:
    """The reason to keep with a visit that no prescription covers; raises Refused without one."""
    clinic = referral.clinic
    assert clinic is not None
    prescription = standing(referral.prescriptions)
    if covers(prescription, local_date(starts_at, clinic), treatment=treatment):
        return ""
    if not beyond_reason.strip():
        until = f"ends on {day(prescription.valid_until)}" if prescription else "is missing"
        raise Refused(
            f"The prescription {until}. Say why the visit lies beyond it, or ask for a new one.",
            "beyond_reason",
        )
    return beyond_reason


def _check_order(
    referral: Referral, service: str, valid_from: date, valid_until: date, order: dict[str, Any],
    at: datetime,
) -> None:  # fmt: skip
    if service not in Referral.Service.values:
        raise Refused("Choose the service you order.", "service")
    if valid_until < valid_from:
        raise Refused("It ends before it begins.", "valid_until")
    if valid_until < local_date(at, referral.practice):
        raise Refused("It would have ended already.", "valid_until")
    if valid_until - valid_from > _LONGEST:
        raise Refused("An order holds for two years at most.", "valid_until")
    if referral.sent_at and valid_from < local_date(referral.sent_at, referral.practice):
        raise Refused("It cannot begin before the referral was sent.", "valid_from")
    if bool(order.get("visits")) != bool(order.get("per")):
        missing = "per" if order.get("visits") else "visits"
        raise Refused("Say how many visits, and in which time.", missing)
