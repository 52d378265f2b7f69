"""How does a file come in and go out again, and how is a signed document read, printed and saved?"""

import json
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation

from referrals.access import (
    FAMILY,
    Permission,
    may_act,
    referrals_visible_to,
    threads_visible_to,
    who_can,
)
from referrals.act import Act
from referrals.actions.document import attach, export_documents
from referrals.actions.refusal import Refused
from referrals.asking import asks_again
from referrals.documents.activity import handout
from referrals.documents.discharge import discharge_summary
from referrals.documents.document import Document, explained
from referrals.documents.evaluation import evaluation_report
from referrals.documents.letter import letter_of
from referrals.documents.pdf import pdf
from referrals.documents.plan import plan_of_care
from referrals.documents.prescription import prescription_order
from referrals.documents.record import record_of
from referrals.documents.report import progress_report
from referrals.fhir.record import bundle
from referrals.forms.referral import AttachForm
from referrals.forms.upload import UNCLEAN
from referrals.queries import children
from referrals.queries import document as papers
from referrals.queries.letter import letters_to_family

from .answer import UNPROCESSABLE
from .decorators import child_view, referral_view


@referral_view(Permission.REFER)
def referral_attach(request: HttpRequest, referral: Any) -> HttpResponse:
    """Add files to a referral: all of them or none."""
    form = AttachForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if form.is_valid():
            try:
                with transaction.atomic():
                    for upload in form.cleaned_data["attachments"]:
                        attach(referral=referral, upload=upload, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            except Refused as refused:
                messages.error(request, refused.sentence)
            else:
                messages.success(request, "The file is attached.")
        else:
            unclean = form.has_error("attachments", UNCLEAN)
            messages.error(
                request, str(form.errors["attachments"][0]) if unclean else "Choose a file first."
            )
    return redirect("referral_detail", referral.pk)


@referral_view(Permission.SEE_RECORD)
def attachment_download(request: HttpRequest, referral: Any, attachment_id: UUID) -> FileResponse:
    """Hand the file out to be saved; never shown inside the site."""
    return handed_out(referral.attachments.filter(pk=attachment_id).first())


def handed_out(kept: Any) -> FileResponse:
    """A file that somebody sent in, to be saved under the name it came with; 404 where there is none."""
    if kept is None:
        raise Http404
    response = FileResponse(
        kept.file.open("rb"),
        as_attachment=True,
        filename=kept.name,
        content_type=kept.content_type,
    )
    run_nothing(response)
    return response


@child_view(Permission.SEE_RECORD)
def document_list(request: HttpRequest, child: Any) -> HttpResponse:
    """Everything signed and meant for the family, to be read, kept, and asked to be corrected."""
    user: Any = request.user
    team = request.team  # type: ignore[attr-defined]
    referrals = referrals_visible_to(user).filter(child=child)
    context = {
        "child": child,
        "header": children.header_for(child, timezone.localdate(), team),
        "groups": papers.papers(referrals),
        "letters": letters_to_family(child, referrals, user),
        "may_correct": {r.pk for r in referrals if may_act(user, Act.ASK_CORRECTION, r, team)},
        "corrections": papers.corrections_of(child, referrals, user),
    }
    return render(request, "document/list.html", context)


@asks_again
@child_view(Permission.TAKE_RECORD)
def document_export(request: HttpRequest, child: Any) -> HttpResponse:
    """The whole record in one file, as a PDF to read or in FHIR for another system."""
    form = request.POST.get("form", "")
    if request.method != "POST" or form not in ("pdf", "fhir"):
        status = UNPROCESSABLE if request.method == "POST" else 200
        header = children.header_for(child, timezone.localdate(), request.team)  # type: ignore[attr-defined]
        page = {"child": child, "header": header}
        return render(request, "document/export.html", page, status=status)
    user: Any = request.user
    now = timezone.now()
    export_documents(child=child, form=form, by=user, at=now)
    referrals = referrals_visible_to(user).filter(child=child)
    threads = threads_visible_to(user).filter(child=child)
    if form == "pdf":
        whole = explained(record_of(child, referrals, threads, user, now))
        content, kind = pdf(whole), "pdf"
    else:
        # For another system, not for the reader: its words are English.
        with translation.override("en"):
            told = bundle(child, referrals, threads, user, now)
        content, kind = json.dumps(told).encode(), "json"
    response = HttpResponse(content, content_type=_EXPORTS[kind])
    response["Content-Disposition"] = (
        f'attachment; filename="record-{timezone.localdate(now):%Y-%m-%d}.{kind}"'
    )
    run_nothing(response)
    return response


_EXPORTS: Final = {"pdf": "application/pdf", "json": "application/fhir+json"}


@referral_view(Permission.SEE_RECORD)
def evaluation_print(request: HttpRequest, referral: Any, evaluation_id: UUID) -> HttpResponse:
    """The signed report as a page to read and to print; a draft is not found."""
    document = evaluation_report(referral, evaluation_id)
    return _page(request, referral, document, "evaluation_pdf", evaluation_id)


@referral_view(Permission.SEE_RECORD)
def evaluation_pdf(request: HttpRequest, referral: Any, evaluation_id: UUID) -> HttpResponse:
    return as_file(request, evaluation_report(referral, evaluation_id), evaluation_id)


@referral_view(Permission.SEE_RECORD)
def plan_print(request: HttpRequest, referral: Any, plan_id: UUID) -> HttpResponse:
    return _page(request, referral, plan_of_care(referral, plan_id), "plan_pdf", plan_id)


@referral_view(Permission.SEE_RECORD)
def plan_pdf(request: HttpRequest, referral: Any, plan_id: UUID) -> HttpResponse:
    return as_file(request, plan_of_care(referral, plan_id), plan_id)


@referral_view(Permission.SEE_RECORD)
def prescription_print(request: HttpRequest, referral: Any, prescription_id: UUID) -> HttpResponse:
    document = prescription_order(referral, prescription_id)
    return _page(request, referral, document, "prescription_pdf", prescription_id)


@referral_view(Permission.SEE_RECORD)
def prescription_pdf(request: HttpRequest, referral: Any, prescription_id: UUID) -> HttpResponse:
    return as_file(request, prescription_order(referral, prescription_id), prescription_id)


@referral_view(Permission.SEE_RECORD)
def discharge_print(request: HttpRequest, referral: Any, discharge_id: UUID) -> HttpResponse:
    document = discharge_summary(referral, discharge_id, for_family=_of_family(request))
    return _page(request, referral, document, "discharge_pdf", discharge_id)


@referral_view(Permission.SEE_RECORD)
def discharge_pdf(request: HttpRequest, referral: Any, discharge_id: UUID) -> HttpResponse:
    document = discharge_summary(referral, discharge_id, for_family=_of_family(request))
    return as_file(request, document, discharge_id)


def _of_family(request: HttpRequest) -> bool:
    return bool(request.team.main_role == FAMILY)  # type: ignore[attr-defined]


@referral_view(Permission.SEE_RECORD)
def activity_handout_print(request: HttpRequest, referral: Any) -> HttpResponse:
    """The home activities of today, to hang on a wall: in the language it is asked for in."""
    with translation.override(_asked_language(request)):
        document = _handout(referral)
        pdf = reverse("activity_handout_pdf", args=[referral.pk])
        page = {
            "document": document,
            "referral": referral,
            "pdf": f"{pdf}?language={translation.get_language()}",
        }
        return render(request, "print/document.html", page)


@referral_view(Permission.SEE_RECORD)
def activity_handout_pdf(request: HttpRequest, referral: Any) -> HttpResponse:
    with translation.override(_asked_language(request)):
        return as_file(request, explained(_handout(referral)), referral.pk)


def _asked_language(request: HttpRequest) -> str:
    """A therapist hands out in the family’s language; where none is asked for, the reader’s own."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language() or "en"


def _handout(referral: Any) -> Document:
    if referral.clinic is None:
        raise Http404
    return handout(referral, timezone.localdate())


@referral_view(Permission.SEE_RECORD)
def report_print(request: HttpRequest, referral: Any, report_id: UUID) -> HttpResponse:
    document = _report(request, referral, report_id)
    return _page(request, referral, document, "report_pdf", report_id)


@referral_view(Permission.SEE_RECORD)
def report_pdf(request: HttpRequest, referral: Any, report_id: UUID) -> HttpResponse:
    return as_file(request, _report(request, referral, report_id), report_id)


def _report(request: HttpRequest, referral: Any, key: UUID) -> Document | None:
    """What was sent, to whom it was sent; what was only signed, to those who write."""
    user: Any = request.user
    team = request.team  # type: ignore[attr-defined]
    writes = may_act(user, Act.WRITE_REPORT, referral, team)
    return progress_report(referral, key, for_family=_of_family(request), unsent=writes)


def _page(
    request: HttpRequest, referral: Any, document: Document | None, as_pdf: str, key: UUID
) -> HttpResponse:
    if document is None:
        raise Http404
    page = {
        "document": document,
        "referral": referral,
        "pdf": reverse(as_pdf, args=[referral.pk, key]),
    }
    return render(request, "print/document.html", page)


def as_file(request: HttpRequest, document: Document | None, key: UUID) -> HttpResponse:
    """The PDF, to be saved under a name that says nothing of the child."""
    if not request.team.saves_files:  # type: ignore[attr-defined]
        raise PermissionDenied(who_can(Permission.SAVE_FILE))
    if document is None:
        raise Http404
    if _of_family(request):
        document = explained(document)
    response = HttpResponse(pdf(document), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="document-{key}.pdf"'
    run_nothing(response)
    return response


def in_pieces(row: Any, content_type: str) -> FileResponse:
    """The bytes of a file that was sent in, for another system: no name, and never held whole."""
    answer = FileResponse(row.file.open("rb"), content_type=content_type)
    del answer["Content-Disposition"]
    return answer


def paper_of(row: Any) -> bytes:
    """The bytes of a file that was sent in, or of a signed paper as clinicians read it."""
    if hasattr(row, "file"):
        with row.file.open("rb") as kept:
            return bytes(kept.read())
    made: dict[str, Callable[[], Document | None]] = {
        "evaluation": lambda: evaluation_report(row.referral, row.pk),
        "plan": lambda: plan_of_care(row.referral, row.pk),
        "prescription": lambda: prescription_order(row.referral, row.pk),
        "report": lambda: progress_report(row.referral, row.pk, for_family=False, unsent=False),
        "discharge": lambda: discharge_summary(row.referral, row.pk, for_family=False),
        "letter": lambda: letter_of(row),
    }
    # A letter has its own language; all else is told to a system in English.
    with translation.override(getattr(row, "language", translation.get_language() or "en")):
        return _drawn(made[row._meta.model_name]())


def _drawn(document: Document | None) -> bytes:
    if document is None:
        raise Http404
    return pdf(document)


def run_nothing(response: HttpResponseBase) -> None:
    """Let it run nothing, whatever a browser takes it for."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
