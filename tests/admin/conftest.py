"""What does an administrator find: one row at least in every room."""

from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from referrals.actions.account import note_account_change
from referrals.actions.concern import share_concern
from referrals.actions.correction import ask_correction
from referrals.actions.document import attach
from referrals.actions.emergency import open_emergency
from referrals.actions.feed import make_feed
from referrals.actions.invitation import invite_person
from referrals.actions.letter import edit_letter_template
from referrals.actions.merge import merge_children
from referrals.actions.recording import record_view
from referrals.actions.result import ask_result
from referrals.actions.system import open_system
from referrals.models import (
    Authorisation,
    Caseload,
    ClosedDays,
    Discharge,
    Export,
    NoticePreference,
    Question,
    Referral,
    Reminder,
    Report,
)
from referrals.models.record import new_id
from tests.conftest import Cast
from tests.factories.child import ChildFactory
from tests.factories.consent import shared
from tests.factories.letter import lettered
from tests.factories.organization import SchoolFactory
from tests.factories.person import UserFactory
from tests.factories.practice import at_home
from tests.factories.programme import referred
from tests.factories.session import browser, session_of
from tests.factories.shelf import own_activity, own_goal, own_instrument, own_payer
from tests.replay import played

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
@played
def session(cast: Cast) -> str:
    return session_of(cast.admin)


@pytest.fixture
def site(session: str) -> Client:
    """The administration, as its administrator has it open."""
    return browser(session)


@pytest.fixture
@played
def most_rooms(cast: Cast, note_signed: Referral, diagnoses: object, now: datetime) -> Referral:
    """One row at least in every room that keeps no file, and whose rows are not counted elsewhere."""
    share_concern(
        id=new_id(), child=cast.child, signs=["tod.sensory"], words="Labels hurt her.",
        since_when="spring", setting="home", by=cast.family, at=now,
    )  # fmt: skip
    record_view(child=cast.child, by=cast.therapist, at=now, role="therapist", page="child_detail")
    Question.objects.create(
        referral=note_signed, text="Glasses?", asked_by=cast.therapist, asked_at=now,
        answer="None.", answered_by=cast.pediatrician, answered_at=now,
    )  # fmt: skip
    Discharge.objects.create(
        referral=note_signed, why="enough", ended_on=now.date(), author=cast.therapist,
        created_at=now, saved_at=now,
    )  # fmt: skip
    at_home(note_signed, therapist=cast.therapist, family=cast.family, at=now)
    day = now.date()
    Authorisation.objects.create(
        referral=note_signed, visits=20, valid_from=day, valid_until=day,
        recorded_by=cast.therapist, recorded_at=now,
    )  # fmt: skip
    ClosedDays.objects.create(organization=cast.clinic, first_on=day, last_on=day, label="Fair")
    own_activity(cast.clinic)
    own_goal(cast.clinic)
    own_instrument(cast.clinic)
    own_payer(cast.clinic)
    Report.objects.create(
        referral=note_signed, from_on=now.date(), until_on=now.date(), author=cast.therapist,
        created_at=now, saved_at=now,
    )  # fmt: skip
    ask_correction(
        id=new_id(), referral=note_signed, sort="evaluation",
        about=note_signed.evaluations.get().pk, passage="Labels.", wish="Seams.", by=cast.family,
        at=now,
    )  # fmt: skip
    shared(cast.child, cast.school, by=cast.family, at=now)
    ask_result(
        id=new_id(), child=cast.child, organization=cast.school, kinds=["observation"],
        by=cast.therapist, at=now,
    )  # fmt: skip
    early = SchoolFactory(kind="early_intervention")
    referred(cast.child, early, by=cast.pediatrician, at=now)
    lettered(note_signed, "referral", "Harbor Therapy", by=cast.pediatrician, at=now)
    edit_letter_template(
        organization=cast.clinic, kind="no_show", language="en", subject="A new time",
        body="{child} {visit} {clinic} {phone} {interpreter}", version=0, by=cast.admin, at=now,
    )  # fmt: skip
    make_feed(with_names=False, by=cast.therapist, at=now)
    Reminder.objects.create(
        child=cast.child, about=note_signed.pk, step="session", due_on=day, level="soon",
        organization=cast.clinic, raised_at=now,
    )  # fmt: skip
    hour = now.time()
    NoticePreference.objects.create(
        user=cast.family, digest_at=hour, quiet_from=hour, quiet_until=hour, changed_at=now
    )
    invite_person(person=UserFactory(email="ida@example.org", password=None), by=cast.admin, at=now)
    twice = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now, guardian=None)
    merge_children(
        id=new_id(), kept=cast.child, lost=twice, reason="Same number.", by=cast.admin, at=now
    )
    LogEntry.objects.log_actions(
        user_id=cast.admin.pk, queryset=[cast.clinic], action_flag=ADDITION,
        change_message="Added.", single_object=True,
    )  # fmt: skip
    note_account_change(person=cast.therapist, kind="signed_in", by=cast.therapist, at=now)
    open_emergency(
        id=new_id(),
        child=cast.child,
        reason="She fell.",
        by=cast.therapist,
        at=now + timedelta(hours=1),
    )
    Caseload.objects.create(
        organization=cast.clinic, uploaded_by=cast.coordinator, uploaded_at=now, name="list.csv",
        form="csv", state="done", removed_at=now,
    )  # fmt: skip
    Export.objects.create(user=cast.therapist, list_name="plans", form="csv", row_count=1, at=now)
    return note_signed


@pytest.fixture
def rooms(cast: Cast, most_rooms: Referral, now: datetime) -> Referral:
    """With a system: the database numbers its client, so it cannot be played from a tape."""
    open_system(
        organization=cast.clinic, name="Records", scopes=["system/Task.read"], by=cast.admin, at=now
    )
    return most_rooms


@pytest.fixture
def every_room(
    cast: Cast, rooms: Referral, with_family: object, undecided: object, now: datetime
) -> None:
    attach(
        referral=rooms, upload=SimpleUploadedFile("letter.pdf", PDF), by=cast.pediatrician,
        at=now + timedelta(hours=5),
    )  # fmt: skip
