"""How is the end of therapy written, signed, read and noted, and how does a child come back?"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from referrals import access
from referrals.access import FAMILY, Permission, referral_for
from referrals.act import ACTS, Act
from referrals.actions import discharge as actions
from referrals.actions import reached
from referrals.actions.moving import outrun_sentence
from referrals.actions.recording import new_id
from referrals.actions.refusal import Outrun, Refused
from referrals.actions.signing import drafted
from referrals.forms import discharge as forms
from referrals.pathway import ENDED, Move, State
from referrals.queries import children
from referrals.queries import discharge as pages
from referrals.queries import document as papers

from .answer import CONFLICT, UNPROCESSABLE, move_page, now_at, refuse, saved
from .decorators import referral_view
from .signing import signs

PLAIN = "text/plain; charset=utf-8"


def _legal(referral: Any, act: Act) -> bool:
    return State(referral.state) in ACTS[act].during


def _around(request: HttpRequest, referral: Any) -> dict[str, Any]:
    """What stands around every summary: the child, and for whom the page is."""
    today = timezone.localdate()
    team = request.team  # type: ignore[attr-defined]
    return {
        "referral": referral,
        "header": children.header_for(referral.child, today, team),
        "for_family": team.main_role == FAMILY,
        "today": today,
    }


# --- Writing ------------------------------------------------------------------------------------


@referral_view(Act.WRITE_DISCHARGE)
def discharge_write(request: HttpRequest, referral: Any) -> HttpResponse:
    """The summary on one page: begun with what is known, kept while it is typed."""
    draft = drafted(referral.discharges)
    signed = referral.state in ENDED and draft is None
    if request.method == "POST":
        return _take(request, referral, draft, signed=signed)
    if signed:
        return redirect("discharge_amend", referral.pk)
    if not _legal(referral, Act.WRITE_DISCHARGE):
        messages.warning(request, outrun_sentence(referral))
        return redirect("referral_detail", referral.pk)
    return _show(request, referral, _form(request, referral, draft), draft, 200)


def _form(request: HttpRequest, referral: Any, draft: Any) -> forms.DischargeForm:
    start: dict[str, Any]
    if draft is not None:
        start = {"id": draft.pk, "version": draft.edition, **draft.content}
        entries = reached.outcomes_of(referral, draft.outcomes, draft.replaces)
    else:
        start = {"id": new_id(), **actions.start_of(referral, timezone.now())}
        entries = start["outcomes"]
    return forms.DischargeForm(
        request.POST if request.method == "POST" else None, initial=start, entries=entries
    )


def _take(request: HttpRequest, referral: Any, draft: Any, *, signed: bool) -> HttpResponse:
    """Keep what was typed; only then is it read and signed. A refusal so never costs a word."""
    now = timezone.now()
    autosave = request.headers.get("X-Autosave") == "1"
    form = _form(request, referral, draft)
    valid = form.is_valid()
    if "id" not in form.cleaned_data:
        return _show(request, referral, form, draft, UNPROCESSABLE)
    try:
        if signed:
            raise Outrun(outrun_sentence(referral))
        discharge = actions.draft_discharge(
            id=form.cleaned_data["id"], referral=referral, by=request.user, at=now,  # type: ignore[arg-type]
            edition=form.cleaned_data.get("version"), **form.columns(),
        )  # fmt: skip
    except Refused as refused:
        status = refuse(form, refused)
        if autosave:
            return HttpResponse(refused.sentence, status=status, content_type=PLAIN)
        # Somebody saved meanwhile, or signed: theirs is shown beside what was typed.
        begun = drafted(referral.discharges)
        theirs = begun or actions.signed_discharge(referral)
        if isinstance(refused, Outrun) and begun is not None:
            now_at(form, begun.edition, id=begun.pk)
        return _show(request, referral, form, theirs, status, theirs=isinstance(refused, Outrun))
    if autosave:
        return saved(form, discharge.edition, now, "Saved as a draft", *form.wrong_rows())
    now_at(form, discharge.edition)
    if not valid:
        return _show(request, referral, form, discharge, UNPROCESSABLE)
    if request.POST.get("do") == "sign":
        return redirect("referral_discharge", referral.pk)
    messages.success(request, "Saved as a draft. Only the therapists of your clinic can read it.")
    return redirect("discharge_write", referral.pk)


def _show(
    request: HttpRequest, referral: Any, form: forms.DischargeForm, draft: Any, status: int, *,
    theirs: bool = False,
) -> HttpResponse:  # fmt: skip
    rows = {row.entry["goal"]: row for row in form.rows}
    entries = [dict(row.entry) for row in form.rows]
    shown = theirs and draft is not None
    context = _around(request, referral) | {
        "form": form,
        "rows": [(g, rows[g.id]) for g in pages.goals(entries, for_family=False)],
        "draft": draft,
        "theirs": pages.fields_of(draft) if shown else [],
        "their_goals": pages.goals(draft.outcomes, for_family=False) if shown else [],
        "amends": referral.state in ENDED,
    }
    return render(request, "discharge/write.html", context, status=status)


@referral_view(Act.WRITE_DISCHARGE)
def discharge_amend(request: HttpRequest, referral: Any) -> HttpResponse:
    """Ask why what was signed is written anew, and begin with all of it."""
    form = forms.AmendForm(request.POST or None, initial={"id": new_id()})
    legal = referral.state in ENDED
    status = 200 if legal else CONFLICT
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid() and not legal:
            status = refuse(form, Outrun(outrun_sentence(referral)))
        elif form.is_valid():
            try:
                actions.draft_discharge(
                    referral=referral, by=request.user, at=timezone.now(), **form.arguments()  # type: ignore[arg-type]
                )  # fmt: skip
            except Outrun:
                messages.warning(request, "A new version is being written already. Here it is.")
                return redirect("discharge_write", referral.pk)
            except Refused as refused:
                status = refuse(form, refused)
            else:
                return redirect("discharge_write", referral.pk)
    context = {
        "referral": referral, "form": form, "title": "Amend the discharge summary",
        "verb": "Begin the new version", "legal": legal,
        "sentence": "" if legal else outrun_sentence(referral), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "referral/move.html", context, status=status)


# --- Signing ------------------------------------------------------------------------------------


@referral_view(Move.DISCHARGE)
@signs
def referral_discharge(request: HttpRequest, referral: Any) -> HttpResponse:
    """The draft as it will be read, with what it lacks, and one button; also of an amendment."""
    now, user = timezone.now(), request.user
    draft = drafted(referral.discharges)
    start = {"id": draft.pk, "version": draft.edition} if draft else None
    form = forms.SignForm(request.POST or None, initial=start)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            discharge = referral.discharges.filter(pk=form.cleaned_data["id"]).first()
            if discharge is None:
                raise Http404
            edition = form.cleaned_data["version"]
            try:
                done = _sign(referral, discharge, edition, by=user, at=now)
            except Refused as refused:
                # The action may have left marks on what it was handed: show what is true.
                referral = referral_for(user, referral.pk)  # type: ignore[arg-type]
                discharge = referral.discharges.get(pk=discharge.pk)
                if discharge.signed_by_id == user.pk and discharge.edition == edition + 1:
                    return redirect("discharge_detail", referral.pk, discharge.pk)
                status = refuse(form, refused)
                draft = drafted(referral.discharges)
                if isinstance(refused, Outrun) and draft is not None:
                    now_at(form, draft.edition, id=draft.pk)
            else:
                messages.success(request, done)
                return redirect("discharge_detail", referral.pk, discharge.pk)
    if draft is None:
        if status == CONFLICT:
            messages.warning(request, "This summary was signed meanwhile.")
        return redirect("referral_detail", referral.pk)
    figures = draft.replaces.figures if draft.replaces else reached.figures_of(referral, now)
    context = _around(request, referral) | {
        "form": form,
        "page": pages.read(draft, figures, for_family=False),
        "lacks": [*actions.lacks(draft, now).values(), *_blocked(referral, draft, now)],
        "to_cancel": referral.appointments.filter(status="booked", starts_at__gt=now).count(),
        "readers": actions.readers(referral, now),
        "amends": draft.replaces_id is not None,
    }
    return render(request, "discharge/sign.html", context, status=status)


def _sign(referral: Any, discharge: Any, edition: int, *, by: Any, at: Any) -> str:
    if not discharge.is_draft:
        # An older page: the draft of today is another than the one that was read there.
        raise Outrun("This summary was signed meanwhile.")
    if discharge.replaces_id is not None:
        actions.amend_discharge(discharge=discharge, edition=edition, by=by, at=at)
        return "Signed. The family and the pediatrician are told of the new version."
    actions.discharge_referral(referral=referral, edition=edition, by=by, at=at)
    return "Signed. Therapy has ended; the family and the pediatrician are told."


def _blocked(referral: Any, draft: Any, at: Any) -> list[str]:
    sentence = "" if draft.replaces_id else reached.unfinished(referral, at)
    return [sentence] if sentence else []


# --- Reading ------------------------------------------------------------------------------------


@referral_view(Permission.SEE_RECORD)
def discharge_detail(request: HttpRequest, referral: Any, discharge_id: UUID) -> HttpResponse:
    """One version as it was signed, and who has taken note of it."""
    discharge = pages.one(referral, discharge_id)
    if discharge is None:
        raise Http404
    context = _around(request, referral)
    user, team = request.user, request.team  # type: ignore[attr-defined]
    stands = discharge.status == "final" and referral.state in ENDED
    card = pages.card(referral, context["today"], for_family=context["for_family"])
    context |= {
        "page": pages.read(discharge, discharge.figures, for_family=context["for_family"]),
        "card": card,
        "wishes": papers.wishes(referral, user, about=discharge.pk),  # type: ignore[arg-type]
        "stands": stands,
        "may_amend": stands and access.may_act(user, Act.WRITE_DISCHARGE, referral, team),  # type: ignore[arg-type]
        "may_note": stands
        and discharge.family_noted_at is None
        and access.may_act(user, Act.NOTE_DISCHARGE, referral, team),  # type: ignore[arg-type]
        "may_reopen": stands
        and card.may_return
        and access.may_move(user, Move.REOPEN, referral, team),  # type: ignore[arg-type]
    }
    return render(request, "discharge/detail.html", context)


@referral_view(Act.NOTE_DISCHARGE)
@signs
def discharge_note(request: HttpRequest, referral: Any) -> HttpResponse:
    """The family reads how therapy ended, and says so with one button."""
    discharge = actions.signed_discharge(referral)
    start = {"id": discharge.pk} if discharge else None
    form = forms.NoteForm(request.POST or None, initial=start)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            told = referral.discharges.filter(pk=form.cleaned_data["id"]).first()
            if told is None:
                raise Http404
            try:
                actions.note_discharge(discharge=told, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            except Refused as refused:
                messages.warning(request, refused.sentence)
                status, form = CONFLICT, forms.NoteForm(initial=start)
            else:
                messages.success(
                    request, gettext("Thank you. The therapist knows that you have read it.")
                )
                return redirect("referral_detail", referral.pk)
    if discharge is None:
        messages.info(request, gettext("There is nothing to read here now."))
        return redirect("referral_detail", referral.pk)
    context = _around(request, referral) | {
        "form": form,
        "page": pages.read(discharge, discharge.figures, for_family=True),
    }
    return render(request, "discharge/note.html", context, status=status)


# --- Coming back --------------------------------------------------------------------------------


@referral_view(Move.REOPEN)
def referral_reopen(request: HttpRequest, referral: Any) -> HttpResponse:
    """Take therapy up again within the return rule; past it the page leads to a new referral."""
    today = timezone.localdate()
    team = request.team  # type: ignore[attr-defined]
    card = pages.card(referral, today, for_family=False)
    late = card.standing is not None and not card.may_return
    return move_page(
        request, referral, Move.REOPEN, forms.ReopenForm, actions.reopen_referral,
        done="Therapy is taken up again. The next plan is written first.",
        template="discharge/reopen.html", card=card,
        late=actions.too_late(card.standing) if late else "",
        may_refer=team.holds(Permission.REFER),
    )  # fmt: skip
