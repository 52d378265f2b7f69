"""What is the one style sheet of every page made of? Of Bootstrap what pages use, then what is ours.

A phone in a slow network shows nothing before it has all of the sheet. Bootstrap is eight times what
we use of it: `collectstatic`, and the server of the tests, leave out rules for classes that no page
can have. A word that stands in a template, in our Python or in our scripts may be a class, also where
it is none; so what is left out is used nowhere. A word that ends with a hyphen before something put
in (`btn-{{ kind }}`) stands for all that begin with it. Nothing is kept by hand.

Whoever follows the system's colours gets the dark ones by a media query: no script has to run first.
"""

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

#: The sheet, as `{% static %}` asks for it.
NAME: Final = "referrals/look.css"
#: Ours that are in it, in their order: what nearly every page needs.
OURS: Final = ("app.css", "record.css")
#: By these the forms are drawn, with what they include; crispy names them in its code.
_DRAWN_BY: Final = ("bootstrap5/uni_form.html", "bootstrap5/field.html")

_WORD: Final = re.compile(r"(?<![\w%-])[A-Za-z][\w-]*")
#: The beginning of a word: what is put in comes next, or is joined to it.
_BEGUN: Final = re.compile(r"(?<![\w%-])[A-Za-z][\w-]*-(?=[{\"'`$])")
_INCLUDED: Final = re.compile(r"{%\s*(?:include|extends)\s+[\"']([^\"'{]+)[\"']")
_CLASS: Final = re.compile(r"\.([A-Za-z][\w-]*)")
_NOT: Final = re.compile(r":not\([^()]*\)")
_SET: Final = re.compile(r"(?<![\w-])(--bs-[\w-]+):")
#: To its semicolon, or to the brace after it.
_VALUE: Final = r"(?:[^;}\"']|\"[^\"]*\"|'[^']*')*(?:;|(?=}))"
_READ: Final = re.compile(r"var\(\s*(--bs-[\w-]+)")
_COMMENT: Final = re.compile(r"/\*.*?\*/\s*", re.S)
_DARK: Final = re.compile(r"\[data-bs-theme=\"?dark\"?\]")
#: As weighty as the attribute it stands for.
_BY_SYSTEM: Final = ":root:where(:not([data-bs-theme]))"


# --- Reading a style sheet ------------------------------------------------------------------------


def rules(css: str) -> Iterator[tuple[str, str]]:
    """(what stands before the braces, what within), for each rule of a sheet without comments."""
    start = depth = opened = 0
    quote = ""
    for place, sign in enumerate(css):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "{":
            opened, depth = (place if depth == 0 else opened), depth + 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : place].strip()
                start = place + 1
        elif sign == ";" and depth == 0:  # @charset, @import: a sheet of ours has none
            start = place + 1


def choices(selector: str) -> list[str]:
    """`a, b:is(c, d)` names two things."""
    parts, depth = [""], 0
    for sign in selector:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def classes(selector: str) -> set[str]:
    """What an element must have; what it must not have is no reason to leave a rule out."""
    return set(_CLASS.findall(_NOT.sub("", selector)))


# --- Making one -----------------------------------------------------------------------------------


def kept(css: str, words: set[str], begun: tuple[str, ...]) -> str:
    """The rules for what may be on a page, in their order."""
    found = []
    for head, body in rules(css):
        if head.startswith(("@media", "@supports")):
            body = kept(body, words, begun)
        elif not head.startswith("@"):
            head = ",".join(
                one
                for one in choices(head)
                if all(name in words or name.startswith(begun) for name in classes(one))
            )
        if head and body:
            found.append(f"{head}{{{body}}}")
    return "".join(found)


def named(css: str, elsewhere: str) -> str:
    """Without the variables that nothing reads, and those that were read by these alone."""
    while True:
        unread = set(_SET.findall(css)) - set(_READ.findall(css + elsewhere))
        if not unread:
            return css
        names = "|".join(sorted(unread))
        css = re.sub(rf"(?<![\w-])(?:{names}):{_VALUE}", "", css)


def by_system(css: str) -> str:
    """After each dark rule the same for whoever chose nothing and whose system is dark."""
    found = []
    for head, body in rules(css):
        if head.startswith(("@media", "@supports", "@container")):
            body = by_system(body)
        found.append(f"{head}{{{body}}}")
        dark = [_DARK.sub(_BY_SYSTEM, one) for one in choices(head) if _DARK.search(one)]
        if dark:
            found.append(f"@media (prefers-color-scheme:dark){{{','.join(dark)}{{{body}}}}}")
    return "".join(found)


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured(f"The package {package} is missing: run `make run`.")
    return Path(next(iter(spec.submodule_search_locations)))


def _crispy(names: Iterable[str]) -> dict[str, str]:
    """The templates of these names, and those that they include."""
    texts: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        file = _folder("crispy_bootstrap5") / "templates" / name
        if name not in texts and file.is_file():
            texts[name] = file.read_text()
            waiting += _INCLUDED.findall(texts[name])
    return texts


def sources() -> list[str]:
    """The texts in which a class of a page may stand."""
    ours = settings.BASE_DIR / "referrals"
    files = [
        *(settings.BASE_DIR / "templates").rglob("*.html"),
        *(file for file in ours.rglob("*.py") if "migrations" not in file.parts),
        *(ours / "static").rglob("*.js"),
        *_folder("allauth").rglob("*.html"),
        *(_folder("django") / "forms").rglob("*.html"),
        *(_folder("crispy_forms") / "templatetags").glob("*.py"),
    ]
    texts = [file.read_text() for file in files]
    asked = [name for text in texts for name in _INCLUDED.findall(text)]
    return [*texts, *_crispy([*_DRAWN_BY, *asked]).values()]


def bootstrap() -> str:
    return (_folder("bootstrap") / "css" / "bootstrap.min.css").read_text()


def made() -> str:
    """The sheet. Reads some hundred files: once a process, and only where sheets are collected or tested."""
    words: set[str] = set()
    begun: set[str] = set()
    for text in sources():
        words.update(_WORD.findall(text))
        begun.update(_BEGUN.findall(text))
    folder = settings.BASE_DIR / "referrals" / "static" / "referrals"
    ours = "".join((folder / name).read_text() for name in OURS)
    # Sheets of single pages read Bootstrap's variables too.
    others = "".join(file.read_text() for file in folder.glob("*.css"))
    whole = bootstrap()
    licence = re.match(r"/\*!.*?\*/", whole.removeprefix('@charset "UTF-8";'), re.S)
    used = kept(_COMMENT.sub("", whole), words, tuple(begun))
    sheet = by_system(named(used, others) + _COMMENT.sub("", ours))
    return f"{licence[0] if licence else ''}\n{sheet}\n"


# --- Handing it out -------------------------------------------------------------------------------


@cache
def _store() -> FileSystemStorage:
    """Where it lies, written anew by each process that hands it out: templates may have changed.

    Whole at every moment: others may read it just then. A server that follows its templates as they
    are written has to be started again for a class that is new in them.
    """
    store = FileSystemStorage(settings.DATA_DIR / "look")
    anew = store.save(NAME, ContentFile(made()))
    if anew != NAME:
        os.replace(store.path(anew), store.path(NAME))
    return store


class Finder(BaseFinder):
    """Finds the sheet, as Django's own find what lies in folders."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != NAME:
            return []
        return [_store().path(NAME)] if find_all else _store().path(NAME)

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FileSystemStorage]]:
        yield NAME, _store()
