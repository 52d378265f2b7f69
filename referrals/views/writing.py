"""How does a referral grow from an empty page to a sent one, with nothing typed ever lost?"""

from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals import access
from referrals.actions.document import attach
from referrals.actions.moving import repeated
from referrals.actions.recording import new_id
from referrals.actions.referral import (
    draft_and_send_referral,
    draft_referral,
    open_referrals,
    send_referral,
)
from referrals.actions.refusal import Outrun, Refused
from referrals.clinical.knowledge import band_for, hint_text, therapy_hint
from referrals.clinical.programmes import programme_hint
from referrals.forms.referral import ReferralForm
from referrals.pathway import Move, State
from referrals.queries import children
from referrals.queries import referral as pages

from .answer import UNPROCESSABLE, now_at, refuse, saved
from .organization import offer_clinics

PLAIN = "text/plain; charset=utf-8"


def write_page(request: HttpRequest, child: Any) -> HttpResponse:
    """Show the form; keep it (`do=save`, or while typing), or sign and send it (`do=send`).

    Who looks for a clinic without scripts (`do=find`) gets the page back with those found, and all kept.

    The id comes with the form: a repeated save or a second click finds the first one's draft.
    """
    user: Any = request.user
    if request.method == "POST":
        # What was never kept has no version yet, and is not looked for.
        known = request.POST.get("id", "") if request.POST.get("version") else ""
        return _take(request, child, _draft(user, child, known))
    draft = _draft(user, child, request.GET.get("draft", ""))
    concern = _one(child.concerns, request.GET.get("concern", ""))
    begun = pages.begun_from(concern) if concern is not None and draft is None else None
    if begun is not None:
        return redirect(pages.where(begun))
    if draft is not None and draft.state != State.DRAFT:
        return redirect("referral_detail", draft.pk)
    return _show(request, child, _form(request, child, draft), draft, 200)


def draft_address(request: HttpRequest) -> str:
    """The page with the draft that this form was kept as: where whoever loads it anew finds it."""
    return f"{request.path}?{urlencode({'draft': request.POST.get('id', '')})}"


def _take(request: HttpRequest, child: Any, draft: Any) -> HttpResponse:
    """Keep what was typed first; only then is it sent. A refusal so never costs a word or a file."""
    user: Any = request.user
    now = timezone.now()
    autosave = request.headers.get("X-Autosave") == "1"
    finding = request.POST.get("do") == "find"
    sending = request.POST.get("do") != "save" and not finding and not autosave
    form = _form(request, child, draft)
    valid = form.is_valid()
    if "id" not in form.cleaned_data:
        return _show(request, child, form, draft, UNPROCESSABLE)
    try:
        referral, unsent = _keep_and_send(request, child, form, draft, now, sending)
    except Refused as refused:
        stored = _draft(user, child, str(form.cleaned_data["id"]))
        if sending and stored is not None and _sent_already(stored, form, user):
            return redirect("referral_detail", stored.pk)
        status = refuse(form, refused)
        if autosave:
            return HttpResponse(refused.sentence, status=status, content_type=PLAIN)
        outrun = isinstance(refused, Outrun) and stored is not None
        if outrun:
            now_at(form, stored.version)
        return _show(request, child, form, stored, status, theirs=outrun)
    if autosave:
        answer = saved(form, referral.version, now, "Saved as a draft")
        answer["X-Where"] = draft_address(request)
        answer["X-Hint"] = hint_text(therapy_hint(referral.signs))
        return answer
    if sending:
        if form.demand():
            if unsent is None:
                messages.success(request, "Sent. The clinic has it on its list now.")
                return redirect("referral_detail", referral.pk)
            # Of two clicks that were kept at the same moment, the other one may have sent it.
            stored = _draft(user, child, str(referral.pk))
            if _sent_already(stored, form, user):
                return redirect("referral_detail", stored.pk)
            refuse(form, unsent)
    elif valid and not finding:
        messages.success(request, "Saved as a draft. It is on your home page.")
        return redirect("home")
    stored = _draft(user, child, str(referral.pk))
    now_at(form, stored.version)
    return _show(request, child, form, stored, 200 if finding else UNPROCESSABLE)


def _form(request: HttpRequest, child: Any, draft: Any) -> ReferralForm:
    today = timezone.localdate()
    typed = request.method == "POST"
    return ReferralForm(
        request.POST if typed else None,
        request.FILES if typed else None,
        band=band_for(child.ages(max(today, child.date_of_birth)).for_bands),
        today=today,
        born=child.date_of_birth,
        # What a draft says is read once it is shown.
        initial=_start(request, child) if draft is None else {},
    )


def _draft(user: Any, child: Any, key: str) -> Any:
    """The draft of this child with this id that the person may write; None for a fresh form."""
    try:
        pk = UUID(key)
    except ValueError:
        return None
    mine = access.referrals_visible_to(user).filter(child=child)
    return (
        mine.select_related("child__practice", "practice", "clinic", "concern")
        .filter(pk=pk)
        .first()
    )


def _sent_already(draft: Any, form: ReferralForm, user: Any) -> bool:
    """Whether this is a second click: the same words, which the same person has just sent."""
    same = all(getattr(draft, name) == value for name, value in form.columns().items())
    return same and repeated(draft, Move.SEND, by=user, version=draft.version - 1)


def _start(request: HttpRequest, child: Any) -> dict[str, Any]:
    """What a fresh form begins with, and what a concern or an earlier referral carries over."""
    start: dict[str, Any] = {
        "id": new_id(), "source": "well_child_visit", "identified_on": timezone.localdate(), "urgency": "routine", "precautions": child.precautions[:500],
        "signs": [], "service": "evaluate_and_treat",
    }  # fmt: skip
    concern = _one(child.concerns, request.GET.get("concern", request.POST.get("concern", "")))
    follows = _one(child.referrals, request.GET.get("follows", request.POST.get("follows", "")))
    if concern is not None:
        start |= pages.from_concern(concern)
    elif follows is not None and follows.sent_at is not None:
        start |= pages.from_earlier(follows)
    return start


def _one(records: Any, key: str) -> Any:
    """A record of this child, reached from the child; nothing for an id of somebody else's."""
    try:
        return records.filter(pk=UUID(key)).first()
    except ValueError:
        return None


def _keep_and_send(
    request: HttpRequest, child: Any, form: ReferralForm, draft: Any, now: Any, sending: bool
) -> tuple[Any, Refused | None]:
    """The draft, and why it was not sent where it was refused."""
    user: Any = request.user
    sending = sending and form.is_whole()
    despite = form.cleaned_data.get("despite_open", False)
    if sending and not form.cleaned_data.get("attachments"):
        try:
            written = _written(request, child, form, draft, now)
            return draft_and_send_referral(despite_open=despite, **written), None
        except (Refused, DatabaseError):
            # Nothing of it is written: it is kept, and what stands in the way is found once more.
            pass
    referral = _keep(request, child, form, draft, now)
    try:
        if sending:
            send_referral(referral=referral, despite_open=despite, by=user, at=now)
    except Refused as refused:
        return referral, refused
    return referral, None


def _written(
    request: HttpRequest, child: Any, form: ReferralForm, draft: Any, now: Any
) -> dict[str, Any]:
    """What is valid, as the draft takes it."""
    cleaned, columns = form.cleaned_data, form.columns()
    if draft is None:
        columns |= {name: form.initial.get(name) for name in ("concern", "follows")}
    return {
        "id": cleaned["id"], "child": child, "practice": child.practice, "by": request.user, "at": now,
        "version": cleaned.get("version") if draft is not None else None,
        "diagnoses": cleaned.get("diagnoses"), **columns,
    }  # fmt: skip


def _keep(request: HttpRequest, child: Any, form: ReferralForm, draft: Any, now: Any) -> Any:
    """Save what is valid as the draft, with its files: all of it or nothing."""
    user: Any = request.user
    files = form.cleaned_data.get("attachments") or []
    with transaction.atomic() if files else nullcontext():
        referral = draft_referral(**_written(request, child, form, draft, now))
        for upload in files:
            attach(referral=referral, upload=upload, by=user, at=now)
    return referral


def _show(
    request: HttpRequest, child: Any, form: ReferralForm, draft: Any, status: int, *,
    theirs: bool = False,
) -> HttpResponse:  # fmt: skip
    if draft is not None:
        form.initial = pages.as_form(draft)
    form.ask(True)  # a draft is taken as it is, but the page says what sending will ask for
    context = _page(request, child, form, draft)
    if theirs:
        context["theirs"] = pages.fields_of(draft)
    return render(request, "referral/write.html", context, status=status)


def _page(request: HttpRequest, child: Any, form: ReferralForm, draft: Any) -> dict[str, Any]:
    today = timezone.localdate()
    team = request.team  # type: ignore[attr-defined]
    chosen = list(form["signs"].value() or [])
    known = [code for code, _ in form.fields["signs"].choices]  # type: ignore[attr-defined]
    start = form.initial
    return {
        "child": child,
        "header": children.header_for(child, today, team),
        "form": form,
        "draft": draft,
        "offer": offer_clinics(request, form),
        "groups": form.fields["signs"].groups(chosen),  # type: ignore[attr-defined]
        "hint": hint_text(therapy_hint([code for code in chosen if code in known])),
        "programme": programme_hint(child.date_of_birth, _identified(form, child, today)),
        "others": [r for r in open_referrals(child) if draft is None or r.pk != draft.pk],
        "concern": start.get("concern") or (draft.concern if draft else None),
        "follows": start.get("follows"),
        "attachments": list(draft.attachments.all()) if draft else [],
        "today": today,
    }


def _identified(form: ReferralForm, child: Any, today: Any) -> Any:
    """The day the clocks of the programmes run from: the visit's, once it is a sensible one."""
    on = form.cleaned_data.get("identified_on") if form.is_bound and not form.errors else None
    on = on or form.initial.get("identified_on") or today
    return max(on, child.date_of_birth)
