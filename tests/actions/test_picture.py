"""Does a picture come in as nothing but a picture, whatever the file pretends to be?"""

import struct
import zlib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from referrals.actions.activity import remove_picture, set_picture
from referrals.actions.picture import LARGEST, made_anew
from referrals.actions.refusal import Refused
from referrals.models import Activity, Event, Referral
from tests.factories.activity import given, picture

from .outcome import kinds, outrun, refused


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def at(later: datetime) -> datetime:
    return later + timedelta(days=1)


@pytest.fixture
def activity(cast: Any, aimed: Referral, at: datetime) -> Activity:
    return given(aimed, by=cast.therapist, at=at)


def read(drawn: bytes) -> Image.Image:
    image = Image.open(BytesIO(drawn))
    image.load()
    return image


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """The head of a picture of this size, and what is said to follow it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def bomb(width: int, height: int) -> SimpleUploadedFile:
    """A few kilobytes that unpack to `width` times `height` black points."""
    rows = zlib.compress(bytes(1 + 3 * 64) * 64, 9)
    return SimpleUploadedFile("bomb.png", png(width, height, chunk(b"IDAT", rows)))


# --- What comes in ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"), [("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")]
)
def test_a_picture_is_drawn_anew_as_a_small_jpeg(name: str, kind: str) -> None:
    drawn = read(made_anew(picture(name, (3000, 1500), kind)))
    assert (drawn.format, drawn.mode, drawn.size) == ("JPEG", "RGB", (1600, 800))


def test_a_small_picture_is_not_blown_up() -> None:
    assert read(made_anew(picture(size=(60, 40)))).size == (60, 40)


@pytest.mark.parametrize(
    ("mode", "colour"),
    [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0)), ("L", 255), ("1", 1), ("P", 0), ("I;16", 65535)],
)
def test_every_kind_of_png_becomes_a_picture_on_white(mode: str, colour: Any) -> None:
    drawn = read(made_anew(picture("a.png", kind="PNG", mode=mode, colour=colour)))
    seen = drawn.getpixel((5, 5))
    assert seen == ((0, 0, 0) if mode == "P" else (255, 255, 255))


def test_what_the_phone_wrote_into_it_is_gone_and_it_stands_upright() -> None:
    notes = Image.Exif()
    notes[0x0112] = 6  # turned by a quarter
    notes[0x010F] = "Phone of Rosa"
    notes.get_ifd(0x8825)[2] = (40.0, 42.0, 46.0)  # where it was taken
    sent = picture(exif=notes, comment=b"at home", dpi=(300, 300))
    assert b"Phone of Rosa" in sent.read()
    drawn = made_anew(sent)
    image = read(drawn)
    assert image.size == (40, 60)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for trace in (b"Phone of Rosa", b"at home", b"Exif"):
        assert trace not in drawn


def test_a_script_behind_the_picture_is_left_behind() -> None:
    sent = picture().read() + b"<script>alert(1)</script>"
    assert b"script" not in made_anew(SimpleUploadedFile("a.jpg", sent))


# --- What stays out ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("a.jpg", b""), "is empty"),
        (SimpleUploadedFile("a.jpg", picture().read() + b"0" * LARGEST), "is larger than 10 MB"),
        (SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>"), "is not a JPEG, PNG or WebP"),
        (SimpleUploadedFile("a.svg", b"<svg xmlns='x'></svg>"), "is not a JPEG, PNG or WebP"),
        (SimpleUploadedFile("a.jpg", b"%PDF-1.7\n%%EOF"), "is not a JPEG, PNG or WebP"),
        (picture("a.gif", kind="GIF"), "is not a JPEG, PNG or WebP"),
        (picture("a.png"), "is not what its name says it is"),
        (picture("a.jpg.exe"), "is not what its name says it is"),
        (picture("a"), "is not what its name says it is"),
        (SimpleUploadedFile("a.jpg", b"\xff\xd8\xff\xe0" + b"x" * 900), "cannot be read"),
        (SimpleUploadedFile("a.jpg", picture(size=(900, 900)).read()[:700]), "cannot be read"),
        (SimpleUploadedFile("a.png", png(40, 40)), "cannot be read"),
        (SimpleUploadedFile("a.png", png(0, 40)), "cannot be read"),
        (SimpleUploadedFile("a.webp", b"RIFF\x1a\0\0\0WEBPVP8 " + b"x" * 40), "cannot be read"),
    ],
    ids=[
        "empty", "too large", "a script", "a drawing", "a document", "moving", "another ending",
        "a programme", "no ending", "a head without a body", "cut off", "nothing in it", "no width",
        "noise",
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_with_a_sentence(
    file: SimpleUploadedFile, sentence: str
) -> None:
    with pytest.raises(Refused) as no:
        made_anew(file)
    assert (sentence in no.value.sentence, no.value.field) == (True, "upload")


@pytest.mark.parametrize(
    "size", [(8000, 7000), (9600, 9600), (60_000, 60_000), (2_000_000_000, 2), (50_000_001, 1)]
)
@pytest.mark.parametrize("warns", [False, True])
def test_a_bomb_is_refused_before_it_is_unpacked(
    size: tuple[int, int], warns: bool, recwarn: pytest.WarningsRecorder, monkeypatch: Any
) -> None:
    """In production a warning only warns: the picture is refused all the same."""
    if not warns:
        monkeypatch.setattr(Image, "warnings", type("Silent", (), {"warn": lambda *_: None}))
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was unpacked"))
    with pytest.raises(Refused) as no:
        made_anew(bomb(*size))
    assert no.value.sentence == "This picture has too many pixels. Make it smaller first."


def test_a_bomb_of_notes_is_refused() -> None:
    """Five megabytes of text, packed to five kilobytes."""
    notes = chunk(b"zTXt", b"note\0\0" + zlib.compress(b"a" * 5_000_000, 9))
    body = chunk(b"IDAT", zlib.compress(bytes(1 + 3 * 4) * 4))
    with pytest.raises(Refused, match="cannot be read"):
        made_anew(SimpleUploadedFile("a.png", png(4, 4, notes, body)))


# --- On an activity ---------------------------------------------------------------------------


def put(activity: Activity, *, by: Any, at: datetime, **changes: Any) -> Activity:
    said = {"upload": picture(), "shows": "A hand on a button"} | changes
    return set_picture(activity=activity, by=by, at=at, **said)


def test_a_picture_is_set_replaced_and_taken_off(
    cast: Any, activity: Activity, at: datetime, folder: Path
) -> None:
    for _ in range(2):  # a second click
        put(activity, by=cast.therapist, at=at, edition=1)
    activity.refresh_from_db()
    assert activity.picture.name == f"picture/{activity.pk}.jpg"
    assert (activity.picture_shows, activity.edition) == ("A hand on a button", 2)
    assert (folder / activity.picture.name).stat().st_mode & 0o777 == 0o600

    put(activity, by=cast.therapist, at=at, upload=picture(colour="red"), edition=2)
    for _ in range(2):
        remove_picture(activity=activity, by=cast.therapist, at=at)
    activity.refresh_from_db()
    assert (activity.picture.name, activity.picture_shows) == ("", "")
    assert kinds(activity.referral_id)[-3:] == [
        "activity_pictured", "activity_pictured", "activity_picture_removed",
    ]  # fmt: skip
    # Nothing is deleted: both files are there, and the events know which.
    left = Event.objects.get(kind="activity_picture_removed").data["picture"]
    assert {str(p.relative_to(folder)) for p in (folder / "picture").iterdir()} == {
        f"picture/{activity.pk}.jpg", left,
    }  # fmt: skip


def test_a_picture_needs_words_a_therapist_and_what_was_seen(
    cast: Any, activity: Activity, at: datetime
) -> None:
    with refused("shows", "Say in words"):
        put(activity, by=cast.therapist, at=at, shows=" ")
    with refused("upload", "too many pixels"):
        put(activity, by=cast.therapist, at=at, upload=bomb(60_000, 60_000))
    for person in (cast.family, cast.pediatrician, cast.coordinator):
        with refused(sentence="Only the therapist"):
            put(activity, by=person, at=at)
        with refused(sentence="Only the therapist"):
            remove_picture(activity=activity, by=person, at=at)
    put(activity, by=cast.therapist, at=at)
    with outrun("Somebody changed this activity"):
        put(activity, by=cast.colleague, at=at, shows="Another", edition=1)
