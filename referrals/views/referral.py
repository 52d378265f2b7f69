"""How is a referral written, read and moved? One small view per verb."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals import access
from referrals.access import FAMILY, Permission
from referrals.act import ACTS, AT_WORK, Act, acts_in
from referrals.actions import closing, handing
from referrals.actions import referral as actions
from referrals.belonging import has_role
from referrals.forms import referral as forms
from referrals.forms.child import SearchForm
from referrals.pathway import ENDED, MOVES, TREATING, Move, State, moves_from
from referrals.queries import activity as activities
from referrals.queries import children, timeline, worklist
from referrals.queries import discharge as discharges
from referrals.queries import evaluation as evaluations
from referrals.queries import plan as plans
from referrals.queries import referral as pages
from referrals.queries import report as reports
from referrals.queries.check_in import questions
from referrals.queries.goal import goals_of
from referrals.queries.search import search

from .acting import able
from .answer import move_page
from .decorators import child_view, referral_view, role_view, signed_in
from .signing import signs_or_drafts
from .writing import draft_address, write_page


@signed_in
def referral_list(request: HttpRequest) -> HttpResponse:
    """Every referral this person sees, by what is due, a page at a time."""
    today = timezone.localdate()
    user: Any = request.user
    chosen = request.GET.get("show", "open")
    chosen = chosen if chosen in worklist.FILTERS else "open"
    rows, following = worklist.page(user, chosen, today, request.GET.get("after", ""))
    filters = [(code, label) for code, (label, _) in worklist.FILTERS.items()]
    context = {
        "rows": rows,
        "following": following,
        "filters": filters,
        "chosen": chosen,
        "tracks": has_role(user, "therapist", "coordinator", "pediatrician"),
        "today": today,
    }
    return render(request, "referral/list.html", context)


@role_view("pediatrician")
def referral_new(request: HttpRequest) -> HttpResponse:
    """Choose the child: search, or register it on the spot."""
    child_id = request.GET.get("child", "")
    try:
        if child_id:
            return redirect("referral_write", UUID(child_id))
    except ValueError:
        pass
    form = SearchForm(request.POST or None)
    found = None
    if form.is_bound and form.is_valid() and form.cleaned_data["q"].strip():
        found = search(request.user, form.cleaned_data["q"])  # type: ignore[arg-type]
    context = {"form": form, "found": found, "today": timezone.localdate()}
    return render(request, "referral/new.html", context)


@child_view(Permission.REFER)
@signs_or_drafts(draft_address)
def referral_write(request: HttpRequest, child: Any) -> HttpResponse:
    """The referral on one page: kept as a draft while it is written, sent with one button."""
    return write_page(request, child)


@referral_view(Permission.SEE_RECORD)
def referral_detail(request: HttpRequest, referral: Any) -> HttpResponse:
    """Where the referral stands, whose turn it is, and all that was said about it."""
    today = timezone.localdate()
    user: Any = request.user
    team = request.team  # type: ignore[attr-defined]
    sides = access.parties(user, referral, team)
    for_family = team.main_role == FAMILY
    state = State(referral.state)
    card = plans.card(referral, today, for_family=for_family)
    discharge_card = discharges.card(referral, today, for_family=for_family)
    report_card = reports.card(referral, writes="therapist" in sides)
    moves = [
        move
        for move in moves_from(state, sides)
        if access.may_move(user, move, referral, team)
        and pages.is_open_to(referral, move)
        and card.is_open_to(move)
        and discharge_card.is_open_to(move)
        and (move is not Move.SEND_REPORT or (report_card and report_card.unsent))
    ]
    writes_plan = Act.WRITE_PLAN in acts_in(state, sides)
    context = {
        "referral": referral,
        "child": referral.child,
        "header": children.header_for(referral.child, today, team),
        "page": pages.read(referral, user, today, for_family=for_family, rights=team.rights),
        "entries": timeline.timeline(
            about=referral.pk,
            for_family=for_family,
            drafts="pediatrician" in sides,
            reader=user.pk,
        ),
        "draft_url": pages.draft_url(referral) if Move.SEND in moves else "",
        "primary": (plans.write_button(referral, card) if writes_plan else [])
        + (reports.write_button(referral, report_card) if "therapist" in sides else [])
        + pages.primary(referral, moves),
        "evaluation_card": _evaluation_card(referral, state, "therapist" in sides),
        "may_tell": Act.TELL_PROFILE in acts_in(state, sides)
        and access.may_act(user, Act.TELL_PROFILE, referral, team),
        "plan_card": card,
        "discharge_card": discharge_card if discharge_card.is_shown(sides) else None,
        "may_write_discharge": Act.WRITE_DISCHARGE in acts_in(state, sides),
        "may_note_discharge": Act.NOTE_DISCHARGE in acts_in(state, sides)
        and access.may_act(user, Act.NOTE_DISCHARGE, referral, team),
        "treats": state in TREATING | ENDED,
        "may_write_letter": Act.WRITE_LETTER in acts_in(state, sides),
        "report_card": report_card,
        "secondary": pages.secondary(referral, moves),
        "for_family": for_family,
        "goals": goals_of([referral.pk], for_family=for_family)[referral.pk],
        "may_propose_goal": Act.PROPOSE_GOAL in acts_in(state, sides)
        and access.may_act(user, Act.PROPOSE_GOAL, referral, team),
        **_at_home(request, referral, for_family=for_family),
        "may_attach": "pediatrician" in sides and referral.closed_at is None,
        "may_refer": team.holds(Permission.REFER),
        "receives_itself": Move.RECEIVE in moves,
        "today": today,
        "now": timezone.now(),
    }
    return render(request, "referral/detail.html", context)


def _at_home(request: HttpRequest, referral: Any, *, for_family: bool) -> dict[str, Any]:
    """Home activities and questions, from the plan on; two queries then, none before."""
    if State(referral.state) not in AT_WORK | ENDED:
        return {"activity_card": None}
    return {
        "activity_card": activities.card(referral, timezone.localdate()),
        "check_ins": questions(referral, for_family=for_family),
        "may_at_home": able(
            request, referral, Act.GIVE_ACTIVITY, Act.CHECK_IN, Act.ANSWER_CHECK_IN
        ),
    }


def _evaluation_card(referral: Any, state: State, writes: bool) -> Any:
    """The evaluation, once there is one to be told about, written or read."""
    card = evaluations.card(referral, writes=writes)
    shown = card.standing or card.draft or card.told or state in ACTS[Act.WRITE_EVALUATION].during
    return card if shown else None


@referral_view(Move.RECEIVE)
def referral_receive(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.RECEIVE, forms.ConfirmForm, actions.receive_referral,
        done="The pediatrician can see that you have it.",
    )  # fmt: skip


@referral_view(Move.ASK)
def referral_ask(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.ASK, forms.AskForm, actions.ask_referral,
        done="The pediatrician has your question.", title="Ask the pediatrician",
    )  # fmt: skip


@referral_view(Move.ANSWER)
def referral_answer(request: HttpRequest, referral: Any) -> HttpResponse:
    question = referral.questions.filter(answered_at__isnull=True).first()
    return move_page(
        request, referral, Move.ANSWER, forms.AnswerForm, actions.answer_referral,
        done="The therapist has your answer.", title="Answer the therapist", question=question,
    )  # fmt: skip


@referral_view(Move.ACCEPT)
def referral_accept(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.ACCEPT, forms.AcceptForm, actions.accept_referral,
        done="Accepted. The family can be contacted now.", title="Accept the referral",
        initial={"therapist": request.user.pk},
    )  # fmt: skip


@referral_view(Move.DECLINE)
def referral_decline(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.DECLINE, forms.DeclineForm, closing.decline_referral,
        done="Declined. The pediatrician reads why, and what you suggest.",
        title="Decline the referral",
    )  # fmt: skip


@referral_view(Move.CONTACT)
def referral_contact(request: HttpRequest, referral: Any) -> HttpResponse:
    adults = children.adults(referral.child, timezone.localdate(), for_family=False)
    # Nobody whom a court limits is put forward; the page says so beside their name.
    free = [adult.guardian.name for adult in adults if not adult.limits]
    return move_page(
        request, referral, Move.CONTACT, forms.ContactForm, actions.contact_referral,
        done="The attempt is logged.",
        initial={"attempted_at": timezone.localtime(), "whom": free[0] if free else ""},
        attempts=referral.attempts.select_related("by"),
        guardians=adults,
    )  # fmt: skip


@referral_view(Move.CLOSE_NOT_ELIGIBLE)
def referral_close(request: HttpRequest, referral: Any) -> HttpResponse:
    state = State(referral.state)
    words = evaluations.card(referral, writes=False).other_ending
    start = {"move": Move.CLOSE_NOT_ELIGIBLE, "reason": words[:2000]} if words else {}
    unreachable = referral.clinic and state in MOVES[Move.CLOSE_UNREACHABLE].sources
    return move_page(
        request, referral, Move.CLOSE_FAMILY_DECLINED, forms.CloseForm, closing.close_referral,
        done="Closed. The pediatrician is asked to take note.", title="Close the referral", verb="Close the referral",
        lacks=closing.unreachable_lacks(referral) if unreachable else "", initial=start,
    )  # fmt: skip


@referral_view(Move.CANCEL)
def referral_cancel(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.CANCEL, forms.ReasonForm, closing.cancel_referral,
        done="The referral is cancelled.",
    )  # fmt: skip


@referral_view(Move.ACKNOWLEDGE)
def referral_acknowledge(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.ACKNOWLEDGE, forms.ConfirmForm, closing.acknowledge_referral,
        done="Thank you: nothing is owed on this referral any more.",
    )  # fmt: skip


@referral_view(Move.CONFIRM)
def referral_confirm(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.CONFIRM, forms.ConfirmForm, closing.confirm_referral,
        done="Thank you: nothing is owed on this referral any more.",
    )  # fmt: skip


@referral_view(Move.POSTPONE)
def referral_postpone(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.POSTPONE, forms.PostponeForm, handing.postpone_referral,
        done="The due date is moved.", initial={"due_on": referral.next_due_on},
    )  # fmt: skip


@referral_view(Move.HAND_OVER)
def referral_hand_over(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.HAND_OVER, forms.HandOverForm, handing.hand_over_referral,
        done="Handed over.",
    )  # fmt: skip


@referral_view(Move.MARK_ERROR)
def referral_mark_error(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.MARK_ERROR, forms.ReasonForm, closing.mark_referral_error,
        done="Marked as entered in error. It stays readable.",
    )  # fmt: skip
