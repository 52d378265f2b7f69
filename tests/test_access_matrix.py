"""Who gets what from every address? One table, read as it stands; an address without its row fails.

A row is an address asked in one way; a column is a member of the cast. The child's
own people come first, then those who have nothing to do with the child. POSTs carry
nothing but the browser's token: who may do it is told what is missing (422), or led on
where nothing is (302). `in` is led to the log-in.
"""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse

from referrals.actions.concern import share_concern
from referrals.actions.document import attach
from referrals.actions.emergency import open_emergency
from referrals.models import Letter, Referral
from referrals.models.record import new_id
from referrals.urls import urlpatterns
from tests import access_caseload, access_message, access_partner, access_system
from tests.access_stages import *  # noqa: F403  # fixtures
from tests.access_stages import MEMBERS
from tests.looking import writes
from tests.telling_apart import differences, shown, unknown

#: Fixtures of the referral's state; `-` where no referral is part of the address.
TABLE = """
home                                 -         GET   200 200 200 200 200 200 200 200 200 200 302 200 in
home                                 -         POST  200 200 200 200 200 200 200 200 200 200 302 200 in
search                               -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
search                               -         POST  200 200 200 200 200 200 200 200 200 200 200 200 in
healthz                              -         GET   200 200 200 200 200 200 200 200 200 200 200 200 200
healthz                              -         POST  200 200 200 200 200 200 200 200 200 200 200 200 200
readyz                               -         GET   200 200 200 200 200 200 200 200 200 200 200 200 200
readyz                               -         POST  200 200 200 200 200 200 200 200 200 200 200 200 200
admin:index                          -         GET   in  in  in  in  in  in  in  in  in  in  200 in  in
admin:index                          -         POST  in  in  in  in  in  in  in  in  in  in  200 in  in
account_login                        -         GET   302 302 302 302 302 302 302 302 302 302 302 302 200
account_login                        -         POST  302 302 302 302 302 302 302 302 302 302 302 302 200
account_logout                       -         GET   200 200 200 200 200 200 200 200 200 200 200 200 302
account_logout                       -         POST  302 302 302 302 302 302 302 302 302 302 302 302 302
account_signup                       -         GET   302 302 302 302 302 302 302 302 302 302 302 302 200
account_signup                       -         POST  302 302 302 302 302 302 302 302 302 302 302 302 200
account_inactive                     -         GET   200 200 200 200 200 200 200 200 200 200 200 200 200
account_inactive                     -         POST  405 405 405 405 405 405 405 405 405 405 405 405 405
account_reauthenticate               -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
account_reauthenticate               -         POST  200 200 200 200 200 200 200 200 200 200 200 200 in
account_change_password              -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
account_change_password              -         POST  200 200 200 200 200 200 200 200 200 200 200 200 in
account_reset_password               -         GET   200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password               -         POST  200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_done          -         GET   200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_done          -         POST  405 405 405 405 405 405 405 405 405 405 405 405 405
account_reset_password_from_key      -         GET   200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key      -         POST  200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done -         GET   200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done -         POST  405 405 405 405 405 405 405 405 405 405 405 405 405

child_list                           -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
child_list                           -         POST  200 200 200 200 200 200 200 200 200 200 200 200 in
child_new                            -         GET   200 200 403 403 403 403 403 403 200 403 403 403 in
child_new                            -         POST  422 422 403 403 403 403 403 403 422 403 403 403 in
child_detail                         -         GET   200 200 404 404 404 200 302 404 404 404 404 404 in
child_detail                         -         POST  200 200 404 404 404 200 302 404 404 404 404 404 in
child_detail                         sent      GET   200 200 200 200 200 200 302 404 404 404 404 404 in
child_detail                         sent      POST  200 200 200 200 200 200 302 404 404 404 404 404 in
child_edit                           -         GET   200 200 404 404 404 403 403 404 404 404 404 404 in
child_edit                           -         POST  422 422 404 404 404 403 403 404 404 404 404 404 in
child_edit                           sent      GET   200 200 403 403 200 403 403 404 404 404 404 404 in
child_edit                           sent      POST  422 422 403 403 422 403 403 404 404 404 404 404 in

guardian_add                         -         GET   200 200 404 404 404 403 403 404 404 404 404 404 in
guardian_add                         -         POST  422 422 404 404 404 403 403 404 404 404 404 404 in
guardian_add                         sent      GET   200 200 403 403 200 403 403 404 404 404 404 404 in
guardian_add                         sent      POST  422 422 403 403 422 403 403 404 404 404 404 404 in
guardian_invite                      -         GET   200 200 404 404 404 403 403 404 404 404 404 404 in
guardian_invite                      -         POST  422 422 404 404 404 403 403 404 404 404 404 404 in
guardian_invite                      sent      GET   200 200 403 403 200 403 403 404 404 404 404 404 in
guardian_invite                      sent      POST  422 422 403 403 422 403 403 404 404 404 404 404 in
diagnosis_search                     -         GET   200 200 403 403 403 403 403 403 200 403 403 403 in
diagnosis_search                     -         POST  200 200 403 403 403 403 403 403 200 403 403 403 in
organization_search                  -         GET   200 200 403 403 403 403 403 403 200 403 403 403 in
organization_search                  -         POST  200 200 403 403 403 403 403 403 200 403 403 403 in

referral_list                        -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
referral_list                        -         POST  200 200 200 200 200 200 200 200 200 200 200 200 in
referral_new                         -         GET   200 200 403 403 403 403 403 403 200 403 403 403 in
referral_new                         -         POST  200 200 403 403 403 403 403 403 200 403 403 403 in
referral_write                       -         GET   200 200 404 404 404 403 403 404 404 404 404 404 in
referral_write                       -         POST  422 422 404 404 404 403 403 404 404 404 404 404 in
referral_write                       sent      GET   200 200 403 403 403 403 403 404 404 404 404 404 in
referral_write                       sent      POST  422 422 403 403 403 403 403 404 404 404 404 404 in
referral_detail                      draft     GET   200 200 404 404 404 404 404 404 404 404 404 404 in
referral_detail                      draft     POST  200 200 404 404 404 404 404 404 404 404 404 404 in
referral_detail                      sent      GET   200 200 200 200 200 200 404 404 404 404 404 404 in
referral_detail                      sent      POST  200 200 200 200 200 200 404 404 404 404 404 404 in
referral_detail                      declined  GET   200 200 200 200 200 200 404 404 404 404 404 404 in
referral_detail                      declined  POST  200 200 200 200 200 200 404 404 404 404 404 404 in
referral_receive                     sent      GET   403 403 200 200 200 403 404 404 404 404 404 404 in
referral_receive                     sent      POST  403 403 422 422 422 403 404 404 404 404 404 404 in
referral_ask                         received  GET   403 403 200 200 403 403 404 404 404 404 404 404 in
referral_ask                         received  POST  403 403 422 422 403 403 404 404 404 404 404 404 in
referral_answer                      asked     GET   200 200 403 403 403 403 404 404 404 404 404 404 in
referral_answer                      asked     POST  422 422 403 403 403 403 404 404 404 404 404 404 in
referral_accept                      received  GET   403 403 200 200 403 403 404 404 404 404 404 404 in
referral_accept                      received  POST  403 403 422 422 403 403 404 404 404 404 404 404 in
referral_decline                     received  GET   403 403 200 200 403 403 404 404 404 404 404 404 in
referral_decline                     received  POST  403 403 422 422 403 403 404 404 404 404 404 404 in
referral_contact                     accepted  GET   403 403 200 200 200 403 404 404 404 404 404 404 in
referral_contact                     accepted  POST  403 403 422 422 422 403 404 404 404 404 404 404 in
referral_close                       received  GET   403 403 200 200 200 403 404 404 404 404 404 404 in
referral_close                       received  POST  403 403 422 422 422 403 404 404 404 404 404 404 in
referral_cancel                      sent      GET   200 200 403 403 403 403 404 404 404 404 404 404 in
referral_cancel                      sent      POST  422 422 403 403 403 403 404 404 404 404 404 404 in
referral_acknowledge                 declined  GET   200 200 403 403 403 403 404 404 404 404 404 404 in
referral_acknowledge                 declined  POST  422 422 403 403 403 403 404 404 404 404 404 404 in
referral_confirm                     withdrawn GET   403 403 200 200 200 403 404 404 404 404 404 404 in
referral_confirm                     withdrawn POST  403 403 422 422 422 403 404 404 404 404 404 404 in
referral_postpone                    sent      GET   200 200 200 200 200 403 404 404 404 404 404 404 in
referral_postpone                    sent      POST  422 422 422 422 422 403 404 404 404 404 404 404 in
referral_hand_over                   sent      GET   200 200 200 200 200 403 404 404 404 404 404 404 in
referral_hand_over                   sent      POST  422 422 422 422 422 403 404 404 404 404 404 404 in
referral_mark_error                  sent      GET   200 403 403 403 403 403 404 404 404 404 404 404 in
referral_mark_error                  sent      POST  422 403 403 403 403 403 404 404 404 404 404 404 in
referral_offer                       accepted  GET   403 403 200 200 200 403 404 404 404 404 404 404 in
referral_offer                       accepted  POST  403 403 422 422 422 403 404 404 404 404 404 404 in
referral_book                        accepted  GET   403 403 200 200 200 403 404 404 404 404 404 404 in
referral_book                        accepted  POST  403 403 422 422 422 403 404 404 404 404 404 404 in
referral_pick                        offered   GET   403 403 403 403 403 200 404 404 404 404 404 404 in
referral_pick                        offered   POST  403 403 403 403 403 422 404 404 404 404 404 404 in
referral_miss                        scheduled GET   403 403 200 200 200 403 404 404 404 404 404 404 in
referral_miss                        scheduled POST  403 403 422 422 422 403 404 404 404 404 404 404 in
referral_cancel_visit                scheduled GET   403 403 200 200 200 403 404 404 404 404 404 404 in
referral_cancel_visit                scheduled POST  403 403 422 422 422 403 404 404 404 404 404 404 in

appointment_calendar                 scheduled GET   200 200 200 200 200 200 404 404 404 404 404 404 in
appointment_calendar                 scheduled POST  200 200 200 200 200 200 404 404 404 404 404 404 in
evaluation_list                      begun     GET   200 200 200 200 200 200 404 404 404 404 404 404 in
evaluation_list                      begun     POST  200 200 200 200 200 200 404 404 404 404 404 404 in
evaluation_detail                    evaluated GET   200 200 200 200 200 200 404 404 404 404 404 404 in
evaluation_detail                    evaluated POST  200 200 200 200 200 200 404 404 404 404 404 404 in
evaluation_write                     scheduled GET   403 403 200 200 403 403 404 404 404 404 404 404 in
evaluation_write                     scheduled POST  403 403 422 422 403 403 404 404 404 404 404 404 in
referral_sign_evaluation             begun     GET   403 403 200 200 403 403 404 404 404 404 404 404 in
referral_sign_evaluation             begun     POST  403 403 422 422 403 403 404 404 404 404 404 404 in
referral_cut_short                   scheduled GET   403 403 200 200 403 403 404 404 404 404 404 404 in
referral_cut_short                   scheduled POST  403 403 422 422 403 403 404 404 404 404 404 404 in
evaluation_amend                     evaluated GET   403 403 200 200 403 403 404 404 404 404 404 404 in
evaluation_amend                     evaluated POST  403 403 422 422 403 403 404 404 404 404 404 404 in
evaluation_profile                   scheduled GET   403 403 403 403 403 200 404 404 404 404 404 404 in
evaluation_profile                   scheduled POST  403 403 403 403 403 422 404 404 404 404 404 404 in
plan_list                            -         GET   200 200 200 200 200 403 403 200 200 403 403 403 in
plan_list                            -         POST  200 200 200 200 200 403 403 200 200 403 403 403 in
plan_versions                        planned   GET   200 200 200 200 200 200 404 404 404 404 404 404 in
plan_versions                        planned   POST  200 200 200 200 200 200 404 404 404 404 404 404 in
plan_detail                          plan_sent GET   200 200 200 200 200 200 404 404 404 404 404 404 in
plan_detail                          plan_sent POST  200 200 200 200 200 200 404 404 404 404 404 404 in
plan_write                           evaluated GET   403 403 200 200 403 403 404 404 404 404 404 404 in
plan_write                           evaluated POST  403 403 422 422 403 403 404 404 404 404 404 404 in
plan_sign                            planned   GET   403 403 200 200 403 403 404 404 404 404 404 404 in
plan_sign                            planned   POST  403 403 422 422 403 403 404 404 404 404 404 404 in
referral_explain_plan                plan_signed GET   403 403 200 200 403 403 404 404 404 404 404 404 in
referral_explain_plan                plan_signed POST  403 403 422 422 403 403 404 404 404 404 404 404 in
referral_send_plan                   plan_explained GET   403 403 200 200 403 403 404 404 404 404 404 404 in
referral_send_plan                   plan_explained POST  403 403 422 422 403 403 404 404 404 404 404 404 in
referral_certify_plan                plan_sent GET   200 200 403 403 403 403 404 404 404 404 404 404 in
referral_certify_plan                plan_sent POST  422 422 403 403 403 403 404 404 404 404 404 404 in
referral_return_plan                 plan_sent GET   200 200 403 403 403 403 404 404 404 404 404 404 in
referral_return_plan                 plan_sent POST  422 422 403 403 403 403 404 404 404 404 404 404 in
referral_revise_plan                 plan_returned GET   403 403 200 200 403 403 404 404 404 404 404 404 in
referral_revise_plan                 plan_returned POST  403 403 422 422 403 403 404 404 404 404 404 404 in
referral_start_therapy               plan_certified GET   403 403 200 200 403 403 404 404 404 404 404 404 in
referral_start_therapy               plan_certified POST  403 403 422 422 403 403 404 404 404 404 404 404 in
prescription_list                    sent      GET   200 200 200 200 200 200 404 404 404 404 404 404 in
prescription_list                    sent      POST  200 200 200 200 200 200 404 404 404 404 404 404 in
prescription_detail                  sent      GET   200 200 200 200 200 200 404 404 404 404 404 404 in
prescription_detail                  sent      POST  200 200 200 200 200 200 404 404 404 404 404 404 in
prescription_new                     sent      GET   200 200 403 403 403 403 404 404 404 404 404 404 in
prescription_new                     sent      POST  422 422 403 403 403 403 404 404 404 404 404 404 in
referral_attach                      sent      GET   302 302 403 403 403 403 404 404 404 404 404 404 in
referral_attach                      sent      POST  302 302 403 403 403 403 404 404 404 404 404 404 in

goal_list                            aimed     GET  200 200 200 200 200 200 404 404 404 404 404 404 in
goal_list                            aimed     POST 200 200 200 200 200 200 404 404 404 404 404 404 in
goal_detail                          aimed     GET  200 200 200 200 200 200 404 404 404 404 404 404 in
goal_detail                          aimed     POST 200 200 200 200 200 200 404 404 404 404 404 404 in
goal_new                             aimed     GET  200 200 200 200 403 200 404 404 404 404 404 404 in
goal_new                             aimed     POST 422 422 422 422 403 422 404 404 404 404 404 404 in
goal_edit                            aimed     GET  200 200 200 200 403 200 404 404 404 404 404 404 in
goal_edit                            aimed     POST 422 422 422 422 403 422 404 404 404 404 404 404 in
goal_answer                          aimed     GET  200 200 200 200 403 200 404 404 404 404 404 404 in
goal_answer                          aimed     POST 422 422 422 422 403 422 404 404 404 404 404 404 in
goal_begin                           in_therapy GET  403 403 200 200 403 403 404 404 404 404 404 404 in
goal_begin                           in_therapy POST 403 403 422 422 403 403 404 404 404 404 404 404 in
goal_end                             aimed     GET  403 403 200 200 403 403 404 404 404 404 404 404 in
goal_end                             aimed     POST 403 403 422 422 403 403 404 404 404 404 404 404 in
goal_rate                            aimed     GET  200 200 200 200 403 200 404 404 404 404 404 404 in
goal_rate                            aimed     POST 422 422 422 422 403 422 404 404 404 404 404 404 in
goal_performance                     aimed     GET  403 403 403 403 403 200 404 404 404 404 404 404 in
goal_performance                     aimed     POST 403 403 403 403 403 422 404 404 404 404 404 404 in
"""

#: Each room keeps its rows in a file of its own, `access_<room>.py`.
ROOMS = [
    import_module(f"tests.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("access_*.py"))
    if path.stem != "access_stages"
]
ROWS = [
    line.split()
    for table in (TABLE, *(room.TABLE for room in ROOMS))
    for line in table.strip().splitlines()
    if line and not line.startswith("#")
]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"

#: What a form sends in which nothing was typed. Without it Django takes the form as not sent.
TOKEN = {"csrfmiddlewaretoken": "checked-elsewhere"}
LOG_INS = ("account_login", "admin:login")
#: They have nothing to do with the child, whatever the row.
OUTSIDERS = ("stranger_pediatrician", "anonymous")

Ask = Callable[[str, str, str], list[str]]
#: What stands in an address, by name, in a state of things.
Named = Callable[[str, str], dict[str, Any]]


@pytest.fixture
def named(
    request: pytest.FixtureRequest, partner_seat: Any, doors: dict[str, Client], cast: Any,
    guardian: Any, now: Any, settings: Any, tmp_path: Any,
) -> Named:  # fmt: skip
    """What the address is about is there, once it is asked for."""
    settings.MEDIA_ROOT = tmp_path

    def keys(route: URLPattern, state: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        wanted = set(route.pattern.regex.groupindex)
        referral: Referral | None = request.getfixturevalue(state) if state != "-" else None
        if "child_id" in wanted:
            made["child_id"] = cast.child.pk
        if "guardian_id" in wanted:
            made["guardian_id"] = guardian.pk
        if "concern_id" in wanted:
            made["concern_id"] = share_concern(
                id=new_id(), child=cast.child, signs=["tod.sensory"], by=cast.family, at=now
            ).pk
        if referral is not None and "referral_id" in wanted:
            made["referral_id"] = referral.pk
        if referral is not None and "attachment_id" in wanted:
            upload = SimpleUploadedFile("letter.pdf", PDF)
            made["attachment_id"] = attach(
                referral=referral, upload=upload, by=cast.pediatrician, at=now
            ).pk
        if referral is not None and "appointment_id" in wanted:
            # Of many therapy visits the first; else the one that is booked.
            therapy = referral.appointments.filter(purpose="therapy").first()
            made["appointment_id"] = (
                therapy.pk if therapy else referral.appointments.get(status="booked").pk
            )
        if referral is not None and "series_id" in wanted:
            made["series_id"] = referral.series.get().pk
        for one in (
            "evaluation",
            "plan",
            "prescription",
            "goal",
            "discharge",
            "report",
            "correction",
        ):
            if referral is not None and f"{one}_id" in wanted:
                made[f"{one}_id"] = getattr(referral, f"{one}s").first().pk
        if referral is not None and "document_id" in wanted:
            made |= {"sort": "evaluation", "document_id": referral.evaluations.get().pk}
        if referral is not None and "activity_id" in wanted:
            made["activity_id"] = referral.activities.get().pk
        if referral is not None and "practice_id" in wanted:
            made["practice_id"] = referral.activities.get().practices.get().pk
        for one in ("pause", "check_in"):
            if referral is not None and f"{one}_id" in wanted:
                made[f"{one}_id"] = getattr(referral, f"{one}s").get().pk
        if "emergency_id" in wanted:
            hour_later = now + timedelta(hours=1)
            made["emergency_id"] = open_emergency(
                id=new_id(), child=cast.child, reason="She fell.", by=cast.therapist, at=hour_later
            ).pk
        if "arrival_id" in wanted:
            made["arrival_id"] = request.getfixturevalue("undecided").pk
        if "thread_id" in wanted:
            made |= access_message.keys_of(request.getfixturevalue(state), wanted)
        made |= access_caseload.keys(wanted, cast, now)
        made |= access_partner.keys(str(route.name), wanted, cast, now)
        if "letter_id" in wanted:
            made["letter_id"] = Letter.objects.get().pk
        if "secret" in wanted:
            made |= {"feed": "unknown", "secret": "unknown"}
        made |= {name: value for name, value in access_system.KEYS.items() if name in wanted}
        if "table" in wanted:
            made["table"] = "funnel"
        if "pk" in wanted:
            made["pk"] = 0  # a passkey of nobody's
        if "key" in wanted:
            made |= {"uidb36": "x", "key": "y-z"}
        return made

    def of(name: str, state: str) -> dict[str, Any]:
        if name == "admin:index":
            return {}
        route = next(r for r in urlpatterns if isinstance(r, URLPattern) and r.name == name)
        return keys(route, state)

    return of


@pytest.fixture
def ask(named: Named, doors: dict[str, Client]) -> Ask:
    """Ask for one address as everybody in turn; nothing that one of them did is left to the next."""

    def asked(name: str, state: str, method: str) -> list[str]:
        keys = named(name, state)
        path = reverse(name, kwargs=keys)
        got = [answer(doors[member], path, method) for member in MEMBERS]
        tell_nobody(doors, dict(zip(MEMBERS, got, strict=True)), name, keys, method)
        return got

    return asked


def tell_nobody(
    doors: dict[str, Client], got: dict[str, str], name: str, keys: dict[str, Any], method: str
) -> None:
    """Who is kept out learns from no answer, and from no work behind it, whether an id is in use."""
    last, *every = unknown(keys) or [{}]
    # Who may know the child is kept from what is in its record as if that were not there.
    near = [member for member in MEMBERS if got[member] == "404" and member not in OUTSIDERS][:1]
    inner = last.get("child_id") == keys.get("child_id")
    asking = [(member, [last, *every]) for member in OUTSIDERS if last]
    asking += [(member, [last]) for member in near if last and inner]
    for member, nobodys in asking:
        real, *others = (
            shown(doors[member], reverse(name, kwargs=which), [*which.values()], method)
            for which in (keys, *nobodys)
        )
        assert [differences(real, one) for one in others] == [{} for _ in nobodys], member


def answer(door: Client, path: str, method: str) -> str:
    with transaction.atomic(), writes() as written:
        response = door.get(path) if method == "GET" else door.post(path, TOKEN)
        list(response)  # read to its end, a file is closed
        transaction.set_rollback(True)
    assert method == "POST" or written == [], f"{path} was looked at, and something was written"
    to = response.headers.get("Location", "")
    in_first = to.startswith(tuple(f"{reverse(name)}?" for name in LOG_INS))
    return "in" if in_first else str(response.status_code)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:3]))
def test_everybody_gets_what_the_table_says(ask: Ask, row: list[str]) -> None:
    name, state, method, *said = row
    assert dict(zip(MEMBERS, ask(name, state, method), strict=True)) == dict(
        zip(MEMBERS, said, strict=True)
    )


def test_the_administration_tells_others_that_it_is_not_theirs(
    client_of: Callable[[Any], Client], therapist: Any
) -> None:
    assert client_of(therapist).get(reverse("admin:index"), follow=True).status_code == 403


def without_row(names: set[str], rows: list[list[str]]) -> list[str]:
    asked = {(row[0], row[2]) for row in rows}
    return sorted(
        f"{name} {method}"
        for name in names
        for method in ("GET", "POST")
        if (name, method) not in asked
    )


def test_every_address_has_its_rows() -> None:
    """The administration's own addresses stand for themselves in `tests/admin/`."""
    ours = {str(r.name) for r in urlpatterns if isinstance(r, URLPattern)}
    assert without_row(ours | {"admin:index"}, ROWS) == []
    assert without_row({"plan_sing"}, ROWS) == ["plan_sing GET", "plan_sing POST"]


def test_no_row_is_there_twice() -> None:
    asked = [tuple(row[:3]) for row in ROWS]
    assert len(set(asked)) == len(asked)
