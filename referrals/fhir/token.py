"""Which codes and numbers does a token of FHIR mean: `code`, `system|code`, `|code` or `system|`?

R4, search.html#token. A search asks by tokens, and a conditional reference names by one what it leads to.
"""

import re
from dataclasses import dataclass
from typing import Final

#: A backslash takes the meaning from a comma, a stroke, a dollar or another backslash.
_PART: Final = re.compile(r"(?:\\.|[^,])+", re.DOTALL)
_SYSTEM: Final = re.compile(r"((?:\\.|[^|\\])*)\|(.*)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\([\\,|$])")


@dataclass(frozen=True, slots=True)
class Token:
    """`system` is None where any will do and empty where there must be none; without `code` any code."""

    system: str | None
    code: str

    def names(self, system: str) -> bool:
        """Whether something of this system can be meant."""
        return self.system in (None, system)

    def fits(self, system: str, code: str) -> bool:
        return self.names(system) and self.code in ("", code)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing, as `|` does."""
        return not self.system and not self.code


def parts(written: str) -> list[str]:
    """The values of a parameter, any of which may hold: what stands between its commas, each once."""
    found = (part.strip() for part in _PART.findall(written))
    return list(dict.fromkeys(part for part in found if part))


def token(part: str) -> Token:
    """What one of the parts says."""
    found = _SYSTEM.fullmatch(part)
    if found is None:
        return Token(None, _plain(part))
    return Token(_plain(found[1]), _plain(found[2]))


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text).strip()
