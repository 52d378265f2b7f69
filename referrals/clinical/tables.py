"""How do the clinical tables get from their TOML files into Python?"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from referrals.clinical.text import Text

_FOLDER = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """The content of `<name>.toml` beside this file, with every list turned into a tuple.

    Read once, when the module that owns the table is imported, so a broken table stops the
    program at its start and never in front of a family.
    Raises FileNotFoundError for an unknown name and tomllib.TOMLDecodeError for a broken file.
    """
    with (_FOLDER / f"{name}.toml").open("rb") as file:
        return {key: _frozen(value) for key, value in tomllib.load(file).items()}


def read_texts(name: str, entries: str, *texts: str) -> Iterator[dict[str, Any]]:
    """The entries of one list of a table, with these fields in every language that we have.

    English stands in the table itself; Spanish beside it, in `es/<name>.toml`, under the code.
    Raises KeyError for what nobody has translated and ValueError for a list of another length.
    """
    spanish = read(f"es/{name}")
    for entry in read(name)[entries]:
        yield entry | {field: _both(entry[field], spanish[entry["code"]][field]) for field in texts}


def _both(english: Any, spanish: Any) -> Any:
    if isinstance(english, tuple):
        return tuple(Text(*pair) for pair in zip(english, spanish, strict=True))
    return Text(english, spanish)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
