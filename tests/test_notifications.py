"""Who is told of what, once, with nothing in it, and never of what is not theirs?"""

from datetime import timedelta

import pytest
from django.db import models

from referrals.access import referrals_visible_to
from referrals.actions.recording import record
from referrals.actions.seat import end_seats
from referrals.models import Event, Guardian, Notice
from referrals.notifications import TOLD
from referrals.queries.timeline import KINDS
from tests.actions.outcome import told


def happened(kind, referral, by, at, child=None):
    child = child or referral.child
    return record(
        kind, child=child, about=referral.pk if referral else child.pk, by=by, at=at,
        referral=referral,
    )  # fmt: skip


@pytest.fixture
def later(now):
    return now + timedelta(hours=10)


@pytest.fixture
def quiet(cast):
    """What the cast was told while it came together is forgotten."""
    Notice.objects.update(kind="before")


#: Of a scheduled referral (owed by Thea, written by Ada): who is told when the admin does it.
WHOM = {
    "referral_sent": ["Rosa", "Thea"],
    "referral_arrived": ["Ada", "Rosa", "Thea"],
    "referral_brought_in": [],
    "referral_received": ["Ada"],
    "referral_asked": ["Ada", "Thea"],
    "referral_answered": ["Thea"],
    "referral_accepted": ["Ada", "Rosa", "Thea"],
    "referral_declined": ["Ada", "Thea"],
    "referral_contacted": [],
    "appointment_offered": ["Rosa"],
    "appointment_booked": ["Ada", "Rosa", "Thea"],
    "appointment_picked": ["Ada", "Rosa", "Thea"],
    "appointment_missed": ["Ada", "Rosa", "Thea"],
    "appointment_cancelled": ["Ada", "Rosa", "Thea"],
    "referral_closed_unreachable": ["Ada", "Rosa", "Thea"],
    "referral_closed_family_declined": ["Ada", "Thea"],
    "referral_closed_not_eligible": ["Ada", "Rosa", "Thea"],
    "referral_cancelled": ["Ada", "Rosa", "Thea"],
    "referral_marked_error": ["Ada", "Thea"],
    "referral_handed_over": ["Thea"],
    "referral_postponed": ["Thea"],
    "reminder_risen": [],  # whom the event names: tests/actions/test_reminder.py
    "referral_acknowledged": [],
    "referral_confirmed": [],
    "referral_drafted": [],
    "referral_draft_saved": [],
    "referral_attached": ["Thea"],
}


@pytest.mark.parametrize("kind", sorted(WHOM))
def test_each_kind_of_event_tells_whom_it_concerns(scheduled, quiet, admin, later, kind):
    happened(kind, scheduled, admin, later)
    assert told(kind) == WHOM[kind]


def test_every_kind_of_event_about_a_referral_is_decided_on_here():
    about = {kind for kind, how in KINDS.items() if how.group in ("referral", "appointment")}
    assert about == set(WHOM)


def test_nobody_is_told_of_what_is_not_an_event():
    assert set(TOLD) <= set(KINDS)


@pytest.mark.parametrize("who", ["pediatrician", "therapist", "family"])
def test_nobody_is_told_of_what_they_did_themselves(scheduled, quiet, who, later, request):
    person = request.getfixturevalue(who)
    happened("appointment_booked", scheduled, person, later)
    assert told("appointment_booked") == sorted({"Ada", "Rosa", "Thea"} - {person.given_name})


def test_somebody_concerned_twice_is_told_once(sent, quiet, pediatrician, admin, later):
    sent.owner = pediatrician
    happened("referral_declined", sent, admin, later)
    assert told("referral_declined") == ["Ada"]


def test_somebody_who_has_left_is_not_told(scheduled, quiet, pediatrician, admin, later):
    pediatrician.is_active = False
    pediatrician.save()
    scheduled.refresh_from_db()
    happened("referral_received", scheduled, admin, later)
    assert told("referral_received") == []


def test_a_family_whose_seat_has_ended_is_not_told(scheduled, quiet, guardian, admin, later):
    end_seats(guardian.pk, at=later)
    happened("appointment_missed", scheduled, admin, later)
    assert told("appointment_missed") == ["Ada", "Thea"]


def test_a_family_is_not_told_of_a_referral_that_was_never_sent(draft, quiet, admin, later):
    happened("referral_cancelled", draft, admin, later)
    assert told("referral_cancelled") == ["Ada"]


def test_a_partner_is_told_nothing_but_that_something_was_shared(
    scheduled, partner_seat, quiet, admin, later
):
    for kind in WHOM:
        happened(kind, scheduled, admin, later)
    told_to = Notice.objects.filter(to__given_name="Paula").exclude(kind="before")
    assert set(told_to.values_list("kind", "path")) <= {("consent_given", "/")}


def test_a_notice_leads_to_what_it_tells_of(scheduled, quiet, admin, later, client_of):
    happened("appointment_booked", scheduled, admin, later)
    for notice in Notice.objects.filter(kind="appointment_booked"):
        assert notice.path == f"/referrals/{scheduled.pk}/"


def test_what_is_about_no_referral_leads_home(child, guardian, quiet, pediatrician, later):
    record("guardian_invited", child=child, about=guardian.pk, by=pediatrician, at=later)
    assert Notice.objects.get(kind="guardian_invited").path == "/"


def test_whoever_is_told_may_open_it(declined):
    for notice in Notice.objects.filter(path__startswith="/referrals/").select_related("to"):
        assert referrals_visible_to(notice.to).filter(pk=notice.path.split("/")[2]).exists()


def test_a_notice_has_no_place_for_anything_clinical(scheduled, child):
    words = {f.name for f in Notice._meta.get_fields() if isinstance(f, models.CharField)}
    assert words == {"kind", "path", "key"}
    for notice in Notice.objects.all():
        for secret in ("Mina", "Fontaine", "Harbor", "dressing", "tod."):
            assert secret not in f"{notice.kind} {notice.path} {notice.key}"


def test_event_and_notice_are_one(scheduled, quiet, admin, later):
    event = happened("referral_received", scheduled, admin, later)
    notice = Notice.objects.get(kind="referral_received")
    assert notice.key == f"{event.pk}:{scheduled.author_id}"
    assert notice.created_at == event.at == later
    assert Event.objects.filter(pk=event.pk).exists()


def test_a_guardian_without_an_account_is_told_nothing(child, quiet, pediatrician, later):
    grandmother = Guardian.objects.create(
        child=child, given_name="Inés", family_name="Vidal", relationship="grandparent"
    )
    record("guardian_invited", child=child, about=grandmother.pk, by=pediatrician, at=later)
    assert told("guardian_invited") == []
