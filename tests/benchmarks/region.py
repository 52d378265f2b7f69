"""How does a region of a million children come to be in minutes? The database itself copies the story.

What stands in the database is copied under ids that end in the number of the copy, so that what hung
together hangs together. A place and its people come once for every `COPIES` copies of its children;
those with an account of their family or much behind them come once a place, as in life they are few.
"""

from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.db import connection, models, transaction

from referrals.models import (
    Child,
    ChildIdentifier,
    ChildToken,
    Event,
    Goal,
    Listed,
    Organization,
    Practice,
    Rating,
    RecordView,
    Seat,
    Spelling,
    Treated,
    User,
    listed,
    treated,
)
from referrals.models.child import FEWEST_LETTERS

from .dialect import LIGHT, NEVER, PLACE, dialect, run

#: Of each child with little behind it so many stand at one place: a clinic of about a thousand.
COPIES: Final = 30
#: More events than this are much.
LITTLE: Final = 40
#: The names from which those of the copies are drawn.
NAMES: Final = 1009
#: Not copied: one of a server or sealed, made otherwise below, or of a child that is no more.
LEFT_OUT: Final = frozenset({
    "System", "Arrival", "OrderNumber", "Original", "Caseload", "CaseloadRow", "Feed", "Invitation",
    "Seal", "Heartbeat", "Merge", "Diagnosis", "RecordView", "ChildToken", "Spelling", "Listed",
    "Treated",
})  # fmt: skip

Table = type[models.Model]


def grow(children: int) -> int:
    """Copy what there is until there are so many children more, or a few more; how many there are."""
    say, kept = dialect(), sorted_out()
    light = [pk for pk, (sort, _) in kept.items() if sort == LIGHT]
    each = Child.objects.filter(pk__in=light).count()
    copies = max(1, -(-children // each)) if each else 1
    with transaction.atomic():
        for triggers in (listed.TRIGGERS, treated.TRIGGERS):
            listed.let_go(connection, triggers)  # a row at a time would take hours
        _lay_out(say, kept, copies)
        for table in copied():
            with say.without_indexes(table._meta.db_table):
                run(*_copies(say, table))
        for table, statements in (
            (ChildToken, _words(say)), (Spelling, _spellings(say)), (RecordView, _looks(say)),
            (Listed, [listed.fill("1 = 1")]), (Treated, [treated.FILL]),
        ):  # fmt: skip
            with say.without_indexes(table._meta.db_table):
                run(*statements)
        for triggers in (listed.TRIGGERS, treated.TRIGGERS):
            listed.keep(connection, triggers)
    return Child.objects.count()


def copied() -> list[Table]:
    found = apps.get_app_config("referrals").get_models(include_auto_created=True)
    # Rows of groups and permissions belong to the site.
    return [one for one in found if one.__name__ not in LEFT_OUT and not one._meta.auto_created]


def sorted_out() -> dict[Any, tuple[str, int]]:
    """Each row by its id: how often it is copied, and a number of its own."""
    known = _children()
    waiting = [(table, row) for table in copied() for row in _rows(table)]
    while waiting:
        later = []
        for table, row in waiting:
            sort = _sort(table, row, known)
            if sort is None:
                later.append((table, row))
            else:
                known[row.pk] = (sort, len(known))
        if len(later) == len(waiting):
            raise AssertionError(f"{later[0][0].__name__} hangs on what is not copied")
        waiting = later
    ids = [str(pk)[:28] for pk in known if not isinstance(pk, int)]
    assert len(set(ids)) == len(ids)
    return known


def _children() -> dict[Any, tuple[str, int]]:
    known: dict[Any, tuple[str, int]] = {}
    of_family = set(Seat.objects.filter(user__isnull=False).values_list("child", flat=True))
    counted = Child.objects.annotate(n=models.Count("events")).order_by("pk")
    for number, child in enumerate(counted):
        much = child.pk in of_family or child.n > LITTLE
        known[child.pk] = (NEVER if child.merged_into_id else PLACE if much else LIGHT, number)
    return known


def _rows(table: Table) -> Iterator[Any]:
    if table is not Child and isinstance(table._meta.pk, models.UUIDField):
        yield from table._base_manager.all()


def _sort(table: Table, row: Any, known: dict[Any, tuple[str, int]]) -> str | None:
    """As what it hangs on; None while that is not known yet."""
    sorts = []
    for field in _keys(table):
        target = getattr(row, field.attname)
        if target is None or target == row.pk or field.related_model is table:
            continue
        if target not in known:
            return None
        sorts.append(known[target][0])
    return next((sort for sort in (NEVER, LIGHT) if sort in sorts), PLACE)


def _keys(table: Table) -> list[Any]:
    """Its foreign keys to rows that are copied with a child."""
    free = (*LEFT_OUT, "Organization", "User", "Application")
    return [
        field
        for field in table._meta.concrete_fields
        if field.related_model and field.related_model.__name__ not in free
    ]


# --- How it is copied -------------------------------------------------------------------------------


def _lay_out(say: Any, kept: dict[Any, tuple[str, int]], copies: int) -> None:
    """Which rows, the numbers of the copies, and names for them: tables of this connection alone."""
    run(
        f"CREATE TEMPORARY TABLE kept (id {say.uuid} PRIMARY KEY, sort varchar(8), number integer)",
        "CREATE TEMPORARY TABLE copies (n integer PRIMARY KEY, place integer)",
        "CREATE TEMPORARY TABLE names (n integer PRIMARY KEY, given varchar(80), family varchar(80))",
    )
    as_kept = models.UUIDField().get_db_prep_value
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO kept VALUES (%s, %s, %s)",
            [(as_kept(pk, connection), sort, n) for pk, (sort, n) in kept.items()],
        )
        cursor.executemany(
            "INSERT INTO copies VALUES (%s, %s)", [(n, n - n % COPIES) for n in range(copies)]
        )
        cursor.executemany(
            "INSERT INTO names VALUES (%s, %s, %s)", [(n, *_name(n)) for n in range(NAMES)]
        )


_STARTS: Final = [
    "Al",
    "Ben",
    "Cor",
    "Dal",
    "El",
    "Fen",
    "Gar",
    "Hol",
    "Il",
    "Jar",
    "Kel",
    "Lor",
    "Mar",
    "Nor",
    "Ol",
    "Per",
    "Ros",
    "Sal",
    "Tor",
    "Ul",
    "Ver",
    "Wil",
    "Yar",
    "Zan",
]
_MIDDLES: Final = ["a", "e", "i", "o", "u", "an", "en", "in", "on"]
_ENDS: Final = [
    "da",
    "ford",
    "ham",
    "kin",
    "la",
    "ley",
    "ma",
    "na",
    "ra",
    "sen",
    "son",
    "ta",
    "ton",
    "va",
]


def _name(n: int) -> tuple[str, str]:
    """Invented, and spread over the alphabet."""
    parts = n % len(_STARTS), n // len(_STARTS) % len(_MIDDLES), n % len(_ENDS)
    start, middle, end = (
        part[i] for part, i in zip((_STARTS, _MIDDLES, _ENDS), parts, strict=True)
    )
    return start + middle + "bcdfg"[n % 5], start + middle + end


def _copies(say: Any, table: Table) -> list[str]:
    fields = [
        f
        for f in table._meta.concrete_fields
        if not f.generated and not isinstance(f, models.AutoField)
    ]
    held = table._meta.pk if isinstance(table._meta.pk, models.UUIDField) else _keys(table)[0]
    name = table._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(say, table, field) for field in fields)
    names = "".join(
        f" LEFT JOIN names {one} ON {one}.n = (c.n * {step} + k.number * {start}) % {NAMES}"
        for one, step, start in (("g", 7, 31), ("f", 13, 57))
    )
    into = f'INSERT INTO "{name}" ({columns}) SELECT {values}'
    copies: list[str] = say.copies(name, held.column, into, names)
    return copies


def _value(say: Any, table: Table, field: Any) -> str:
    own = f's."{field.column}"'
    match table.__name__, field.name:
        case "User", "email":
            return f"c.place || '.' || {own}"
        case "Notice", "key":
            return f"{own} || '.' || c.n"
        case "Child", "given_name":
            return "g.given"
        case "Child", "family_name":
            return "f.family"
        case "Child", "name_used":
            return "''"
        case "Child", "date_of_birth":
            return say.days_later(own, "-(c.n * 37 % 365)")
        case "ChildIdentifier", "value":
            return "'mrn' || (c.n * 10000 + k.number)"
        case "Referral", "next_due_on":
            return f"CASE WHEN s.is_open THEN {say.days_later(own, 'c.n % 60 - 20')} ELSE {own} END"
        case "Appointment", "starts_at":
            return say.seconds_later(own, f"c.n % {COPIES}")  # nobody is at two visits at once
    if field.related_model in (Organization, User):
        return say.copy_of(own, "c.place")
    if field in _keys(table) or isinstance(field, models.UUIDField):
        return say.copy_of(own, "c.n")
    return own


#: Each place with each of the children that were copied to it.
_OF_A_PLACE: Final = (
    f"FROM {Seat._meta.db_table} s JOIN {Child._meta.db_table} c ON c.id = s.child_id"
    " LEFT JOIN kept k ON k.id = c.id WHERE k.id IS NULL AND s.organization_id IS NOT NULL"
)


def _words(say: Any) -> list[str]:
    """Under which each place finds its children: as `index_child` would write it."""
    numbers = f" JOIN {ChildIdentifier._meta.db_table} i ON i.child_id = c.id LEFT"
    words = " UNION ".join(
        f"SELECT s.organization_id, {word}, c.id {rows}"
        for word, rows in (
            ("lower(c.given_name)", _OF_A_PLACE), ("lower(c.family_name)", _OF_A_PLACE),
            ("'=' || c.date_of_birth", _OF_A_PLACE),
            ("i.value", _OF_A_PLACE.replace(" LEFT", numbers, 1)),
        )
    )  # fmt: skip
    into = f"INSERT INTO {ChildToken._meta.db_table} (organization_id, token, child_id)"
    return [f"{into} {words} {say.in_order}"]


def _spellings(say: Any) -> list[str]:
    """Each place's distinct names, with each of their letters left out: as `spell` would write it."""
    words = " UNION ".join(
        f"SELECT s.organization_id, lower(c.{name}) AS token {_OF_A_PLACE}"
        for name in ("given_name", "family_name")
    )
    letters = "SELECT n + 1 AS at FROM names WHERE n < 40 UNION ALL SELECT 100"
    form = "substr(w.token, 1, l.at - 1) || substr(w.token, l.at + 1)"
    return [
        f"INSERT INTO {Spelling._meta.db_table} (organization_id, form, word)"
        f" SELECT DISTINCT w.organization_id, {form}, w.token FROM ({words}) w, ({letters}) l"
        f" WHERE length(w.token) >= {FEWEST_LETTERS}"
        f" AND (l.at = 100 OR l.at <= length(w.token)) {say.in_order}"
    ]


def _looks(say: Any) -> list[str]:
    """Three looks at each child by its pediatrician."""
    at = say.seconds_later("c.registered_at", "t.n * 86400")
    return [
        f"INSERT INTO {RecordView._meta.db_table} (id, child_id, user_id, role, page, at)"
        f" SELECT {say.another('c.id', 't.n')}, c.id, c.pediatrician_id, 'pediatrician', 'child_detail', {at}"
        f" FROM (SELECT n FROM names WHERE n < 3) t CROSS JOIN {Child._meta.db_table} c"
    ]


# --- One child with much behind it ------------------------------------------------------------------


def enrich(child: Child, *, events: int, ratings: int, logs: int) -> None:
    """Add to what is known of one child until there is so much of each, back in time."""
    goals = Goal.objects.filter(referral__child=child).annotate(n=models.Count("ratings"))
    goal = goals.latest("n", "pk")
    more(Event.objects.filter(child=child), events, at="at")
    more(Rating.objects.filter(goal=goal), ratings, at="at", on="rated_on", visit_id="NULL")
    more(Practice.objects.filter(child=child, undone_at=None), logs, at="told_at")


def more(rows: models.QuerySet[Any], until: int, *, at: str, on: str = "", **written: str) -> None:
    """Copies of these rows, each a minute before (`at`) or a day (`on`), until there are so many."""
    say, name = dialect(), rows.model._meta.db_table
    as_kept = models.UUIDField().get_db_prep_value
    first = [as_kept(pk, connection) for pk in rows.values_list("pk", flat=True)]
    columns = [field.column for field in rows.model._meta.concrete_fields if not field.generated]
    missing, number = until - len(first), 0
    while first and missing > 0:
        number += 1
        some = ", ".join(f"'{pk}'" for pk in first[:missing])
        values = {column: f's."{column}"' for column in columns} | written
        values["id"] = say.copy_of("s.id", f"{RICH} + {number}")
        values[at] = say.seconds_later(values[at], f"{-60 * number}")
        if on:
            values[on] = say.days_later(values[on], f"{-number}")
        chosen = ", ".join(f'"{column}"' for column in columns)
        run(
            f'INSERT INTO "{name}" ({chosen}) SELECT {", ".join(values.values())}'
            f' FROM "{name}" s WHERE s.id IN ({some})'
        )
        missing -= len(first[:missing])


#: Ids of the copies of `enrich` end from here on.
RICH: Final = 16**7
