"""Do the commands that keep a server going do what they say, and say no name?"""

import os
import signal
from datetime import date
from io import StringIO
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError
from pytest_django import Settings

from referrals.actions.recording import new_id
from referrals.models import Concern, Diagnosis, Notice, Referral, User
from referrals.queries.diagnosis import find_diagnoses
from tests.conftest import Cast


def said(command: str, **options: object) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


# --- load_diagnoses ---------------------------------------------------------------------------


@pytest.mark.django_db
class TestLoadDiagnoses:
    def test_every_code_is_loaded_and_found_by_code_and_by_words(self) -> None:
        assert said("load_diagnoses").startswith("98,147")

        coordination = Diagnosis.objects.get(code="F82")
        assert coordination.title == "Specific developmental disorder of motor function"
        assert coordination.is_billable
        assert not Diagnosis.objects.get(code="R62").is_billable
        assert find_diagnoses("f82")[0] == coordination
        assert coordination in find_diagnoses("motor developmental")
        assert said("load_diagnoses") == ""  # the second time there is nothing to do

    def test_a_table_with_rows_is_left_alone(self) -> None:
        Diagnosis.objects.create(code="F82", title="Ours", search=" f82 ours")

        assert said("load_diagnoses") == ""

        assert Diagnosis.objects.get().title == "Ours"


# --- remind -----------------------------------------------------------------------------------


@pytest.mark.django_db
class TestRemind:
    def test_nothing_overdue_is_said_so(self, cast: Cast) -> None:
        assert "Nothing is overdue." in said("remind")

    def test_counts_by_organisation_without_a_name(self, cast: Cast, sent: Referral) -> None:
        Referral.objects.filter(pk=sent.pk).update(next_due_on=date(2026, 1, 2))
        Concern.objects.create(
            id=new_id(), child=cast.child, organization=cast.practice, recorded_by=cast.family,
            recorded_as="family", recorded_at=sent.created_at, band="toddler", words="He trips.",
            owner=cast.pediatrician, next_due_on=date(2026, 1, 2),
        )  # fmt: skip

        printed = said("remind")

        assert "1 overdue: Harbor Therapy" in printed
        assert "1 overdue: Elm Street Pediatrics" in printed
        for person in (*User.objects.all(), cast.child):
            assert person.family_name not in printed

    def test_it_sends_what_is_due(self, cast: Cast, sent: Referral) -> None:
        owed = Notice.objects.filter(sent_at__isnull=True).count()
        assert owed

        assert said("remind").startswith(f"{owed} notices sent.")

        assert len(mail.outbox) == owed


# --- worker -----------------------------------------------------------------------------------


@pytest.mark.django_db
class TestWorker:
    def test_once_sends_each_notice_once(self, cast: Cast, sent: Referral) -> None:
        owed = Notice.objects.filter(sent_at__isnull=True).count()

        assert said("worker", once=True) == f"{owed} notices sent.\n"
        assert said("worker", once=True) == "0 notices sent.\n"

        assert len(mail.outbox) == owed

    def test_no_email_says_whom_it_is_about(self, cast: Cast, sent: Referral) -> None:
        said("worker", once=True)

        for message in mail.outbox:
            text = f"{message.subject} {message.body}"
            assert cast.child.given_name not in text
            assert sent.question not in text

    def test_it_works_until_told_to_stop(self, cast: Cast) -> None:
        looks = []

        def deliver(**_: object) -> int:
            looks.append(1)
            if len(looks) == 2:
                raise OperationalError("away for a moment")
            if len(looks) == 3:
                os.kill(os.getpid(), signal.SIGTERM)
            return len(looks) % 2

        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        path = "referrals.management.commands.worker"
        try:
            with (
                patch(f"{path}.deliver_notices", deliver),
                patch(f"{path}.close_old_connections"),
            ):
                call_command("worker", every=0.01)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

        assert len(looks) == 3


# --- createsuperuser, prepare, compile_templates ----------------------------------------------


@pytest.mark.django_db
def test_createsuperuser_makes_an_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-enough-word")

    call_command(
        "createsuperuser", email="Root@Example.org", given_name="Rita", family_name="Root",
        interactive=False, verbosity=0,
    )  # fmt: skip

    user = User.objects.get(email="root@example.org")
    assert user.is_superuser
    assert user.is_staff
    assert user.check_password("a-long-enough-word")


@pytest.mark.django_db
def test_prepare_outside_demo_brings_in_nobody(settings: Settings) -> None:
    settings.DEMO = False
    Diagnosis.objects.create(code="F82", title="Ours", search=" f82 ours")

    said("prepare")

    assert not User.objects.exists()


def test_every_template_compiles() -> None:
    assert said("compile_templates").endswith("templates compile.\n")


def test_a_broken_template_is_named(settings: Settings, tmp_path: os.PathLike[str]) -> None:
    folder = os.path.join(tmp_path, "templates")
    os.makedirs(folder)
    with open(os.path.join(folder, "broken.html"), "w", encoding="utf-8") as file:
        file.write("{% if %}")
    settings.BASE_DIR = type(settings.BASE_DIR)(tmp_path)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder]}]

    with pytest.raises(CommandError, match=r"broken\.html"):
        call_command("compile_templates")
