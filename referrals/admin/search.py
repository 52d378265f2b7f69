"""Whom does an administrator mean by these words, this date or this number?

Of two who are called the same, a choice says which is which. Children are found as
quickly among a million as among ten: a range of one index, and never more than a
hundred of what is found.
"""

from typing import Any, Final
from uuid import UUID

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest

from referrals.models import Child, ChildToken, Organization, User
from referrals.models.child import tokens
from referrals.queries.search import parse_date

#: So many are found of children, people or places: who means another types more of the name.
MOST: Final = 100
#: More words than these narrow nothing.
WORDS: Final = 4
_LAST: Final = "\U0010ffff"


class Choices(AutocompleteJsonView):
    """What is offered where somebody is chosen: to seat the wrong Rosa is to tell her of a child."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        choice: dict[str, str] = super().serialize_result(obj, to_field_name)
        if isinstance(obj, User):
            choice["text"] = f"{obj.name} · {obj.email}"
        elif isinstance(obj, Child):
            choice["text"] = f"{obj.name} · born {obj.date_of_birth:%-d %b %Y}"
        return choice


def as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def find_children(text: str) -> list[UUID]:
    """The ids of children by the beginnings of name words, date of birth or identifier, the nearest first.

    Read here once, because a list asks for them twice: to count and to show.
    """
    born = parse_date(text)
    if born is not None:
        named = Child.objects.filter(date_of_birth=born, merged_into__isnull=True)
        return list(named.order_by("-pk").values_list("pk", flat=True)[:MOST])
    words = sorted(tokens(text), key=len, reverse=True)[:WORDS]
    if not words:
        return []
    found = _beginning(words[0])
    for word in words[1:]:
        # Asked of each child that the longest word found, until there are enough of them.
        found = found.filter(Exists(_beginning(word).filter(child=OuterRef("child"))))
    # A child stands under its word once for each place with a seat: told once, in the index's own order.
    rows = found.order_by("token", "child_id").values_list("token", "child").distinct()[:MOST]
    return list(dict.fromkeys(child for _, child in rows))


def found_as_many(request: HttpRequest, found: int) -> None:
    """Have the page say that there may be more, where no more were looked for."""
    if found >= MOST:
        request.found_most = MOST  # type: ignore[attr-defined]


def find_people(text: str) -> QuerySet[User]:
    """People of whom every word begins the e-mail or a name, or is the whole NPI.

    Ranges of three indexes instead of LIKE, as with children.
    """
    found: QuerySet[User] = User.objects.annotate(
        _email=Lower("email"), _family=Lower("family_name"), _given=Lower("given_name")
    )
    for word in text.lower().split()[:WORDS]:
        begins = Q(npi=word) if word.isdigit() and len(word) == 10 else Q(pk__in=[])
        for name in ("_email", "_family", "_given"):
            begins |= Q(**{f"{name}__gte": word, f"{name}__lt": word + _LAST})
        found = found.filter(begins)
    return found


def find_places(text: str) -> QuerySet[Organization]:
    """Places with these words in their name: there are hundreds, where there are a million children."""
    return Organization.objects.filter(name__icontains=text)


def _beginning(word: str) -> QuerySet[ChildToken]:
    # A range instead of LIKE: both databases answer it from the index.
    return ChildToken.objects.filter(token__gte=word, token__lt=word + _LAST)
