"""Which of the children I may see are meant by these words, this date or this number?"""

import re
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from referrals.access import children_visible_to, records_visible_to
from referrals.belonging import is_guardian, memberships
from referrals.models import Child, ChildToken, User
from referrals.models.child import tokens

MOST: Final = 50
_DATES: Final = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")


def parse_date(text: str) -> date | None:
    """A day written in one of the usual ways; None where it is none."""
    plain = re.sub(r"[,\s]+", " ", text).strip()
    for form in _DATES:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def find_children(user: User, text: str) -> list[Child]:
    """Children by the beginnings of name words, by date of birth or by identifier; at most 50.

    Names are looked up in the words of the person's own organisations, so the search
    is a range of one index and cannot reach anybody else's child.
    """
    # What the page says of a child ends where the reader's seat does.
    reads = Exists(records_visible_to(user).filter(pk=OuterRef("pk")))
    visible = children_visible_to(user).select_related("practice").annotate(reads=reads)
    born = parse_date(text)
    if born is not None:
        return list(visible.filter(date_of_birth=born)[:MOST])
    words = sorted(tokens(text), key=len, reverse=True)[:4]
    if not words:
        return []
    places = [m.organization_id for m in memberships(user)]
    found = list(_by_words(visible, words, places)[:MOST]) if places else []
    if places and not is_guardian(user):
        return found
    # Somebody's own children are few, and no organisation of theirs need know the names.
    own = visible.filter(seats__user=user).distinct()
    found += [child for child in own if child not in found and _matches(child, words)]
    return found[:MOST]


def _by_words(visible: QuerySet[Child], words: list[str], places: list[UUID]) -> QuerySet[Child]:
    for word in words:
        # A range instead of LIKE: both databases answer it from the index.
        named = ChildToken.objects.filter(
            organization__in=places, token__gte=word, token__lt=word + "\U0010ffff"
        )
        visible = visible.filter(pk__in=named.values("child"))
    return visible


def _matches(child: Child, words: list[str]) -> bool:
    own = tokens(f"{child.given_name} {child.family_name} {child.name_used}")
    return all(any(name.startswith(word) for name in own) for word in words)
