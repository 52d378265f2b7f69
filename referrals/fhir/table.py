"""What may another computer system read? One table: from which rows, as which resources.

Search, read and `$everything` all ask the same rows, so they can never disagree. What is a draft, what
lies between clinicians, and what is no part of a visible child's record stands in no row here.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from referrals import access
from referrals.models import (
    Activity,
    Appointment,
    Attachment,
    CheckIn,
    Child,
    Concern,
    Consent,
    Correction,
    Discharge,
    Evaluation,
    FamilyProfile,
    GoalVersion,
    Guardian,
    Letter,
    Membership,
    Message,
    Organization,
    Performance,
    Plan,
    PlanGoal,
    Position,
    Practice,
    Prescription,
    Programme,
    Question,
    Rating,
    RecordView,
    ReferralDiagnosis,
    Report,
    ResultRequest,
    Role,
    Seat,
    Session,
    User,
)
from referrals.models.signing import Signed
from referrals.pathway import Party, State

from . import arrival, changed, document, goal, numbers, paper, people, referral, visit
from .element import Resource
from .referral import STATUS
from .source import Reader, Rows, Source, Told


def _one(build: Callable[[Any], Resource]) -> Callable[[Any, Reader], Iterable[Resource]]:
    return lambda row, reader: [build(row)]


def _by_state(which: int) -> dict[str, Q]:
    said: dict[str, list[State]] = {}
    for state, statuses in STATUS.items():
        said.setdefault(statuses[which], []).append(state)
    return {status: Q(state__in=states) for status, states in said.items()}


def _patient(row: Child, reader: Reader) -> list[Resource]:
    own = [one for one in row.identifiers.all() if one.organization_id == reader.place]
    return [people.patient(row, own)]


def _care_team(row: Any, reader: Reader) -> list[Resource]:
    seats = [seat for seat in row.seats.all() if seat.since <= reader.at]
    return [people.care_team(row, seats, {seat.user_id: seat.adult for seat in seats})]


def _plan(row: Plan, reader: Reader) -> list[Resource]:
    return [document.care_plan(row, [one.version.goal_id for one in row.plan_goals.all()])]


def _scores(row: Evaluation, reader: Reader) -> list[Resource]:
    return [document.score(row, index, score) for index, score in enumerate(row.scores)]


def _people(reader: Reader) -> QuerySet[Membership]:
    """Who works or worked where one of the children is cared for, or at the system's own place."""
    return Membership.objects.exclude(role=Role.SYSTEM).filter(
        organization__in=_around(reader).values("pk")
    )


def _around(reader: Reader) -> QuerySet[Organization]:
    seated = Seat.objects.filter(child__in=reader.children().values("pk"))
    opened = reader.of_child(Consent).values("organization")
    asked = reader.of_child(Programme).values("place")
    return Organization.objects.filter(
        Q(pk=reader.place)
        | Q(pk__in=seated.filter(organization__isnull=False).values("organization"))
        | Q(pk__in=opened)
        | Q(pk__in=asked)
        | Q(takes_referrals=True, is_active=True)
    )


def _looks(reader: Reader) -> Rows:
    """A practice reads who looked at its own children; others, that their own people did.

    When a family opened its own record is nobody's business but its own; and a system that was told
    of its own looks would make another with each page.
    """
    colleagues = Membership.objects.filter(organization=reader.place).values("user")
    mine = Q(child__practice=reader.place) | Q(user__in=colleagues)
    views = reader.of_child(RecordView).filter(mine).exclude(role=access.FAMILY)
    return views.exclude(user=reader.user).select_related("user")


_SEATS: Final = Prefetch(
    "seats",
    Seat.objects.order_by("since", "pk").annotate(
        adult=Subquery(
            Guardian.objects.filter(child=OuterRef("child"), user=OuterRef("user")).values("pk")[:1]
        )
    ),
)
_NUMBERS: Final = Prefetch("arrival__numbers")
_GOALS: Final = Prefetch(
    "plan_goals", PlanGoal.objects.select_related("version").only("plan", "version__goal")
)
_STANDS: Final = Q(status=Signed.Status.FINAL)
_RIGHT: Final = ~Q(referral__state=State.ENTERED_IN_ERROR)
_MEANT: Final = Q(error_at__isnull=True)
_ALWAYS: Final = Q()
_PAPER: Final = {"current": _STANDS, "superseded": ~_STANDS}
_REPORT: Final = {"final": _STANDS, "amended": ~_STANDS}
_COMPLETED: Final = {"completed": _ALWAYS}
_FINAL: Final = {"final": _ALWAYS}


def _signed(*, report: bool = True) -> dict[str, Told]:
    """What every signed paper is told as: the paper itself, and who signed it."""
    told = {
        "DocumentReference": Told(_one(paper.signed_paper), "signed_at", _PAPER),
        "Provenance": Told(lambda row, reader: paper.signatures(row), "signed_at", many=True),
    }
    if report:
        build = _one(paper.report_for_systems)
        told["DiagnosticReport"] = Told(build, "signed_at", _REPORT)
    return told


#: In the order in which `$everything` tells them.
SOURCES: Final[tuple[Source, ...]] = (
    Source(
        changed.children, {
            "Patient": Told(_patient, numbered=numbers.with_child, along=(Prefetch("identifiers"),))
        }, child="pk", changed="turned_at",
    ),
    Source(
        changed.teams, {"CareTeam": Told(_care_team, statuses={"active": _ALWAYS}, along=(_SEATS,))},
        child="pk", changed="turned_at",
    ),
    Source(
        lambda r: r.of_child(Guardian),
        {"RelatedPerson": Told(_one(lambda row: people.related_person(row, with_contact=True)))},
        child="child", changed="row_changed_at",
    ),
    Source(
        lambda r: r.referrals().select_related("arrival"),
        {
            "ServiceRequest": Told(
                _one(referral.service_request), "sent_at", _by_state(0),
                numbered=numbers.with_order, along=(Prefetch("named"), _NUMBERS),
            ),
            "Task": Told(
                _one(referral.task), "sent_at", _by_state(1), {"modified": "state_since"},
                numbers.with_task, along=(_NUMBERS,),
            ),
        }, child="child", changed="row_changed_at",
    ),
    arrival.WAITING,
    Source(
        lambda r: r.referrals().filter(Exists(ReferralDiagnosis.objects.filter(referral=OuterRef("pk")))),
        {"Condition": Told(
            lambda row, reader: referral.conditions(row), "sent_at",
            {"active": ~Q(state=State.ENTERED_IN_ERROR)}, many=True,
            along=(referral.NAMED,),
        )}, child="child", changed=changed.or_error("sent_at", referral=""),
    ),
    Source(
        lambda r: r.signed(Prescription),
        {
            "ServiceRequest": Told(
                _one(referral.prescription), "signed_at", {"active": _STANDS, "revoked": ~_STANDS}
            ),
            **_signed(report=False),
        }, changed=changed.REPLACED,
    ),
    Source(
        lambda r: r.of_child(Programme),
        {"ServiceRequest": Told(
            _one(referral.programme), "created_at",
            {"active": Q(is_open=True), "completed": Q(is_open=False)},
        )}, child="child", changed="row_changed_at",
    ),
    Source(
        lambda r: r.within(Appointment.objects),
        {"Appointment": Told(
            _one(visit.appointment), "starts_at",
            {status: Q(status=status) for status in Appointment.Status.values},
        )}, changed=changed.VISITED, columns=visit.OF_APPOINTMENT,
    ),
    Source(
        lambda r: r.signed(Session).filter(_STANDS).select_related("appointment"),
        {"Encounter": Told(_one(visit.encounter), "appointment__starts_at", {"finished": _ALWAYS})},
        changed=Coalesce("cosigned_at", "signed_at"), columns=visit.OF_ENCOUNTER,
    ),
    Source(
        lambda r: r.within(FamilyProfile.objects),
        {"QuestionnaireResponse": Told(
            _one(paper.family_profile), "told_at",
            {"completed": Q(edition=1), "amended": Q(edition__gt=1)},
        )}, changed="told_at",
    ),
    Source(
        lambda r: r.signed(Evaluation),
        {**_signed(), "Observation": Told(_scores, "signed_at", _FINAL, many=True)},
        changed=changed.REPLACED,
    ),
    Source(
        lambda r: r.signed(Plan),
        {
            "CarePlan": Told(
                _plan, "signed_at", {"active": _STANDS, "revoked": ~_STANDS}, along=(_GOALS,)
            ),
            **_signed(report=False),
        }, changed=changed.CERTIFIED,
    ),
    Source(
        lambda r: r.within(
            GoalVersion.objects.filter(number=F("goal__number")), "goal__referral"
        ),
        {"Goal": Told(
            _one(lambda row: goal.goal(row.goal, row)), "goal__agreed_at",
            {told: Q(goal__status=status) for status, told in goal.LIFECYCLE.items()},
        )}, child="goal__referral__child", changed="goal__row_changed_at", key="goal_id",
    ),
    Source(
        lambda r: r.within(
            Position.objects.select_related("version"), "version__goal__referral"
        ),
        {"Provenance": Told(_one(goal.agreement), "at")}, child="version__goal__referral__child",
        changed="at",
    ),
    Source(
        lambda r: r.within(Rating.objects, "goal__referral"),
        {"Observation": Told(_one(goal.rating), "rated_on", _FINAL)},
        child="goal__referral__child", changed="at", columns=goal.OF_RATING,
    ),
    Source(
        lambda r: r.within(Performance.objects, "goal__referral"),
        {"Observation": Told(_one(goal.performance), "rated_on", _FINAL)},
        child="goal__referral__child", changed="at",
    ),
    Source(lambda r: r.signed(Report), _signed(), changed=Greatest("sent_at", changed.REPLACED)),
    Source(lambda r: r.signed(Discharge), _signed(), changed=Greatest(changed.REPLACED, changed.RETURNED)),
    Source(
        lambda r: r.within(Activity.objects),
        {"CarePlan": Told(
            _one(visit.home_programme), "begun_on",
            {"active": ~Q(status="retired"), "completed": Q(status="retired")},
        )}, changed="row_changed_at",
    ),
    Source(
        lambda r: r.of_child(Concern),
        {"Observation": Told(_one(referral.concern), "recorded_at", _FINAL)},
        child="child", changed=Coalesce("answered_at", "recorded_at"),
    ),
    Source(
        lambda r: r.of_child(Practice),
        {"Observation": Told(
            _one(visit.practice), "done_on",
            {"final": Q(undone_at__isnull=True), "entered-in-error": Q(undone_at__isnull=False)},
        )}, child="child", changed=Coalesce("undone_at", "received_at"), columns=visit.OF_PRACTICE,
    ),
    Source(
        lambda r: r.within(Question.objects),
        {"Communication": Told(
            lambda row, reader: paper.referral_question(row), "asked_at", _COMPLETED, many=True
        )}, changed=changed.ANSWERED,
    ),
    Source(
        lambda r: r.within(CheckIn.objects.filter(asked_as=Party.FAMILY)),
        {"Communication": Told(
            lambda row, reader: document.question(row), "asked_at", _COMPLETED, many=True
        )}, changed=changed.ANSWERED,
    ),
    Source(
        lambda r: r.of_child(ResultRequest),
        {"Communication": Told(
            lambda row, reader: document.result(row), "asked_at", _COMPLETED, many=True
        )}, child="child", changed=Coalesce("closed_at", "asked_at"),
    ),
    Source(
        lambda r: r.within(Correction.objects),
        {"Communication": Told(
            _one(document.correction), "asked_at",
            {"completed": Q(answered_at__isnull=False), "in-progress": Q(answered_at__isnull=True)},
        )}, changed=changed.ANSWERED,
    ),
    Source(
        lambda r: Message.objects.filter(
            thread__in=access.threads_visible_to(r.user).values("pk")
        ).select_related("thread"),
        {"Communication": Told(_one(document.message), "at", _COMPLETED)},
        child="thread__child", changed="at",
    ),
    Source(
        changed.consents,
        {"Consent": Told(
            lambda row, reader: [people.consent(row, reader.at)], "given_at",
            {"active": Q(holds_now=True), "inactive": Q(holds_now=False)},
        )}, child="child", changed="turned_at",
    ),
    Source(
        lambda r: r.within(Attachment.objects),
        {"DocumentReference": Told(
            _one(paper.attachment), "attached_at", {"current": _RIGHT, "entered-in-error": ~_RIGHT}
        )}, changed=changed.or_error("attached_at"),
    ),
    Source(
        # A clinician of either side reads every letter of a referral, and so does their system.
        lambda r: r.within(Letter.objects),
        {"DocumentReference": Told(
            _one(paper.letter), "written_at",
            {"current": _RIGHT & _MEANT, "entered-in-error": ~_RIGHT | ~_MEANT},
        )}, changed=Greatest(Coalesce("error_at", "written_at"), changed.or_error("written_at")),
    ),
    Source(
        _looks, {"AuditEvent": Told(_one(document.look), "at")}, child="child", changed="at",
        columns=document.OF_LOOK,
    ),
    Source(
        lambda r: User.objects.filter(pk__in=_people(r).values("user")),
        {"Practitioner": Told(_one(people.practitioner), numbered=numbers.with_npi)}, child="",
        changed="row_changed_at",
    ),
    Source(
        lambda r: changed.roles(_people(r), r.at), {"PractitionerRole": Told(
            lambda row, reader: [people.practitioner_role(row, reader.at)]
        )}, child="", changed="turned_at",
    ),
    Source(
        _around, {"Organization": Told(_one(people.organization), numbered=numbers.with_npi)},
        child="", changed="row_changed_at",
    ),
)  # fmt: skip
