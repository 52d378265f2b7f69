"""How does somebody come to sit on a child's team, and how does it end?"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from referrals.models import Child, ChildToken, Organization, Seat, Spelling, User
from referrals.models.child import spellings, tokens
from referrals.models.record import FOREVER

from .refusal import Refused

#: So many spellings are written or taken out with one statement.
_AT_ONCE: Final = 2000


def seat(
    child: Child,
    *,
    role: str,
    ground: str,
    ground_id: UUID,
    since: datetime,
    until: datetime = FOREVER,
    user: User | None = None,
    organization: Organization | None = None,
    rights: Iterable[str] = (),
) -> Seat:
    """Write the seat that a ground gives: part of the action that made the ground.

    Raises Refused where the record was merged into another: nobody would look there any more.
    """
    if child.merged_into_id is not None:
        raise Refused("This record was merged into another. Please open that one.")
    made = Seat.objects.create(
        child=child,
        user=user,
        organization=organization,
        role=role,
        rights=sorted(rights),
        since=since,
        until=until,
        ground=ground,
        ground_id=ground_id,
    )
    if organization is not None:
        index_child(child, organization)
    return made


def end_seats(ground_id: UUID, *, at: datetime) -> None:
    """End what this ground gives, from then on. A seat that ends sooner keeps its end."""
    later = Seat.objects.filter(ground_id=ground_id, until__gt=at)
    later.filter(since__lte=at).update(until=at)
    for seat_to_come in later.filter(since__gt=at):
        Seat.objects.filter(pk=seat_to_come.pk).update(until=seat_to_come.since)


def words_of(child: Child) -> set[str]:
    """Every word under which this child is looked up."""
    names = tokens(f"{child.given_name} {child.family_name} {child.name_used}")
    for identifier in child.identifiers.all():
        names |= tokens(identifier.value)
    return names


def index_child(child: Child, organization: Organization) -> None:
    """Let the organisation's people find the child by its words; words it lost are dropped."""
    words = words_of(child)
    _drop(
        ChildToken.objects.filter(child=child, organization=organization).exclude(token__in=words)
    )
    ChildToken.objects.bulk_create(
        [ChildToken(child=child, organization=organization, token=word) for word in sorted(words)],
        ignore_conflicts=True,
    )
    spell(organization.pk, words)


def index_everywhere(child: Child) -> None:
    for place in Organization.objects.filter(seats__child=child).distinct().order_by("pk"):
        index_child(child, place)


def drop_index(child: Child) -> None:
    """Let nobody find the child by its words any more."""
    _drop(ChildToken.objects.filter(child=child))


def _drop(found: QuerySet[ChildToken]) -> None:
    """Take out these words of a child, and of each place those that no other child there bears."""
    lost: dict[UUID, set[str]] = defaultdict(set)
    for organization, word in found.values_list("organization", "token"):
        lost[organization].add(word)
    if not lost:
        return
    found.delete()
    for organization, words in sorted(lost.items()):
        borne = ChildToken.objects.filter(organization=organization, token__in=words)
        Spelling.objects.filter(
            form__in={form for word in words for form in spellings(word)},
            organization=organization,
            word__in=words - set(borne.values_list("token", flat=True)),
        ).delete()


def spell(organization: UUID, words: Iterable[str]) -> None:
    """Let these words be found there with a typing mistake too."""
    Spelling.objects.bulk_create(
        [
            Spelling(organization_id=organization, form=form, word=word)
            for word in sorted(words)
            for form in sorted(spellings(word))
        ],
        batch_size=_AT_ONCE,
        ignore_conflicts=True,
    )


def spellings_amiss(*, mend: bool) -> tuple[int, int]:
    """How many spellings lack and how many are left over, a place at a time; `mend` puts them right."""
    lacking = left_over = 0
    for place in Organization.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            named = ChildToken.objects.filter(organization=place).values_list("token", flat=True)
            wanted = {(form, word) for word in named.distinct() for form in spellings(word)}
            known = Spelling.objects.filter(organization=place)
            there = {(form, word): pk for pk, form, word in known.values_list("pk", "form", "word")}
            gone = [pk for key, pk in there.items() if key not in wanted]
            lacks = {word for form, word in wanted - set(there)}
            lacking += len(wanted - set(there))
            left_over += len(gone)
            if mend:
                for first in range(0, len(gone), _AT_ONCE):
                    Spelling.objects.filter(pk__in=gone[first : first + _AT_ONCE]).delete()
                spell(place, lacks)
    return lacking, left_over
