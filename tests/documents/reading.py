"""How is one part of a document found?"""

from typing import Any

from referrals.documents.document import Document, Fields


def rows(fields: Fields) -> dict[str, str]:
    """What stands beside each label."""
    return {row.label: row.value for row in fields.rows}


def block(document: Document, heading: str) -> Any:
    """The one block of a section."""
    (section,) = (s for s in document.sections if s.heading == heading)
    (only,) = section.blocks
    return only
