"""What if every field that is not for the family held a word of its own? A world for `test_clinicians_only`.

Each word stands in one place only, so that a page on which it is found says which field leaked.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from itertools import product
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, reverse
from pypdf import PdfReader

from referrals.actions.check_in import answer_check_in, check_in
from referrals.actions.concern import share_concern
from referrals.actions.correction import ask_correction
from referrals.actions.discharge import draft_discharge
from referrals.actions.document import attach
from referrals.actions.evaluation import amend_evaluation
from referrals.actions.handing import postpone_referral
from referrals.actions.plan import draft_plan
from referrals.actions.report import draft_report, sign_report
from referrals.actions.result import ask_result
from referrals.models import (
    Activity,
    Appointment,
    Arrival,
    Attachment,
    Caseload,
    CheckIn,
    Child,
    Concern,
    Consent,
    ContactAttempt,
    Correction,
    CourtLimit,
    Discharge,
    Emergency,
    Enclosure,
    Evaluation,
    Goal,
    Guardian,
    Letter,
    Membership,
    Pause,
    Plan,
    Practice,
    Prescription,
    Programme,
    Referral,
    Report,
    ResultFile,
    ResultRequest,
    Series,
    Session,
    Thread,
    User,
)
from referrals.models.record import new_id
from referrals.queries.timeline import GROUPS
from referrals.urls import urlpatterns
from tests.discharge_stages import a_summary
from tests.factories.child import born
from tests.factories.consent import shared
from tests.factories.letter import lettered
from tests.factories.message import second_adult, started
from tests.factories.organization import SchoolFactory
from tests.factories.person import UserFactory
from tests.factories.programme import letter_sent, referred
from tests.factories.referral import draft_for
from tests.report_stages import a_report
from tests.session_stages import attended, planned_series, signed, visits_of, written
from tests.stages import a_plan, day_of, evaluation_content

PDF: Final = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
#: What is between clinicians, or not yet said: no family, no partner and no stranger reads it.
CLINICIANS: Final = (
    "Checkasked", "Checkanswered", "Threadsubject", "Threadwords", "Threadfile", "Evaluationreason",
    "Evaluationdraft", "Plandraft", "Planreason", "Reportunsent", "Dischargedraft", "Sessiondraft",
    "Sessionwaiting", "Referraldraft", "Draftfile", "Attemptnote", "Attemptwhom", "Postponedwhy",
    "Questionasked", "Questionanswered", "Letterwords",
)  # fmt: skip
#: Kept in the administration, and on no page at all.
NOBODY: Final = ("Courtnote",)
#: Of the other adult, from whom this one is kept apart.
FATHER: Final = (
    "Fatherswish", "Fatherspassage", "Fathersthread", "Fatherswords", "fathersmail", "555-0177",
    "Fathersletter",
)  # fmt: skip
#: Of the family, and in no part that a consent opens.
FAMILY: Final = ("Practiceword", "Familythread", "Familywords", "Concernwords", "Otherplaces",
    "Familyletter",
)  # fmt: skip


def word(name: str) -> str:
    """A word that stands nowhere else."""
    assert name in (*CLINICIANS, *NOBODY, *FATHER, *FAMILY)
    return name


def _file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{word(name)}.pdf", PDF)


def fill(cast: Any, referral: Referral, now: datetime) -> None:
    """The child in therapy, with every such field filled."""
    at = referral.state_since + timedelta(days=1)
    # What lets somebody in is there since `now`, as the cast's own seats are.
    _of_father(cast, referral, now)
    _of_family(cast, referral, now)
    _between_clinicians(cast, referral, at)
    _drafts(cast, referral, at)


def _between_clinicians(cast: Any, referral: Referral, at: datetime) -> None:
    asked = check_in(
        id=new_id(), referral=referral, text=word("Checkasked"), by=cast.pediatrician, at=at
    )
    answer_check_in(check_in=asked, answer=word("Checkanswered"), by=cast.therapist, at=at)
    started(
        cast.child, by=cast.therapist, at=at, audience="clinicians", subject=word("Threadsubject"),
        words=word("Threadwords"), attachments=[_file("Threadfile")],
    )  # fmt: skip
    lettered(
        referral, "referral", "Harbor Therapy", by=cast.pediatrician, at=at,
        body=word("Letterwords"),
    )  # fmt: skip
    ContactAttempt.objects.update(note=word("Attemptnote"), whom=word("Attemptwhom"))
    referral.questions.create(
        text=word("Questionasked"), asked_by=cast.therapist, asked_at=at,
        answer=word("Questionanswered"), answered_by=cast.pediatrician, answered_at=at,
    )  # fmt: skip
    postpone_referral(
        referral=Referral.objects.get(pk=referral.pk), reason=word("Postponedwhy"),
        due_on=day_of(at, referral) + timedelta(days=20), by=cast.therapist, at=at,
    )  # fmt: skip


def _drafts(cast: Any, referral: Referral, at: datetime) -> None:
    by = cast.therapist
    amend_evaluation(
        id=new_id(), referral=referral, reason=word("Evaluationreason"), by=by, at=at,
        **evaluation_content(history=word("Evaluationdraft")),
    )  # fmt: skip
    draft_plan(
        id=new_id(), referral=referral, reason=word("Planreason"), by=by, at=at,
        **a_plan(day_of(at, referral), approaches=word("Plandraft")),
    )  # fmt: skip
    report = draft_report(
        id=new_id(), referral=referral, by=by, at=at, **a_report(summary=word("Reportunsent"))
    )
    sign_report(report=report, by=by, at=at)
    draft_discharge(
        id=new_id(), referral=referral, by=by, at=at, **a_summary(summary=word("Dischargedraft"))
    )
    planned_series(referral, by=cast.coordinator, at=at)
    first, second, *_ = visits_of(referral)
    written(attended(first, by), by=by, done=word("Sessiondraft"))
    Membership.objects.filter(user=cast.colleague).update(is_assistant=True)
    assistant = User.objects.get(pk=cast.colleague.pk)
    signed(
        written(attended(second, assistant), by=assistant, done=word("Sessionwaiting")),
        by=assistant,
    )
    draft = draft_for(
        cast.child, cast.clinic, by=cast.pediatrician, at=at, question=word("Referraldraft")
    )
    attach(referral=draft, upload=_file("Draftfile"), by=cast.pediatrician, at=at)


def _of_father(cast: Any, referral: Referral, at: datetime) -> None:
    """He may share; a court keeps the two apart, and he does not show how to reach him."""
    person = UserFactory(given_name="Luca", family_name="Fontaine", email="luca@example.org")
    father = second_adult(cast.child, person, by=cast.pediatrician, at=at)
    Guardian.objects.filter(pk=father.pk).update(
        contact_hidden=True, phone=f"(212) {word('555-0177')}", email="fathersmail@example.org"
    )
    CourtLimit.objects.create(
        guardian=father, kind="contact", since=at.date(), note=word("Courtnote")
    )
    father.refresh_from_db()
    _letter_to(father, referral, word("Fathersletter"), by=cast.therapist, at=at)
    ask_correction(
        id=new_id(), referral=referral, sort="evaluation", about=signed_evaluation(referral).pk,
        passage=word("Fatherspassage"), wish=word("Fatherswish"), by=person, at=at,
    )  # fmt: skip
    started(
        cast.child, by=person, at=at, guardian=father, subject=word("Fathersthread"),
        words=word("Fatherswords"),
    )  # fmt: skip
    # The law sends a child of four to the school, which is this cast's partner.
    Child.objects.filter(pk=cast.child.pk).update(date_of_birth=born(at, years=4))
    cast.child.refresh_from_db()
    shared(cast.child, cast.school, by=person, at=at)
    letter_sent(
        referred(cast.child, cast.school, by=cast.pediatrician, at=at), by=cast.pediatrician, at=at
    )


def _letter_to(adult: Guardian, referral: Referral, words: str, *, by: User, at: datetime) -> None:
    """As it was written before a court spoke."""
    Letter.objects.create(
        referral=referral, kind="no_show", language="en", to_guardian=adult, addressee=adult.name,
        subject="A new time", body=words, organization=referral.clinic, written_by=by,
        written_at=at, signature=by.signature,
    )  # fmt: skip


def _of_family(cast: Any, referral: Referral, at: datetime) -> None:
    mother = Guardian.objects.get(user=cast.family, child=cast.child)
    Practice.objects.update(word=word("Practiceword"))
    _letter_to(mother, referral, word("Familyletter"), by=cast.therapist, at=at)
    started(
        cast.child, by=cast.family, at=at, guardian=mother, subject=word("Familythread"),
        words=word("Familywords"),
    )  # fmt: skip
    share_concern(
        id=new_id(), child=cast.child, signs=[], words=word("Concernwords"), by=cast.family, at=at
    )
    elsewhere = SchoolFactory(name="Oak Preschool")
    shared(cast.child, elsewhere, "results", by=cast.family, at=at)
    ask_result(
        id=new_id(), child=cast.child, organization=elsewhere, kinds=["observation"],
        words=word("Otherplaces"), by=cast.therapist, at=at,
    )  # fmt: skip
    ask_result(
        id=new_id(), child=cast.child, organization=cast.school, kinds=["observation"],
        by=cast.therapist, at=at,
    )  # fmt: skip


def signed_evaluation(referral: Referral) -> Evaluation:
    return referral.evaluations.exclude(status="draft").get()


# --- The walk -----------------------------------------------------------------------------------

#: What an id in an address names; of the sorts of record that the world holds, all of them.
NAMED: Final[dict[str, type[Model]]] = {
    "child_id": Child, "referral_id": Referral, "guardian_id": Guardian, "concern_id": Concern,
    "attachment_id": Attachment, "series_id": Series, "evaluation_id": Evaluation,
    "plan_id": Plan, "prescription_id": Prescription, "goal_id": Goal, "discharge_id": Discharge,
    "report_id": Report, "correction_id": Correction, "activity_id": Activity,
    "practice_id": Practice, "pause_id": Pause, "check_in_id": CheckIn, "thread_id": Thread,
    "enclosure_id": Enclosure, "consent_id": Consent, "result_id": ResultRequest,
    "file_id": ResultFile, "programme_id": Programme, "appointment_id": Appointment,
    "letter_id": Letter, "arrival_id": Arrival, "caseload_id": Caseload, "emergency_id": Emergency,
}  # fmt: skip
#: Addresses that tell nothing of a child, or end the session of who walks.
APART: Final = frozenset({
    "account_logout", "account_reset_password_from_key", "healthz", "readyz", "diagnosis_search",
    "organization_search",
})  # fmt: skip
_ASKED: Final = {"child_detail": [f"?show={group}" for group in GROUPS]}


def _values(name: str) -> list[Any]:
    if name == "sort":
        return [str(sort) for sort in Correction.Sort]
    if name == "document_id":
        return [pk for model in (Evaluation, Plan, Report) for pk in _keys(model)]
    if name in ("feed", "secret", "operation", "rest"):
        return ["unknown"]
    if name == "table":
        return ["funnel"]
    if name == "pk":  # somebody's passkey
        return [1]
    if name == "kind":
        return ["Patient"]
    if name == "form":
        return ["csv", "xlsx"]
    if name == "resource_id":
        return [str(pk) for pk in _keys(Child)]
    if name == "appointment_id":
        # Of many visits that are alike two, and all of which somebody wrote.
        noted = Session.objects.values_list("appointment", flat=True)
        return [*noted, *_keys(Appointment)[:1], *visits_left()]
    return _keys(NAMED[name])


def _keys(model: type[Model]) -> list[UUID]:
    return list(model._default_manager.order_by("pk").values_list("pk", flat=True))


def visits_left() -> list[UUID]:
    return list(Appointment.objects.filter(status="booked").values_list("pk", flat=True)[:1])


def addresses() -> Iterator[str]:
    """Every address of the product about everything that is there."""
    for route in urlpatterns:
        if not isinstance(route, URLPattern) or route.name in APART:
            continue
        names = sorted(route.pattern.regex.groupindex)
        for keys in product(*(_values(name) for name in names)):
            path = reverse(str(route.name), kwargs=dict(zip(names, keys, strict=True)))
            yield path
            for asked in _ASKED.get(str(route.name), ()):
                yield path + asked


def said(response: Any) -> str:
    """All that an answer says: its page, or the text of its file, and its headers."""
    body = b"".join(response)
    headers = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    if body.startswith(b"%PDF") and len(body) > len(PDF):
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    else:
        text = body.decode(errors="replace")
    return f"{headers}\n{text}"


def found(door: Client, words: tuple[str, ...], child: Child) -> dict[str, set[str]]:
    """Each of these words that this person can read, and where."""
    where: dict[str, set[str]] = {}
    export = reverse("document_export", args=[child.pk])
    answers = [(path, door.get(path)) for path in addresses()]
    answers += [(f"{export} {form}", door.post(export, {"form": form})) for form in ("pdf", "fhir")]
    answers.append(("search", door.post(reverse("search"), {"q": child.given_name})))
    for path, response in answers:
        if response.status_code == 404:
            continue
        text = said(response)
        for one in words:
            if one in text:
                where.setdefault(one, set()).add(path)
    return where
