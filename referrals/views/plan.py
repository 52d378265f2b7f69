"""How is a plan of care written, read, signed and moved on? One small view per verb."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals import access
from referrals.access import FAMILY, Permission
from referrals.act import ACTS, Act
from referrals.actions import plan as actions
from referrals.actions import starting
from referrals.actions.moving import outrun_sentence
from referrals.actions.recording import new_id
from referrals.actions.refusal import Outrun, Refused
from referrals.actions.signing import drafted
from referrals.forms import plan as forms
from referrals.forms.referral import ConfirmForm
from referrals.pathway import Move, State, moves_from
from referrals.queries import children, prescription
from referrals.queries import document as papers
from referrals.queries import plan as pages
from referrals.queries.referral import primary

from .answer import CONFLICT, UNPROCESSABLE, move_page, now_at, refuse, saved
from .decorators import referral_view, role_view
from .signing import signs

PLAIN = "text/plain; charset=utf-8"


@role_view("therapist", "coordinator", "pediatrician")
def plan_list(request: HttpRequest) -> HttpResponse:
    """The tracker: every plan with where its signature stands, by what falls due first."""
    today = timezone.localdate()
    word, payer = request.GET.get("standing", ""), request.GET.get("payer", "")
    plans = pages.listing(request.user, word, payer, today)  # type: ignore[arg-type]
    rows, following = pages.page(plans, today, request.GET.get("after", ""))
    words, payers = pages.filters(request.user)  # type: ignore[arg-type]
    context = {
        "rows": rows, "following": following, "words": words, "payers": payers,
        "word": word if word in dict(words) else "", "payer": payer if payer in dict(payers) else "",
        "today": today,
    }  # fmt: skip
    return render(request, "plan/list.html", context)


@referral_view(Permission.SEE_RECORD)
def plan_versions(request: HttpRequest, referral: Any) -> HttpResponse:
    """Every version, where it stands, and what was prescribed, planned and delivered."""
    context = _around(request, referral)
    writes = context["may_write"]
    plans = [plan for plan in pages.versions(referral) if writes or not plan.is_draft]
    context["plans"] = [(p, _tag(p, context)) for p in plans]
    return render(request, "plan/versions.html", context)


def _tag(plan: Any, context: dict[str, Any]) -> Any:
    """Only what stands has a place in the tracker."""
    if plan.status != "final":
        return None
    return pages.where(plan, context["today"], for_family=context["for_family"])


@referral_view(Permission.SEE_RECORD)
def plan_detail(request: HttpRequest, referral: Any, plan_id: UUID) -> HttpResponse:
    """One version as it was signed, and what became of it."""
    plan = pages.one(referral, plan_id)
    if plan is None:
        raise Http404
    context = _around(request, referral)
    context["page"] = pages.read(plan, context["today"], for_family=context["for_family"])
    context["wishes"] = papers.wishes(referral, cast(Any, request).user, about=plan.pk)
    return render(request, "plan/detail.html", context)


def _around(request: HttpRequest, referral: Any) -> dict[str, Any]:
    """What stands around every plan that is read: child, prescription, doses, and what may be done."""
    today = timezone.localdate()
    user: Any = request.user
    team = request.team  # type: ignore[attr-defined]
    for_family = team.main_role == FAMILY
    card = pages.card(referral, today, for_family=for_family)
    writes = access.may_act(user, Act.WRITE_PLAN, referral, team)
    return {
        "referral": referral,
        "header": children.header_for(referral.child, today, team),
        "card": card,
        "doses": prescription.doses(referral, card.plan, card.prescription, today),
        "may_write": writes,
        "can_write": writes and _legal(referral),
        "buttons": primary(
            referral,
            [
                move
                for move in moves_from(State(referral.state), access.parties(user, referral, team))
                if move in pages.MOVES_OF_PLAN and card.is_open_to(move)
            ],
        ),
        "for_family": for_family,
        "today": today,
    }


def _legal(referral: Any) -> bool:
    return State(referral.state) in ACTS[Act.WRITE_PLAN].during


# --- Writing and signing ------------------------------------------------------------------------


@referral_view(Act.WRITE_PLAN)
def plan_write(request: HttpRequest, referral: Any) -> HttpResponse:
    """The plan on one page: begun with what is known, kept while it is typed, then read and signed."""
    if request.method != "POST" and not _legal(referral):
        messages.warning(request, outrun_sentence(referral))
        return redirect("plan_versions", referral.pk)
    draft = drafted(referral.plans)
    before = actions.signed_plan(referral)
    begins = "version" not in request.POST if request.method == "POST" else draft is None
    if before is not None and begins:
        return _new_version(request, referral, before)
    if request.method == "POST":
        return _take(request, referral)
    return _show(request, referral, _form(request, referral, draft), draft, 200)


def _form(request: HttpRequest, referral: Any, draft: Any) -> forms.PlanForm:
    start: dict[str, Any]
    if draft is not None:
        start = {"id": draft.pk, "version": draft.edition, **draft.content}
    else:
        start = {"id": new_id(), **actions.start_of(referral)}
    payers = pages.payer_choices(referral, start.get("payer", ""))
    return forms.PlanForm(
        request.POST if request.method == "POST" else None, initial=start, payers=payers
    )


def _take(request: HttpRequest, referral: Any) -> HttpResponse:
    """Keep what was typed; only then is it read and signed. A refusal so never costs a word."""
    now = timezone.now()
    autosave = request.headers.get("X-Autosave") == "1"
    form = _form(request, referral, drafted(referral.plans))
    valid = form.is_valid()
    if "id" not in form.cleaned_data:
        return _show(request, referral, form, drafted(referral.plans), UNPROCESSABLE)
    try:
        plan = actions.draft_plan(
            id=form.cleaned_data["id"], referral=referral, by=request.user, at=now,  # type: ignore[arg-type]
            edition=form.cleaned_data.get("version"), **form.columns(),
        )  # fmt: skip
    except Refused as refused:
        status = refuse(form, refused)
        if autosave:
            return HttpResponse(refused.sentence, status=status, content_type=PLAIN)
        # Somebody saved meanwhile, or signed: theirs is shown beside what was typed.
        begun = drafted(referral.plans)
        theirs = begun or actions.signed_plan(referral)
        if isinstance(refused, Outrun) and begun is not None:
            now_at(form, begun.edition, id=begun.pk)
        return _show(request, referral, form, theirs, status, theirs=isinstance(refused, Outrun))
    if autosave:
        return saved(form, plan.edition, now, "Saved as a draft")
    now_at(form, plan.edition)
    if not valid:
        return _show(request, referral, form, plan, UNPROCESSABLE)
    if request.POST.get("do") == "sign":
        return redirect("plan_sign", referral.pk)
    messages.success(request, "Saved as a draft. Only the therapists of your clinic can read it.")
    return redirect("plan_write", referral.pk)


def _show(
    request: HttpRequest, referral: Any, form: forms.PlanForm, draft: Any, status: int, *,
    theirs: bool = False,
) -> HttpResponse:  # fmt: skip
    today = timezone.localdate()
    context = {
        "referral": referral,
        "header": children.header_for(referral.child, today, request.team),  # type: ignore[attr-defined]
        "form": form,
        "draft": draft,
        "returned": actions.signed_plan(referral),
        "theirs": pages.fields_of(draft) if theirs and draft is not None else [],
        "today": today,
    }
    return render(request, "plan/write.html", context, status=status)


def _new_version(request: HttpRequest, referral: Any, before: Any) -> HttpResponse:
    """Ask why what was signed is written anew, and begin with all of it."""
    form = forms.NewVersionForm(request.POST or None, initial={"id": new_id()})
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                actions.draft_plan(
                    referral=referral,
                    by=request.user,  # type: ignore[arg-type]
                    at=timezone.now(),
                    **form.arguments(),
                )
            except Outrun:
                messages.warning(request, "A new version is being written already. Here it is.")
                return redirect("plan_write", referral.pk)
            except Refused as refused:
                status = refuse(form, refused)
            else:
                return redirect("plan_write", referral.pk)
    context = {
        "referral": referral, "form": form, "title": "Write a new version of the plan",
        "verb": "Begin the new version", "legal": True, "sentence": "",
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "referral/move.html", context, status=status)


@referral_view(Act.WRITE_PLAN)
@signs
def plan_sign(request: HttpRequest, referral: Any) -> HttpResponse:
    """The draft as it will be read, with what it lacks, and one button."""
    draft = drafted(referral.plans)
    form = forms.SignForm(
        request.POST or None,
        initial={"id": draft.pk, "version": draft.edition} if draft else None,
    )
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            plan = referral.plans.filter(pk=form.cleaned_data["id"]).first()
            if plan is None:
                raise Http404
            edition = form.cleaned_data["version"]
            try:
                actions.sign_plan(plan=plan, edition=edition, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            except Refused as refused:
                if plan.signed_by == request.user and plan.edition == edition + 1:
                    return redirect("plan_detail", referral.pk, plan.pk)  # the second click
                status = refuse(form, refused)
                draft = drafted(referral.plans)
                if isinstance(refused, Outrun) and draft is not None:
                    now_at(form, draft.edition, id=draft.pk)
            else:
                messages.success(request, "Signed. Explain it to the family, then send it.")
                return redirect("plan_detail", referral.pk, plan.pk)
    if draft is None:
        if status == CONFLICT:
            messages.warning(request, "This plan was signed meanwhile.")
        return redirect("plan_versions", referral.pk)
    context = _around(request, referral)
    context |= {
        "form": form,
        "page": pages.read(draft, context["today"]),
        "lacks": list(actions.lacks(draft, context["today"]).values()),
    }
    return render(request, "plan/sign.html", context, status=status)


# --- Moves --------------------------------------------------------------------------------------


def _with_plan(
    request: HttpRequest, referral: Any, move: Move, form_class: Callable[..., Any],
    action: Callable[..., Any], **more: Any,
) -> HttpResponse:  # fmt: skip
    """A move that is made with the plan before one's eyes."""
    today = timezone.localdate()
    plan = actions.signed_plan(referral)
    page = pages.read(plan, today) if plan is not None else None
    return move_page(
        request, referral, move, form_class, action, template="plan/move.html", page=page, **more
    )


@referral_view(Move.EXPLAIN_PLAN)
def referral_explain_plan(request: HttpRequest, referral: Any) -> HttpResponse:
    child = referral.child
    return _with_plan(
        request, referral, Move.EXPLAIN_PLAN, forms.ExplainForm, actions.explain_plan,
        done="Written down. Now send the plan to the pediatrician.",
        title="Explain the plan to the family",
        initial={"language": child.language_spoken, "interpreter": child.interpreter_needed},
    )  # fmt: skip


@referral_view(Move.SEND_PLAN)
def referral_send_plan(request: HttpRequest, referral: Any) -> HttpResponse:
    return _with_plan(
        request, referral, Move.SEND_PLAN, ConfirmForm, actions.send_plan,
        done="Sent. The pediatrician has it on the home page now.",
        title="Send the plan to the pediatrician",
    )  # fmt: skip


@referral_view(Move.CERTIFY_PLAN)
@signs
def referral_certify_plan(request: HttpRequest, referral: Any) -> HttpResponse:
    """The whole plan and one button; beside it the way to return it."""
    start: dict[str, Any] = {"prescribe": True}
    plan = actions.signed_plan(referral)
    if plan is not None:
        start |= dict(zip(("valid_from", "valid_until"), actions.certifiable(plan), strict=True))
    return _with_plan(
        request, referral, Move.CERTIFY_PLAN, forms.CertifyForm, actions.certify_plan,
        done="Signed. The family and the therapist are told.", title="Sign the plan of care",
        initial=start, returns=True,
        idle=plan is None or not actions.lies_with_pediatrician(plan),
    )  # fmt: skip


@referral_view(Move.RETURN_PLAN)
def referral_return_plan(request: HttpRequest, referral: Any) -> HttpResponse:
    return _with_plan(
        request, referral, Move.RETURN_PLAN, forms.ReturnForm, actions.return_plan,
        done="Returned. The therapist reads what should change.",
        title="Return the plan with changes",
    )  # fmt: skip


@referral_view(Move.REVISE_PLAN)
def referral_revise_plan(request: HttpRequest, referral: Any) -> HttpResponse:
    plan = actions.signed_plan(referral)
    return _with_plan(
        request, referral, Move.REVISE_PLAN, forms.ReviseForm, actions.revise_plan,
        done="Begun. The new version is written next, then signed, explained and sent again.",
        wanted=plan.changes_wanted if plan is not None else "",
    )  # fmt: skip


@referral_view(Move.START_THERAPY)
def referral_start_therapy(request: HttpRequest, referral: Any) -> HttpResponse:
    silent = starting.silent_parties(referral, timezone.localdate())
    return move_page(
        request, referral, Move.START_THERAPY, partial(forms.StartForm, silent=silent),
        starting.start_therapy, done="Therapy has begun. The family and the pediatrician are told.",
        template="plan/start.html", goals=starting.positions(referral),
    )  # fmt: skip
