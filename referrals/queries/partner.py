"""What does a school or programme see of a child, until when, and what does it owe?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localtime

from referrals.access import Standing
from referrals.belonging import memberships
from referrals.models import (
    Appointment,
    Child,
    Consent,
    Evaluation,
    Goal,
    Plan,
    Referral,
    Report,
    ResultRequest,
    Role,
    Scope,
    Seat,
    User,
)
from referrals.models.signing import Signed
from referrals.pathway import State

from .activity import Shown, listing
from .consent import Part, last_day, parts
from .goal import ShownGoal, goals_of

_SHOWN: Final = 20  # past visits
#: Where each part is read, and what its way there is called.
PAGES: Final = {
    Scope.GOALS: "shared_goals",
    Scope.ACTIVITIES: "shared_activities",
    Scope.VISITS: "shared_visits",
    Scope.PLAN: "shared_plans",
    Scope.EVALUATION: "shared_evaluations",
    Scope.REPORTS: "shared_reports",
    Scope.RESULTS: "shared_results",
}
_SHORT: Final = {
    Scope.GOALS: "Goals", Scope.ACTIVITIES: "At home", Scope.VISITS: "Visits", Scope.PLAN: "Plan",
    Scope.EVALUATION: "Evaluation", Scope.REPORTS: "Reports", Scope.RESULTS: "Results",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shared:
    """One child on a partner's home."""

    child: Child
    until: date
    organization: str
    parts: list[Part]
    owed: list[ResultRequest]


def shared_with(user: User, at: datetime) -> list[Shared]:
    """Two queries: the live consent seats of the person's places, and what they were asked for."""
    places = [m.organization_id for m in memberships(user) if m.role == Role.PARTNER]
    seats = list(
        Seat.objects.live(at)
        .filter(organization__in=places, role=Seat.Role.PARTNER)
        .select_related("child", "organization")
        .order_by("until", "id")
    )
    asked: dict[tuple[UUID, UUID], list[ResultRequest]] = defaultdict(list)
    exchanging = [s.child_id for s in seats if Scope.RESULTS in s.rights]
    for one in ResultRequest.objects.filter(
        organization__in=places, child__in=exchanging, to_partner=True, is_open=True
    ).order_by("due_on", "id"):
        asked[one.child_id, one.organization_id].append(one)
    return [
        Shared(
            s.child, localtime(s.until - timedelta(seconds=1)).date(),
            str(s.organization), parts(s.rights),
            asked[s.child_id, s.organization_id] if s.organization_id and Scope.RESULTS in s.rights else [],
        )
        for s in seats
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """A consent as the partner reads it."""

    consent: Consent
    last_on: date


def opened(child: Child, team: Standing) -> list[Opened]:
    """The consents on which this person's seats rest. One query."""
    grounds = [
        s.ground_id
        for s in team.seats
        if s.role == Seat.Role.PARTNER and s.organization_id in team.organizations
    ]
    found = child.consents.filter(pk__in=grounds).select_related("organization", "given_by")
    return [Opened(one, last_day(one)) for one in found]


def tabs(scopes: Iterable[str]) -> list[tuple[str, str, str]]:
    """The pages of these parts: (view, short label, label); messages are read elsewhere."""
    found = [(Scope(part.scope), part.label) for part in parts(scopes)]
    return [(PAGES[scope], _SHORT[scope], label) for scope, label in found if scope in PAGES]


def referrals_of(child: Child) -> list[Referral]:
    """The referrals of which parts may be shared: sent, and not by mistake. The newest first."""
    sent = child.referrals.filter(sent_at__isnull=False, clinic__isnull=False)
    sent = sent.exclude(state=State.ENTERED_IN_ERROR).select_related(
        "child", "clinic", "practice", "therapist", "author"
    )
    return list(sent.order_by("-sent_at", "-id"))


def goals(child: Child) -> list[ShownGoal]:
    """The goals that were agreed, each with its ladder, in the family's words."""
    shown = goals_of((r.pk for r in referrals_of(child)), for_family=True)
    agreed = {Goal.Status.ACTIVE, Goal.Status.MET}
    return [one for several in shown.values() for one in several if one.goal.status in agreed]


def activities(child: Child, today: date) -> list[Shown]:
    """What the family practises now; never what it logged."""
    return [one for r in referrals_of(child) for one in listing(r, today).active]


@dataclass(frozen=True, slots=True)
class Visits:
    coming: list[Appointment]
    past: list[Appointment]


def visits(child: Child, at: datetime) -> Visits:
    """Days and times: what is booked, and what took place. Two queries."""
    status = Appointment.Status
    found = Appointment.objects.filter(referral__in=[r.pk for r in referrals_of(child)])
    found = found.select_related("organization").order_by("starts_at", "id")
    past = found.filter(status=status.FULFILLED).order_by("-starts_at", "-id")
    return Visits(
        list(found.filter(status=status.BOOKED, starts_at__gte=at)[:_SHOWN]), list(past[:_SHOWN])
    )


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed document in a list."""

    title: str
    on: date
    who: str
    url: str
    pdf: str


def papers(child: Child, scope: Scope) -> list[Paper]:
    """The documents of this part that stand, the newest first."""
    model, title = _PAPERS[scope]
    found: Any = model.objects.filter(
        referral__in=[r.pk for r in referrals_of(child)], status=Signed.Status.FINAL, **_TOLD[scope]
    )
    name = PAGES[scope].removesuffix("s")
    return [
        Paper(
            title, localtime(one.signed_at).date(), one.signature,
            reverse(f"{name}_read", args=[child.pk, one.pk]),
            reverse(f"{name}_pdf", args=[child.pk, one.pk]),
        )
        for one in found.order_by("-signed_at", "-id")
    ]  # fmt: skip


_PAPERS: Final[dict[Scope, tuple[type[Signed], str]]] = {
    Scope.PLAN: (Plan, "Plan of care"),
    Scope.EVALUATION: (Evaluation, "Evaluation report"),
    Scope.REPORTS: (Report, "Progress report"),
}
#: What the family itself has been told of; nobody learns it before them.
_TOLD: Final[dict[Scope, dict[str, Any]]] = {
    Scope.PLAN: {"explained_at__isnull": False},
    Scope.EVALUATION: {},
    Scope.REPORTS: {"sent_at__isnull": False},
}


def referral_of(child: Child, scope: Scope, key: UUID) -> Referral | None:
    """The referral of a document of this part that stands; None where it is not to be read."""
    model, _ = _PAPERS[scope]
    found: Any = model.objects.filter(pk=key, status=Signed.Status.FINAL, **_TOLD[scope])
    of = found.values_list("referral_id", flat=True).first()
    return next((r for r in referrals_of(child) if r.pk == of), None)
