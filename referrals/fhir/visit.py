"""How do visits, their notes, home activities and practice read in FHIR?"""

from typing import Final

from referrals.models import Activity, Appointment, Practice, Session

from .element import OURS, V3, Resource, concept, day, instant, note, reference, resource

_TYPE: Final = {
    Appointment.Purpose.EVALUATION: "Occupational therapy evaluation",
    Appointment.Purpose.THERAPY: "Occupational therapy",
}
#: What is told of a visit, of its note and of an entry of practice: of these a record has hundreds.
OF_APPOINTMENT: Final = (
    "status", "reason", "purpose", "starts_at", "minutes", "place", "therapist",
    "referral__child",
)  # fmt: skip
OF_ENCOUNTER: Final = (
    "done", "practise", "signed_by", "referral__child", "appointment__purpose",
    "appointment__place", "appointment__starts_at", "appointment__minutes",
    "appointment__organization",
)  # fmt: skip
OF_PRACTICE: Final = (
    "child", "activity", "done_on", "told_at", "result", "minutes", "word", "undone_at",
)  # fmt: skip


def appointment(visit: Appointment) -> Resource:
    status = "accepted" if visit.status != Appointment.Status.PROPOSED else "needs-action"
    return resource(
        "Appointment",
        visit.pk,
        status=visit.status,
        cancelationReason=concept(visit.reason)
        if visit.status == Appointment.Status.CANCELLED and visit.reason
        else None,
        serviceType=[concept(_TYPE[Appointment.Purpose(visit.purpose)])],
        start=instant(visit.starts_at),
        end=instant(visit.ends_at),
        minutesDuration=visit.minutes,
        basedOn=[reference("ServiceRequest", visit.referral_id)],
        comment=str(Appointment.Place(visit.place).label),
        participant=[
            {"actor": reference("Patient", visit.referral.child_id), "status": status},
            {"actor": reference("Practitioner", visit.therapist_id), "status": "accepted"},
        ],
    )


def encounter(note_of: Session) -> Resource:
    """A visit that took place, with what its signed note says."""
    visit = note_of.appointment
    home = visit.place == Appointment.Place.HOME
    video = visit.place == Appointment.Place.TELEHEALTH
    code = "HH" if home else "VR" if video else "AMB"
    return resource(
        "Encounter",
        note_of.pk,
        status="finished",
        class_={"system": f"{V3}ActCode", "code": code},
        type_=[concept(_TYPE[Appointment.Purpose(visit.purpose)])],
        subject=reference("Patient", note_of.referral.child_id),
        basedOn=[reference("ServiceRequest", note_of.referral_id)],
        participant=[{"individual": reference("Practitioner", note_of.signed_by_id)}],
        appointment=[reference("Appointment", note_of.appointment_id)],
        period={"start": instant(visit.starts_at), "end": instant(visit.ends_at)},
        reasonCode=[concept(words) for words in (note_of.done, note_of.practise) if words],
        serviceProvider=reference("Organization", visit.organization_id),
    )


def home_programme(activity: Activity) -> Resource:
    """A home activity as a plan of its own: what is asked, how often, since when."""
    ended = activity.status == Activity.Status.RETIRED
    return resource(
        "CarePlan",
        activity.pk,
        status="completed" if ended else "active",
        intent="order",
        category=[concept("Home activity")],
        title=activity.title,
        description=activity.why,
        subject=reference("Patient", activity.referral.child_id),
        period={"start": day(activity.begun_on), "end": day(activity.retired_on)},
        author=reference("Practitioner", activity.begun_by_id),
        activity=[
            {
                "detail": {
                    "status": "completed" if ended else "in-progress",
                    "scheduledTiming": {
                        "repeat": {
                            "frequency": activity.times_a_week,
                            "period": 1,
                            "periodUnit": "wk",
                            "duration": activity.minutes,
                            "durationUnit": "min",
                        }
                    },
                    "description": activity.steps,
                }
            }
        ],
        note=note(activity.materials, activity.good_looks_like, activity.stop_when),
    )


def practice(entry: Practice) -> Resource:
    """One entry of the family's; what was undone is told as an error, not left out."""
    return resource(
        "Observation",
        entry.pk,
        status="entered-in-error" if entry.undone_at else "final",
        code=concept("Practice at home"),
        subject=reference("Patient", entry.child_id),
        focus=[reference("CarePlan", entry.activity_id)],
        effectiveDateTime=day(entry.done_on),
        issued=instant(entry.told_at),
        valueCodeableConcept=concept(
            str(Practice.Result(entry.result).label), (f"{OURS}practice", entry.result)
        ),
        component=[{"code": concept("Minutes"), "valueInteger": entry.minutes}]
        if entry.minutes is not None
        else [],
        note=note(entry.word),
    )
