"""What does a school or programme read of a child, part by part, as the family opened it?"""

from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from referrals.access import Permission, Scope
from referrals.documents.activity import handout
from referrals.documents.document import Document
from referrals.documents.evaluation import evaluation_report
from referrals.documents.plan import plan_of_care
from referrals.documents.programme import programme_letter
from referrals.documents.report import progress_report
from referrals.queries import children, consent, programme
from referrals.queries import partner as pages
from referrals.queries.letter import letters_to_places

from .decorators import child_view, shared_view
from .document import as_file


@child_view(Permission.SEE_CHILD)
def shared_overview(request: HttpRequest, child: Any) -> HttpResponse:
    """What is open, by whose word, for what and until when; and what is not."""
    team = request.team  # type: ignore[attr-defined]
    if not team.scopes:
        return redirect("consent_list", child.pk)
    context = around(request, child, "") | {
        "not_open": consent.others(team.scopes),
        "letters": programme.letters(child, _letter_places(team)),
        "written": letters_to_places(child, _letter_places(team)),
    }
    return render(request, "shared/overview.html", context)


@shared_view(Scope.GOALS)
def shared_goals(request: HttpRequest, child: Any) -> HttpResponse:
    """The agreed goals as ladders, in the family's words."""
    context = around(request, child, "shared_goals") | {"goals": pages.goals(child)}
    return render(request, "shared/goals.html", context)


@shared_view(Scope.ACTIVITIES)
def shared_activities(request: HttpRequest, child: Any) -> HttpResponse:
    """What is practised at home, and how."""
    found = pages.activities(child, timezone.localdate())
    context = around(request, child, "shared_activities") | {"activities": found}
    return render(request, "shared/activities.html", context)


@shared_view(Scope.ACTIVITIES)
def shared_activity_pdf(request: HttpRequest, child: Any) -> HttpResponse:
    """The hand-out that hangs on the wall at home."""
    found = pages.activities(child, timezone.localdate())
    if not found:
        raise Http404
    return as_file(request, handout(found[0].activity.referral, timezone.localdate()), child.pk)


@shared_view(Scope.VISITS)
def shared_visits(request: HttpRequest, child: Any) -> HttpResponse:
    """Days and times."""
    context = around(request, child, "shared_visits") | {
        "visits": pages.visits(child, timezone.now())
    }
    return render(request, "shared/visits.html", context)


# --- Signed documents -----------------------------------------------------------------------------


@shared_view(Scope.PLAN)
def shared_plans(request: HttpRequest, child: Any) -> HttpResponse:
    return _papers(request, child, Scope.PLAN, "shared_plans")


@shared_view(Scope.PLAN)
def shared_plan_read(request: HttpRequest, child: Any, plan_id: UUID) -> HttpResponse:
    return _read(request, child, _plan(child, plan_id), "shared_plans", plan_id)


@shared_view(Scope.PLAN)
def shared_plan_pdf(request: HttpRequest, child: Any, plan_id: UUID) -> HttpResponse:
    return as_file(request, _plan(child, plan_id), plan_id)


@shared_view(Scope.EVALUATION)
def shared_evaluations(request: HttpRequest, child: Any) -> HttpResponse:
    return _papers(request, child, Scope.EVALUATION, "shared_evaluations")


@shared_view(Scope.EVALUATION)
def shared_evaluation_read(request: HttpRequest, child: Any, evaluation_id: UUID) -> HttpResponse:
    return _read(
        request, child, _evaluation(child, evaluation_id), "shared_evaluations", evaluation_id
    )


@shared_view(Scope.EVALUATION)
def shared_evaluation_pdf(request: HttpRequest, child: Any, evaluation_id: UUID) -> HttpResponse:
    return as_file(request, _evaluation(child, evaluation_id), evaluation_id)


@shared_view(Scope.REPORTS)
def shared_reports(request: HttpRequest, child: Any) -> HttpResponse:
    return _papers(request, child, Scope.REPORTS, "shared_reports")


@shared_view(Scope.REPORTS)
def shared_report_read(request: HttpRequest, child: Any, report_id: UUID) -> HttpResponse:
    return _read(request, child, _report(child, report_id), "shared_reports", report_id)


@shared_view(Scope.REPORTS)
def shared_report_pdf(request: HttpRequest, child: Any, report_id: UUID) -> HttpResponse:
    return as_file(request, _report(child, report_id), report_id)


def _plan(child: Any, key: UUID) -> Document | None:
    referral = pages.referral_of(child, Scope.PLAN, key)
    return plan_of_care(referral, key, shared=True) if referral else None


def _evaluation(child: Any, key: UUID) -> Document | None:
    referral = pages.referral_of(child, Scope.EVALUATION, key)
    return evaluation_report(referral, key, shared=True) if referral else None


def _report(child: Any, key: UUID) -> Document | None:
    referral = pages.referral_of(child, Scope.REPORTS, key)
    if referral is None:
        return None
    return progress_report(referral, key, for_family=True, unsent=False, shared=True)


# --- The letter to the programme ------------------------------------------------------------------


@shared_view(Scope.RESULTS)
def shared_letter_read(request: HttpRequest, child: Any, programme_id: UUID) -> HttpResponse:
    context = around(request, child, "") | {
        "document": _letter(request, child, programme_id),
        "pdf": reverse("shared_letter_pdf", args=[child.pk, programme_id]),
    }
    return render(request, "shared/document.html", context)


@shared_view(Scope.RESULTS)
def shared_letter_pdf(request: HttpRequest, child: Any, programme_id: UUID) -> HttpResponse:
    return as_file(request, _letter(request, child, programme_id), programme_id)


def _letter(request: HttpRequest, child: Any, key: UUID) -> Document:
    """The letter that was sent to this person's own place."""
    user, team = cast(Any, request.user), cast(Any, request).team
    found = programme.letters(child, _letter_places(team))
    one = next((letter for letter in found if letter.pk == key), None)
    if one is None:
        raise Http404
    return programme_letter(one, None, by=user, on=timezone.localdate())


def _letter_places(team: Any) -> frozenset[UUID]:
    return cast(frozenset[UUID], team.places_with(Scope.RESULTS))


# --- Around ---------------------------------------------------------------------------------------


def around(request: HttpRequest, child: Any, here: str) -> dict[str, Any]:
    """Who the child is and no more, what is open until when, and the way from part to part."""
    team = request.team  # type: ignore[attr-defined]
    return {
        "child": child,
        "header": children.shared_header(child, timezone.localdate()),
        "opened": pages.opened(child, team),
        "tabs": pages.tabs(team.scopes),
        "here": here,
        "today": timezone.localdate(),
    }


def _papers(request: HttpRequest, child: Any, scope: Scope, here: str) -> HttpResponse:
    context = around(request, child, here)
    context |= {"papers": pages.papers(child, scope), "title": scope.label}
    return render(request, "shared/papers.html", context)


def _read(
    request: HttpRequest, child: Any, document: Document | None, here: str, key: UUID
) -> HttpResponse:
    if document is None:
        raise Http404
    pdf = reverse(f"{here.removesuffix('s')}_pdf", args=[child.pk, key])
    context = around(request, child, here) | {"document": document, "pdf": pdf}
    return render(request, "shared/document.html", context)
