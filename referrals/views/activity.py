"""How is a home activity given, read, changed, shown in a picture and retired? A view per verb."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals.access import Permission
from referrals.act import Act
from referrals.actions import activity as actions
from referrals.actions.reaction import react
from referrals.actions.recording import new_id
from referrals.actions.refusal import Refused
from referrals.clinical.activity_bank import activities_for
from referrals.clinical.knowledge import band_for
from referrals.forms import activity as forms
from referrals.forms.goal import BankForm
from referrals.queries import activity as pages

from .acting import able, act_page, for_family, inner_of
from .decorators import referral_view
from .document import run_nothing

_MINE = (
    Act.GIVE_ACTIVITY, Act.REACT, Act.ASK_PAUSE, Act.AGREE_PAUSE, Act.ASK_THERAPIST,
)  # fmt: skip


@referral_view(Permission.SEE_RECORD)
def activity_list(request: HttpRequest, referral: Any) -> HttpResponse:
    """What the family practises now, its pauses, and what was retired."""
    context = {
        "referral": referral,
        "page": pages.listing(referral, timezone.localdate()),
        "may": able(request, referral, *_MINE),
        "for_family": for_family(request),
        "today": timezone.localdate(),
    }
    return render(request, "activity/list.html", context)


@referral_view(Permission.SEE_RECORD)
def activity_detail(request: HttpRequest, referral: Any, activity_id: UUID) -> HttpResponse:
    """One activity: how it is done, what the family did, and what the therapist said to it."""
    page = pages.page(referral, activity_id, for_family=for_family(request))
    if page is None:
        raise Http404
    context = {
        "referral": referral,
        "page": page,
        "may": able(request, referral, *_MINE, Act.ANSWER_CHECK_IN),
        "for_family": for_family(request),
    }
    return render(request, "activity/detail.html", context)


# --- Giving and changing ------------------------------------------------------------------------


@referral_view(Act.GIVE_ACTIVITY)
def activity_new(request: HttpRequest, referral: Any) -> HttpResponse:
    """The form, with the bank beside it: what is chosen there is filled in and can be changed."""
    do = request.POST.get("do", "give")
    offered, entries = pages.goals_to_serve(referral), pages.entries_at(referral)
    asked = request.POST if "bank-band" in request.POST else request.GET
    bank = BankForm(asked if "bank-band" in asked else None)
    if request.method == "POST" and do == "give":
        form = forms.NewActivityForm(request.POST, offered=offered)
    else:
        entry = entries.get(do.removeprefix("use:"))
        typed: dict[str, Any] = {name: value for name, value in request.POST.items() if value}
        typed["goals"] = request.POST.getlist("goals")
        if entry is not None:
            typed |= entry.content | {"bank_code": entry.code}
        started = {"id": new_id(), "from_on": timezone.localdate()}
        form = forms.NewActivityForm(initial=started | typed, offered=offered)

    def give(**arguments: Any) -> None:
        arguments["goals"] = _goals(referral, arguments["goals"])
        actions.give_activity(referral=referral, **arguments)

    card = pages.card(referral, timezone.localdate())
    return act_page(
        request, referral, Act.GIVE_ACTIVITY, form, give, template="activity/write.html",
        done="Given. The family is told.", title="Give a home activity", verb="Give it",
        to=("activity_list", referral.pk), bank=bank, bank_open=request.method == "GET" or do != "give",
        active=card.active, full=card.full, **_entries(bank, referral, entries.values()),
    )  # fmt: skip


@referral_view(Act.GIVE_ACTIVITY)
def activity_edit(request: HttpRequest, referral: Any, activity_id: UUID) -> HttpResponse:
    activity = inner_of(referral.activities, activity_id)
    serves = list(activity.served.values_list("goal_id", flat=True))
    start = {name: getattr(activity, name) for name in activity.CONTENT}
    start |= {"edition": activity.edition, "goals": [str(pk) for pk in serves]}
    form = forms.ChangeActivityForm(
        request.POST or None, initial=start, offered=pages.goals_to_serve(referral, serves)
    )

    def change(**arguments: Any) -> None:
        arguments["goals"] = _goals(referral, arguments["goals"])
        actions.change_activity(activity=activity, **arguments)

    return act_page(
        request, referral, Act.GIVE_ACTIVITY, form, change, template="activity/write.html",
        done="Changed. The family is told.", title="Change the activity", verb="Save",
        to=("activity_detail", referral.pk, activity.pk), inner=activity,
    )  # fmt: skip


@referral_view(Act.GIVE_ACTIVITY)
def activity_retire(request: HttpRequest, referral: Any, activity_id: UUID) -> HttpResponse:
    activity = inner_of(referral.activities, activity_id)

    def retire(**arguments: Any) -> None:
        actions.retire_activity(activity=activity, **arguments)

    return act_page(
        request, referral, Act.GIVE_ACTIVITY, forms.RetireActivityForm(request.POST or None),
        retire, done="Retired. What was practised stays.", title="Retire the activity",
        verb="Retire it", to=("activity_list", referral.pk), inner=activity,
    )  # fmt: skip


# --- The picture ----------------------------------------------------------------------------------


@referral_view(Act.GIVE_ACTIVITY)
def activity_picture_set(request: HttpRequest, referral: Any, activity_id: UUID) -> HttpResponse:
    """Put a picture on the activity, or take it off."""
    activity = inner_of(referral.activities, activity_id)
    back = ("activity_detail", referral.pk, activity.pk)
    if request.POST.get("do") == "remove":
        seen = forms.RemovePictureForm(request.POST)
        try:
            if not seen.is_valid():
                raise Refused("Open the picture first, then take it off.")
            actions.remove_picture(
                activity=activity, by=request.user, at=timezone.now(), **seen.arguments()  # type: ignore[arg-type]
            )  # fmt: skip
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, "The picture is taken off.")
        return redirect(*back)
    start = {"edition": activity.edition, "shows": activity.picture_shows}
    form = forms.PictureForm(request.POST or None, request.FILES or None, initial=start)

    def put(**arguments: Any) -> None:
        actions.set_picture(activity=activity, **arguments)

    return act_page(
        request, referral, Act.GIVE_ACTIVITY, form, put, template="activity/picture.html",
        done="The picture is saved.", title="A picture of the activity", verb="Save the picture",
        to=back, inner=activity,
    )  # fmt: skip


@referral_view(Permission.SEE_RECORD)
def activity_picture(request: HttpRequest, referral: Any, activity_id: UUID) -> FileResponse:
    """The picture itself: a JPEG of our own making, for nobody's cache, able to run nothing."""
    activity = inner_of(referral.activities.exclude(picture=""), activity_id)
    response = FileResponse(activity.picture.open("rb"), content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    run_nothing(response)
    response["Cache-Control"] = "private, no-store"
    return response


# --- Answering what was practised ----------------------------------------------------------------


@referral_view(Act.REACT)
def practice_react(
    request: HttpRequest, referral: Any, activity_id: UUID, practice_id: UUID
) -> HttpResponse:
    """One tap on an entry of the family; a form of its own only where a tap went wrong."""
    activity = inner_of(referral.activities, activity_id)
    practice = inner_of(activity.practices, practice_id)
    back = ("activity_detail", referral.pk, activity.pk)
    if request.method != "POST":
        return redirect(*back)

    def answer(**arguments: Any) -> None:
        react(practice=practice, **arguments)

    return act_page(
        request, referral, Act.REACT, forms.ReactForm(request.POST), answer,
        done="The family can see it.", title="Answer the family", verb="Send", to=back,
        inner=activity, practice=practice,
    )  # fmt: skip


# --- What they share ------------------------------------------------------------------------------


def _goals(referral: Any, keys: list[str]) -> list[Any]:
    return list(referral.goals.filter(pk__in=keys))


def _entries(bank: BankForm, referral: Any, offered: Iterable[Any]) -> dict[str, Any]:
    """The entries that were asked for; at first those of the child's own age."""
    today = timezone.localdate()
    band = band_for(referral.child.ages(max(today, referral.child.date_of_birth)).for_bands)
    asked = bank.cleaned_data if bank.is_bound and bank.is_valid() else {"domain": "", "band": band}
    if not bank.is_bound:
        bank.initial["band"] = band
    return {"entries": activities_for(asked["domain"], asked["band"], offered)}
