"""Does the folder say the layer and the file the room, and is no file too long to read?"""

import ast
from collections.abc import Iterable
from pathlib import Path

from .source import APP, ROOT, broken, imports

#: In the order of care; one word for one thing, the same in every layer.
ROOMS = frozenset({
    "organization", "person", "child", "merge", "guardian", "invitation", "consent", "seat", "event", "concern",
    "diagnosis", "referral", "appointment", "task", "evaluation", "plan", "prescription", "goal",
    "instrument", "activity", "session", "report", "discharge", "correction", "document", "notice",
    "reminder", "account", "arrival", "caseload", "emergency", "feed", "letter", "message", "programme", "result", "seal",
    "shelf", "system",
})  # fmt: skip
#: What a layer holds besides rooms: its tools, and the pages that join rooms.
BESIDES = {
    "models": {"course", "heartbeat", "listed", "record", "signing", "timing", "treated"},
    "queries": {
        "address", "bars", "calendar", "check_in", "children", "cohort", "course", "day", "due", "export", "family", "glance",
        "home", "ladder", "look", "loop", "metrics", "outcome", "partner", "practice", "progress",
        "search",
        "statistics", "timeline", "today", "version", "worklist", "workload",
    },
    "forms": {"base", "check_in", "pause", "practice", "statistics", "upload"},
    "actions": {
        "attendance", "batching", "bringing", "check_in", "clock", "closing", "counting",
        "digest", "handing", "heartbeat", "hours", "leaving", "listed", "matching", "moving",
        "owing", "owner", "pause", "picture", "practice", "rating", "reached", "reaction", "recognition",
        "recording", "refusal", "second_factor", "sender", "series", "signing", "starting", "sweeping",
        "treated",
    },
    "views": {
        "acting", "answer", "breached", "check_in", "context", "decorators", "device", "error", "export",
        "fhir", "health", "home", "language", "look", "measuring", "metrics", "middleware",
        "outcome", "pause", "phone", "practice", "progress", "search", "second_factor", "series",
        "shared", "sign_in", "signing", "statistics", "token", "unchanged", "writing",
    },
    "caseload": {"column", "office", "row", "sheet"},
    "documents": {"head", "pdf", "record", "spreadsheet"},
    "fhir": {
        "arriving", "asked", "body", "bundle", "capability", "changed", "digest", "element", "everything", "interface", "moment",
        "node", "numbers", "order", "paper", "people", "record", "search", "senders", "source",
        "table", "token", "visit",
    },
    "admin": {
        "base", "check_in", "handing", "history", "leaving", "listing", "membership", "owing", "rooms", "saving",
        "search", "seen",
    },
}  # fmt: skip
VAGUE = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "lib", "tools", "base_utils"}
)
SUFFIXES = (
    "_view",
    "_views",
    "_form",
    "_forms",
    "_service",
    "_services",
    "_utils",
    "_helpers",
    "_model",
)
LONGEST = 400


def strange_files(layer: str, names: Iterable[str]) -> list[str]:
    return sorted(n for n in names if n != "__init__" and n not in ROOMS | BESIDES[layer])


def test_every_file_of_a_layer_is_a_room_or_a_known_tool() -> None:
    for layer in BESIDES:
        assert strange_files(layer, (p.stem for p in (APP / layer).glob("*.py"))) == [], layer


def test_a_second_word_for_a_room_is_found() -> None:
    assert strange_files("views", ["child", "patient", "__init__"]) == ["patient"]
    assert strange_files("models", ["referrals"]) == ["referrals"]


def vague(paths: Iterable[Path]) -> list[str]:
    return [
        path.name
        for path in paths
        if path.stem.lower() in VAGUE or (path.suffix == ".py" and path.stem.endswith(SUFFIXES))
    ]


def our_files() -> list[Path]:
    folders = ("referrals", "ot_coord", "templates", "tests")
    kinds = {".py", ".html", ".css", ".js", ".txt", ".toml"}
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in kinds and "__pycache__" not in path.parts
    ]


def test_no_file_is_called_after_nothing() -> None:
    assert vague(our_files()) == []


def test_a_vague_name_is_found() -> None:
    planted = [Path("a/utils.py"), Path("a/child_view.py"), Path("a/child.py")]
    assert vague(planted) == ["utils.py", "child_view.py"]


def too_long(texts: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name}: {n} lines" for name, text in texts if (n := len(text.splitlines())) > LONGEST]


def test_no_file_is_too_long_to_read() -> None:
    paths = [
        path
        for path in our_files()
        if path.suffix in {".py", ".html", ".css", ".js"} and "migrations" not in path.parts
    ]
    assert too_long((str(p.relative_to(ROOT)), p.read_text()) for p in paths) == []


def test_a_long_file_is_found() -> None:
    assert too_long([("a.css", "x\n" * 401), ("b.css", "x\n" * 400)]) == ["a.css: 401 lines"]


def without_question(paths: Iterable[Path]) -> list[str]:
    return [str(p.relative_to(ROOT)) for p in paths if '"""' not in p.read_text().split("\n", 1)[0]]


def test_every_file_says_which_question_it_answers() -> None:
    files = [p for p in APP.rglob("*.py") if "migrations" not in p.parts and p.read_text().strip()]
    assert without_question(files) == []


def knows_django(tree: ast.Module) -> list[str]:
    return [
        f"line {line} imports {module}"
        for line, module in imports(tree)
        if module.split(".")[0] in {"django", "ot_coord"}
        or (module.startswith("referrals.") and not module.startswith("referrals.clinical"))
    ]


def test_clinical_knows_no_django() -> None:
    assert broken(knows_django, "clinical") == []


def test_django_in_clinical_is_found() -> None:
    assert knows_django(ast.parse("from django.utils import timezone"))
    assert knows_django(ast.parse("from referrals.models import Child"))
    assert knows_django(ast.parse("from referrals.clinical.ages import ages\nimport math")) == []
