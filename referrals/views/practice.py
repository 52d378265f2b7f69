"""How does a family log practice: with one tap, later from the phone, and taken back?"""

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from referrals import access
from referrals.act import Act
from referrals.actions import practice as actions
from referrals.actions.recording import new_id
from referrals.actions.refusal import Refused
from referrals.forms import practice as forms
from referrals.queries import today as pages
from referrals.wording import later as _
from referrals.wording import worded

from .answer import CONFLICT, UNPROCESSABLE, refuse
from .decorators import family_view, referral_view

#: A phone sends so many at once, and the rest after the answer.
MOST_AT_ONCE: Final = 100
_UNREADABLE: Final = _("This entry could not be read.")
_NOT_YOURS: Final = _("This activity is not there any more, or not yours to log.")


@family_view
def practice_today(request: HttpRequest) -> HttpResponse:
    """The phone's start page: what to do today, and the last seven days."""
    now = timezone.now()
    page = pages.today_of(request.user, timezone.localdate(), now)  # type: ignore[arg-type]
    return render(request, "practice/today.html", {"page": page})


@referral_view(Act.LOG_PRACTICE, briefly=True)
def practice_log(request: HttpRequest, referral: Any, activity_id: UUID) -> HttpResponse:
    """One tap on a card; or the whole form, for another day, with minutes and a word."""
    activity = _activity(referral, activity_id)
    form = forms.LogPracticeForm(request.POST or None, initial={"id": new_id(), "days_ago": 0})
    user: Any = request.user
    status, now = 200, timezone.now()
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                entry = _log(
                    activity=activity, by=user, at=now, team=_team(request), **form.arguments()
                )
            except Refused as refused:
                status = refuse(form, refused)
            else:
                if not _partial(request):
                    return _back(form, activity)
                told = pages.told(entry, referral, user, now)
                return render(
                    request,
                    "practice/told.html",
                    _card(activity, form, entry=told, undone=entry.undone_at is not None),
                )
    if _partial(request):
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        context = _card(activity, form, sentence=" ".join(sentences))
        return render(request, "practice/told.html", context, status=status)
    context = {"referral": referral, "activity": activity, "form": form}
    return render(request, "practice/log.html", context, status=status)


@referral_view(Act.LOG_PRACTICE)
def practice_describe(
    request: HttpRequest, referral: Any, activity_id: UUID, practice_id: UUID
) -> HttpResponse:
    """Minutes and a word, after the tap."""
    entry = _entry(referral, activity_id, practice_id)
    start = {"minutes": entry.minutes, "word": entry.word}
    form = forms.DescribePracticeForm(request.POST or None, initial=start)
    status = 200
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                actions.describe_practice(
                    practice=entry, by=request.user, at=timezone.now(), **form.arguments()  # type: ignore[arg-type]
                )  # fmt: skip
            except Refused as refused:
                status = refuse(form, refused)
            else:
                messages.success(request, gettext("Thank you. It is added."))
                return _back(form, entry.activity)
    context = {"referral": referral, "activity": entry.activity, "form": form, "entry": entry}
    return render(request, "practice/log.html", context, status=status)


@referral_view(Act.LOG_PRACTICE)
def practice_undo(
    request: HttpRequest, referral: Any, activity_id: UUID, practice_id: UUID
) -> HttpResponse:
    entry = _entry(referral, activity_id, practice_id)
    back = request.POST.get("back", "")
    if request.method == "POST":
        try:
            actions.undo_practice(practice=entry, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, gettext("It is taken back. It counts for nothing now."))
    place = back if back in dict(forms.PLACES) else "practice_today"
    return redirect(f"{reverse(place)}#activity-{activity_id}")


@family_view
def practice_queue(request: HttpRequest) -> HttpResponse:
    """Where a phone asks who is signed in, and then sends what waited on it.

    It is answered for each entry by itself; the phone forgets an entry only after that.
    """
    user: Any = request.user
    if request.method != "POST":
        return JsonResponse({"user": str(user.pk), "token": get_token(request)})
    sent = _sent(request)
    if sent is None:
        return JsonResponse({"error": "unreadable"}, status=400)
    head, entries = sent
    if head["user"] != user.pk:
        # Never under somebody else's session: the phone keeps them for whose they are.
        return JsonResponse({"error": "another person is signed in"}, status=CONFLICT)
    return JsonResponse({"user": str(user.pk), "answers": _take(user, head["phone_now"], entries)})


# --- What they share --------------------------------------------------------------------------


def _sent(request: HttpRequest) -> tuple[dict[str, Any], list[Any]] | None:
    """Whose, when, and the entries; None where it is no queue at all."""
    if request.content_type != "application/json":
        return None
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    head, entries = forms.QueueForm(_as_typed(said, forms.QueueForm)), said.get("entries")
    if not head.is_valid() or not isinstance(entries, list) or len(entries) > MOST_AT_ONCE:
        return None
    return head.cleaned_data, entries


def _as_typed(said: Any, form: type[Form]) -> dict[str, str]:
    """What came as JSON, as a form is sent: in words; nothing at all where one of them is a heap.

    Half a letter, as a phone that cuts off a picture letter leaves it, becomes a question mark: it
    could not be stored, and would keep all behind it from being sent.
    """
    told = {n: said.get(n) for n in form.base_fields} if isinstance(said, dict) else {}
    if any(isinstance(value, (dict, list)) for value in told.values()):
        return {}
    return {
        name: str(value).encode(errors="replace").decode()
        for name, value in told.items()
        if value is not None
    }


def _take(user: Any, phone_now: datetime, entries: list[Any]) -> list[dict[str, str]]:
    read = [
        (
            str(one.get("id", "")) if isinstance(one, dict) else "",
            forms.QueuedForm(_as_typed(one, forms.QueuedForm)),
        )
        for one in entries
    ]
    wanted = [form.cleaned_data["activity"] for _, form in read if form.is_valid()]
    activities = pages.activities_for(user, wanted)
    teams: dict[UUID, Any] = {}
    return [
        {"id": key, **_take_one(user, phone_now, form, activities, teams)} for key, form in read
    ]


def _take_one(
    user: Any, phone_now: datetime, form: forms.QueuedForm, activities: dict[UUID, Any],
    teams: dict[UUID, Any],
) -> dict[str, str]:  # fmt: skip
    if not form.is_valid():
        return {"status": "refused", "sentence": _UNREADABLE}
    activity = activities.get(form.cleaned_data["activity"])
    if activity is None:
        return {"status": "refused", "sentence": _NOT_YOURS}
    child = activity.referral.child_id
    if child not in teams:
        teams[child] = access.standing(user, child)
    now = timezone.now()
    try:
        entry = _log(
            activity=activity, phone_now=phone_now, by=user, at=now, team=teams[child],
            **form.arguments(),
        )  # fmt: skip
    except Refused as refused:
        return {"status": "refused", "sentence": refused.sentence}
    return {"status": "saved" if entry.received_at == now else "already", "sentence": ""}


def _log(**arguments: Any) -> Any:
    try:
        return actions.log_practice(**arguments)
    except IntegrityError:
        # The same tap came twice in one moment: by now the other one is there to be found.
        return actions.log_practice(**arguments)


def _card(activity: Any, form: Any, **more: Any) -> dict[str, Any]:
    """What the part of the card under a tap is drawn from."""
    said = form.cleaned_data if form.is_bound else {}
    return {
        "card": {"id": activity.pk, "title": worded(activity.title, activity.spanish), "log_url": reverse("practice_log", args=[activity.referral_id, activity.pk])},
        "key": new_id(),
        "days_ago": said.get("days_ago", 0),
        "back": said.get("back", ""),
        "entry": None,
        "sentence": "",
        "undone": False,
        **more,
    }  # fmt: skip


def _back(form: Any, activity: Any) -> HttpResponse:
    return redirect(f"{reverse(form.place)}#activity-{activity.pk}")


def _partial(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _team(request: HttpRequest) -> Any:
    return request.team  # type: ignore[attr-defined]


def _activity(referral: Any, activity_id: UUID) -> Any:
    activity = pages.activity_of(referral, activity_id)
    if activity is None:
        raise Http404
    return activity


def _entry(referral: Any, activity_id: UUID, practice_id: UUID) -> Any:
    entry = _activity(referral, activity_id).practices.filter(pk=practice_id).first()
    if entry is None:
        raise Http404
    return entry
