"""How does somebody come to sit on a child's team, and how does it end?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet, Value

from referrals.models import Child, ChildIdentifier, ChildToken, Organization, Seat, Spelling, User
from referrals.models.child import birthday, spellings, tokens
from referrals.models.record import FOREVER
from referrals.prepared import prepared

from .refusal import Refused

Thing = TypeVar("Thing")
#: So many words, or rows, are mended with one statement.
_AT_ONCE: Final = 200
#: So many rows are written with one.
_ROWS: Final = 2000


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


def index_child(child: Child, organization: Organization) -> None:
    """Let the organisation's people find the child by its words; words it lost are dropped."""
    known = ChildToken.objects.filter(child=child, organization=organization)
    words, there = _words_of(child, organization)
    if there - words:
        _drop(known.exclude(token__in=words))
    if lacking := words - there:
        ChildToken.objects.bulk_create(
            [ChildToken(child=child, organization=organization, token=w) for w in sorted(lacking)],
            ignore_conflicts=True,
        )
        spell(organization.pk, lacking)


def _words_of(child: Child, organization: Organization) -> tuple[set[str], set[str]]:
    """Every word under which this child is looked up, and those that are known already. One query."""
    there, said = set(), []
    for is_known, text in _known_and_numbers(child.pk, organization.pk):
        if is_known:
            there.add(text)
        else:
            said.append(text)
    return _words(child, said), there


@prepared
def _known_and_numbers(child: UUID, organization: UUID) -> QuerySet[Any]:
    """The words of a child that a place knows, marked with 1, and its numbers, marked with 0."""
    known = ChildToken.objects.filter(child=child, organization=organization).order_by()
    numbers = ChildIdentifier.objects.filter(child=child).order_by()
    marked = numbers.values_list(Value(0), "value")
    return known.values_list(Value(1), "token").union(marked, all=True)


def _words(child: Child, numbers: Iterable[str]) -> set[str]:
    """Under which a child is looked up: its names, its numbers and its date of birth."""
    text = " ".join([child.given_name, child.family_name, child.name_used, *numbers])
    return tokens(text) | {birthday(child.date_of_birth)}


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
        _unspell(organization, words)


def words_amiss(*, mend: bool) -> tuple[int, int]:
    """How many words lack and how many are left over, a place at a time; `mend` puts them right."""
    lacking = left_over = 0
    for place in Organization.objects.order_by("pk"):
        known = ChildToken.objects.filter(organization=place)
        there = set(known.order_by().values_list("child", "token"))
        wanted = _wanted(place)
        lacking += len(wanted - there)
        left_over += len(there - wanted)
        if mend:
            for pk in sorted({child for child, _ in wanted ^ there}):
                _index_again(pk, place)
    return lacking, left_over


def _wanted(place: Organization) -> set[tuple[UUID, str]]:
    """Each child that has or had a seat of this place, with each of its words."""
    seated = Seat.objects.filter(organization=place, child__merged_into__isnull=True).order_by()
    numbers: dict[UUID, list[str]] = defaultdict(list)
    of_them = ChildIdentifier.objects.filter(child__in=seated.values("child")).order_by()
    for pk, number in of_them.values_list("child", "value"):
        numbers[pk].append(number)
    names = ("given_name", "family_name", "name_used", "date_of_birth")
    children = Child.objects.filter(pk__in=seated.values("child")).only(*names).order_by()
    return {(child.pk, word) for child in children for word in _words(child, numbers[child.pk])}


@transaction.atomic
def _index_again(pk: UUID, place: Organization) -> None:
    child = Child.objects.select_for_update().get(pk=pk)  # as it is now, and stays meanwhile
    if child.merged_into_id is None and child.seats.filter(organization=place).exists():
        index_child(child, place)
    else:
        _drop(ChildToken.objects.filter(child=child, organization=place))


# --- Found with a typing mistake too --------------------------------------------------------------


def spell(organization: UUID, words: Iterable[str]) -> None:
    """Let these words be found there with a typing mistake too, until their last child lets them go.

    Whoever takes a word up shares its own row until that is kept, and whoever lets it go has the row
    alone before looking who else bears it: so neither overlooks the other, and nobody who takes
    up a word waits for another who does.
    """
    spelled = {word for word in words if spellings(word)}
    if lacking := spelled - _shared(organization, spelled):
        _write(organization, lacking)


def _shared(organization: UUID, words: set[str]) -> set[str]:
    """Those of these words that are spelled there, and stay so until this transaction ends."""
    if not words:
        return set()
    rows = _own_rows(organization, words).values_list("word", flat=True)
    sql, params = rows.query.sql_with_params()
    if connection.features.has_select_for_update:  # else there is one who writes at a time
        sql += " FOR KEY SHARE"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {word for (word,) in cursor.fetchall()}


def _own_rows(organization: UUID, words: Iterable[str]) -> QuerySet[Spelling]:
    """The row of each word in which no letter is left out: it stands for the others of the word."""
    return Spelling.objects.filter(organization=organization, form__in=words, word=F("form"))


def _write(organization: UUID, words: Iterable[str]) -> None:
    # Updated rather than passed over: a row that another writes now is shared from here on too.
    Spelling.objects.bulk_create(
        [
            Spelling(organization_id=organization, form=form, word=word)
            for word in sorted(words)
            for form in sorted(spellings(word))
        ],
        batch_size=_ROWS,
        update_conflicts=True,
        unique_fields=["organization", "form", "word"],
        update_fields=["word"],
    )


def _unspell(organization: UUID, words: set[str]) -> None:
    """Take out the spellings of those words that no child there bears any more."""
    list(_own_rows(organization, words).order_by("form").select_for_update().values_list("pk"))
    borne = ChildToken.objects.filter(organization=organization, token__in=words)
    gone = words - set(borne.values_list("token", flat=True))
    forms = {form for word in gone for form in spellings(word)}
    Spelling.objects.filter(organization=organization, form__in=forms, word__in=gone).delete()


def spellings_amiss(*, mend: bool) -> tuple[int, int]:
    """How many spellings lack and how many are left over, a place at a time; `mend` puts them right."""
    lacking = left_over = 0
    for place in Organization.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            # Before the names: of one that comes meanwhile nothing is left over.
            known = Spelling.objects.filter(organization=place)
            there = {(form, word): pk for pk, form, word in known.values_list("pk", "form", "word")}
            named = ChildToken.objects.filter(organization=place).values_list("token", flat=True)
            wanted = {(form, word) for word in named.distinct() for form in spellings(word)}
            lacking += len(wanted - set(there))
            left_over += len(set(there) - wanted)
            if mend:
                amiss = wanted ^ set(there)
                _mend(place, {word for _, word in amiss}, {word for _, word in wanted - set(there)})
                strange = [pk for (form, word), pk in there.items() if form not in spellings(word)]
                for some in _in_parts(strange):
                    known.filter(pk__in=some).delete()
    return lacking, left_over


def _mend(place: UUID, amiss: set[str], lacking: set[str]) -> None:
    for some in _in_parts(sorted(amiss)):
        _write(place, lacking.intersection(some))
        _unspell(place, set(some))  # also what its last child has let go since it was looked at


def _in_parts(things: list[Thing]) -> Iterator[list[Thing]]:
    yield from (things[n : n + _AT_ONCE] for n in range(0, len(things), _AT_ONCE))
