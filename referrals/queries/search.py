"""Which of the children I may see are meant by these words, this date or this number?"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from referrals.access import children_visible_to
from referrals.belonging import emergencies, is_family, memberships
from referrals.models import Child, ChildToken, Spelling, User
from referrals.models.child import birthday, spellings, tokens
from referrals.prepared import Typed, prepared
from referrals.seated import is_seen, reads_record

MOST: Final = 50
_DATES: Final = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")


@dataclass(frozen=True, slots=True)
class Found:
    """Children, and whether what was typed is only nearly how they are spelled."""

    children: list[Child]
    misspelt: bool = False


def search(user: User, text: str) -> Found:
    """Whom these words mean as they stand; where that is nobody, with a typing mistake in them."""
    children = find_children(user, text)
    return Found(children) if children else Found(find_misspelt(user, text), misspelt=True)


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

    They are looked up in the words of the person's own organisations, so the search
    is a range of one index and cannot reach anybody else's child.
    """
    places = [m.organization_id for m in memberships(user)]
    born = parse_date(text)
    if born is not None:
        found = _born_on(user, Typed(birthday(born)), places) if places else []
        return _with_own(user, found, lambda child: child.date_of_birth == born)
    words = _words(text)
    if not words:
        return []
    found = _by_beginnings(user, [Typed(word) for word in words], places) if places else []
    return _with_own(user, found, lambda child: _matches(child, words))


def _with_own(user: User, found: list[Child], is_meant: Callable[[Child], bool]) -> list[Child]:
    """With those on whose team the person sits: they are few, and no organisation need know them."""
    if not is_family(user) and not emergencies(user):
        return found
    own = _visible(user).filter(seats__user=user).distinct()
    return [*found, *(child for child in own if child not in found and is_meant(child))][:MOST]


def find_misspelt(user: User, text: str) -> list[Child]:
    """Children whose name is one mistake away from what was typed; for when nothing is found as it stands.

    A mistake is a letter too many, left out, wrong, or two that changed places: one in each word. Who
    is spelled with fewest comes first, then by name. Two queries, and the first alone where no
    word of these organisations is that near; one more for somebody's own children.
    """
    words = _words(text)
    if parse_date(text) is not None or not any(spellings(word) for word in words):
        return []
    places = [m.organization_id for m in memberships(user)]
    near = _near(words, places) if places else {}
    found = []
    if any(near.values()):
        wanted = [(Typed(word), [Typed(one) for one in sorted(near[word])]) for word in words]
        found = _by_likeness(user, wanted, places)
    if is_family(user):
        own = _visible(user).filter(seats__user=user).distinct()
        found += [child for child in own if child not in found and _resembles(child, words)]
    return sorted(found, key=lambda child: _mistakes(child, words))[:MOST]


@prepared
def _born_on(user: User, day: str, places: list[UUID]) -> QuerySet[Child]:
    return _by_words(user, [[Q(token=day)]], places)


@prepared
def _by_beginnings(user: User, words: list[Typed], places: list[UUID]) -> QuerySet[Child]:
    return _by_words(user, [[_beginning(word)] for word in words], places)


@prepared
def _by_likeness(
    user: User, words: list[tuple[Typed, list[Typed]]], places: list[UUID]
) -> QuerySet[Child]:
    wanted = [[_beginning(word), *([Q(token__in=near)] if near else [])] for word, near in words]
    return _by_words(user, wanted, places)


def _visible(user: User) -> QuerySet[Child]:
    return _told(user, children_visible_to(user))


def _told(user: User, children: QuerySet[Child]) -> QuerySet[Child]:
    # What the page says of a child ends where the reader's seat does.
    reads = reads_record(user, "pk")
    return children.select_related("practice").annotate(reads=reads)


def _words(text: str) -> list[str]:
    """The longest words: they narrow most."""
    return sorted(tokens(text), key=lambda word: (-len(word), word))[:4]


def _beginning(word: str) -> Q:
    # A range instead of LIKE: both databases answer it from the index.
    return Q(token__gte=word, token__lt=word + "\U0010ffff")


def _near(words: Iterable[str], places: Iterable[UUID]) -> dict[str, set[str]]:
    """Of each word those that are borne at these places and one mistake away. One query."""
    forms = {word: spellings(word) for word in words}
    wanted = sorted({form for several in forms.values() for form in several})
    known = Spelling.objects.filter(organization__in=places, form__in=wanted)
    borne = set(known.values_list("word", flat=True))
    return {word: {one for one in borne if is_mistaken_for(word, one)} for word in words}


def is_mistaken_for(typed: str, name: str) -> bool:
    """Whether one mistake lies between two words that are both long enough to be told apart."""
    return bool(spellings(typed) and spellings(name)) and is_near(typed, name)


def is_near(typed: str, meant: str) -> bool:
    """Whether one mistake of the hand lies between two words: Damerau's distance of 1."""
    short, long = sorted((typed, meant), key=len)
    if len(long) - len(short) == 1:
        return any(short == long[:n] + long[n + 1 :] for n in range(len(long)))
    if len(long) != len(short):
        return False
    at = [n for n, (one, other) in enumerate(zip(typed, meant, strict=True)) if one != other]
    if len(at) == 2 and at[1] == at[0] + 1:
        return typed[at[0]] == meant[at[1]] and typed[at[1]] == meant[at[0]]
    return len(at) == 1


def _by_words(user: User, wanted: Iterable[list[Q]], places: list[UUID]) -> QuerySet[Child]:
    """Children this person sees, with a word of these places for each wish: for one of its forms."""
    # The words narrow: who sees a child is asked of those found, not read for all there are.
    found = _told(user, Child.objects.filter(is_seen(user, "pk")))
    for forms in wanted:
        found = found.filter(pk__in=_named(forms, places))
    return found[:MOST]


def _named(forms: Iterable[Q], places: list[UUID]) -> QuerySet[Any]:
    """The ids of children with a word of any of these forms."""
    first, *others = (
        ChildToken.objects.filter(form, organization__in=places).values("child") for form in forms
    )
    # Each a range of its own: where they are one question SQLite reads every word of a place.
    return first.union(*others, all=True) if others else first


def _matches(child: Child, words: list[str]) -> bool:
    return _mistakes(child, words) == 0


def _mistakes(child: Child, words: list[str]) -> int:
    """In how many of these words: none where it begins one of the child's names."""
    own = _names(child)
    return sum(not any(name.startswith(word) for name in own) for word in words)


def _resembles(child: Child, words: list[str]) -> bool:
    """Whether each word begins one of the child's names, or is one mistake away from it."""
    own = _names(child)
    return all(
        any(name.startswith(word) or is_mistaken_for(word, name) for name in own) for word in words
    )


def _names(child: Child) -> set[str]:
    return tokens(f"{child.given_name} {child.family_name} {child.name_used}")
