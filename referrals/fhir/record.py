"""How is all that is known of a child told in one FHIR Bundle, as its family may read it?"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import FilteredRelation, Q, QuerySet
from django.urls import reverse

from referrals.models import (
    Activity,
    Appointment,
    CheckIn,
    Child,
    Concern,
    Correction,
    Discharge,
    Evaluation,
    Goal,
    GoalVersion,
    Letter,
    Message,
    Organization,
    Performance,
    Plan,
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
from referrals.models.guardian import estranged_among, with_apart
from referrals.pathway import Party

from . import document, goal, paper, people, referral, visit
from .element import Resource, instant

ADDRESS: Final = "/fhir/R4/"


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
    family = _joined(with_apart(child.guardians.all(), at), "consents", Q(child=child))
    adults = [adult for adult, _ in family]
    yield people.patient(child)
    for adult in adults:
        yield people.related_person(adult, with_contact=adult.user_id == reader.pk)
    known: dict[UUID | None, UUID] = {adult.user_id: adult.pk for adult in adults if adult.user_id}
    yield people.care_team(child, child.seats.filter(since__lte=at).order_by("since", "pk"), known)
    for _, agreed in family:
        for given in agreed:
            yield people.consent(given, at)
    for told in Concern.objects.filter(child=child):
        yield referral.concern(told)
    for way in Programme.objects.filter(child=child):
        yield referral.programme(way)
    for exchange in ResultRequest.objects.filter(child=child):
        yield from document.result(exchange)
    for one, orders in _joined(referrals, "prescriptions", Prescription.FAMILY_READS):
        yield referral.service_request(one)
        yield referral.task(one)
        for order in orders:
            yield referral.prescription(order)
    for named in ReferralDiagnosis.objects.filter(within).select_related("referral", "diagnosis"):
        yield referral.condition(named.referral, named.diagnosis)
    yield from _visits(within)
    yield from _papers(within)
    yield from _goals(referrals)
    yield from _at_home(within, child)
    asked = CheckIn.objects.filter(within, asked_as=Party.FAMILY).select_related("referral")
    for question in asked:
        yield from document.question(question)
    letters = Letter.objects.filter(within).for_adult(reader, adults)
    for letter in letters.select_related("referral").order_by("pk"):
        address = reverse("letter_pdf", args=[letter.referral_id, letter.pk])
        yield paper.letter(letter, f"{settings.SITE_URL}{address}", words=True)
    hidden = estranged_among(adults, reader)
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
    visits = Appointment.objects.filter(within).select_related("referral")
    standing = Session.FAMILY_READS & Q(status=Session.Status.FINAL)
    for booked, notes in _joined(visits, "notes", standing):
        yield visit.appointment(booked)
        for note in notes:
            note.referral = booked.referral
            yield visit.encounter(note)


def _papers(within: Q) -> Iterator[Resource]:
    for found in Evaluation.objects.for_family().filter(within).select_related("referral"):
        yield document.diagnostic_report(
            found, found.strengths, found.interpretation, found.get_recommendation_display()
        )
        for index, score in enumerate(found.scores):
            yield document.score(found, index, score)
    plans = Plan.objects.for_family().filter(within).select_related("referral")
    for plan, named in _joined(plans, "plan_goals", Q(), "version"):
        yield document.care_plan(plan, [one.version.goal_id for one in named])
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
    versions = GoalVersion.objects.filter(of_goals).select_related("goal__referral")
    for version, words in _joined(versions, "positions", Q()):
        if version.number == version.goal.number:
            yield goal.goal(version.goal, version)
        for said in words:
            yield goal.agreement(said, goal.party(said))
    for rated in Rating.objects.filter(of_goals).select_related("goal__referral"):
        yield goal.rating(rated)
    for told in Performance.objects.filter(of_goals).select_related("goal__referral"):
        yield goal.performance(told)


def _at_home(within: Q, child: Child) -> Iterator[Resource]:
    activities = Activity.objects.filter(within).select_related("referral")
    for activity, entries in _joined(activities, "practices", Q(child=child)):
        yield visit.home_programme(activity)
        for entry in entries:
            yield visit.practice(entry)


def _joined(
    rows: QuerySet[Any], path: str, holds: Q, along: str = ""
) -> Collection[tuple[Any, list[Any]]]:
    """Each row with what hangs on it by this path and holds, and one more step `along` from there.

    One query for both.
    """
    both = rows.annotate(hangs_on=FilteredRelation(path, condition=_from(path, holds)))
    both = both.select_related("hangs_on", *[f"hangs_on__{along}"] * bool(along))
    found: dict[Any, tuple[Any, list[Any]]] = {}
    for row in both.order_by("pk", "hangs_on__pk"):
        _, hanging = found.setdefault(row.pk, (row, []))
        # Where nothing hangs on a row, Django sets nothing.
        if hasattr(row, "hangs_on"):
            hanging.append(row.hangs_on)
    return found.values()


def _from(path: str, holds: Q) -> Q:
    """The same condition, said from the row that it hangs on."""
    said = Q(_connector=holds.connector, _negated=holds.negated)
    for one in holds.children:
        moved: Any = _from(path, one) if isinstance(one, Q) else (f"{path}__{one[0]}", one[1])  # type: ignore[index]
        said.children.append(moved)
    return said


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
