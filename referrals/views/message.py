"""How are messages read, written and answered?"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from referrals.access import Permission, Scope
from referrals.actions import message as actions
from referrals.actions.recording import new_id, record_reading
from referrals.actions.refusal import Refused
from referrals.forms import message as forms
from referrals.queries import message as pages

from .answer import UNPROCESSABLE, refuse
from .decorators import child_view, shared_view, signed_in, thread_view
from .document import handed_out


@signed_in
def message_list(request: HttpRequest) -> HttpResponse:
    """All threads the person can read, what is new first; `?child=` shows those of one."""
    only = pages.child_asked(request.GET.get("child", ""))
    found, following = pages.page(request.user, request.GET.get("after", ""), only)  # type: ignore[arg-type]
    more = f"?after={following}{f'&child={only}' if only else ''}" if following else ""
    context = {"threads": found, "more": more, "only": only, "child": None, "may_write": False}
    return render(request, "message/list.html", context)


@shared_view(Scope.MESSAGES)
def message_child(request: HttpRequest, child: Any) -> HttpResponse:
    """The threads about one child."""
    found, following = pages.page(request.user, request.GET.get("after", ""), child.pk)  # type: ignore[arg-type]
    context = {
        "threads": found, "more": f"?after={following}" if following else "", "only": None,
        "child": child, "may_write": _team(request).holds(Permission.WRITE_MESSAGE),
    }  # fmt: skip
    return render(request, "message/list.html", context)


@child_view(Permission.WRITE_MESSAGE)
def message_new(request: HttpRequest, child: Any) -> HttpResponse:
    """Begin a thread: first who will read it, then what."""
    user: Any = request.user
    now, team = timezone.now(), _team(request)
    offered = pages.choices(child, team, user, now)
    start = {"id": new_id(), "to": offered[0].code if len(offered) == 1 else None}
    form = forms.ThreadForm(
        request.POST or None, request.FILES or None, choices=offered, initial=start
    )

    def start_thread() -> Any:
        return actions.start_thread(child=child, by=user, at=now, **form.arguments())

    thread, status = _sent(form, start_thread)
    if thread is not None:
        messages.success(request, _("Sent."))
        return redirect("thread_detail", child.pk, thread.pk)
    context = {
        "child": child, "form": form, "choices": offered, "chosen": form["to"].value(),
        **_compose(request, form, team),
    }  # fmt: skip
    return render(request, "message/new.html", context, status=status)


@thread_view(Scope.MESSAGES)
def thread_detail(request: HttpRequest, thread: Any) -> HttpResponse:
    """Read a thread, the newest messages first shown; reading is written down."""
    return _page(request, thread, forms.MessageForm(initial={"id": new_id()}), 200)


@thread_view(Permission.WRITE_MESSAGE)
def message_answer(request: HttpRequest, thread: Any) -> HttpResponse:
    """Add a message to the thread."""
    user: Any = request.user
    if request.method != "POST":
        return redirect("thread_detail", thread.child_id, thread.pk)
    form = forms.MessageForm(request.POST, request.FILES)

    def send() -> Any:
        return actions.send_message(thread=thread, by=user, at=timezone.now(), **form.arguments())

    message, status = _sent(form, send)
    if message is None:
        return _page(request, thread, form, status)
    messages.success(request, _("Sent."))
    there = reverse("thread_detail", args=[thread.child_id, thread.pk])
    return redirect(f"{there}#message-{message.number}")


@thread_view(Scope.MESSAGES)
def enclosure_download(request: HttpRequest, thread: Any, enclosure_id: UUID) -> FileResponse:
    """Hand the file out to be saved; never shown inside the site."""
    return handed_out(pages.enclosure_of(thread, enclosure_id))


# --- What they share ----------------------------------------------------------------------------


def _page(request: HttpRequest, thread: Any, form: Any, status: int) -> HttpResponse:
    user: Any = request.user
    now, team = timezone.now(), _team(request)
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else 0
    told = pages.conversation(thread, team, user, now, number)
    if request.method == "GET" and told.newest:
        record_reading(thread=thread, by=user, at=now, role=team.main_role, number=told.newest)
    own = told.is_closed_to_adults and team.main_role == "family"
    context = {
        "thread": thread, "child": thread.child, "told": told, "form": form,
        "may_answer": team.holds(Permission.WRITE_MESSAGE) and not own, "is_closed": own,
        **_compose(request, form, team),
    }  # fmt: skip
    return render(request, "message/thread.html", context, status=status)


def _sent(form: Any, send: Callable[[], Any]) -> tuple[Any, int]:
    """What was sent, or nothing and the status of the page that says why."""
    if not form.is_bound:
        return None, 200
    if not form.is_valid():
        return None, UNPROCESSABLE
    try:
        try:
            return send(), 200
        except IntegrityError:
            # The same form came twice in one moment: by now the other one is there to be found.
            return send(), 200
    except Refused as refused:
        return None, refuse(form, refused)


def _compose(request: HttpRequest, form: Any, team: Any) -> dict[str, Any]:
    """What stands by every box in which a message is written."""
    return {
        "to_call": pages.to_call(team),
        "is_urgent": form.is_urgent,
        "files_gone": bool(request.FILES) and form.is_bound,
    }


def _team(request: HttpRequest) -> Any:
    return request.team  # type: ignore[attr-defined]
