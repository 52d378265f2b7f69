"""In whose lists does a referral stand, and where in them?

A worklist of thousands is read page by page only where an index knows both whose it is and its order.
That of a referral alone does not: it stands in the lists of all who have a seat on its child's team.
So it stands here once for each, and no action can forget it: the database keeps these rows itself, by
triggers. They only say where to look. Who may see a referral is decided when it is read, as everywhere.
"""

from collections.abc import Collection
from typing import Any, Final, NamedTuple

from django.db import models

from .referral import Referral
from .seat import Seat


class Listed(models.Model):
    """A referral in the lists of one holder of seats of one role that reaches the clinical record."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="+", db_index=False)
    holder = models.UUIDField()
    role = models.CharField(max_length=10, choices=Seat.Role)
    is_open = models.BooleanField()
    state = models.CharField(max_length=24)
    next_due_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(
                fields=["holder", "role", "is_open", "next_due_on", "referral"],
                name="listed_by_due_date",
            ),
            models.Index(
                fields=["holder", "role", "state", "next_due_on", "referral"],
                name="listed_by_state",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "holder", "role"], name="listed_once_a_holder"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state}, {self.next_due_on}"


# --- How the database keeps it --------------------------------------------------------------------

_INTO: Final = (
    "INSERT INTO referrals_listed (referral_id, holder, role, is_open, state, next_due_on)"
)
#: What has to be there, of all or of some.
EXPECTED: Final = (
    "SELECT DISTINCT r.id AS referral_id, s.holder, s.role, r.is_open, r.state, r.next_due_on"
    " FROM referrals_seat s JOIN referrals_referral r ON r.child_id = s.child_id"
    " WHERE s.role <> 'partner'"
)
THERE: Final = "SELECT referral_id, holder, role, is_open, state, next_due_on FROM referrals_listed"


def fill(which: str) -> str:
    """The statement that writes what lacks among the rows of `EXPECTED` for which this holds."""
    return f"{_INTO} {EXPECTED} AND {which} ON CONFLICT (referral_id, holder, role) DO NOTHING"


#: Of two who write a seat and a referral of one child, or a seat while a referral moves, PostgreSQL
#: lets the second begin when the first is kept: then it sees what the first wrote.
_WAITS: Final = (
    "PERFORM 1 FROM referrals_child WHERE id = NEW.child_id FOR NO KEY UPDATE;"
    " PERFORM 1 FROM referrals_referral WHERE child_id = NEW.child_id ORDER BY id FOR SHARE; "
)


class Trigger(NamedTuple):
    """What the database does by itself once a row was written. One that changes takes another name."""

    name: str
    table: str
    after: str
    statements: tuple[str, ...]
    condition: str = ""
    #: Whether it reads both tables, and waits for who writes to one of them.
    joins: bool = True

    def made(self, vendor: str) -> list[str]:
        body = "; ".join(self.statements) + ";"
        when = f" WHEN ({self.condition})" if self.condition else ""
        head = f"TRIGGER {self.name} AFTER {self.after} ON {self.table} FOR EACH ROW{when}"
        if vendor == "sqlite":
            return [f"CREATE {head} BEGIN {body} END"]
        waits = _WAITS if self.joins else ""
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql"
            f" AS $$ BEGIN {waits}{body} RETURN NULL; END $$",
            f"CREATE OR REPLACE {head} EXECUTE FUNCTION {self.name}()",
        ]

    def dropped(self, vendor: str) -> str:
        if vendor == "sqlite":
            return f"DROP TRIGGER IF EXISTS {self.name}"
        return f"DROP FUNCTION IF EXISTS {self.name}() CASCADE"


_OF_SEAT, _OF_REFERRAL = "s.id = NEW.id", "r.id = NEW.id"
#: A seat of the same holder may still be on the team that this one left.
_OF_THOSE_LEFT: Final = "s.holder = OLD.holder AND s.role = OLD.role AND s.child_id = OLD.child_id"
_LEAVE: Final = (
    "DELETE FROM referrals_listed WHERE holder = OLD.holder AND role = OLD.role AND referral_id IN"
    " (SELECT id FROM referrals_referral WHERE child_id = OLD.child_id)"
)
TRIGGERS: Final = (
    Trigger(
        "list_of_new_seat", "referrals_seat", "INSERT", (fill(_OF_SEAT),),
        "NEW.role <> 'partner'",
    ),
    # Whoever ends a seat waits for nobody.
    Trigger(
        "list_of_longer_seat", "referrals_seat", "UPDATE OF until", (fill(_OF_SEAT),),
        "NEW.until > OLD.until AND NEW.role <> 'partner'",
    ),
    Trigger(
        "list_of_moved_seat", "referrals_seat", "UPDATE OF child_id",
        (_LEAVE, fill(_OF_THOSE_LEFT), fill(_OF_SEAT)),
        "OLD.child_id <> NEW.child_id",
    ),
    Trigger("list_new_referral", "referrals_referral", "INSERT", (fill(_OF_REFERRAL),)),
    Trigger(
        "list_moved_referral", "referrals_referral", "UPDATE OF child_id",
        ("DELETE FROM referrals_listed WHERE referral_id = NEW.id", fill(_OF_REFERRAL)),
        "OLD.child_id <> NEW.child_id",
    ),
    Trigger(
        "list_changed_referral", "referrals_referral", "UPDATE OF state, is_open, next_due_on",
        (
            "UPDATE referrals_listed SET state = NEW.state, is_open = NEW.is_open,"
            " next_due_on = NEW.next_due_on WHERE referral_id = NEW.id",
        ),
        "OLD.state <> NEW.state OR OLD.is_open <> NEW.is_open OR OLD.next_due_on <> NEW.next_due_on",
        joins=False,
    ),
)  # fmt: skip


def kept(connection: Any, triggers: Collection[Trigger] = TRIGGERS) -> set[str]:
    """The names of these triggers that the database has."""
    of = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(of[connection.vendor])
        return {name for (name,) in cursor.fetchall()} & {one.name for one in triggers}


def let_go(connection: Any, triggers: Collection[Trigger] = TRIGGERS) -> None:
    with connection.cursor() as cursor:
        for trigger in triggers:
            cursor.execute(trigger.dropped(connection.vendor))


def is_kept(connection: Any, triggers: Collection[Trigger] = TRIGGERS) -> bool:
    """Whether the database keeps the rows of these triggers itself."""
    return len(kept(connection, triggers)) == len(triggers)


def keep(connection: Any, triggers: Collection[Trigger] = TRIGGERS) -> None:
    """Let the database keep these rows from now on."""
    with connection.cursor() as cursor:
        for trigger in triggers:
            cursor.execute(trigger.dropped(connection.vendor))
            for statement in trigger.made(connection.vendor):
                cursor.execute(statement)
