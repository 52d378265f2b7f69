"""How do papers, who signed them, files and a family's own part read, for another computer system?"""

import base64
from typing import Any, Final

from django.conf import settings

from referrals.models import (
    Attachment,
    Discharge,
    Evaluation,
    FamilyProfile,
    Letter,
    Plan,
    Prescription,
    Question,
    Report,
)
from referrals.models.signing import Signed

from .document import diagnostic_report
from .element import LOINC, OURS, Resource, concept, instant, reference, resource

BASE: Final = "/fhir/R4"
_STANDS: Final = Signed.Status.FINAL
#: The paper -> what it is told as beside itself, and its LOINC code.
_SORTS: Final = {
    Evaluation: ("DiagnosticReport", "28578-3", "Occupational therapy Evaluation note"),
    Report: ("DiagnosticReport", "11507-9", "Occupational therapy Progress note"),
    Discharge: ("DiagnosticReport", "28577-5", "Occupational therapy Discharge summary"),
    Plan: ("CarePlan", "18776-5", "Plan of care note"),
    Prescription: ("ServiceRequest", "57133-1", "Referral note"),
}
_PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def binary(key: object) -> str:
    """Where the bytes of a file or paper are, behind the same door."""
    return f"{settings.SITE_URL}{BASE}/Binary/{key}"


def report_for_systems(one: Evaluation | Report | Discharge) -> Resource:
    """A report with its words, its PDF behind this interface's own door."""
    words: tuple[str, ...]
    if isinstance(one, Evaluation):
        words = (one.strengths, one.interpretation, one.get_recommendation_display())
    elif isinstance(one, Report):
        words = (one.summary, one.family_view, one.what_next)
    else:
        words = (one.summary, one.home_programme, one.recommendations, one.return_signs)
    told = diagnostic_report(one, *words)
    told["presentedForm"][0]["url"] = binary(one.pk)
    return told


def signed_paper(one: Any) -> Resource:
    """Any signed paper as a document: what it is, who signed it when, and where its PDF is."""
    _, code, title = _SORTS[type(one)]
    stands = one.status == _STANDS
    return resource(
        "DocumentReference",
        one.pk,
        status="current" if stands else "superseded",
        docStatus="final" if stands else "amended",
        type_=concept(title, (LOINC, code)),
        subject=reference("Patient", one.referral.child_id),
        date=instant(one.signed_at),
        author=[reference("Practitioner", one.signed_by_id, one.signature)],
        relatesTo=[{"code": "replaces", "target": reference("DocumentReference", one.replaces_id)}]
        if one.replaces_id
        else [],
        description=one.reason,
        content=[{"attachment": {"contentType": "application/pdf", "url": binary(one.pk)}}],
        context={"related": [reference("ServiceRequest", one.referral_id)]},
    )


def signatures(one: Signed) -> list[Resource]:
    """Who signed a paper, and who certified a plan: a Provenance each."""
    target = _SORTS[type(one)][0]
    said = [("signed", "Signed", "author", one.signed_at, one.signed_by_id, one.signature)]
    if isinstance(one, Plan) and one.certified_at:
        said.append(
            ("certified", "Certified", "verifier", one.certified_at, one.certified_by_id,
             one.certified_signature)
        )  # fmt: skip
    return [
        resource(
            "Provenance",
            f"{one.pk}-{name}",
            target=[reference(target, one.pk)],
            recorded=instant(at),
            activity=concept(words),
            agent=[
                {
                    "type": concept("", (_PARTICIPANT, part)),
                    "who": reference("Practitioner", by, signature),
                }
            ],
        )
        for name, words, part, at, by, signature in said
    ]


def attachment(one: Attachment) -> Resource:
    """A file on a referral. Its hash is SHA-256, and FHIR knows only SHA-1: it stays out."""
    wrong = one.referral.state == "entered_in_error"
    return resource(
        "DocumentReference",
        one.pk,
        status="entered-in-error" if wrong else "current",
        type_=concept("File with a referral"),
        subject=reference("Patient", one.referral.child_id),
        date=instant(one.attached_at),
        author=[reference("Practitioner", one.attached_by_id)],
        content=[
            {
                "attachment": {
                    "contentType": one.content_type,
                    "url": binary(one.pk),
                    "size": one.size,
                    "title": one.name,
                }
            }
        ],
        context={"related": [reference("ServiceRequest", one.referral_id)]},
    )


def letter(one: Letter, address: str = "", *, words: bool = False) -> Resource:
    """A letter as it went out, its PDF at this address; with its own `words` in it where they are asked for."""
    wrong = one.error_at is not None or one.referral.state == "entered_in_error"
    to = reference("RelatedPerson", one.to_guardian_id, one.addressee) or reference(
        "Organization", one.to_organization_id, one.addressee
    )
    told = {"language": one.language, "title": one.subject, "creation": instant(one.written_at)}
    content = [
        {"attachment": {"contentType": "application/pdf", "url": address or binary(one.pk), **told}}
    ]
    if words:
        data = base64.b64encode(one.body.encode()).decode()
        content.append(
            {"attachment": {"contentType": "text/plain; charset=utf-8", "data": data, **told}}
        )
    return resource(
        "DocumentReference",
        one.pk,
        status="entered-in-error" if wrong else "current",
        docStatus="entered-in-error" if wrong else "final",
        type_=concept(str(one), (LOINC, "51852-2", "Letter")),
        subject=reference("Patient", one.referral.child_id),
        date=instant(one.written_at),
        author=[
            reference("Practitioner", one.written_by_id, one.signature),
            reference("Organization", one.organization_id),
        ],
        description=one.subject,
        content=content,
        context={"related": [reference("ServiceRequest", one.referral_id), to]},
    )


def family_profile(one: FamilyProfile) -> Resource:
    """What the family told before the evaluation, question by question."""
    asked = [(name, str(one._meta.get_field(name).verbose_name)) for name in one.PROFILE]  # type: ignore[union-attr]
    answered = [(name, words, getattr(one, name)) for name, words in asked]
    return resource(
        "QuestionnaireResponse",
        one.pk,
        basedOn=[reference("ServiceRequest", one.referral_id)],
        questionnaire=f"{OURS.replace('CodeSystem', 'Questionnaire')}family-profile",
        status="completed" if one.edition == 1 else "amended",
        subject=reference("Patient", one.referral.child_id),
        authored=instant(one.told_at),
        item=[
            {"linkId": code, "text": words, "answer": [{"valueString": told}]}
            for code, words, told in answered
            if told
        ],
    )


def referral_question(asked: Question) -> list[Resource]:
    """What the clinic asked before deciding on a referral, and the answer: a Communication each."""
    told = {
        "subject": reference("Patient", asked.referral.child_id),
        "about": [reference("ServiceRequest", asked.referral_id)],
        "status": "completed",
    }
    found = [
        resource(
            "Communication", asked.pk, sent=instant(asked.asked_at),
            sender=reference("Practitioner", asked.asked_by_id),
            payload=[{"contentString": asked.text}], **told,
        )
    ]  # fmt: skip
    if asked.answered_at:
        found.append(
            resource(
                "Communication", f"{asked.pk}-answer", sent=instant(asked.answered_at),
                inResponseTo=[reference("Communication", asked.pk)],
                sender=reference("Practitioner", asked.answered_by_id),
                payload=[{"contentString": asked.answer}], **told,
            )
        )  # fmt: skip
    return found
