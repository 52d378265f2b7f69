"""How do the clinical tables get from their TOML files into Python?"""

import tomllib
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """The content of `<name>.toml` beside this file, with every list turned into a tuple.

    Read once, when the module that owns the table is imported, so a broken table stops the
    program at its start and never in front of a family.
    Raises FileNotFoundError for an unknown name and tomllib.TOMLDecodeError for a broken file.
    """
    with (_FOLDER / f"{name}.toml").open("rb") as file:
        return {key: _frozen(value) for key, value in tomllib.load(file).items()}


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
