"""Do the commands that keep a server going do what they say, and say no name?"""

import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django import Settings

from referrals.actions.notice import ATTEMPTS
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


@pytest.fixture
def at_noon(now: datetime) -> Iterator[None]:
    """Nobody has quiet hours then."""
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        yield


# --- remind -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
class TestRemind:
    def test_nothing_overdue_is_said_so(self, cast: Cast) -> None:
        assert "Nothing is overdue." in said("remind")

    def test_it_prints_counts_and_nothing_else(self, cast: Cast, sent: Referral) -> None:
        Referral.objects.filter(pk=sent.pk).update(next_due_on=date(2026, 1, 2))
        Concern.objects.create(
            id=new_id(), child=cast.child, organization=cast.practice, recorded_by=cast.family,
            recorded_as="family", recorded_at=sent.created_at, band="toddler", words="He trips.",
            owner=cast.pediatrician, next_due_on=date(2026, 1, 2),
        )  # fmt: skip

        lines = said("remind").splitlines()

        assert lines[0] == "4 reminders raised."
        assert lines[2:] == ["2 overdue, 2 of them risen."]

    def test_what_the_mail_server_never_took_is_counted(self, cast: Cast, sent: Referral) -> None:
        Notice.objects.update(attempts=ATTEMPTS)

        assert f"{Notice.objects.count()} refused by the mail server" in said("remind")

    def test_it_sends_what_is_due(self, cast: Cast, sent: Referral) -> None:
        owed = Notice.objects.filter(sent_at__isnull=True).count()
        assert owed

        assert f"\n{owed} notices sent.\n" in said("remind")

        assert len(mail.outbox) == owed


# --- worker -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
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
