"""How is a child referred to a public programme, followed by its clocks, and written about?"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals.access import FAMILY, Permission
from referrals.actions import programme as actions
from referrals.actions.recording import new_id
from referrals.actions.refusal import Outrun, Refused
from referrals.actions.result import live_consent
from referrals.clinical.knowledge import band_for
from referrals.clinical.programmes import programme_hint
from referrals.documents import programme as letters
from referrals.forms import programme as forms
from referrals.queries import children
from referrals.queries import programme as pages

from .answer import UNPROCESSABLE, now_at, refuse
from .decorators import child_view
from .document import as_file
from .organization import offer_partners
from .signing import signs


def _around(request: HttpRequest, child: Any) -> dict[str, Any]:
    team = request.team  # type: ignore[attr-defined]
    return {
        "child": child,
        "header": children.header_for(child, timezone.localdate(), team),
        "for_family": team.main_role == FAMILY,
        "may_refer": team.holds(Permission.REFER),
        "may_follow": team.holds(Permission.FOLLOW_PROGRAMME),
        "today": timezone.localdate(),
    }


def _way(child: Any, key: UUID) -> Any:
    way = pages.one(child, key, timezone.localdate())
    if way is None:
        raise Http404
    return way


@child_view(Permission.SEE_RECORD)
def programme_list(request: HttpRequest, child: Any) -> HttpResponse:
    """Every public programme of the child; of the family in plain words what it is owed."""
    today = timezone.localdate()
    context = _around(request, child)
    context |= {
        "ways": pages.ways(child, today),
        "hint": programme_hint(child.date_of_birth, max(today, child.date_of_birth)),
    }
    return render(request, "programme/list.html", context)


@child_view(Permission.SEE_RECORD)
def programme_detail(request: HttpRequest, child: Any, programme_id: UUID) -> HttpResponse:
    """One programme: its steps, each with the law's day; what stands next."""
    way = _way(child, programme_id)
    context = _around(request, child) | {
        "way": way, "programme": way.programme,
        "shared": live_consent(child, way.programme.place, at=timezone.now()) is not None,
    }  # fmt: skip
    return render(request, "programme/detail.html", context)


@child_view(Permission.REFER)
def programme_new(request: HttpRequest, child: Any) -> HttpResponse:
    """Refer to early intervention or the school district, as the child's age says."""
    today = timezone.localdate()
    band = band_for(child.ages(max(today, child.date_of_birth)).for_bands)
    about: dict[str, Any] = {
        "places": pages.places(child, today), "concerns": child.concerns.all(), "band": band,
    }  # fmt: skip
    start = {"id": new_id(), "identified_on": today}
    form = forms.ReferProgrammeForm(request.POST or None, initial=start, **about)
    finding = request.POST.get("do") == "find"
    if finding:
        form = forms.ReferProgrammeForm(initial=form.typed(), **about)
    hint = programme_hint(child.date_of_birth, max(today, child.date_of_birth))
    status = 200
    if request.method == "POST" and not finding:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                user: Any = request.user
                made = actions.refer_programme(
                    child=child, by=user, at=timezone.now(), **form.arguments()
                )
            except Refused as refused:
                status = refuse(form, refused)
            else:
                messages.success(request, "Begun. What comes next stands below.")
                return redirect("programme_detail", child.pk, made.pk)
    context = _around(request, child) | {
        "form": form, "hint": hint,
        "offer": offer_partners(request, child, form, "place"),
        "groups": form.fields["signs"].groups(form["signs"].value() or []),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "programme/new.html", context, status=status)


@child_view(Permission.FOLLOW_PROGRAMME)
def programme_note(request: HttpRequest, child: Any, programme_id: UUID) -> HttpResponse:
    """Write down that the step that stands next was done."""
    way = _way(child, programme_id)
    step = way.programme.step
    if step is None and request.method == "GET":
        return redirect("programme_detail", child.pk, programme_id)
    of = forms.DecideProgrammeForm if step and step.code == "decide" else forms.NoteProgrammeForm
    form = of(
        request.POST or None,
        initial={"step": step.code if step else "", "on": timezone.localdate()},
    )
    return _form(
        request, child, way, form, actions.note_programme, verb="Write it down",
        title=step.waiting if step else "This has ended", done="Written down.",
    )  # fmt: skip


@child_view(Permission.FOLLOW_PROGRAMME)
def programme_except(request: HttpRequest, child: Any, programme_id: UUID) -> HttpResponse:
    """A documented exception: why the limit is not kept, and the day aimed at."""
    way = _way(child, programme_id)
    seen = actions.exception_mark(way.programme)
    form = forms.ExceptProgrammeForm(request.POST or None, initial={"seen": seen})
    return _form(
        request, child, way, form, actions.except_programme, title="It takes longer",
        verb="Write it down", mark=actions.exception_mark,
        done="Written down. The law’s own day stays on the page.",
    )  # fmt: skip


@child_view(Permission.FOLLOW_PROGRAMME)
def programme_close(request: HttpRequest, child: Any, programme_id: UUID) -> HttpResponse:
    return _form(
        request, child, _way(child, programme_id), forms.CloseProgrammeForm(request.POST or None),
        actions.close_programme, title="End it here", verb="End it", done="Ended.",
    )  # fmt: skip


def _form(
    request: HttpRequest, child: Any, way: Any, form: Any, action: Callable[..., Any], *,
    title: str, verb: str, done: str, mark: Callable[[Any], str] | None = None,
) -> HttpResponse:  # fmt: skip
    """One form, one action, one answer. `mark` says on what a form that was outrun goes on."""
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                action(
                    programme=way.programme, by=request.user, at=timezone.now(), **form.arguments()
                )
            except Refused as refused:
                status = refuse(form, refused)
                if isinstance(refused, Outrun) and mark is not None:
                    way = _way(child, way.programme.pk)
                    now_at(form, seen=mark(way.programme))
            else:
                messages.success(request, done)
                return redirect("programme_detail", child.pk, way.programme.pk)
    context = {
        "child": child, "programme": way.programme, "form": form, "title": title, "verb": verb,
    }  # fmt: skip
    return render(request, "programme/form.html", context, status=status)


# --- The letter -----------------------------------------------------------------------------------


@child_view(Permission.SEE_RECORD)
def programme_letter(request: HttpRequest, child: Any, programme_id: UUID) -> HttpResponse:
    """The letter as it was sent; to those who write it, also as it would be sent now."""
    context = _around(request, child)
    way = _way(child, programme_id)
    if way.programme.letter_at is None and not context["may_follow"]:
        raise Http404
    consent = live_consent(child, way.programme.place, at=timezone.now())
    context |= {
        "programme": way.programme, "consent": consent,
        "document": _letter(request, way, consent, for_family=context["for_family"]),
    }  # fmt: skip
    return render(request, "programme/letter.html", context)


@child_view(Permission.REFER)
@signs
def programme_send(request: HttpRequest, child: Any, programme_id: UUID) -> HttpResponse:
    """Sign the letter as it reads now, and send it to whom the family allows."""
    programme = _way(child, programme_id).programme
    if request.method == "POST":
        user: Any = request.user
        now, today = timezone.now(), timezone.localdate()
        consent = live_consent(child, programme.place, at=now)
        content = letters.content(programme, consent, by=user, on=today)
        try:
            actions.send_letter(programme=programme, content=content, by=user, at=now)
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, "Sent. The programme finds it in what is shared with it.")
    return redirect("programme_letter", child.pk, programme_id)


@child_view(Permission.SEE_RECORD)
def programme_letter_pdf(request: HttpRequest, child: Any, programme_id: UUID) -> HttpResponse:
    """What was sent, to be saved; nobody saves a draft."""
    way = _way(child, programme_id)
    if way.programme.letter_at is None:
        raise Http404
    of_family = request.team.main_role == FAMILY  # type: ignore[attr-defined]
    return as_file(request, _letter(request, way, None, for_family=of_family), programme_id)


def _letter(request: HttpRequest, way: Any, consent: Any, *, for_family: bool) -> Any:
    user: Any = request.user
    return letters.programme_letter(
        way.programme, consent, by=user, on=timezone.localdate(), for_family=for_family
    )
