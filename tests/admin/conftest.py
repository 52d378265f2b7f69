"""What does an administrator find: one row at least in every room."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from referrals.actions.concern import share_concern
from referrals.actions.document import attach
from referrals.actions.recording import record_view
from referrals.models import Authorisation, ClosedDays, Discharge, Question, Referral, Report, User
from referrals.models.record import new_id
from tests.conftest import Cast
from tests.factories.practice import at_home

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def site(client_of: Callable[[User], Client], admin: User) -> Client:
    """The administration, as its administrator has it open."""
    return client_of(admin)


@pytest.fixture
def every_room(cast: Cast, note_signed: Referral, diagnoses: object, now: datetime) -> None:
    share_concern(
        id=new_id(), child=cast.child, signs=["tod.sensory"], words="Labels hurt her.",
        since_when="spring", setting="home", by=cast.family, at=now,
    )  # fmt: skip
    attach(
        referral=note_signed, upload=SimpleUploadedFile("letter.pdf", PDF), by=cast.pediatrician,
        at=now + timedelta(hours=5),
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
    Report.objects.create(
        referral=note_signed, from_on=now.date(), until_on=now.date(), author=cast.therapist,
        created_at=now, saved_at=now,
    )  # fmt: skip
    LogEntry.objects.log_actions(
        user_id=cast.admin.pk, queryset=[cast.clinic], action_flag=ADDITION,
        change_message="Added.", single_object=True,
    )  # fmt: skip
