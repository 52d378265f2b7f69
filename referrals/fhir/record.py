"""How is all that is known of a child told in one FHIR Bundle, as its family may read it?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import F, Prefetch, Q, QuerySet

from referrals.models import (
    Activity,
    Appointment,
    CheckIn,
    Child,
    Concern,
    Consent,
    Correction,
    Discharge,
    Evaluation,
    Goal,
    GoalVersion,
    Message,
    Organization,
    Performance,
    Plan,
    PlanGoal,
    Position,
    Practice,
    Prescription,
    Programme,
    Rating,
    Referral,
    ReferralDiagnosis,
    Report,
    ResultRequest,
    Session,
    Thread,
    User,
)
from referrals.models.guardian import estranged
from referrals.pathway import Party

from . import document, goal, people, referral, visit
from .element import Resource, instant

ADDRESS: Final = "/fhir/R4/"
_NAMED: Final = Prefetch("plan_goals", PlanGoal.objects.select_related("version"))


def bundle(
    child: Child,
    referrals: QuerySet[Referral],
    threads: QuerySet[Thread],
    reader: User,
    at: datetime,
) -> Resource:
    """A collection of everything signed and meant for the family; `threads` are those they may read.

    How to reach an adult stands only in that adult's own copy, and of adults who are kept apart
    neither's copy tells of the other. What lies between clinicians, and what is a draft, stays
    out. The number of queries does not depend on how much there is.
    """
    told = [*_resources(child, referrals, reader, at), *_messages(threads)]
    told += _who(told)
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant(at),
        "entry": [
            {
                "fullUrl": f"{settings.SITE_URL}{ADDRESS}{one['resourceType']}/{one['id']}",
                "resource": one,
            }
            for one in told
        ],
    }


def _resources(
    child: Child, referrals: QuerySet[Referral], reader: User, at: datetime
) -> Iterator[Resource]:
    within = Q(referral__in=referrals.values("pk"))
    adults = list(child.guardians.order_by("pk"))
    yield people.patient(child)
    for adult in adults:
        yield people.related_person(adult, with_contact=adult.user_id == reader.pk)
    known: dict[UUID | None, UUID] = {adult.user_id: adult.pk for adult in adults if adult.user_id}
    yield people.care_team(child, child.seats.filter(since__lte=at).order_by("since", "pk"), known)
    for given in Consent.objects.filter(child=child):
        yield people.consent(given, at)
    for told in Concern.objects.filter(child=child):
        yield referral.concern(told)
    for way in Programme.objects.filter(child=child):
        yield referral.programme(way)
    for exchange in ResultRequest.objects.filter(child=child):
        yield from document.result(exchange)
    for one in referrals.order_by("pk"):
        yield referral.service_request(one)
        yield referral.task(one)
    for named in ReferralDiagnosis.objects.filter(within).select_related("referral", "diagnosis"):
        yield referral.condition(named)
    for order in Prescription.objects.for_family().filter(within).select_related("referral"):
        yield referral.prescription(order)
    yield from _visits(within)
    yield from _papers(within)
    yield from _goals(referrals)
    yield from _at_home(within, child)
    asked = CheckIn.objects.filter(within, asked_as=Party.FAMILY).select_related("referral")
    for question in asked:
        yield from document.question(question)
    hidden = estranged(child.guardians.all(), reader, at)
    wishes = Correction.objects.filter(within).exclude(asked_by__in=hidden)
    for wish in wishes.select_related("referral"):
        yield document.correction(wish)
    views = child.views.exclude(user__in=hidden).select_related("user")
    for view in views.order_by("at", "pk"):
        yield document.look(view)


def _messages(threads: QuerySet[Thread]) -> Iterator[Resource]:
    written = Message.objects.filter(thread__in=threads.values("pk")).select_related("thread")
    for one in written.order_by("at", "pk"):
        yield document.message(one)


def _visits(within: Q) -> Iterator[Resource]:
    for booked in Appointment.objects.filter(within).select_related("referral"):
        yield visit.appointment(booked)
    notes = Session.objects.for_family().filter(within, status=Session.Status.FINAL)
    for note in notes.select_related("referral", "appointment"):
        yield visit.encounter(note)


def _papers(within: Q) -> Iterator[Resource]:
    for found in Evaluation.objects.for_family().filter(within).select_related("referral"):
        yield document.diagnostic_report(
            found, found.strengths, found.interpretation, found.get_recommendation_display()
        )
        for index, score in enumerate(found.scores):
            yield document.score(found, index, score)
    plans = Plan.objects.for_family().filter(within).select_related("referral")
    for plan in plans.prefetch_related(_NAMED):
        named = [one.version.goal_id for one in plan.plan_goals.all()]
        yield document.care_plan(plan, named)
    for report in Report.objects.for_family().filter(within).select_related("referral"):
        yield document.diagnostic_report(
            report, report.summary, report.family_view, report.what_next
        )
    for ending in Discharge.objects.for_family().filter(within).select_related("referral"):
        yield document.diagnostic_report(
            ending, ending.summary, ending.home_programme, ending.recommendations,
            ending.return_signs,
        )  # fmt: skip


def _goals(referrals: QuerySet[Referral]) -> Iterator[Resource]:
    goals = Goal.objects.filter(referral__in=referrals.values("pk"))
    of_goals = Q(goal__in=goals.values("pk"))
    standing = GoalVersion.objects.filter(of_goals, number=F("goal__number"))
    for version in standing.select_related("goal__referral"):
        yield goal.goal(version.goal, version)
    for rated in Rating.objects.filter(of_goals).select_related("goal__referral"):
        yield goal.rating(rated)
    for told in Performance.objects.filter(of_goals).select_related("goal__referral"):
        yield goal.performance(told)
    words = Position.objects.filter(version__goal__in=goals.values("pk"))
    for said in words.select_related("version"):
        yield goal.agreement(said, goal.party(said))


def _at_home(within: Q, child: Child) -> Iterator[Resource]:
    for activity in Activity.objects.filter(within).select_related("referral"):
        yield visit.home_programme(activity)
    for entry in Practice.objects.filter(child=child):
        yield visit.practice(entry)


def _who(told: list[Resource]) -> list[Resource]:
    """The practitioners and organisations that the rest refers to. Two queries."""
    named: dict[str, set[str]] = {"Practitioner": set(), "Organization": set()}
    for target in _references(told):
        kind, _, key = target.partition("/")
        if kind in named:
            named[kind].add(key)
    staff = User.objects.filter(pk__in=named["Practitioner"]).order_by("pk")
    places = Organization.objects.filter(pk__in=named["Organization"]).order_by("pk")
    return [*map(people.practitioner, staff), *map(people.organization, places)]


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "reference" and isinstance(inner, str):
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
