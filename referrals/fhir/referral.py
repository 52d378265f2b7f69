"""How do a referral, its diagnoses and a prescription read in FHIR, and where does each state stand?"""

from typing import Final

from referrals.models import Concern, Diagnosis, Prescription, Programme, Referral
from referrals.pathway import STAGES, State

from .element import (
    ICD10,
    OCCUPATIONAL_THERAPY,
    OURS,
    Resource,
    category,
    concept,
    instant,
    note,
    period,
    reference,
    resource,
)

#: State -> ServiceRequest.status, Task.status. Source: shared clinical ground, section 7.
STATUS: Final[dict[State, tuple[str, str]]] = {
    State.DRAFT: ("draft", "draft"),
    State.SENT: ("active", "requested"),
    State.RECEIVED: ("active", "received"),
    State.INFO_NEEDED: ("active", "on-hold"),
    State.ACCEPTED: ("active", "accepted"),
    State.DECLINED: ("revoked", "rejected"),
    State.CONTACTING: ("active", "accepted"),
    State.SCHEDULED: ("active", "accepted"),
    State.MISSED: ("active", "accepted"),
    State.VISIT_CANCELLED: ("active", "accepted"),
    State.EVALUATED: ("active", "in-progress"),
    State.PLAN_SHARED: ("active", "in-progress"),
    State.PLAN_SENT: ("active", "in-progress"),
    State.PLAN_ACKNOWLEDGED: ("active", "in-progress"),
    State.IN_THERAPY: ("active", "in-progress"),
    State.DISCHARGED: ("completed", "completed"),
    State.CLOSED_UNREACHABLE: ("revoked", "failed"),
    State.CLOSED_FAMILY_DECLINED: ("revoked", "cancelled"),
    State.CLOSED_NOT_ELIGIBLE: ("revoked", "cancelled"),
    State.CANCELLED: ("revoked", "cancelled"),
    State.ENTERED_IN_ERROR: ("entered-in-error", "entered-in-error"),
}
#: State -> code of BSeR's business status. Source: HL7 BSeR 2.0.0-ballot, TaskBusinessStatusCS.
_BSER: Final = "http://hl7.org/fhir/us/bser/CodeSystem/TaskBusinessStatusCS"
_CREATED: Final = ("2.0", "Service Request Created")
_ACCEPTED: Final = ("3.0", "Service Request Accepted")
_CANCELLED: Final = ("6.0", "Service Request Fulfillment Cancelled")
_ATTENDED: Final = ("5.1.4", "Service Request Event Completed")
BUSINESS: Final[dict[State, tuple[str, str]]] = {
    State.SENT: _CREATED,
    State.RECEIVED: _CREATED,
    State.INFO_NEEDED: _CREATED,
    State.ACCEPTED: _ACCEPTED,
    State.DECLINED: ("4.0", "Service Request Declined"),
    State.CONTACTING: _ACCEPTED,
    State.SCHEDULED: ("5.1.1", "Service Request Event Scheduled"),
    State.MISSED: ("5.1.2", "Scheduled Service Request Event Unattended"),
    State.VISIT_CANCELLED: ("5.1.3", "Scheduled Service Request Event Cancelled"),
    State.EVALUATED: _ATTENDED,
    State.PLAN_SHARED: _ATTENDED,
    State.PLAN_SENT: _ATTENDED,
    State.PLAN_ACKNOWLEDGED: _ATTENDED,
    State.IN_THERAPY: _ATTENDED,
    State.DISCHARGED: ("7.0", "Service Request Fulfillment Completed"),
    State.CLOSED_UNREACHABLE: _CANCELLED,
    State.CLOSED_FAMILY_DECLINED: _CANCELLED,
    State.CLOSED_NOT_ELIGIBLE: _CANCELLED,
    State.CANCELLED: _CANCELLED,
}
_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/condition-category"


def service_request(referral: Referral) -> Resource:
    return resource(
        "ServiceRequest",
        referral.pk,
        status=STATUS[State(referral.state)][0],
        intent="order",
        priority=referral.urgency,
        code=concept("Occupational therapy", OCCUPATIONAL_THERAPY),
        orderDetail=[concept(referral.get_service_display())] if referral.service else [],
        subject=reference("Patient", referral.child_id),
        authoredOn=instant(referral.sent_at or referral.created_at),
        requester=reference("Practitioner", referral.author_id),
        performer=[reference("Organization", referral.clinic_id)],
        reasonCode=[concept(referral.question)] if referral.question else [],
        replaces=[reference("ServiceRequest", referral.follows_id)],
        note=note(referral.precautions, referral.screening),
    )


def task(referral: Referral) -> Resource:
    """Where the referral stands and who has it."""
    state = State(referral.state)
    business = [(_BSER, *BUSINESS[state])] if state in BUSINESS else []
    return resource(
        "Task",
        referral.pk,
        status=STATUS[state][1],
        businessStatus=concept(
            STAGES[state].label, (f"{OURS}referral-state", referral.state), *business
        ),
        intent="order",
        code=concept(
            "", ("http://hl7.org/fhir/CodeSystem/task-code", "fulfill", "Fulfill the focal request")
        ),
        focus=reference("ServiceRequest", referral.pk),
        for_=reference("Patient", referral.child_id),
        authoredOn=instant(referral.sent_at or referral.created_at),
        lastModified=instant(referral.state_since),
        requester=reference("Organization", referral.practice_id),
        owner=reference("Organization", referral.clinic_id),
        statusReason=concept(referral.closing_reason) if referral.closing_reason else None,
        restriction={"period": period(None, referral.next_due_on)} if referral.is_open else None,
    )


def condition(named_on: Referral, diagnosis: Diagnosis) -> Resource:
    """A diagnosis that the pediatrician named on the referral; one of an error is none.

    Its id is of both: the row between them is numbered, and a number would count all that there are.
    """
    wrong = named_on.state == State.ENTERED_IN_ERROR
    return resource(
        "Condition",
        f"{named_on.pk}-{diagnosis.code}",
        clinicalStatus=None if wrong else concept("", (_CLINICAL, "active")),
        verificationStatus=concept("", (_VERIFICATION, "entered-in-error")) if wrong else None,
        category=category(_CATEGORY, "encounter-diagnosis"),
        code=concept(diagnosis.title, (ICD10, diagnosis.code)),
        subject=reference("Patient", named_on.child_id),
        recordedDate=instant(named_on.sent_at),
    )


def programme(one: Programme) -> Resource:
    """A referral to a public programme; how far it is stands in its notes."""
    done = [f"{name.removesuffix('_on')}: {on}" for name, on in one.dates.items() if on]
    return resource(
        "ServiceRequest",
        one.pk,
        status="active" if one.is_open else "completed",
        intent="order",
        code=concept(str(one.get_kind_display())),
        subject=reference("Patient", one.child_id),
        authoredOn=instant(one.created_at),
        requester=reference("Practitioner", one.created_by_id),
        performer=[reference("Organization", one.place_id)],
        reasonCode=[concept(words) for words in (one.reason, one.asked) if words],
        note=note(*done, one.exception_reason, one.closed_reason),
    )


def concern(told: Concern) -> Resource:
    """What worried somebody, as an observation of theirs."""
    return resource(
        "Observation",
        told.pk,
        status="final",
        code=concept("Concern about development"),
        subject=reference("Patient", told.child_id),
        effectiveDateTime=instant(told.recorded_at),
        valueString=told.words,
        component=[
            {
                "code": concept("Sign noticed"),
                "valueCodeableConcept": concept("", (f"{OURS}sign", code)),
            }
            for code in told.signs
        ],
        note=note(told.answer),
    )


def prescription(order: Prescription) -> Resource:
    standing = order.status == Prescription.Status.FINAL
    return resource(
        "ServiceRequest",
        order.pk,
        basedOn=[reference("ServiceRequest", order.referral_id)],
        replaces=[reference("ServiceRequest", order.replaces_id)],
        status="active" if standing else "revoked",
        intent="order",
        code=concept("Occupational therapy", OCCUPATIONAL_THERAPY),
        orderDetail=[concept(order.get_service_display())],
        subject=reference("Patient", order.referral.child_id),
        occurrencePeriod=period(order.valid_from, order.valid_until),
        authoredOn=instant(order.signed_at),
        requester=reference("Practitioner", order.signed_by_id, order.signature),
        note=note(order.precautions, order.note, order.reason),
    )
