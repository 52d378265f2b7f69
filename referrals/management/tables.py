"""How is a table written down so that either database can read it back, row for row?

One JSON array a line. Rows that Django makes anew in every database (content types and
permissions) are named by what they are, never by their number there.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, ForeignKey, Model, QuerySet

from referrals.models.record import plain

#: What is not kept, and why. Every other table is.
LEFT_OUT: Final = {
    "sessions.Session": "people sign in again",
    "contenttypes.ContentType": "made by `migrate`",
    "auth.Permission": "made by `migrate`",
    "referrals.Heartbeat": "says which worker lives now",
    "referrals.Listed": "kept by the database itself of seats and referrals",
    "referrals.Treated": "kept by the database itself of what therapy brought",
    "oauth2_provider.AccessToken": "a system asks for a new one: a revoked one must not come back",
    "oauth2_provider.RefreshToken": "goes with its access token",
    "oauth2_provider.IDToken": "goes with its access token",
    "oauth2_provider.Grant": "lives for a minute",
    "oauth2_provider.DeviceGrant": "lives for minutes",
}
#: Filled by `load_diagnoses`: a database that holds only this is still an empty one.
REFERENCE: Final = frozenset({"referrals.Diagnosis"})
CONTENT_TYPE: Final = "contenttypes.ContentType"
PERMISSION: Final = "auth.Permission"
BATCH: Final = 500

Table = type[Model]
AnyField: TypeAlias = "Field[Any, Any]"


@dataclass
class Tally:
    """How many rows, and a sum over their digests: two databases may hand them out in another order."""

    count: int = 0
    total: int = 0

    def add(self, row: list[Any]) -> None:
        # Of an object inside a row one database keeps the order of the keys, the other does not.
        text = json.dumps(row, sort_keys=True, separators=(",", ":")).encode()
        self.count += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(text).digest())) % 2**256

    @property
    def checksum(self) -> str:
        return f"{self.total:064x}"


def every_table(registry: Apps = apps) -> list[Table]:
    """Every table that a model stands for, kept or not."""
    found = registry.get_models(include_auto_created=True)
    return sorted((one for one in found if one._meta.managed and not one._meta.proxy), key=label_of)


def kept_tables(registry: Apps = apps) -> list[Table]:
    return [table for table in every_table(registry) if label_of(table) not in LEFT_OUT]


def label_of(table: Table) -> str:
    return table._meta.label


def columns(table: Table) -> list[AnyField]:
    """What a row holds; what the database reckons by itself it reckons again."""
    return [field for field in table._meta.concrete_fields if not field.generated]


def names(table: Table) -> list[str]:
    return [field.attname for field in columns(table)]


class Ledger:
    """Reads and writes the tables of one registry of models, today's or that of older migrations."""

    def __init__(self, registry: Apps = apps) -> None:
        self.registry = registry
        self.tables = {label_of(table): table for table in kept_tables(registry)}
        kinds = self._all(CONTENT_TYPE).values_list("pk", "app_label", "model")
        self._names: dict[str, dict[Any, tuple[str, ...]]] = {CONTENT_TYPE: {}, PERMISSION: {}}
        self._names[CONTENT_TYPE] = {pk: (app, model) for pk, app, model in kinds}
        rights = self._all(PERMISSION).values_list("pk", "content_type_id", "codename")
        for pk, kind, codename in rights:
            self._names[PERMISSION][pk] = (*self._names[CONTENT_TYPE][kind], codename)
        self._numbers = {
            label: {name: pk for pk, name in known.items()} for label, known in self._names.items()
        }

    def _all(self, label: str) -> QuerySet[Any]:
        return QuerySet(self.registry.get_model(label))

    # --- Out ----------------------------------------------------------------------------------

    def rows(self, table: Table, order: list[str]) -> Iterator[list[Any]]:
        """Each row, its values in the order in which the backup has these columns."""
        fields = _ordered(table, order)
        query: QuerySet[Any, Any] = QuerySet(table).order_by("pk").values_list(*order)
        for values in query.iterator(chunk_size=BATCH):
            yield [self._out(field, one) for field, one in zip(fields, values, strict=True)]

    def tally(self, table: Table, order: list[str]) -> Tally:
        tally = Tally()
        for row in self.rows(table, order):
            tally.add(row)
        return tally

    def files(self) -> Iterator[str]:
        """The name of every uploaded file that a row names."""
        for table in self.tables.values():
            for field in table._meta.concrete_fields:
                if field.get_internal_type() == "FileField":
                    named: QuerySet[Any] = QuerySet(table).exclude(**{field.attname: ""})
                    yield from named.order_by("pk").values_list(field.attname, flat=True).iterator()

    def _out(self, field: AnyField, value: Any) -> Any:
        natural = _natural(field)
        if natural and value is not None:
            return list(self._names[natural][value])
        return plain(value)

    # --- In -----------------------------------------------------------------------------------

    def load(self, table: Table, order: list[str], rows: Iterable[list[Any]]) -> None:
        """The rows as they were, past what a model forbids or fills in by itself: no time of
        change is set anew, and what is append-only is appended."""
        fields = _ordered(table, order)
        made = (self._made(table, fields, row) for row in rows)
        while batch := list(islice(made, self._batch(fields))):
            # The way in that `loaddata` takes for one row, here for many.
            QuerySet(table)._insert(batch, fields=fields, using="default", raw=True)  # type: ignore[attr-defined]

    def _batch(self, fields: list[AnyField]) -> int:
        return min(BATCH, connection.ops.bulk_batch_size(fields, [None] * BATCH))

    def _made(self, table: Table, fields: list[AnyField], row: list[Any]) -> Model:
        if len(row) != len(fields):
            raise ValueError(f"a row of {label_of(table)} has {len(row)} values")
        values = zip(fields, row, strict=True)
        return table(**{field.attname: self._in(field, one) for field, one in values})

    def _in(self, field: AnyField, value: Any) -> Any:
        natural = _natural(field)
        if natural and value is not None:
            return self._number(natural, tuple(value))
        return field.to_python(value)

    def _number(self, label: str, name: tuple[str, ...]) -> Any:
        """Its number here; what belonged to a model that is gone is made, so that no row loses it."""
        known = self._numbers[label]
        if name not in known:
            if label == CONTENT_TYPE:
                made = self._all(label).create(app_label=name[0], model=name[1])
            else:
                kind = self._number(CONTENT_TYPE, name[:2])
                made = self._all(label).create(
                    content_type_id=kind, codename=name[2], name=name[2].replace("_", " ")
                )
            known[name] = made.pk
            self._names[label][made.pk] = name
        return known[name]

    # --- Making room --------------------------------------------------------------------------

    def holding(self) -> list[str]:
        """The tables with rows in them, but for what `prepare` fills."""
        return [
            label
            for label, table in self.tables.items()
            if label not in REFERENCE and QuerySet(table).exists()
        ]

    def empty(self) -> None:
        """Take every row out, also those that are kept in no backup: signed in stays nobody."""
        stay = {CONTENT_TYPE, PERMISSION}
        there = set(connection.introspection.table_names())
        goes = [
            one._meta.db_table for one in every_table(self.registry) if label_of(one) not in stay
        ]
        goes = [name for name in [*goes, "cache", "searches"] if name in there]
        with connection.cursor() as cursor:
            for statement in connection.ops.sql_flush(no_style(), goes, reset_sequences=True):
                cursor.execute(statement)

    def settle(self) -> None:
        """Numbers go on where the rows end, and every reference is looked at now."""
        with connection.cursor() as cursor:
            tables = list(self.tables.values())
            for statement in connection.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(statement)
        connection.check_constraints()


def _ordered(table: Table, order: list[str]) -> list[AnyField]:
    by_name = {field.attname: field for field in columns(table)}
    return [by_name[name] for name in order]


def _natural(field: AnyField) -> str:
    if not isinstance(field, ForeignKey):
        return ""
    label = field.remote_field.model._meta.label
    return label if label in (CONTENT_TYPE, PERMISSION) else ""
