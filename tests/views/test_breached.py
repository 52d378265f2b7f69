"""Is a password refused that thieves know, without asking anybody outside?"""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from ot_coord.breached import check_list
from referrals.models import User
from referrals.views.breached import stands_in
from tests.views.test_second_factor import PASSWORD, signed_in

STOLEN = "harbor-larch-winter-9"


def digest(word: str) -> bytes:
    return hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper().encode()


@pytest.fixture
def stolen(tmp_path: Path, settings: Any) -> Path:
    """A hundred stolen passwords, each seen some times, in a list as it is given out."""
    path = tmp_path / "stolen.txt"
    lines = [digest(f"word-{n}") + f":{7**n}".encode()[:9] for n in range(99)] + [digest(STOLEN)]
    path.write_bytes(b"".join(line + b"\r\n" for line in sorted(lines)))
    settings.AUTH_PASSWORD_VALIDATORS = [
        *settings.AUTH_PASSWORD_VALIDATORS,
        {"NAME": "referrals.views.breached.NotBreached", "OPTIONS": {"path": str(path)}},
    ]
    return path


def choose(person: User, word: str) -> Any:
    cache.clear()
    new = {"oldpassword": PASSWORD, "password1": word, "password2": word}
    return signed_in(person).post(reverse("account_change_password"), new)


def test_a_stolen_password_is_refused_when_one_is_chosen(
    cast: Any, family: User, stolen: Path
) -> None:
    page = choose(family, STOLEN).content.decode()
    assert "Thieves know this password from elsewhere." in page
    assert choose(family, "harbor-larch-winter-8").status_code == 302
    assert User.objects.get(pk=family.pk).check_password("harbor-larch-winter-8")


def test_without_its_list_none_is_taken_and_the_page_says_so(
    cast: Any, family: User, stolen: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stolen.unlink()
    answer = choose(family, "harbor-larch-winter-8")
    assert "Passwords cannot be checked now." in answer.content.decode()
    assert [one.msg["event"] for one in caplog.records if one.levelname == "ERROR"] == [  # type: ignore[index]
        "breached passwords not read"
    ]


def test_each_line_of_the_list_is_found_and_nothing_between(stolen: Path) -> None:
    lines = [line[:40] for line in stolen.read_bytes().splitlines()]
    assert all(stands_in(stolen, line) for line in lines)
    others = [digest(f"other-{n}") for n in range(300)] + [b"0" * 40, b"F" * 40]
    assert not any(stands_in(stolen, other) for other in others)


@pytest.mark.parametrize("text", [b"", b"\n", b"A" * 40, b"x" * 100_000, b"no list\n" * 999])
def test_whatever_the_file_holds_the_search_ends(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "any.txt"
    path.write_bytes(text)
    assert stands_in(path, b"A" * 40) is (text == b"A" * 40)
    assert stands_in(path, b"7" * 40) is False


@pytest.mark.parametrize("text", [b"", b"password\n", b"x" * 1000, None])
def test_what_is_no_such_list_is_said_at_the_start(tmp_path: Path, text: bytes | None) -> None:
    path = tmp_path / "any.txt"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(ImproperlyConfigured, match="BREACHED_PASSWORDS"):
        check_list(str(path))
