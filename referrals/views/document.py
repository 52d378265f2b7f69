"""How does a file come in and go out again, and how is a signed document read, printed and saved?"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from referrals.access import FAMILY, Permission, may_act
from referrals.actions.document import attach
from referrals.actions.refusal import Refused
from referrals.documents.activity import handout
from referrals.documents.discharge import discharge_summary
from referrals.documents.document import Document
from referrals.documents.evaluation import evaluation_report
from referrals.documents.pdf import pdf
from referrals.documents.plan import plan_of_care
from referrals.documents.prescription import prescription_order
from referrals.documents.report import progress_report
from referrals.forms.referral import AttachForm
from referrals.pathway import Act

from .decorators import referral_view


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
            messages.error(request, "Choose a file first.")
    return redirect("referral_detail", referral.pk)


@referral_view(Permission.SEE_RECORD)
def attachment_download(request: HttpRequest, referral: Any, attachment_id: UUID) -> FileResponse:
    """Hand the file out to be saved; never shown inside the site."""
    attachment = referral.attachments.filter(pk=attachment_id).first()
    if attachment is None:
        raise Http404
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    _only_to_save(response)
    return response


@referral_view(Permission.SEE_RECORD)
def evaluation_print(request: HttpRequest, referral: Any, evaluation_id: UUID) -> HttpResponse:
    """The signed report as a page to read and to print; a draft is not found."""
    document = evaluation_report(referral, evaluation_id)
    return _page(request, referral, document, "evaluation_pdf", evaluation_id)


@referral_view(Permission.SEE_RECORD)
def evaluation_pdf(request: HttpRequest, referral: Any, evaluation_id: UUID) -> HttpResponse:
    return _file(evaluation_report(referral, evaluation_id), evaluation_id)


@referral_view(Permission.SEE_RECORD)
def plan_print(request: HttpRequest, referral: Any, plan_id: UUID) -> HttpResponse:
    return _page(request, referral, plan_of_care(referral, plan_id), "plan_pdf", plan_id)


@referral_view(Permission.SEE_RECORD)
def plan_pdf(request: HttpRequest, referral: Any, plan_id: UUID) -> HttpResponse:
    return _file(plan_of_care(referral, plan_id), plan_id)


@referral_view(Permission.SEE_RECORD)
def prescription_print(request: HttpRequest, referral: Any, prescription_id: UUID) -> HttpResponse:
    document = prescription_order(referral, prescription_id)
    return _page(request, referral, document, "prescription_pdf", prescription_id)


@referral_view(Permission.SEE_RECORD)
def prescription_pdf(request: HttpRequest, referral: Any, prescription_id: UUID) -> HttpResponse:
    return _file(prescription_order(referral, prescription_id), prescription_id)


@referral_view(Permission.SEE_RECORD)
def discharge_print(request: HttpRequest, referral: Any, discharge_id: UUID) -> HttpResponse:
    document = discharge_summary(referral, discharge_id, for_family=_of_family(request))
    return _page(request, referral, document, "discharge_pdf", discharge_id)


@referral_view(Permission.SEE_RECORD)
def discharge_pdf(request: HttpRequest, referral: Any, discharge_id: UUID) -> HttpResponse:
    document = discharge_summary(referral, discharge_id, for_family=_of_family(request))
    return _file(document, discharge_id)


def _of_family(request: HttpRequest) -> bool:
    return bool(request.team.main_role == FAMILY)  # type: ignore[attr-defined]


@referral_view(Permission.SEE_RECORD)
def activity_handout_print(request: HttpRequest, referral: Any) -> HttpResponse:
    """The home activities of today, to hang on a wall."""
    document = _handout(referral)
    pdf = reverse("activity_handout_pdf", args=[referral.pk])
    page = {"document": document, "referral": referral, "pdf": pdf}
    return render(request, "print/document.html", page)


@referral_view(Permission.SEE_RECORD)
def activity_handout_pdf(request: HttpRequest, referral: Any) -> HttpResponse:
    return _file(_handout(referral), referral.pk)


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
    return _file(_report(request, referral, report_id), report_id)


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


def _file(document: Document | None, key: UUID) -> HttpResponse:
    """The PDF, to be saved under a name that says nothing of the child."""
    if document is None:
        raise Http404
    response = HttpResponse(pdf(document), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="document-{key}.pdf"'
    _only_to_save(response)
    return response


def _only_to_save(response: HttpResponseBase) -> None:
    """Let it run nothing, whatever a browser takes it for."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
