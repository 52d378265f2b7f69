"""How is a whole caseload brought in: a file, its columns, what is wrong with it, and how far it is?"""

from typing import IO, Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals.actions.caseload import (
    bring_caseload,
    drop_caseload,
    map_caseload,
    take_in_caseload,
)
from referrals.actions.refusal import Outrun, Refused
from referrals.asking import asks_again
from referrals.caseload.column import COLUMNS
from referrals.caseload.office import Office, places
from referrals.documents import spreadsheet
from referrals.documents.caseload import template_csv, template_xlsx
from referrals.forms.caseload import BringForm, MappingForm, TakeInForm
from referrals.queries import caseload as pages

from .answer import UNPROCESSABLE, now_at, refuse
from .decorators import office_view
from .document import run_nothing
from .organization import offer_offices

WORKING = frozenset({"checking", "bringing"})


@office_view(Office.BRING_CASELOAD)
def caseload_list(request: HttpRequest) -> HttpResponse:
    """What was brought in before, the template, and the way to bring in another file."""
    user: Any = request.user
    offered = places(user)
    form = TakeInForm(request.POST or None, request.FILES or None, places=offered)
    finding = request.POST.get("do") == "find"
    if finding:
        form = TakeInForm(initial=form.typed(), places=offered)
    status = 200
    if request.method == "POST" and not finding:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                made = take_in_caseload(
                    organization=form.cleaned_data["organization"],
                    upload=form.cleaned_data["file"], by=user, at=timezone.now(),
                )  # fmt: skip
            except Refused as refused:
                status = refuse(form, refused)
            else:
                return redirect("caseload_map", made.pk)
    context = {
        "form": form, "caseloads": pages.listed(user), "columns": COLUMNS.values(),
        "offer": offer_offices(request, form),
    }  # fmt: skip
    return render(request, "caseload/list.html", context, status=status)


@office_view(Office.BRING_CASELOAD)
def caseload_template(request: HttpRequest, form: str) -> HttpResponseBase:
    """The columns with one invented row, to be filled in."""
    if form == "csv":
        return saved_file(template_csv(), form, "caseload-template")
    if form == "xlsx":
        return saved_file(template_xlsx(), form, "caseload-template")
    raise Http404


@office_view(Office.BRING_CASELOAD)
def caseload_map(request: HttpRequest, caseload: Any) -> HttpResponse:
    """Say which column is which; every row is checked next."""
    if caseload.state not in ("mapping", "checked"):
        if request.method == "POST":
            messages.warning(
                request, "Somebody has named the columns meanwhile. See what came of it."
            )
        return redirect("caseload_detail", caseload.pk)
    form = MappingForm(request.POST or None, caseload=caseload)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                map_caseload(
                    caseload=caseload, by=request.user, at=timezone.now(), **form.arguments()  # type: ignore[arg-type]
                )  # fmt: skip
            except Refused as refused:
                status = refuse(form, refused)
                if isinstance(refused, Outrun):
                    caseload.refresh_from_db()
                    now_at(form, seen=caseload.columns_named)
            else:
                return redirect("caseload_detail", caseload.pk)
    taken = set(caseload.mapping.values())
    left_out = [words for n, words in enumerate(caseload.header) if n not in taken and words]
    context = {"form": form, "caseload": caseload, "left_out": left_out}
    return render(request, "caseload/map.html", context, status=status)


@office_view(Office.BRING_CASELOAD)
def caseload_detail(request: HttpRequest, caseload: Any) -> HttpResponse:
    """How far it is; once checked, what would come in and what is to be mended."""
    if caseload.state == "mapping":
        return redirect("caseload_map", caseload.pk)
    form = BringForm(initial={"mode": caseload.mode}, caseload=caseload)
    context = _page(caseload, form)
    if request.htmx and caseload.state in WORKING:  # type: ignore[attr-defined]
        return render(request, "caseload/progress.html", context)
    answer = render(request, "caseload/detail.html", context)
    if request.htmx:  # type: ignore[attr-defined]
        # The work is done: the whole page is another one now.
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
    return answer


@office_view(Office.BRING_CASELOAD)
def caseload_bring(request: HttpRequest, caseload: Any) -> HttpResponse:
    """Let the rows come in, all or none or the right ones; the worker does it."""
    if request.method != "POST":
        return redirect("caseload_detail", caseload.pk)
    form = BringForm(request.POST, caseload=caseload)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            bring_caseload(
                caseload=caseload, by=request.user, at=timezone.now(), **form.arguments()  # type: ignore[arg-type]
            )  # fmt: skip
        except Refused as refused:
            status = refuse(form, refused)
        else:
            return redirect("caseload_detail", caseload.pk)
    return render(request, "caseload/detail.html", _page(caseload, form), status=status)


@office_view(Office.BRING_CASELOAD)
def caseload_drop(request: HttpRequest, caseload: Any) -> HttpResponse:
    """Put the file away now."""
    if request.method == "POST":
        try:
            drop_caseload(caseload=caseload, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, "The file is removed. What was brought in stays.")
    return redirect("caseload_detail", caseload.pk)


@asks_again
@office_view(Office.BRING_CASELOAD)
def caseload_mend(request: HttpRequest, caseload: Any, form: str) -> HttpResponseBase:
    """The rows that were not taken, with the reasons in a last column."""
    if not caseload.file or form not in spreadsheet.TYPES:
        raise Http404
    heads = [*caseload.header, "To be mended"]
    rows = pages.to_mend(caseload)
    return saved_list(spreadsheet.written(form, heads, rows), form, "rows-to-mend")


def _page(caseload: Any, form: BringForm) -> dict[str, Any]:
    counts = pages.counts(caseload)
    heads: list[str] = []
    rows: list[list[str]] = []
    if caseload.state == "checked":
        heads, rows = pages.preview(caseload, timezone.localdate())
    faults, more = pages.faults(caseload)
    return {
        "caseload": caseload, "form": form, "counts": counts, "faults": faults, "more": more,
        "heads": heads, "rows": rows, "percent": pages.percent(caseload),
        "working": caseload.state in WORKING,
        "to_bring": counts["new"] + counts["changed"],
        "to_mend": counts["wrong"] + counts["near"],
    }  # fmt: skip


def saved_file(content: bytes, form: str, name: str) -> HttpResponse:
    """A small file to be saved."""
    answer = HttpResponse(content, content_type=spreadsheet.TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    run_nothing(answer)
    return answer


def saved_list(file: IO[bytes], form: str, name: str) -> FileResponse:
    """A list of any length to be saved: piece by piece, from the disk it was written to."""
    answer = FileResponse(
        file, as_attachment=True, filename=f"{name}.{form}", content_type=spreadsheet.TYPES[form]
    )
    run_nothing(answer)
    return answer
