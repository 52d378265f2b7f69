"""How are therapy visits read, and how is the note of one written, signed, co-signed and amended?"""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals import access
from referrals.access import FAMILY, Permission
from referrals.act import ACTS, Act
from referrals.actions import session as actions
from referrals.actions.moving import outrun_sentence
from referrals.actions.plan import signed_plan
from referrals.actions.recording import new_id
from referrals.actions.refusal import Outrun, Refused
from referrals.actions.signing import drafted, is_assistant, standing
from referrals.forms import session as forms
from referrals.pathway import State
from referrals.queries import children, due, prescription
from referrals.queries import document as papers
from referrals.queries import plan as plans
from referrals.queries import session as pages

from .answer import UNPROCESSABLE, now_at, refuse, saved
from .decorators import referral_view
from .signing import signs, signs_or_drafts

PLAIN = "text/plain; charset=utf-8"


@referral_view(Permission.SEE_RECORD)
def session_list(request: HttpRequest, referral: Any) -> HttpResponse:
    """The visits to come and those before, and how many there were of those that were planned."""
    around = _around(request, referral)
    now, for_family = timezone.now(), around["for_family"]
    page = pages.listing(
        referral, now, after=request.GET.get("after", ""), before=request.GET.get("before", ""),
        for_family=for_family,
    )  # fmt: skip
    doses = [] if for_family else _doses(referral, around["today"])
    return render(request, "session/list.html", {**around, "page": page, "doses": doses})


def _doses(referral: Any, today: Any) -> Any:
    card = plans.card(referral, today, for_family=False)
    return prescription.doses(referral, card.plan, card.prescription, today)


@referral_view(Permission.SEE_RECORD)
def session_detail(request: HttpRequest, referral: Any, appointment_id: UUID) -> HttpResponse:
    """One visit: what is due when the child comes, and the note afterwards."""
    visit = _visit(referral, appointment_id)
    around = _around(request, referral)
    may, now = around["may"], timezone.now()
    page = pages.read(
        visit, now, for_family=around["for_family"], writes=may["write_session"]
    )  # fmt: skip
    waits = page.row.owes == "sign_off" and may["cosign_session"]
    user: Any = request.user
    day = timezone.localtime(visit.starts_at).date()
    context = {
        **around,
        "visit": visit,
        "page": page,
        "wishes": papers.wishes(referral, cast(Any, request).user, about=page.note.session.pk)
        if page.note
        else [],
        "due": [] if around["for_family"] else due.due(referral, day, around["today"]),
        "may_cosign": waits and not is_assistant(user, referral.clinic, now),
        "has_begun": visit.starts_at <= now,
        "may_undo": may["hold_session"]
        and visit.status in ("fulfilled", "noshow")
        and page.note is None
        and timezone.localtime(visit.ended_at).date() == around["today"],
    }
    return render(request, "session/detail.html", context)


def _around(request: HttpRequest, referral: Any) -> dict[str, Any]:
    """What stands around every visit that is read: the child, and what this person may do."""
    team, user, today = cast(Any, request).team, cast(Any, request).user, timezone.localdate()
    state = State(referral.state)
    acts = (Act.PLAN_SESSIONS, Act.HOLD_SESSION, Act.WRITE_SESSION, Act.COSIGN_SESSION)
    return {
        "referral": referral,
        "header": children.header_for(referral.child, today, team),
        "for_family": team.main_role == FAMILY,
        "may": {
            act.value: state in ACTS[act].during and access.may_act(user, act, referral, team)
            for act in acts
        },
        "today": today,
    }


# --- The note -------------------------------------------------------------------------------------


@referral_view(Act.WRITE_SESSION)
@signs_or_drafts()
def session_write(request: HttpRequest, referral: Any, appointment_id: UUID) -> HttpResponse:
    """The note on one page: a tap a goal, a line, signed with one button; kept while it is typed."""
    visit = _visit(referral, appointment_id)
    if request.method == "POST":
        return _take(request, referral, visit)
    sentence = ""
    if State(referral.state) not in ACTS[Act.WRITE_SESSION].during:
        sentence = outrun_sentence(referral)
    elif visit.status != "fulfilled":
        sentence = "Say first that the visit took place."
    draft = drafted(visit.notes)
    if sentence or (draft is None and standing(visit.notes) is not None):
        if sentence:
            messages.warning(request, sentence)
        return redirect("session_detail", referral.pk, visit.pk)
    return _show(request, referral, visit, _form(request, visit, draft), draft, 200)


def _take(request: HttpRequest, referral: Any, visit: Any) -> HttpResponse:
    """Keep what was typed; only then is it signed. A refusal so never costs a word."""
    now, user = timezone.now(), cast(Any, request).user
    autosave = request.headers.get("X-Autosave") == "1"
    draft = drafted(visit.notes)
    form = _form(request, visit, draft)
    valid = form.is_valid()
    if "id" not in form.cleaned_data:
        return _show(request, referral, visit, form, draft, UNPROCESSABLE)
    key, edition = form.cleaned_data["id"], form.cleaned_data.get("version")
    signing = request.POST.get("do") == "sign" and not autosave
    if signing and _signed_already(visit, key, user):
        return redirect("session_detail", referral.pk, visit.pk)  # the second click
    try:
        note = actions.draft_session(
            id=key, appointment=visit, edition=edition, by=user, at=now, **form.columns()
        )
    except Refused as refused:
        status = refuse(form, refused)
        if autosave:
            return HttpResponse(refused.sentence, status=status, content_type=PLAIN)
        theirs = drafted(visit.notes) or standing(visit.notes)
        outrun = isinstance(refused, Outrun) and theirs is not None
        if outrun and theirs.is_draft:
            now_at(form, theirs.edition, id=theirs.pk)
        return _show(request, referral, visit, form, theirs, status, theirs=outrun)
    if autosave:
        return saved(form, note.edition, now, "Saved as a draft")
    now_at(form, note.edition)
    if not valid:
        return _show(request, referral, visit, form, note, UNPROCESSABLE)
    if not signing:
        messages.success(request, "Saved as a draft. It waits for your signature.")
        return redirect("session_detail", referral.pk, visit.pk)
    seen = form.cleaned_data.get("plan") or note.plan_id
    try:
        signed = actions.sign_session(
            session=note, edition=note.edition, plan=seen, by=user, at=now
        )
    except Refused as refused:
        status = refuse(form, refused)
        stands = signed_plan(referral)
        if isinstance(refused, Outrun) and stands is not None:
            now_at(form, note.edition, plan=stands.pk)
        return _show(request, referral, visit, form, note, status)
    messages.success(
        request,
        "Signed. A therapist co-signs it now."
        if signed.needs_cosign
        else "Signed. The family can read what was done and what to practise.",
    )
    return redirect("session_detail", referral.pk, visit.pk)


def _signed_already(visit: Any, key: UUID, user: Any) -> bool:
    return bool(visit.notes.filter(pk=key, signed_by=user).exists())


def _form(request: HttpRequest, visit: Any, draft: Any) -> forms.SessionForm:
    """The note as far as it is written; a first one begins with what was to be practised."""
    if draft is not None:
        start = forms.as_form(draft)
    else:
        start = {"id": new_id(), **actions.pulled_forward(visit)}
    plan = signed_plan(visit.referral)
    start["plan"] = plan.pk if plan is not None else None
    sheets = pages.worksheet(visit, draft.replaces if draft is not None else None)
    return forms.SessionForm(
        request.POST if request.method == "POST" else None, initial=start, sheets=sheets
    )


def _show(
    request: HttpRequest, referral: Any, visit: Any, form: forms.SessionForm, draft: Any,
    status: int, *, theirs: bool = False,
) -> HttpResponse:  # fmt: skip
    last = actions.last_note(visit)
    context = {
        **_around(request, referral),
        "visit": visit,
        "form": form,
        "draft": draft,
        "goals": form.rows(),
        "last": pages.read_one(last) if last is not None else None,
        "theirs": pages.read_one(draft) if theirs and draft is not None else None,
    }
    return render(request, "session/write.html", context, status=status)


@referral_view(Act.WRITE_SESSION)
def session_amend(request: HttpRequest, referral: Any, appointment_id: UUID) -> HttpResponse:
    """Begin a new version of a signed note, saying why."""
    visit = _visit(referral, appointment_id)
    form = forms.AmendSessionForm(request.POST or None, initial={"id": new_id()})
    status = 200
    if standing(visit.notes) is None or drafted(visit.notes) is not None:
        if request.method == "POST":
            messages.warning(request, "Somebody has begun an amendment already. Here it is.")
        return redirect("session_write", referral.pk, visit.pk)
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                actions.draft_session(
                    appointment=visit,
                    by=request.user,  # type: ignore[arg-type]
                    at=timezone.now(),
                    **form.arguments(),
                )
            except Refused as refused:
                status = refuse(form, refused)
            else:
                return redirect("session_write", referral.pk, visit.pk)
    context = {
        "referral": referral, "visit": visit, "form": form, "title": "Amend the note",
        "verb": "Begin the amendment", "legal": True, "sentence": "",
        "lead": "What was signed stays readable. The new version takes its place once it is signed.",
    }  # fmt: skip
    return render(request, "session/act.html", context, status=status)


@referral_view(Act.COSIGN_SESSION)
@signs
def session_cosign(request: HttpRequest, referral: Any, appointment_id: UUID) -> HttpResponse:
    """One tap under the note that is read, and under no other; opened it leads to the visit."""
    visit = _visit(referral, appointment_id)
    if request.method == "POST":
        form = forms.CosignForm(request.POST)
        key = form.cleaned_data["id"] if form.is_valid() else None
        note = visit.notes.filter(pk=key).first()
        try:
            if note is None:
                raise Refused("Read the note first, then co-sign it.")
            actions.cosign_session(session=note, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except Refused as refused:
            messages.warning(request, refused.sentence)
        else:
            messages.success(request, "Co-signed.")
    return redirect("session_detail", referral.pk, visit.pk)


def _visit(referral: Any, appointment_id: UUID) -> Any:
    visit = pages.one(referral, appointment_id)
    if visit is None:
        raise Http404
    return visit
