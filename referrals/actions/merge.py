"""How do two records of one child become one, and two again where that was wrong?"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import product
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import ForeignKey, Model, Q
from django.utils.dateparse import parse_datetime

from referrals.models import (
    Child,
    ChildToken,
    Event,
    Guardian,
    Merge,
    Programme,
    RecordView,
    Reminder,
    Seat,
    User,
)
from referrals.models.child import tokens
from referrals.models.merge import every_row, ties

from .guardian import reseat
from .recording import record
from .refusal import Outrun, Refused
from .seat import drop_index, end_seats, index_everywhere

#: Tables that name what they are about by its id alone, and by which column.
LOOSE: Final[dict[type[Model], str]] = {Event: "about", Reminder: "about", Seat: "ground_id"}
#: What nothing hangs on.
_LEAVES: Final = frozenset({Event, RecordView, Merge, Child, ChildToken})
Found = dict[type[Model], set[Any]]


@transaction.atomic
def merge_children(
    *, id: UUID, kept: Child, lost: Child, reason: str, by: User, at: datetime
) -> Merge:
    """Put all that stands under `lost` under `kept`; nothing is deleted, and all is written down.

    `id` comes with the form, so that a second click finds the first one's merge.
    """
    known = Merge.objects.filter(pk=id).first()
    if known is not None:
        return known
    _check_admin(by)
    if not reason.strip():
        raise Refused("Say how it is known that they are one child.", "reason")
    kept, lost = _locked(kept, lost)
    for sentence in hurdles(kept, lost, at):
        raise Refused(sentence)
    stay = {adult.pk for _, adult in twins(kept, lost)}
    ended: dict[str, str] = {}
    for seat in Seat.objects.filter(ground_id__in=stay, until__gt=at).order_by("pk"):
        ended[str(seat.pk)] = seat.until.isoformat()
    for adult in sorted(stay):
        end_seats(adult, at=at)
    moved: dict[str, list[str]] = {}
    for table, name in ties():
        rows = every_row(table).filter(**{name: lost})
        if table is Guardian:
            rows = rows.exclude(pk__in=stay)
        if table is Seat:
            rows = rows.exclude(ground_id__in=stay)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if ids:
            moved[table.__name__] = [str(pk) for pk in ids]
            _put(table, name, ids, lost, kept)
    Child.objects.filter(pk=lost.pk).update(merged_into=kept)
    drop_index(lost)
    index_everywhere(kept)
    merge = Merge.objects.create(
        id=id, kept=kept, lost=lost, reason=reason.strip(), moved=moved, ended=ended,
        merged_by=by, merged_at=at,
    )  # fmt: skip
    for child in (kept, lost):
        record("child_merged", child=child, about=merge.pk, by=by, at=at)
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, by: User, at: datetime) -> Merge:
    """Put back exactly what moved, and with it what came to hang on it since.

    What was written since on the one record for itself stays there.
    """
    _check_admin(by)
    kept, lost = _locked(merge.kept, merge.lost)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise Outrun("This was undone already.")
    if not merge.can_be_undone(at):
        raise Refused("More than a day has passed: the two records stay one.")
    _check_last(merge)
    back = _going_back(merge)
    _check_adults(kept, lost, back.get(Guardian, set()), at)
    Child.objects.filter(pk=lost.pk).update(merged_into=None)
    for table, name in ties():
        _put(table, name, back.get(table, ()), kept, lost)
    lost.refresh_from_db()
    _seat_again(merge, lost, at)
    drop_index(kept)
    for child in (kept, lost):
        index_everywhere(child)
        record("child_parted", child=child, about=merge.pk, by=by, at=at)
    merge.undone_by, merge.undone_at = by, at
    merge.save(update_fields=["undone_by", "undone_at"])
    return merge


def hurdles(kept: Child, lost: Child, at: datetime) -> list[str]:
    """What stands in the way of making them one, each with what to do about it."""
    if kept.pk == lost.pk:
        return ["Choose another child: these are one record already."]
    found = [
        f"The record of {child} was merged into another already."
        for child in (kept, lost)
        if child.merged_into_id is not None
    ]
    for one, other in product(_adults(kept), _adults(lost)):
        if not _one_person(one, other):
            continue
        if _limits(one, at) != _limits(other, at):
            found.append(
                f"{one.name} is limited by a court, or hides their contact, and the two records do "
                "not say the same of it. Make them alike first: no such limit may be lost."
            )
        elif one.rights != other.rights:
            found.append(
                f"{one.name} has other rights on one record than on the other. Make them alike first."
            )
    places = Programme.objects.filter(child=lost, is_open=True).values("place")
    twice = Programme.objects.filter(child=kept, is_open=True, place__in=places)
    found += [
        f"Both are on their way to {one.place}. Close one of the two first."
        for one in twice.select_related("place")
    ]
    return found


def twins(kept: Child, lost: Child) -> list[tuple[Guardian, Guardian]]:
    """Adults who answer for both with one account: the second stays where it is, and seats nobody."""
    first = {adult.user_id: adult for adult in _adults(kept) if adult.user_id}
    return [(first[a.user_id], a) for a in _adults(lost) if a.user_id in first]


def _adults(child: Child) -> list[Guardian]:
    return list(child.guardians.prefetch_related("court_limits").order_by("pk"))


def _one_person(one: Guardian, other: Guardian) -> bool:
    """Whether two adults may be the same: by account, e-mail, telephone or name."""
    if one.user_id and one.user_id == other.user_id:
        return True
    return bool(
        (one.email and one.email.lower() == other.email.lower())
        or (one.phone and one.phone == other.phone)
        or tokens(one.name) == tokens(other.name)
    )


def _limits(adult: Guardian, at: datetime) -> tuple[bool, set[tuple[Any, ...]]]:
    """What protects the child or the others from this adult, today or later."""
    limits = [one for one in adult.court_limits.all() if one.until >= at.date()]
    return adult.contact_hidden, {(one.kind, one.since, one.until) for one in limits}


def _check_admin(by: User) -> None:
    if not (by.is_active and by.is_superuser):
        raise Refused("Only an administrator can do this.")


def _locked(kept: Child, lost: Child) -> tuple[Child, Child]:
    rows = Child.objects.select_for_update().filter(pk__in={kept.pk, lost.pk}).order_by("pk")
    found = {child.pk: child for child in rows}
    return found[kept.pk], found[lost.pk]


def _put(table: type[Model], name: str, ids: Iterable[Any], was: Child, child: Child) -> None:
    """Of these rows those that are still of the one are of the other now."""
    for some in _in_parts(sorted(ids)):
        every_row(table).filter(pk__in=some, **{name: was}).update(**{name: child})


def _in_parts(ids: list[Any]) -> Iterator[list[Any]]:
    """A log is long, and a statement has an end."""
    yield from (ids[n : n + 1000] for n in range(0, len(ids), 1000))


def _check_last(merge: Merge) -> None:
    """The later of two is undone first: else the first would take what is not its own."""
    both = (merge.kept_id, merge.lost_id)
    # By when they were made: an id is as old as the page on which it was asked for.
    since = Q(merged_at__gt=merge.merged_at) | Q(merged_at=merge.merged_at, pk__gt=merge.pk)
    later = Merge.objects.filter(since, undone_at__isnull=True)
    if later.filter(kept__in=both).exists() or later.filter(lost__in=both).exists():
        raise Refused("One of the two was merged again since: undo that one first.")


def _check_adults(kept: Child, lost: Child, back: set[Any], at: datetime) -> None:
    """Refuse an account twice, and a limit set meanwhile that would hold on one of the two only."""
    remain = [adult for adult in _adults(kept) if adult.pk not in back]
    parting = [adult for adult in _adults(kept) if adult.pk in back] + _adults(lost)
    for one, other in product(remain, parting):
        (hidden, limits), (also, same) = _limits(one, at), _limits(other, at)
        lacks = limits - same or (hidden and not also) or other.rights - one.rights
        if _one_person(one, other) and lacks:
            raise Refused(
                f"{one.name} was limited on the record that stays. Set the same for this adult of "
                "the other record first: no such limit may be lost."
            )
    coming = Guardian.objects.filter(pk__in=back, user__isnull=False).values("user")
    if lost.guardians.exclude(pk__in=back).filter(user__in=coming).exists():
        raise Refused("An adult who goes back has meanwhile the account of one who stayed.")


def _going_back(merge: Merge) -> Found:
    """What moved, and what has come to hang on it since."""
    moved: Found = {
        table: {UUID(pk) for pk in merge.moved.get(table.__name__, ())} for table, _ in ties()
    }
    hanging = _hanging({t: ids for t, ids in moved.items() if ids and t not in _LEAVES})
    known = set().union(*hanging.values()) if hanging else set()
    for table, name in ties():
        rows = every_row(table).filter(**{name: merge.kept_id})
        here = {pk for pk in hanging.get(table, ()) if pk not in moved[table]}
        moved[table] |= set(rows.filter(pk__in=here).values_list("pk", flat=True)) if here else here
        if table in LOOSE:
            told = rows.values_list("pk", LOOSE[table])
            moved[table] |= {pk for pk, about in told if about in known}
    return moved


def _hanging(start: Found) -> Found:
    """These rows, and every row of any table that points to one of them, however far."""
    found = {table: set(ids) for table, ids in start.items()}
    fresh = start
    while fresh:
        following: Found = {}
        for table in apps.get_app_config("referrals").get_models():
            if table in _LEAVES:
                continue
            for field in table._meta.local_fields:
                onto: Any = field.related_model
                if not isinstance(field, ForeignKey) or onto not in fresh:
                    continue
                for some in _in_parts(sorted(fresh[onto])):
                    rows = every_row(table).filter(**{f"{field.name}__in": some})
                    new = set(rows.values_list("pk", flat=True)) - found.get(table, set())
                    following.setdefault(table, set()).update(new)
        fresh = {table: ids for table, ids in following.items() if ids}
        for table, ids in fresh.items():
            found.setdefault(table, set()).update(ids)
    return found


def _seat_again(merge: Merge, lost: Child, at: datetime) -> None:
    """Give the adults who stayed their seats back; by their rights of today, where those changed."""
    seats = {str(s.pk): s for s in Seat.objects.filter(pk__in=list(merge.ended))}
    changed = set(
        Event.objects.filter(
            kind="guardian_changed", at__gte=merge.merged_at,
            about__in=[s.ground_id for s in seats.values()],
        ).values_list("about", flat=True)
    )  # fmt: skip
    for pk, until in merge.ended.items():
        if seats[pk].ground_id not in changed:
            Seat.objects.filter(pk=pk).update(until=parse_datetime(until))
    for adult in lost.guardians.filter(pk__in=changed).select_related("user", "child__practice"):
        reseat(adult, at=at)
