"""How is an evaluation told, written, signed, amended and read? One small view per verb."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from referrals import access
from referrals.access import FAMILY, Permission
from referrals.act import ACTS, Act
from referrals.actions import evaluation as actions
from referrals.actions.moving import outrun_sentence
from referrals.actions.recording import new_id
from referrals.actions.refusal import Outrun, Refused
from referrals.actions.signing import check_credentials, drafted, standing
from referrals.clinical.findings import missing, sections
from referrals.documents.evaluation import evaluation_report, sections_of
from referrals.forms import evaluation as forms
from referrals.pathway import Move, State
from referrals.queries import children
from referrals.queries import evaluation as pages

from .answer import CONFLICT, UNPROCESSABLE, move_page, now_at, refuse, saved
from .decorators import referral_view
from .signing import signs


def _around(request: HttpRequest, referral: Any) -> dict[str, Any]:
    """What stands around every page of an evaluation: the child, and what the reader may do."""
    today = timezone.localdate()
    user: Any = request.user
    team = request.team  # type: ignore[attr-defined]
    writes = access.may_act(user, Act.AMEND_EVALUATION, referral, team)
    state = State(referral.state)
    return {
        "referral": referral,
        "header": children.header_for(referral.child, today, team),
        "may_write": writes,
        "can_begin": writes and state in ACTS[Act.WRITE_EVALUATION].during,
        "can_amend": writes and state in ACTS[Act.AMEND_EVALUATION].during,
        "for_family": team.main_role == FAMILY,
        "may_tell": access.may_act(user, Act.TELL_PROFILE, referral, team)
        and state in ACTS[Act.TELL_PROFILE].during,
        "today": today,
    }


# --- Reading --------------------------------------------------------------------------------------


@referral_view(Permission.SEE_RECORD)
def evaluation_list(request: HttpRequest, referral: Any) -> HttpResponse:
    """Every version, the draft for those who write it, and what the family told beforehand."""
    context = _around(request, referral)
    card = pages.card(referral, writes=context["may_write"])
    context |= {
        "card": card,
        "versions": pages.versions(referral, writes=context["may_write"]),
        "told": pages.told_fields(card.told) if card.told else [],
    }
    return render(request, "evaluation/list.html", context)


@referral_view(Permission.SEE_RECORD)
def evaluation_detail(request: HttpRequest, referral: Any, evaluation_id: UUID) -> HttpResponse:
    """The signed report as it is printed, with what it amends; a draft is not found."""
    evaluation = pages.signed_version(referral, evaluation_id)
    document = evaluation_report(referral, evaluation_id)
    if evaluation is None or document is None:
        raise Http404
    context = _around(request, referral)
    context |= {
        "evaluation": evaluation, "document": document, "changes": pages.changes(evaluation),
        "is_standing": evaluation.status == "final",
    }  # fmt: skip
    return render(request, "evaluation/detail.html", context)


# --- The family's part ----------------------------------------------------------------------------


@referral_view(Act.TELL_PROFILE)
def evaluation_profile(request: HttpRequest, referral: Any) -> HttpResponse:
    """Five plain questions; what another adult has told stands in the answers."""
    now = timezone.now()
    told = pages.card(referral, writes=False).told
    start: dict[str, Any] = {"version": told.edition if told else 0}
    if told is not None:
        start |= {name: getattr(told, name) for name in told.PROFILE}
    form = forms.ProfileForm(request.POST or None, initial=start)
    legal = State(referral.state) in ACTS[Act.TELL_PROFILE].during
    status, theirs = (200 if legal else CONFLICT), []
    if request.method == "POST":
        status = UNPROCESSABLE
        autosave = request.headers.get("X-Autosave") == "1"
        if form.is_valid():
            try:
                profile = actions.tell_profile(
                    referral=referral, by=request.user, at=now, **form.arguments()  # type: ignore[arg-type]
                )  # fmt: skip
            except Refused as refused:
                status = refuse(form, refused)
                if autosave:
                    return HttpResponse(refused.sentence, status=status, content_type="text/plain")
                told = pages.card(referral, writes=False).told
                if isinstance(refused, Outrun) and told is not None:
                    now_at(form, told.edition)
                    theirs = pages.told_fields(told)
            else:
                if autosave:
                    return saved(form, profile.edition, now, "Saved")
                messages.success(
                    request, gettext("Thank you. The therapist reads this before the visit.")
                )
                return redirect("home")
    context = _around(request, referral)
    context |= {
        "form": form, "told": told, "theirs": theirs, "legal": legal,
        "sentence": "" if legal else outrun_sentence(referral),
    }  # fmt: skip
    return render(request, "evaluation/profile.html", context, status=status)


# --- Writing --------------------------------------------------------------------------------------


@referral_view(Act.WRITE_EVALUATION)
def evaluation_write(request: HttpRequest, referral: Any) -> HttpResponse:
    """The evaluation on one page: begun with what is known, kept while it is typed, then signed."""
    draft = drafted(referral.evaluations)
    act = Act.AMEND_EVALUATION if draft is not None and draft.replaces_id else Act.WRITE_EVALUATION
    if request.method != "POST" and State(referral.state) not in ACTS[act].during:
        messages.warning(request, outrun_sentence(referral))
        return redirect("evaluation_list", referral.pk)
    if request.method == "POST":
        return _take(request, referral, draft)
    return _show(request, referral, _form(request, referral, draft), draft, 200)


def _form(request: HttpRequest, referral: Any, draft: Any) -> forms.EvaluationForm:
    now = timezone.now()
    start: dict[str, Any]
    if draft is not None:
        start = {"id": draft.pk, "version": draft.edition, **draft.content}
    else:
        start = {"id": new_id(), **actions.pulled_forward(referral, now)}
    child = referral.child
    day = max(start.get("evaluated_on") or timezone.localdate(), child.date_of_birth)
    return forms.EvaluationForm(
        request.POST if request.method == "POST" else None, initial=start, ages=child.ages(day),
        instruments=pages.instruments(referral, start.get("scores", ())),
    )  # fmt: skip


def _take(request: HttpRequest, referral: Any, draft: Any) -> HttpResponse:
    """Keep what was typed; only then is it read and signed. A refusal so never costs a word."""
    now = timezone.now()
    autosave = request.headers.get("X-Autosave") == "1"
    form = _form(request, referral, draft)
    valid = form.is_valid()
    if "id" not in form.cleaned_data:
        return _show(request, referral, form, draft, UNPROCESSABLE)
    try:
        evaluation = actions.draft_evaluation(
            id=form.cleaned_data["id"], referral=referral, by=request.user, at=now,  # type: ignore[arg-type]
            edition=form.cleaned_data.get("version"), **form.columns(),
        )  # fmt: skip
    except Refused as refused:
        status = refuse(form, refused)
        if autosave:
            return HttpResponse(refused.sentence, status=status, content_type="text/plain")
        # Somebody saved meanwhile, or signed: theirs is shown beside what was typed.
        begun = drafted(referral.evaluations)
        stored = begun or standing(referral.evaluations)
        outrun = isinstance(refused, Outrun) and stored is not None
        if outrun and begun is not None:
            now_at(form, begun.edition, id=begun.pk)
        return _show(request, referral, form, stored, status, theirs=outrun)
    if autosave:
        answer = saved(form, evaluation.edition, now, "Saved as a draft", *form.wrong_rows())
        answer["X-Meter"] = ",".join(
            f"{part.done}/{part.expected}" for part in sections(evaluation.content)
        )
        return answer
    now_at(form, evaluation.edition)
    if not valid:
        return _show(request, referral, form, evaluation, UNPROCESSABLE)
    if request.POST.get("do") == "sign":
        return redirect("referral_sign_evaluation", referral.pk)
    if request.POST.get("do") == "save":
        messages.success(
            request, "Saved as a draft. Only the therapists of your clinic can read it."
        )
    return redirect("evaluation_write", referral.pk)


def _show(
    request: HttpRequest, referral: Any, form: forms.EvaluationForm, draft: Any, status: int, *,
    theirs: bool = False,
) -> HttpResponse:  # fmt: skip
    context = _around(request, referral)
    content = draft.content if draft is not None else form.initial
    context |= {
        "form": form,
        "draft": draft,
        "sections": sections(content),
        "told": pages.card(referral, writes=True).told,
        "theirs": pages.fields_of(draft) if theirs else [],
    }
    return render(request, "evaluation/write.html", context, status=status)


@referral_view(Move.SIGN_EVALUATION)
@signs
def referral_sign_evaluation(request: HttpRequest, referral: Any) -> HttpResponse:
    """The report as it will be read, with what it lacks, and one button."""
    draft = drafted(referral.evaluations)
    start = {"version": draft.edition} if draft is not None else None
    form = forms.SignForm(request.POST or None, initial=start)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            edition = form.cleaned_data["version"]
            try:
                actions.sign_evaluation(
                    referral=referral, edition=edition, by=request.user, at=timezone.now()  # type: ignore[arg-type]
                )  # fmt: skip
            except Refused as refused:
                signed = standing(referral.evaluations)
                if (
                    signed is not None
                    and signed.signed_by == request.user
                    and signed.edition == edition + 1
                ):
                    return redirect("evaluation_detail", referral.pk, signed.pk)  # the second click
                status = refuse(form, refused)
                draft = drafted(referral.evaluations)
                if isinstance(refused, Outrun) and draft is not None:
                    now_at(form, draft.edition)
            else:
                messages.success(request, "Signed. The pediatrician and the family can read it.")
                signed = standing(referral.evaluations)
                return redirect("evaluation_detail", referral.pk, signed.pk)
    if draft is None:
        messages.warning(request, "There is nothing to sign here now.")
        return redirect("evaluation_list", referral.pk)
    context = _around(request, referral)
    context |= {
        "form": form,
        "draft": draft,
        "lacks": _lacks(request, draft),
        "sections": sections_of(draft, draft.evaluated_on) if draft.evaluated_on else (),
        "changes": pages.changes(draft),
    }
    return render(request, "evaluation/sign.html", context, status=status)


def _lacks(request: HttpRequest, draft: Any) -> list[str]:
    """What keeps it from being signed: what is missing in it, or in who signs."""
    found = list(missing(draft.content))
    try:
        check_credentials(request.user)  # type: ignore[arg-type]
    except Refused as refused:
        found.append(refused.sentence)
    return found


@referral_view(Act.AMEND_EVALUATION)
def evaluation_amend(request: HttpRequest, referral: Any) -> HttpResponse:
    """Ask why what was signed is amended, and begin a version with all of it."""
    form = forms.AmendForm(request.POST or None, initial={"id": new_id()})
    legal = State(referral.state) in ACTS[Act.AMEND_EVALUATION].during
    status = 200 if legal else CONFLICT
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                actions.amend_evaluation(
                    referral=referral, by=request.user, at=timezone.now(), **form.arguments()  # type: ignore[arg-type]
                )  # fmt: skip
            except Refused as refused:
                status = refuse(form, refused)
            else:
                return redirect("evaluation_write", referral.pk)
    context = {
        "referral": referral, "form": form, "title": "Amend the evaluation report",
        "verb": "Begin the amendment", "legal": legal,
        "sentence": "" if legal else outrun_sentence(referral), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "referral/move.html", context, status=status)


@referral_view(Move.CUT_SHORT)
def referral_cut_short(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.CUT_SHORT, forms.CutShortForm, actions.cut_short_evaluation,
        done="Recorded. What was written is kept, and another visit is owed.",
    )  # fmt: skip
