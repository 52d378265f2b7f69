"""How do signed documents, questions, corrections and looks read in FHIR?"""

from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from referrals.access import EMERGENCY
from referrals.models import (
    CheckIn,
    Correction,
    Discharge,
    Evaluation,
    Message,
    Plan,
    RecordView,
    Report,
    ResultRequest,
)
from referrals.models.message import Side
from referrals.models.signing import Signed

from .element import (
    LOINC,
    Resource,
    concept,
    day,
    instant,
    note,
    period,
    reference,
    resource,
)

_STANDS: Final = Signed.Status.FINAL
_CODES: Final = {
    Evaluation: ("evaluation", "28578-3", "Occupational therapy Evaluation note"),
    Report: ("report", "11507-9", "Occupational therapy Progress note"),
    Discharge: ("discharge", "28577-5", "Occupational therapy Discharge summary"),
}


def diagnostic_report(one: Evaluation | Report | Discharge, *words: str) -> Resource:
    """An evaluation, a progress report or a discharge summary: its words, and where its PDF is."""
    room, code, title = _CODES[type(one)]
    child = reference("Patient", one.referral.child_id)
    pdf = reverse(f"{room}_pdf", args=[one.referral_id, one.pk])
    return resource(
        "DiagnosticReport",
        one.pk,
        basedOn=[reference("ServiceRequest", one.referral_id)],
        status="final" if one.status == _STANDS else "amended",
        code=concept(title, (LOINC, code)),
        subject=child,
        effectiveDateTime=instant(one.signed_at),
        issued=instant(one.signed_at),
        performer=[reference("Practitioner", one.signed_by_id, one.signature)],
        conclusion="\n\n".join(text for text in words if text),
        presentedForm=[
            {
                "contentType": "application/pdf",
                "url": f"{settings.SITE_URL}{pdf}",
                "title": f"{title}, {one.number}",
            }
        ],
    )


def score(one: Evaluation, index: int, told: dict[str, Any]) -> Resource:
    """One score of an evaluation with its own metric."""
    number = told.get("score")
    return resource(
        "Observation",
        f"{one.pk}-{index}",
        status="final",
        code=concept(f"{told['name']}: {told['scale_name']}"),
        subject=reference("Patient", one.referral.child_id),
        effectiveDateTime=day(one.evaluated_on) or instant(one.signed_at),
        performer=[reference("Practitioner", one.signed_by_id)],
        valueQuantity={"value": number, "unit": told.get("score_type")}
        if isinstance(number, int | float)
        else None,
        valueString=None if isinstance(number, int | float) else number or told.get("category"),
        interpretation=[concept(f"Percentile {told['percentile']}")]
        if told.get("percentile")
        else [],
        note=note(str(told.get("note") or "")),
    )


def care_plan(plan: Plan, goals: list[Any]) -> Resource:
    return resource(
        "CarePlan",
        plan.pk,
        basedOn=[],
        replaces=[reference("CarePlan", plan.replaces_id)],
        status="active" if plan.status == _STANDS else "revoked",
        intent="plan",
        title="Plan of care",
        description=plan.approaches,
        subject=reference("Patient", plan.referral.child_id),
        period=period(plan.valid_from or plan.starts_on, plan.valid_until),
        created=instant(plan.signed_at),
        author=reference("Practitioner", plan.signed_by_id, plan.signature),
        goal=[reference("Goal", key) for key in goals],
        note=note(
            plan.home_programme,
            plan.precautions,
            plan.equipment,
            plan.accommodations,
            plan.discharge_plan,
        ),
    )


def question(asked: CheckIn) -> list[Resource]:
    """What was asked during therapy, and the answer: a Communication each."""
    child = reference("Patient", asked.referral.child_id)
    about = [reference("CarePlan", asked.activity_id)]
    told = [
        resource(
            "Communication", asked.pk, status="completed", subject=child, about=about,
            sent=instant(asked.asked_at), payload=[{"contentString": asked.text}],
        )
    ]  # fmt: skip
    if asked.answered_at:
        told.append(
            resource(
                "Communication",
                f"{asked.pk}-answer",
                status="completed",
                subject=child,
                inResponseTo=[reference("Communication", asked.pk)],
                sent=instant(asked.answered_at),
                sender=reference("Practitioner", asked.answered_by_id),
                payload=[{"contentString": asked.answer}],
            )
        )
    return told


def result(asked: ResultRequest) -> list[Resource]:
    """What a school and the care team asked each other for, and what came: a Communication each."""
    child, place = (
        reference("Patient", asked.child_id),
        reference("Organization", asked.organization_id),
    )
    told = [
        resource(
            "Communication", asked.pk, status="completed", category=[concept("Results asked for")],
            subject=child, sent=instant(asked.asked_at),
            sender=reference("Practitioner", asked.asked_by_id) if asked.to_partner else place,
            payload=[{"contentString": words} for words in (*map(str, asked.labels), asked.words) if words],
        )
    ]  # fmt: skip
    if asked.closed_at:
        told.append(
            resource(
                "Communication", f"{asked.pk}-answer", status="completed",
                category=[concept(str(asked.get_state_display()))], subject=child,
                inResponseTo=[reference("Communication", asked.pk)], sent=instant(asked.closed_at),
                payload=[{"contentString": asked.answer}] if asked.answer else [],
            )
        )  # fmt: skip
    return told


def message(one: Message) -> Resource:
    """One message of a thread that its reader may read."""
    staff = one.role != Side.FAMILY
    return resource(
        "Communication",
        one.pk,
        status="completed",
        topic=concept(one.thread.subject),
        subject=reference("Patient", one.thread.child_id),
        sent=instant(one.at),
        sender=reference("Practitioner", one.author_id)
        if staff
        else reference("RelatedPerson", one.guardian_id),
        payload=[{"contentString": one.words}],
    )


def correction(asked: Correction) -> Resource:
    """A wish for a correction with its answer."""
    answer = f"{asked.get_decision_display()}: {asked.answer}" if asked.decision else ""
    said = (asked.passage, asked.wish, answer)
    return resource(
        "Communication",
        asked.pk,
        status="completed" if asked.answered_at else "in-progress",
        category=[concept("Wish for a correction")],
        subject=reference("Patient", asked.referral.child_id),
        sent=instant(asked.asked_at),
        received=instant(asked.answered_at),
        payload=[{"contentString": words} for words in said if words],
    )


#: Why somebody outside their seats looked.
_BREAK_GLASS: Final = concept(
    "", ("http://terminology.hl7.org/CodeSystem/v3-ActReason", "BTG", "break the glass")
)


#: What is told of a look, of which a record has hundreds.
OF_LOOK: Final = ("child", "role", "page", "at", "user__given_name", "user__family_name")


def look(view: RecordView) -> Resource:
    """Somebody opened the record: who, when, in what role, which page."""
    return resource(
        "AuditEvent",
        view.pk,
        type_={
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
        },
        action="R",
        recorded=instant(view.at),
        agent=[
            {
                "role": [concept(view.role)],
                "name": f"{view.user.given_name} {view.user.family_name}",
                "requestor": True,
                "purposeOfUse": [_BREAK_GLASS] if view.role == EMERGENCY else None,
            }
        ],
        source={"observer": {"display": settings.SITE_NAME}},
        entity=[{"what": reference("Patient", view.child_id), "name": view.page.split("_")[0]}],
    )
