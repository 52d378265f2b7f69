"""Whom does an administrator mean by these words, this date or this number?

Of two who are called the same, a choice says which is which. Children are found as
quickly among a million as among ten: a range of one index in each practice, and never
more than a thousand of what is found.
"""

from typing import Any, Final
from uuid import UUID

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from referrals.models import Child, ChildToken, Organization, User
from referrals.models.child import tokens
from referrals.queries.search import parse_date

MOST: Final = 1000
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
    """The ids of children by the beginnings of name words, date of birth or identifier.

    Read here once, because a list asks for them twice: to count and to show.
    """
    # Every child is indexed under its own practice: to look there is to look everywhere once.
    practices = list(
        Organization.objects.filter(kind=Organization.Kind.PEDIATRIC_PRACTICE)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    born = parse_date(text)
    if born is not None:
        named = Child.objects.filter(
            practice__in=practices, date_of_birth=born, merged_into__isnull=True
        ).order_by()
        return list(named.values_list("pk", flat=True)[:MOST])
    words = sorted(tokens(text), key=len, reverse=True)[:WORDS]
    if not words:
        return []
    found = _beginning(words[0]).filter(organization__in=practices)
    for word in words[1:]:
        # Asked of each child that the longest word found, until there are enough of them.
        found = found.filter(Exists(_beginning(word).filter(child=OuterRef("child"))))
    return list(found.values_list("child", flat=True)[:MOST])


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
    return ChildToken.objects.filter(token__gte=word, token__lt=word + _LAST).order_by()
