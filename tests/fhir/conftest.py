"""Who asks over the interface? A system of the child's clinic, one of its practice, one of strangers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from referrals.actions.document import attach
from referrals.actions.recording import record_view
from referrals.actions.system import open_system
from referrals.clinical.scoring import scored
from referrals.models import (
    ChildIdentifier,
    Diagnosis,
    Evaluation,
    FamilyProfile,
    Organization,
    Performance,
    Rating,
    Referral,
    ReferralDiagnosis,
    Session,
    System,
    User,
)
from tests.clinicians_only import PDF, fill, signed_evaluation
from tests.conftest import Cast
from tests.replay import played

EVERY = "system/*.read"


@dataclass
class Caller:
    """Another computer system, with its token."""

    system: System
    token: str
    client: Client

    def ask(self, path: str, method: str = "GET", **kwargs: Any) -> Any:
        at = urlsplit(path)
        where = f"{at.path}?{at.query}" if at.query else at.path
        if not where.startswith("/"):
            where = f"/fhir/R4/{where}"
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        return self.client.generic(method, where, headers=headers, **kwargs)

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.ask(path, **kwargs).json()

    def form(self, path: str, words: str, **kwargs: Any) -> Any:
        kind = "application/x-www-form-urlencoded"
        return self.ask(path, "POST", data=words, content_type=kind, **kwargs)

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        while path:
            told = self.get(path)
            yield told
            path = next((one["url"] for one in told["link"] if one["relation"] == "next"), "")

    def all(self, path: str) -> list[dict[str, Any]]:
        return [one for told in self.pages(path) for one in resources(told)]


def resources(told: dict[str, Any], mode: str = "match") -> list[dict[str, Any]]:
    entries = told.get("entry", [])
    return [entry["resource"] for entry in entries if entry["search"]["mode"] == mode]


def ids(told: list[dict[str, Any]]) -> list[str]:
    return [f"{one['resourceType']}/{one['id']}" for one in told]


def called(place: Organization, by: User, at: datetime, *scopes: str) -> Caller:
    system, secret = open_system(
        organization=place, name="Records", scopes=scopes or [EVERY], by=by, at=at
    )
    client = Client()
    answer = client.post(
        "/oauth/token/",
        {
            "grant_type": "client_credentials",
            "client_id": system.application.client_id,
            "client_secret": secret,
        },
    )
    return Caller(system, answer.json()["access_token"], client)


@pytest.fixture
def clinic_system(cast: Cast, now: datetime) -> Caller:
    return called(cast.clinic, cast.admin, now)


@pytest.fixture
def practice_system(cast: Cast, now: datetime) -> Caller:
    return called(cast.practice, cast.admin, now)


@pytest.fixture
def stranger_system(cast: Cast, now: datetime) -> Caller:
    return called(cast.other_clinic, cast.admin, now)


@pytest.fixture(autouse=True)
def record_first(request: pytest.FixtureRequest) -> None:
    """What is played comes before what is not: a system's secret is another in every test."""
    if "record" in request.fixturenames:
        request.getfixturevalue("record")


@pytest.fixture
def record(cast: Cast, filled_record: Referral) -> Referral:
    """As it is filled the child grows older, also for who was cast before."""
    cast.child.refresh_from_db()
    return filled_record


@pytest.fixture
@played
def filled_record(cast: Cast, at_home: Referral, now: datetime, kept_files: None) -> Referral:
    """A child in therapy with something of every sort, and words that are nobody else's."""
    fill(cast, at_home, now)
    code = Diagnosis.objects.create(code="F82", title="Motor disorder", search=" f82")
    ReferralDiagnosis.objects.create(referral=at_home, diagnosis=code)
    ChildIdentifier.objects.create(child=cast.child, organization=cast.clinic, value="MRN-7")
    FamilyProfile.objects.create(
        referral=at_home, wants="To climb stairs.", told_by=cast.family, told_at=now
    )
    evaluation = signed_evaluation(at_home)
    ages = cast.child.ages(now.date())
    scores = [
        scored({"instrument": "bot_2", "scale": "composite", "score": 39}, ages),
        scored(
            {"instrument": "other", "name": "Clown test", "scale_name": "Drawing",
             "score_type": "category", "score": "More than others"}, ages,
        ),
    ]  # fmt: skip
    Evaluation.objects.filter(pk=evaluation.pk).update(scores=scores)
    goal = at_home.goals.first()
    assert goal is not None
    by = {"by": cast.therapist, "at": now, "rated_on": now.date()}
    Rating.objects.create(goal=goal, party="therapist", level=1, **by)
    Performance.objects.create(goal=goal, performance=4, satisfaction=5, **by)
    attach(
        referral=at_home, upload=SimpleUploadedFile("letter.pdf", PDF), by=cast.pediatrician, at=now
    )
    record_view(child=cast.child, by=cast.therapist, at=now, role="therapist", page="child_detail")
    note = Session.objects.filter(status="final").first()
    assert note is not None
    Session.objects.filter(pk=note.pk).update(
        cosigned_by=cast.therapist, cosigned_at=now, cosignature="Thea Marsh"
    )
    return at_home
