"""What does a list hold that somebody saves as a file: the same rows as its page, to the last one?

Each takes the page's own query with the page's own filters; nothing is asked that the page does
not ask. Every row says which child it names, for the log of looks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy

from referrals.access import children_visible_to
from referrals.models import Child, User
from referrals.seated import reads_record
from referrals.wording import later as _

from . import children, look, message, plan, timeline, worklist

#: So many rows are read at a time.
CHUNK: Final = 500
Named = tuple[UUID, list[object]]


@dataclass(frozen=True, slots=True)
class List:
    """One list of the product: its columns, and its rows for a person and the filters of the page."""

    name: str
    columns: tuple[Any, ...]
    rows: Callable[[User, Mapping[str, str], date], Iterator[Named]]


def _children(user: User, asked: Mapping[str, str], today: date) -> Iterator[Named]:
    reads = reads_record(user, "pk")
    visible = children_visible_to(user).select_related("practice").annotate(reads=reads)
    for child in visible.order_by("-id").iterator(chunk_size=CHUNK):
        one = children.listed(child, today)
        adjusted = str(one.ages.adjusted) if one.ages.adjusted else ""
        yield child.pk, [one.name, one.born, str(one.ages.chronological), adjusted, one.practice]


def _referrals(user: User, asked: Mapping[str, str], today: date) -> Iterator[Named]:
    chosen = asked.get("show", "open")
    chosen = chosen if chosen in worklist.FILTERS else "open"
    for row in _paged(lambda cursor: worklist.page(user, chosen, today, cursor)):
        yield row.child_id, [
            row.child_name, str(row.ages.chronological), row.state_label, row.days_in_state,
            gettext("Urgent") if row.urgent else "", row.waiting, row.who, row.place, row.clinic,
            row.due_on, gettext("Late") if row.late else "",
        ]  # fmt: skip


def _plans(user: User, asked: Mapping[str, str], today: date) -> Iterator[Named]:
    listed = plan.listing(user, asked.get("standing", ""), asked.get("payer", ""), today)
    for row in _paged(lambda cursor: plan.page(listed, today, cursor)):
        yield row.child_id, [
            row.child_name, row.number, row.tag.label, row.tag.detail, row.payer, row.therapist,
            row.practice, row.by, row.lapsed_on,
        ]  # fmt: skip


def _messages(user: User, asked: Mapping[str, str], today: date) -> Iterator[Named]:
    only = message.child_asked(asked.get("child", ""))
    for row in _paged(lambda cursor: message.page(user, cursor, only)):
        # A column of its own would tell the family that there are others.
        hidden = "Clinicians only" if row.is_hidden else ""
        yield row.child_id, [
            row.child_name, row.subject, " · ".join(part for part in (row.with_whom, hidden) if part),
            row.messages, _shown_at(row.last_at), gettext("New") if row.is_unread else "",
        ]  # fmt: skip


def _shown_at(at: datetime) -> datetime:
    """As the page shows it: on the reader's clock, to the minute."""
    return timezone.localtime(at).replace(second=0, microsecond=0, tzinfo=None)


def _paged(page: Callable[[str], tuple[list[Any], str]]) -> Iterator[Any]:
    """Page after page, as a person would turn them: no list is ever held whole."""
    cursor = ""
    while True:
        rows, cursor = page(cursor)
        yield from rows
        if not cursor:
            return


CHILDREN: Final = List(
    "children",
    (_("Child"), _("Born"), _("Age"), _("Adjusted age"), pgettext_lazy("place", "Practice")),
    _children,
)
REFERRALS: Final = List(
    "referrals",
    (
        _("Child"), _("Age"), _("Stage"), _("Days in stage"), _("Urgency"), _("Next step"),
        _("Owed by"), _("Place"), _("Clinic"), _("Due"), _("Late"),
    ),
    _referrals,
)  # fmt: skip
PLANS: Final = List(
    "plans",
    ("Child", "Version", "Signature", "Detail", "Payer", "Therapist", "Practice", "Due",
     "Version before ended"),
    _plans,
)  # fmt: skip
MESSAGES: Final = List(
    "messages",
    (_("Child"), _("Subject"), _("With"), _("Messages"), _("Last"), _("New")),
    _messages,
)
TIMELINE_COLUMNS: Final = (_("When"), _("What happened"), _("Who"))
LOOK_COLUMNS: Final = (_("Day"), _("Who"), _("Role"), _("Parts"), _("Times"), _("Last"))


def looks(
    child: Child, reader: UUID, today: date, leave_out: Iterable[UUID]
) -> Iterator[list[object]]:
    """Who opened the record, since the child is here."""
    hidden = list(leave_out)
    for one in _paged(lambda before: look.looks(child, reader, today, before, leave_out=hidden)):
        for seen in one.looks:
            yield [
                one.on,
                seen.who,
                seen.role,
                ", ".join(seen.parts),
                seen.times,
                _shown_at(seen.last_at),
            ]


def happened(**what: Any) -> Iterator[list[object]]:
    """What the timeline tells, to its beginning: takes what the page's query takes."""
    for entry in timeline.whole_timeline(chunk=CHUNK, **what):
        yield [_shown_at(entry.at), entry.sentence, entry.who]
