"""How does a family see what is open to whom, open a part of the record, and close it again?"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from referrals.access import FAMILY, Permission
from referrals.actions.consent import check_consent, give_consent, revoke_consent
from referrals.actions.recording import new_id
from referrals.actions.refusal import Refused
from referrals.forms.consent import ConsentForm, SignConsentForm
from referrals.queries import children
from referrals.queries import consent as pages

from .answer import UNPROCESSABLE, refuse
from .decorators import child_view
from .organization import offer_partners
from .signing import signs_by, typed


@child_view(Permission.SEE_RECORD)
def consent_list(request: HttpRequest, child: Any) -> HttpResponse:
    """What is open to whom, until when, and how often they looked."""
    team = request.team  # type: ignore[attr-defined]
    given = pages.listing(child, team.seats, timezone.now())
    context = {
        "child": child,
        "live": [one for one in given if one.is_live],
        "over": [one for one in given if not one.is_live],
        "may_share": team.holds(Permission.GIVE_CONSENT),
        "who_may": pages.who_may_share(team.seats),
        "for_family": team.main_role == FAMILY,
        "today": timezone.localdate(),
    }
    return render(request, "consent/list.html", context)


@child_view(Permission.GIVE_CONSENT)
@signs_by("do", "give")
def consent_new(request: HttpRequest, child: Any) -> HttpResponse:
    """Two steps on one address: choose, then read in words what it means and sign."""
    now, today = timezone.now(), timezone.localdate()
    do, said = request.POST.get("do", "look"), typed(request)
    about: dict[str, Any] = {"places": pages.partners(), "until": pages.usual_end(today)}
    form = ConsentForm(said, initial={"id": new_id()}, **about)
    if do == "find":
        form, said = ConsentForm(initial=form.typed(), **about), None
    sign = SignConsentForm(request.POST if do == "give" else None)
    status, chosen = 200, None
    if said is not None:
        status = UNPROCESSABLE
        if form.is_valid():
            told = form.arguments()
            try:
                if do == "give" and sign.is_valid():
                    give_consent(child=child, by=request.user, at=now, **told, **sign.arguments())  # type: ignore[arg-type]
                    messages.success(request, _("It is shared. You can close it at any time."))
                    return redirect("consent_list", child.pk)
                check_consent(child=child, at=now, **_but(told, "id"))
            except Refused as refused:
                status = refuse(sign if refused.field == "signed_name" else form, refused)
                chosen = told if refused.field == "signed_name" else None
            else:
                chosen, status = (
                    (None if do == "change" else told),
                    (200 if do != "give" else status),
                )
    context: dict[str, Any] = {
        "child": child, "header": children.header(child, today), "form": form, "sign": sign,
        "parts": pages.parts(code for code, _label in form.fields["scopes"].choices),  # type: ignore[attr-defined]
        "ticked": form.ticked(), "chosen": chosen, "name": request.user.name,  # type: ignore[union-attr]
    }  # fmt: skip
    if chosen is None:
        context["offer"] = offer_partners(request, child, form, "organization")
        return render(request, "consent/new.html", context, status=status)
    context |= {
        "will": pages.parts(chosen["scopes"]),
        "will_not": pages.others(chosen["scopes"]),
        "before": pages.standing_with(child, chosen["organization"], now),
    }
    return render(request, "consent/sign.html", context, status=status)


@child_view(Permission.GIVE_CONSENT)
def consent_revoke(request: HttpRequest, child: Any, consent_id: UUID) -> HttpResponse:
    """One click after reading what ends."""
    consent = pages.one(child, consent_id)
    if consent is None:
        raise Http404
    if request.method == "POST":
        try:
            revoke_consent(consent=consent, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("It is closed. They see nothing of it any more."))
        return redirect("consent_list", child.pk)
    context = {
        "child": child, "consent": consent, "parts": pages.parts(consent.scopes),
        "last_on": pages.last_day(consent), "holds": consent.holds(timezone.now()),
    }  # fmt: skip
    return render(request, "consent/revoke.html", context)


def _but(told: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key != name}
