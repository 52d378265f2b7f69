"""How is progress reported, read, sent and taken note of? One small view per verb."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals import access
from referrals.access import FAMILY, Permission
from referrals.act import ACTS, Act
from referrals.actions import report as actions
from referrals.actions.counting import digest
from referrals.actions.moving import outrun_sentence
from referrals.actions.recording import new_id
from referrals.actions.refusal import Outrun, Refused
from referrals.actions.signing import check_credentials, drafted
from referrals.documents.report import counted_sections, progress_report, sections_of
from referrals.forms import report as forms
from referrals.forms.referral import ConfirmForm
from referrals.pathway import Move, State
from referrals.queries import children
from referrals.queries import report as pages

from .answer import CONFLICT, UNPROCESSABLE, move_page, now_at, refuse, saved
from .decorators import referral_view
from .signing import signs

PLAIN = "text/plain; charset=utf-8"


def _around(request: HttpRequest, referral: Any) -> dict[str, Any]:
    """What stands around every page of a report: the child, and what the reader may do."""
    today = timezone.localdate()
    user: Any = request.user
    team = request.team  # type: ignore[attr-defined]
    state = State(referral.state)
    writes = access.may_act(user, Act.WRITE_REPORT, referral, team)
    return {
        "referral": referral,
        "header": children.header_for(referral.child, today, team),
        "may_write": writes,
        "can_write": writes and _legal(referral),
        "can_take_note": access.may_act(user, Act.ACKNOWLEDGE_REPORT, referral, team)
        and state in ACTS[Act.ACKNOWLEDGE_REPORT].during,
        "for_family": team.main_role == FAMILY,
        "today": today,
    }


def _legal(referral: Any) -> bool:
    return State(referral.state) in ACTS[Act.WRITE_REPORT].during


# --- Reading ------------------------------------------------------------------------------------


@referral_view(Permission.SEE_RECORD)
def report_list(request: HttpRequest, referral: Any) -> HttpResponse:
    """Every report, with where it stands."""
    context = _around(request, referral)
    found = pages.listing(referral, writes=context["may_write"])
    context |= {
        "reports": found,
        "draft": next((report for report, _ in found if report.is_draft), None),
        "unsent": next((r for r, _ in found if r.status == "final" and not r.sent_at), None),
    }
    return render(request, "report/list.html", context)


@referral_view(Permission.SEE_RECORD)
def report_detail(request: HttpRequest, referral: Any, report_id: UUID) -> HttpResponse:
    """One report as it was signed, with what it amends and who has read it."""
    context = _around(request, referral)
    report = pages.one(referral, report_id, writes=context["may_write"])
    if report is None:
        raise Http404
    context |= _read(report, for_family=context["for_family"])
    waiting = context["can_take_note"] and report.sent_at and not report.acknowledged_at
    unread = waiting and actions.unread(referral).first()
    context["take_note"] = bool(unread and unread.pk == report.pk)
    return render(request, "report/detail.html", context)


def _read(report: Any, *, for_family: bool) -> dict[str, Any]:
    document = progress_report(report.referral, report.pk, for_family=for_family, unsent=True)
    return {
        "report": report,
        "fate": pages.fate(report),
        "document": document,
        "changes": pages.changes(report),
    }


# --- Writing ------------------------------------------------------------------------------------


@referral_view(Act.WRITE_REPORT)
def report_write(request: HttpRequest, referral: Any) -> HttpResponse:
    """The report on one page: begun from the data, kept while it is typed, then read and signed."""
    draft = drafted(referral.reports)
    if request.method == "POST":
        return _take(request, referral, draft)
    if not _legal(referral):
        messages.warning(request, outrun_sentence(referral))
        return redirect("report_list", referral.pk)
    waiting = actions.unsent(referral)
    if draft is None and waiting is not None:
        messages.info(request, "This report is signed and not yet sent. Send it first.")
        return redirect("report_detail", referral.pk, waiting.pk)
    return _show(request, referral, _form(request, referral, draft), draft, 200)


def _form(request: HttpRequest, referral: Any, draft: Any) -> forms.ReportForm:
    start: dict[str, Any]
    if draft is not None:
        found = actions.count(referral, draft.from_on, draft.until_on)
        words = {one["goal"]: one.get("words", "") for one in draft.goals}
        goals = [one | {"words": words.get(one["goal"], "")} for one in found.goals]
        start = {"id": draft.pk, "version": draft.edition, **draft.content, "goals": goals}
    else:
        start = {"id": new_id(), **actions.start_of(referral, timezone.now())}
    goals = start.pop("goals")
    return forms.ReportForm(
        request.POST if request.method == "POST" else None, initial=start, goals=goals
    )


def _take(request: HttpRequest, referral: Any, draft: Any) -> HttpResponse:
    """Keep what was typed; only then is it read and signed. A refusal so never costs a word."""
    now = timezone.now()
    autosave = request.headers.get("X-Autosave") == "1"
    form = _form(request, referral, draft)
    valid = form.is_valid()
    if "id" not in form.cleaned_data:
        return _show(request, referral, form, draft, UNPROCESSABLE)
    try:
        report = actions.draft_report(
            id=form.cleaned_data["id"], referral=referral, by=request.user, at=now,  # type: ignore[arg-type]
            edition=form.cleaned_data.get("version"), **form.columns(),
        )  # fmt: skip
    except Refused as refused:
        status = refuse(form, refused)
        if autosave:
            return HttpResponse(refused.sentence, status=status, content_type=PLAIN)
        # Somebody saved meanwhile, or signed: theirs is shown beside what was typed.
        begun = drafted(referral.reports)
        theirs = begun or referral.reports.first()
        if isinstance(refused, Outrun) and begun is not None:
            now_at(form, begun.edition, id=begun.pk)
        return _show(request, referral, form, theirs, status, theirs=isinstance(refused, Outrun))
    if autosave:
        return saved(form, report.edition, now, "Saved as a draft")
    now_at(form, report.edition)
    if not valid:
        return _show(request, referral, form, report, UNPROCESSABLE)
    if request.POST.get("do") == "sign":
        return redirect("report_sign", referral.pk)
    messages.success(request, "Saved as a draft. Only the therapists of your clinic can read it.")
    return redirect("report_write", referral.pk)


def _show(
    request: HttpRequest, referral: Any, form: forms.ReportForm, draft: Any, status: int, *,
    theirs: bool = False,
) -> HttpResponse:  # fmt: skip
    context = _around(request, referral)
    first, last = (form.initial.get(name) for name in ("from_on", "until_on"))
    found = actions.count(referral, first, last) if first and last else None
    context |= {
        "form": form,
        "draft": draft,
        "counted": counted_sections(found.figures) if found else (),
        "theirs": pages.fields_of(draft) if theirs and draft is not None else [],
    }
    return render(request, "report/write.html", context, status=status)


@referral_view(Act.WRITE_REPORT)
@signs
def report_sign(request: HttpRequest, referral: Any) -> HttpResponse:
    """The draft as it will be read, with what it lacks, and one button."""
    draft = drafted(referral.reports)
    form = forms.SignForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            report = referral.reports.filter(pk=form.cleaned_data["id"]).first()
            if report is None:
                raise Http404
            edition, seen = form.cleaned_data["version"], form.cleaned_data["seen"]
            try:
                actions.sign_report(
                    report=report, edition=edition, seen=seen, by=request.user, at=timezone.now()  # type: ignore[arg-type]
                )  # fmt: skip
            except Refused as refused:
                if report.signed_by == request.user and report.edition == edition + 1:
                    return redirect("report_detail", referral.pk, report.pk)  # the second click
                status = refuse(form, refused)
                draft = drafted(referral.reports)
            else:
                messages.success(request, "Signed. Now send it to the pediatrician.")
                return redirect("report_detail", referral.pk, report.pk)
    if draft is None:
        messages.warning(request, "There is nothing to sign here now.")
        return redirect("report_list", referral.pk)
    found = actions.count(referral, draft.from_on, draft.until_on)
    words = {one["goal"]: one.get("words", "") for one in draft.goals}
    goals = [one | {"words": words.get(one["goal"], "")} for one in found.goals]
    read = {"id": draft.pk, "version": draft.edition, "seen": digest(found)}
    form.initial = read
    if form.is_bound:
        now_at(form, draft.edition, id=draft.pk, seen=read["seen"])
    context = _around(request, referral)
    context |= {
        "form": form,
        "draft": draft,
        "lacks": _lacks(request, draft, context["today"]),
        "sections": sections_of(draft, goals, found.figures),
        "changes": pages.changes(draft, goals),
    }
    return render(request, "report/sign.html", context, status=status)


def _lacks(request: HttpRequest, draft: Any, today: Any) -> list[str]:
    """What keeps it from being signed: what is missing in it, or in who signs."""
    found = list(actions.lacks(draft, today).values())
    try:
        check_credentials(request.user)  # type: ignore[arg-type]
    except Refused as refused:
        found.append(refused.sentence)
    return found


@referral_view(Act.WRITE_REPORT)
def report_amend(request: HttpRequest, referral: Any, report_id: UUID) -> HttpResponse:
    """Ask why what was signed is amended, and begin a version with all of it."""
    report = pages.one(referral, report_id, writes=True)
    if report is None:
        raise Http404
    form = forms.AmendForm(request.POST or None, initial={"id": new_id()})
    legal = _legal(referral)
    status = 200 if legal else CONFLICT
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                actions.amend_report(
                    report=report, by=request.user, at=timezone.now(), **form.arguments()  # type: ignore[arg-type]
                )  # fmt: skip
            except Refused as refused:
                status = refuse(form, refused)
            else:
                return redirect("report_write", referral.pk)
    context = {
        "referral": referral, "form": form, "title": f"Amend report {report.number}",
        "verb": "Begin the amendment", "legal": legal,
        "sentence": "" if legal else outrun_sentence(referral), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "referral/move.html", context, status=status)


# --- On its way ---------------------------------------------------------------------------------


@referral_view(Move.SEND_REPORT)
def referral_send_report(request: HttpRequest, referral: Any) -> HttpResponse:
    """The signed report and one button."""
    report = actions.unsent(referral)
    page = _read(report, for_family=False) if report is not None else {"report": None}
    return move_page(
        request, referral, Move.SEND_REPORT, ConfirmForm, actions.send_report,
        done="Sent. The pediatrician and the family can read it now.",
        title="Send the progress report", template="report/send.html", **page,
    )  # fmt: skip


@referral_view(Act.ACKNOWLEDGE_REPORT)
def report_acknowledge(request: HttpRequest, referral: Any) -> HttpResponse:
    """The oldest report that waits for the pediatrician, whole, and one button."""
    report = actions.unread(referral).first()
    start = {"id": report.pk} if report is not None else None
    form = forms.AcknowledgeForm(request.POST or None, initial=start)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            of_form = referral.reports.filter(pk=form.cleaned_data["id"]).first()
            if of_form is None:
                raise Http404
            try:
                actions.acknowledge_report(
                    report=of_form, answer=form.cleaned_data["answer"], by=request.user,  # type: ignore[arg-type]
                    at=timezone.now(),
                )  # fmt: skip
            except Refused as refused:
                status = refuse(form, refused)
                if report is not None:
                    now_at(form, report.edition, id=report.pk)
            else:
                messages.success(request, "Thank you. The therapist sees that you have read it.")
                return redirect("report_detail", referral.pk, of_form.pk)
    context = _around(request, referral)
    context |= {"form": form, "report": None}
    if report is not None:
        context |= _read(pages.one(referral, report.pk, writes=True), for_family=False)
    return render(request, "report/acknowledge.html", context, status=status)
