"""How are goals read, written, answered, rated and ended? One small view per verb."""

from collections.abc import Callable, Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from referrals.access import FAMILY, Permission, acting_as
from referrals.act import ACTS, Act, acts_in
from referrals.actions import goal as actions
from referrals.actions import rating, starting
from referrals.actions.moving import outrun_sentence
from referrals.actions.recording import new_id
from referrals.actions.refusal import Outrun, Refused
from referrals.clinical.goal_bank import bank_for
from referrals.clinical.knowledge import band_for
from referrals.forms import goal as forms
from referrals.pathway import Party, State
from referrals.queries import goal as pages

from .answer import CONFLICT, UNPROCESSABLE, refuse
from .decorators import referral_view

_MINE = (Act.PROPOSE_GOAL, Act.ANSWER_GOAL, Act.RATE_GOAL, Act.BEGIN_GOAL, Act.END_GOAL)

#: So many goals at work stand on the list with their ladder; a page stays small.
_IN_FULL = 10


@referral_view(Permission.SEE_RECORD)
def goal_list(request: HttpRequest, referral: Any) -> HttpResponse:
    """Every goal as a ladder, with what the three say to it."""
    for_family, able = _for_family(request), _able(request, referral)
    page = pages.listing(referral, for_family=for_family, sides=able["sides"])
    context = {"referral": referral, "page": page, "for_family": for_family, **able}
    context["in_full"] = _IN_FULL
    return render(request, "goal/list.html", context)


@referral_view(Permission.SEE_RECORD)
def goal_detail(request: HttpRequest, referral: Any, goal_id: UUID) -> HttpResponse:
    """One goal for life: what it says, who agreed to which version, and every rating."""
    for_family, able = _for_family(request), _able(request, referral)
    page = pages.page(referral, goal_id, for_family=for_family, sides=able["sides"])
    if page is None:
        raise Http404
    context = {"referral": referral, "page": page, "for_family": for_family, **able}
    return render(request, "goal/detail.html", context)


@referral_view(Act.PROPOSE_GOAL)
def goal_new(request: HttpRequest, referral: Any) -> HttpResponse:
    """The builder, with the goal bank beside it: what is chosen there is filled in."""
    do = request.POST.get("do", "propose")
    about: dict[str, Any] = {
        "sides": _sides(request, referral, Act.PROPOSE_GOAL),
        "others": pages.open_goals(referral),
    }
    entries = pages.entries_at(referral)
    bank = forms.BankForm(request.POST if "bank-band" in request.POST else None)
    if request.method == "POST" and do == "propose":
        form = forms.NewGoalForm(request.POST, **about)
    else:
        entry = entries.get(do.removeprefix("use:"))
        typed = {k: v for k, v in request.POST.items() if v} | (
            forms.from_bank(entry) if entry else {}
        )
        started = {"id": new_id(), "who": referral.child.name} | typed
        form = forms.NewGoalForm(initial=started, **about)

    def propose(**arguments: Any) -> None:
        serves = arguments.pop("serves", "")
        actions.propose_goal(
            referral=referral,
            serves=referral.goals.filter(pk=serves).first() if serves else None,
            **arguments,
        )

    return _form_page(
        request, referral, Act.PROPOSE_GOAL, form, propose, template="goal/write.html",
        done=gettext("Proposed. The other two are asked to answer."), title=gettext("Propose a goal"),
        bank=bank, **_bank(bank, referral, entries.values(), shown=do == "bank"),
    )  # fmt: skip


@referral_view(Act.PROPOSE_GOAL)
def goal_edit(request: HttpRequest, referral: Any, goal_id: UUID) -> HttpResponse:
    """Another version: the agreements to the one that stands are void with it, and the page says so."""
    goal = _goal(referral, goal_id)
    sides = _sides(request, referral, Act.PROPOSE_GOAL)
    version = goal.versions.get(number=goal.number)
    form = forms.ChangeGoalForm(
        request.POST or None, initial=forms.as_form(version) | {"number": goal.number},
        sides=sides, locked=goal.is_locked,
    )  # fmt: skip

    def change(**arguments: Any) -> None:
        actions.change_goal(goal=goal, **arguments)

    return _form_page(
        request, referral, Act.PROPOSE_GOAL, form, change, goal=goal, template="goal/write.html",
        done=gettext("Changed. The other two are asked to agree anew."), title=gettext("Change the goal"),
    )  # fmt: skip


@referral_view(Act.ANSWER_GOAL)
def goal_answer(request: HttpRequest, referral: Any, goal_id: UUID) -> HttpResponse:
    goal = _goal(referral, goal_id)
    sides = _sides(request, referral, Act.ANSWER_GOAL)
    form = forms.AnswerGoalForm(request.POST or None, initial={"number": goal.number}, sides=sides)

    def answer(**arguments: Any) -> None:
        actions.answer_goal(goal=goal, **arguments)

    return _form_page(
        request, referral, Act.ANSWER_GOAL, form, answer, goal=goal,
        done=gettext("Thank you. The others can see your answer."), title=gettext("Do you agree with this goal?"),
        verb=gettext("Send my answer"),
    )  # fmt: skip


@referral_view(Act.BEGIN_GOAL)
def goal_begin(request: HttpRequest, referral: Any, goal_id: UUID) -> HttpResponse:
    goal = _goal(referral, goal_id)
    form = forms.BeginGoalForm(request.POST or None, initial={"number": goal.number})

    def begin(**arguments: Any) -> None:
        starting.begin_goal(goal=goal, **arguments)

    return _form_page(
        request, referral, Act.BEGIN_GOAL, form, begin, goal=goal,
        done="The goal has begun. Why is recorded.", title="Begin without an answer",
        verb="Begin with this goal",
    )  # fmt: skip


@referral_view(Act.END_GOAL)
def goal_end(request: HttpRequest, referral: Any, goal_id: UUID) -> HttpResponse:
    goal = _goal(referral, goal_id)
    form = forms.EndGoalForm(request.POST or None, initial={"edition": goal.edition})

    def end(**arguments: Any) -> None:
        actions.end_goal(goal=goal, **arguments)

    return _form_page(
        request, referral, Act.END_GOAL, form, end, goal=goal,
        done="The goal has ended. All that was said about it stays.", title="End this goal",
        verb="End the goal",
    )  # fmt: skip


@referral_view(Act.RATE_GOAL)
def goal_rate(request: HttpRequest, referral: Any, goal_id: UUID) -> HttpResponse:
    goal = _goal(referral, goal_id)
    version = goal.versions.get(number=goal.number)
    form = forms.RateGoalForm(
        request.POST or None, initial={"id": new_id(), "rated_on": timezone.localdate()},
        sides=_sides(request, referral, Act.RATE_GOAL), version=version, for_family=_for_family(request),
    )  # fmt: skip

    def rate(**arguments: Any) -> None:
        rating.rate_goal(goal=goal, **arguments)

    return _form_page(
        request, referral, Act.RATE_GOAL, form, rate, goal=goal,
        done=gettext("Thank you. It stands with the other ratings."), title=gettext("Where is the child now?"),
        verb=gettext("Save"),
    )  # fmt: skip


@referral_view(Act.RATE_GOAL)
def goal_performance(request: HttpRequest, referral: Any, goal_id: UUID) -> HttpResponse:
    """The family's two numbers from 1 to 10; nobody else gives them."""
    if Party.FAMILY not in _sides(request, referral, Act.RATE_GOAL):
        raise PermissionDenied(gettext("Only the family can say this."))
    goal = _goal(referral, goal_id)
    form = forms.RatePerformanceForm(
        request.POST or None, initial={"id": new_id(), "rated_on": timezone.localdate()}
    )

    def rate(**arguments: Any) -> None:
        rating.rate_performance(goal=goal, **arguments)

    return _form_page(
        request, referral, Act.RATE_GOAL, form, rate, goal=goal,
        done=gettext("Thank you. Your therapist can see it."), title=gettext("How does it go?"), verb=gettext("Save"),
    )  # fmt: skip


# --- What they share --------------------------------------------------------------------------


def _form_page(
    request: HttpRequest, referral: Any, act: Act, form: BaseForm, action: Callable[..., None], *,
    done: str, title: str, goal: Any = None, template: str = "goal/act.html", **context: Any,
) -> HttpResponse:  # fmt: skip
    """One form, one action, one answer. What was typed is shown again whatever happens."""
    status, legal = 200, State(referral.state) in ACTS[act].during
    for_family = _for_family(request)
    seen = None
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            arguments = cast(Any, form).arguments()
            try:
                action(by=request.user, at=timezone.now(), **arguments)
            except Refused as refused:
                status = refuse(form, refused)
                if isinstance(refused, Outrun) and goal is not None:
                    seen = _on_what_stands(form, goal, arguments)
            else:
                messages.success(request, done)
                return redirect("goal_list", referral.pk)
    elif not legal:
        status = CONFLICT
    page = {
        "referral": referral,
        "form": form,
        "title": title,
        "for_family": for_family,
        "legal": legal,
        "sentence": "" if legal else outrun_sentence(referral),
        "shown": pages.shown_goal(goal, for_family=for_family) if goal else None,
        # Where the levels themselves are the choices, they are not shown twice.
        "ladder": "level" not in form.fields,
        "seen": pages.shown_goal(goal, for_family=for_family, number=seen) if seen else None,
        **context,
    }
    return render(request, template, page, status=status)


def _on_what_stands(form: BaseForm, goal: Any, arguments: dict[str, Any]) -> int | None:
    """Let a form that was outrun be sent again for the version that stands; returns the one seen."""
    goal.refresh_from_db()
    typed = cast(QueryDict, form.data).copy()
    for name in ("number", "edition"):
        if name in form.fields:
            typed[name] = str(getattr(goal, name))
    form.data = typed
    seen: int | None = arguments.get("number")
    return seen if seen is not None and seen < goal.number else None


def _goal(referral: Any, goal_id: UUID) -> Any:
    goal = referral.goals.filter(pk=goal_id).first()
    if goal is None:
        raise Http404
    return goal


def _team(request: HttpRequest) -> Any:
    return cast(Any, request).team


def _sides(request: HttpRequest, referral: Any, act: Act) -> frozenset[Party]:
    return acting_as(request.user, act, referral, _team(request))  # type: ignore[arg-type]


def _for_family(request: HttpRequest) -> bool:
    return bool(_team(request).main_role == FAMILY)


def _able(request: HttpRequest, referral: Any) -> dict[str, Any]:
    """What this person may do about goals, and for which sides they answer."""
    sides = {act: _sides(request, referral, act) for act in _MINE}
    now = acts_in(State(referral.state), frozenset(Party))
    may = {act.value: bool(sides[act]) and act in now for act in _MINE}
    return {
        "may": may,
        "sides": sides[Act.ANSWER_GOAL] if Act.ANSWER_GOAL in now else frozenset(),
        "may_perform": may[Act.RATE_GOAL] and Party.FAMILY in sides[Act.RATE_GOAL],
    }


def _bank(bank: Any, referral: Any, offered: Iterable[Any], *, shown: bool) -> dict[str, Any]:
    """The entries that were asked for; at first those of the child's own age, folded away."""
    ages = referral.child.ages(max(timezone.localdate(), referral.child.date_of_birth))
    band = band_for(ages.for_bands)
    asked = bank.cleaned_data if bank.is_bound and bank.is_valid() else {"domain": "", "band": band}
    if not bank.is_bound:
        bank.initial["band"] = band
    return {"entries": bank_for(asked["domain"], asked["band"], offered), "bank_open": shown}
