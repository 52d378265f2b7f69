"""Does a file come in only as what it is, and go out only to be saved?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.document import attach
from referrals.models import Attachment, Referral, User
from referrals.models.document import LARGEST

from .typed import PDF, pdf

Door = Callable[[User], Client]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def give(client_of: Door, user: User, referral: Referral, *files: SimpleUploadedFile) -> str:
    path = reverse("referral_attach", args=[referral.pk])
    return client_of(user).post(path, {"attachments": list(files)}, follow=True).content.decode()


def test_a_file_is_kept_and_handed_out_to_be_saved(
    client_of: Door, pediatrician: User, family: User, sent: Referral, folder: Any
) -> None:
    assert "The file is attached." in give(client_of, pediatrician, sent, pdf("Mina's letter.pdf"))
    kept = Attachment.objects.get()
    assert "Mina" not in kept.file.name
    answer = client_of(family).get(reverse("attachment_download", args=[sent.pk, kept.pk]))
    assert b"".join(answer) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>"), "is not a PDF, JPEG or PNG"),
        (SimpleUploadedFile("a.svg", b"<svg xmlns='x'></svg>"), "is not a PDF, JPEG or PNG"),
        (SimpleUploadedFile("a.png", PDF), "is not what its name says it is"),
        (SimpleUploadedFile("a.pdf.exe", PDF), "is not what its name says it is"),
        (SimpleUploadedFile("big.pdf", PDF + b"0" * LARGEST), "is larger than 10 MB"),
        (SimpleUploadedFile("empty.pdf", b""), "Choose a file first"),
    ],
    ids=["a script", "a drawing", "another ending", "a programme", "too large", "empty"],
)  # fmt: skip
def test_what_is_not_what_it_claims_stays_out(
    file: SimpleUploadedFile, sentence: str, client_of: Door, pediatrician: User, sent: Referral
) -> None:
    file.seek(0)
    assert sentence in give(client_of, pediatrician, sent, file)
    assert not Attachment.objects.exists()


def test_all_files_come_in_or_none(client_of: Door, pediatrician: User, sent: Referral) -> None:
    give(client_of, pediatrician, sent, pdf(), SimpleUploadedFile("a.pdf", b"no"))
    assert not Attachment.objects.exists()


def test_a_referral_holds_five(client_of: Door, pediatrician: User, sent: Referral) -> None:
    for n in range(5):
        give(client_of, pediatrician, sent, pdf(f"{n}.pdf", mark=str(n)))
    assert "holds at most 5 files" in give(client_of, pediatrician, sent, pdf("6.pdf", mark="6"))
    assert Attachment.objects.count() == 5


def test_no_file_given_is_said(client_of: Door, pediatrician: User, sent: Referral) -> None:
    assert "Choose a file first." in give(client_of, pediatrician, sent)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "a\r\nSet-Cookie: x=1.pdf", "é “x”.pdf", "n" * 300 + ".pdf"]
)
def test_a_files_name_harms_nothing(
    name: str, client_of: Door, pediatrician: User, sent: Referral
) -> None:
    kept = attach(referral=sent, upload=pdf(name), by=pediatrician, at=timezone.now())
    answer = client_of(pediatrician).get(reverse("attachment_download", args=[sent.pk, kept.pk]))
    assert b"".join(answer) == PDF
    assert "Set-Cookie: x" not in str(answer.headers)
    assert "\n" not in answer["Content-Disposition"]
