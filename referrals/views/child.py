"""Who is this child, what happened so far, and what comes next?"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals import access
from referrals.access import Permission
from referrals.actions.child import change_child, register_child, same_child
from referrals.actions.recording import new_id
from referrals.actions.refusal import Refused
from referrals.belonging import memberships
from referrals.forms.child import ChangeChildForm, RegisterChildForm
from referrals.pathway import ENDED, TREATING, State
from referrals.queries import children, plan, timeline, worklist

from .answer import UNPROCESSABLE, now_at, refuse
from .decorators import child_view, role_view, signed_in


@signed_in
def child_list(request: HttpRequest) -> HttpResponse:
    """The children this person sees, the newest first."""
    today = timezone.localdate()
    found, following = children.page(request.user, today, request.GET.get("after", ""))  # type: ignore[arg-type]
    context = {"children": found, "following": following, "today": today}
    return render(request, "child/list.html", context)


@role_view("pediatrician")
def child_new(request: HttpRequest) -> HttpResponse:
    """Register a child and its first adult; a likely double is shown before it is made."""
    today, now = timezone.localdate(), timezone.now()
    practice = next(
        m.organization
        for m in memberships(request.user)  # type: ignore[arg-type]
        if m.role == "pediatrician"
    )
    form = RegisterChildForm(request.POST or None, today=today, initial={"id": new_id()})
    doubles: list[Any] = []
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        doubles = [
            child
            for child in same_child(
                practice, cleaned["given_name"], cleaned["family_name"], cleaned["date_of_birth"]
            )
            if child.pk != cleaned["id"]
        ]
        if not doubles or cleaned["not_the_same"]:
            try:
                child = register_child(
                    id=cleaned["id"],
                    practice=practice,
                    guardian=form.guardian(),
                    by=request.user,  # type: ignore[arg-type]
                    at=now,
                    **form.arguments(),
                )
            except Refused as refused:
                refuse(form, refused)
            else:
                messages.success(request, "The child is registered.")
                refer = "refer" in request.POST
                return redirect("referral_write" if refer else "child_detail", child.pk)
    status = UNPROCESSABLE if request.method == "POST" else 200
    context = {"form": form, "doubles": doubles, "today": today}
    return render(request, "child/new.html", context, status=status)


@child_view(Permission.SEE_CHILD)
def child_detail(request: HttpRequest, child: Any) -> HttpResponse:
    """The child's page; a partner is led to what the family has opened."""
    today = timezone.localdate()
    team = request.team  # type: ignore[attr-defined]
    if not team.holds(Permission.SEE_RECORD):
        return redirect("shared_overview", child.pk)
    for_family = team.main_role == access.FAMILY
    writes = team.holds(Permission.REFER)
    group = request.GET.get("show", "")
    user: Any = request.user
    adults = children.adults(child, today, for_family=for_family)
    referrals = worklist.of_child(user, child.pk, today)
    context = {
        "child": child,
        "header": children.header(
            child, today, "" if for_family else children.custody_note(adults)
        ),
        "today": today,
        "for_family": for_family,
        "team": children.team(team.seats),
        "may_refer": writes,
        "may_edit": team.holds(Permission.EDIT_CHILD),
        "may_share_concern": team.holds(Permission.SHARE_CONCERN),
        "may_see_looks": team.holds(Permission.SEE_LOOKS),
        "may_invite": team.holds(Permission.INVITE_GUARDIAN),
        "reads_messages": team.reads(access.Scope.MESSAGES),
        "referrals": referrals,
        "in_therapy": [r for r in referrals if State(r.state) in TREATING | ENDED],
        "plans": plan.of_child((r.id for r in referrals), today, for_family=for_family),
        "concerns": children.concerns(child),
        "entries": timeline.timeline(**shown_to(team, user, child, group)),
        "groups": timeline.groups(for_family=for_family),
        "group": group,
        "adults": adults,
    }
    return render(request, "child/detail.html", context)


def shown_to(team: Any, user: Any, child: Any, group: str) -> dict[str, Any]:
    """What of the child's timeline this person reads: on the page and in the file alike."""
    return {
        "child": child, "for_family": team.main_role == access.FAMILY,
        "drafts": team.holds(Permission.REFER), "group": group, "reader": user.pk,
    }  # fmt: skip


@child_view(Permission.EDIT_CHILD)
def child_edit(request: HttpRequest, child: Any) -> HttpResponse:
    """Change the child's details, if nobody else did meanwhile."""
    today = timezone.localdate()
    version = child.version
    form = ChangeChildForm(
        request.POST or None, instance=child, today=today, initial={"version": version}
    )
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            # Validation has written into `child`: the action compares with what is stored.
            stored = access.children_visible_to(request.user).get(pk=child.pk)  # type: ignore[arg-type]
            try:
                change_child(
                    child=stored, version=form.cleaned_data["version"], by=request.user,  # type: ignore[arg-type]
                    at=timezone.now(), **form.arguments(),
                )  # fmt: skip
            except Refused as refused:
                status = refuse(form, refused)
                latest = access.children_visible_to(request.user).get(pk=child.pk)  # type: ignore[arg-type]
                context = {"form": form, "child": latest, "theirs": children.details(latest)}
                now_at(form, latest.version)
                return render(request, "child/edit.html", context, status=status)
            messages.success(request, "The details are saved.")
            return redirect("child_detail", child.pk)
    return render(request, "child/edit.html", {"form": form, "child": child}, status=status)
