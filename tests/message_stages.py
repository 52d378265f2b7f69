"""Who has written to whom? Fixtures that `conftest` shares with every test."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.models import Consent, Guardian, Referral, Thread, User
from tests.factories.consent import shared
from tests.factories.message import consented, second_adult, started
from tests.factories.person import UserFactory

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
#: How long after `now` people write.
WRITTEN = timedelta(hours=5)


def a_file(name: str = "letter.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.fixture
def writing_time(now: datetime) -> datetime:
    return now + WRITTEN


@pytest.fixture
def kept_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def father_account(db: None) -> User:
    return UserFactory(given_name="Luca", family_name="Fontaine", email="luca@example.org")


@pytest.fixture
def father(cast: Any, father_account: User, now: datetime) -> Guardian:
    """The child's other adult, who lives elsewhere."""
    return second_adult(cast.child, father_account, by=cast.pediatrician, at=now)


@pytest.fixture
def school_consent(cast: Any, guardian: Guardian, now: datetime) -> Consent:
    """The mother has opened messages to the school, for a year."""
    return consented(cast.child, cast.school, guardian=guardian, at=now)


@pytest.fixture
def between_clinicians(
    cast: Any, sent: Referral, kept_files: None, writing_time: datetime
) -> Thread:
    """The therapist asks the pediatrician something that the family cannot read."""
    return started(
        cast.child, by=cast.therapist, at=writing_time, audience="clinicians", subject="Hearing",
        words="Was her hearing tested?", attachments=[a_file()],
    )  # fmt: skip


@pytest.fixture
def with_family(cast: Any, sent: Referral, kept_files: None, writing_time: datetime) -> Thread:
    """The therapist writes to the whole family."""
    return started(cast.child, by=cast.therapist, at=writing_time, attachments=[a_file()])


@pytest.fixture
def with_school(
    cast: Any, sent: Referral, school_consent: Consent, kept_files: None, writing_time: datetime
) -> Thread:
    """The therapist writes to the school, as the family has agreed."""
    return started(
        cast.child, by=cast.therapist, at=writing_time, audience="partner", consent=school_consent,
        subject="Circle time", attachments=[a_file()],
    )  # fmt: skip


@pytest.fixture
def narrowed(cast: Any, sent: Referral, writing_time: datetime) -> Referral:
    """The family lets the school see the goals, and no longer anything else."""
    shared(cast.child, cast.school, "goals", by=cast.family, at=writing_time)
    return sent
