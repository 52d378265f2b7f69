"""Do the import contracts hold, and does a forbidden import break them?"""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from .source import ROOT


def lint(where: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts of pyproject on the tree in this folder."""
    script = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script, "--no-cache"],
        cwd=where, capture_output=True, text=True, timeout=120, check=False,
        env={"PATH": "", "PYTHONPATH": str(where), "COLUMNS": "200", "DEMO": "1", "DATA_DIR": str(where / "var")},
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("referrals", "ot_coord", "tests"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_are_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_layers_name_every_part_of_the_app() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = [c for c in settings["contracts"] if c["type"] == "layers"]
    assert any(contract.get("exhaustive") for contract in layers)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("referrals/views/child.py", "from referrals.models import Child"),
        ("referrals/clinical/ages.py", "from django.utils import timezone"),
        ("referrals/models/child.py", "import referrals.models.referral"),
    ],
    ids=["views import models", "clinical imports django", "an earlier room knows a later one"],
)
def test_a_forbidden_import_breaks_them(copy: Path, file: str, line: str) -> None:
    path = copy / file
    path.write_text(f"{path.read_text()}\n{line}  # noqa\n")
    done = lint(copy)
    assert done.returncode != 0, done.stdout
    assert "BROKEN" in done.stdout
