"""Is a file taken in once, and only when it is what it claims to be?"""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.actions.closing import cancel_referral
from referrals.actions.document import attach
from referrals.models import Attachment
from referrals.models.document import LARGEST, MOST
from tests.actions.outcome import kinds, refused, told

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def attached(draft, pediatrician, now):
    """Attach bytes under a name to the draft."""

    def one(name: str, content: bytes, by=pediatrician) -> Attachment:
        return attach(referral=draft, upload=SimpleUploadedFile(name, content), by=by, at=now)

    return one


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("screening.pdf", PDF, "application/pdf"),
        ("SCREENING.PDF", PDF, "application/pdf"),
        ("drawing.png", PNG, "image/png"),
        ("drawing.jpg", JPEG, "image/jpeg"),
        ("drawing.jpeg", JPEG, "image/jpeg"),
    ],
)
def test_a_file_that_is_what_it_says_is_kept(attached, pediatrician, now, name, content, kind):
    kept = attached(name, content)
    assert (kept.name, kept.content_type, kept.size) == (name, kind, len(content))
    assert (kept.attached_by, kept.attached_at) == (pediatrician, now)
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    with kept.file.open() as stored:
        assert stored.read() == content


def test_the_file_on_disk_carries_nobody_s_name(attached, files):
    kept = attached("mina-fontaine.pdf", PDF)
    assert [str(p.relative_to(files)) for p in files.rglob("*") if p.is_file()] == [
        f"attachment/{kept.pk}"
    ]


def test_attaching_to_a_draft_leaves_one_event_and_tells_nobody(attached, draft):
    attached("a.pdf", PDF)
    assert kinds(draft.pk) == ["referral_drafted", "referral_attached"]
    assert told("referral_attached") == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("report.pdf", PROGRAM, "“report.pdf” is not a PDF, JPEG or PNG file."),
        ("report.pdf", b"just words", "“report.pdf” is not a PDF, JPEG or PNG file."),
        ("report.pdf", b"<html><script>alert(1)</script>", "is not a PDF, JPEG or PNG file."),
        ("report.pdf", b"GIF89a\x01\x00\x01\x00", "is not a PDF, JPEG or PNG file."),
        ("report.pdf", PNG, "“report.pdf” is not what its name says it is."),
        ("report.exe", PDF, "“report.exe” is not what its name says it is."),
        ("report.pdf.exe", PDF, "is not what its name says it is."),
        ("report", PDF, "is not what its name says it is."),
        ("report.pdf", b"", "“report.pdf” is empty."),
    ],
)
def test_a_file_in_disguise_is_refused(attached, name, content, sentence):
    with refused("attachments", sentence):
        attached(name, content)
    assert not Attachment.objects.exists()


def test_a_file_too_large_is_refused_and_one_as_large_as_allowed_is_kept(attached):
    with refused("attachments", "“a.pdf” is larger than 10 MB."):
        attached("a.pdf", PDF + b"0" * (LARGEST - len(PDF) + 1))
    assert attached("a.pdf", PDF + b"0" * (LARGEST - len(PDF))).size == LARGEST


def test_the_same_bytes_twice_are_kept_once(attached, draft):
    first, second = attached("a.pdf", PDF), attached("b.pdf", PDF)
    assert first == second
    assert Attachment.objects.get().name == "a.pdf"
    assert kinds(draft.pk).count("referral_attached") == 1


def test_a_referral_holds_so_many_files_and_no_more(attached):
    for number in range(MOST):
        attached(f"{number}.pdf", PDF + bytes([number]))
    with refused("attachments", "A referral holds at most 5 files."):
        attached("one-more.pdf", PDF + b"more")
    attached("again.pdf", PDF + bytes([0]))
    assert Attachment.objects.count() == MOST


def test_nothing_is_added_to_what_has_ended(draft, attached, pediatrician, now):
    cancel_referral(referral=draft, reason="Not needed", by=pediatrician, at=now)
    with refused("attachments", "This referral has ended"):
        attached("a.pdf", PDF)


def test_a_file_added_later_tells_who_owes_the_next_step(sent, pediatrician, now):
    attach(referral=sent, upload=SimpleUploadedFile("a.pdf", PDF), by=pediatrician, at=now)
    assert told("referral_attached") == ["Kofi"]


@pytest.mark.parametrize(
    "who", ["therapist", "coordinator", "family", "partner", "stranger_pediatrician", "admin"]
)
def test_only_who_refers_attaches(sent, attached, partner_seat, who, request):
    with refused(None, "Only the pediatrician can refer this child here."):
        attached("a.pdf", PDF, by=request.getfixturevalue(who))


def test_a_name_from_another_system_keeps_only_its_end(attached):
    assert attached("../../etc/passwd.pdf", PDF).name == "passwd.pdf"
    assert attached("x" * 300 + ".png", PNG).name.endswith("x.png")
