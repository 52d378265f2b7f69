"""How does a table that people write in get an index, or another rule, without making them wait?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations import AddConstraint, AddIndex, RemoveIndex
from django.db.models import CheckConstraint
from django.db.transaction import atomic


class AddIndexLive(AddIndexConcurrently):
    """An index that PostgreSQL builds while people write; SQLite, which has one writer, builds it at once.

    Only in a migration of its own with `atomic = False`. One that was cut off leaves indexes behind, of
    which PostgreSQL calls one invalid: to migrate again takes each away first.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            with _patient(schema_editor):
                _drop(schema_editor, self.index.name)
                super().database_forwards(app_label, schema_editor, *states)
        else:
            _drop(schema_editor, self.index.name)
            AddIndex.database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            with _patient(schema_editor):
                super().database_backwards(app_label, schema_editor, *states)
        else:
            AddIndex.database_backwards(self, app_label, schema_editor, *states)


class RemoveIndexLive(RemoveIndexConcurrently):
    """An index that goes while people read and write; one that is gone already is no fault.

    Only in a migration with `atomic = False`, after what takes its place.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            with _patient(schema_editor):
                super().database_forwards(app_label, schema_editor, *states)
        else:
            _drop(schema_editor, self.name)

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            with _patient(schema_editor):
                _drop(schema_editor, self.name)
                super().database_backwards(app_label, schema_editor, *states)
        else:
            _drop(schema_editor, self.name)
            RemoveIndex.database_backwards(self, app_label, schema_editor, *states)


class ChangeCheckLive(AddConstraint):
    """A check that takes the place of the one of its name, and reads the rows while people write.

    PostgreSQL holds new rows to it at once and looks at those that are there afterwards, without a
    lock. Only in a migration with `atomic = False`; one that was cut off can be run again.
    """

    constraint: CheckConstraint

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.remove_constraint(app_label, self.model_name_lower, self.constraint.name)
        super().state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        new, old = (_named(state, app_label, self) for state in (to_state, from_state))
        if schema_editor.connection.vendor != "postgresql":
            schema_editor.remove_constraint(model, old)
            schema_editor.add_constraint(model, new)
            return
        table, name = (schema_editor.quote_name(n) for n in (model._meta.db_table, new.name))
        with atomic(schema_editor.connection.alias):
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            schema_editor.execute(f"{new.create_sql(model, schema_editor)} NOT VALID", params=None)
        schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self.database_forwards(app_label, schema_editor, from_state, to_state)


def _named(state: Any, app_label: str, operation: ChangeCheckLive) -> CheckConstraint:
    """The check as one state of the models has it."""
    model = state.models[app_label, operation.model_name_lower]
    found: CheckConstraint = model.get_constraint_by_name(operation.constraint.name)
    return found


def _drop(schema_editor: Any, index: str) -> None:
    live = " CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP INDEX{live} IF EXISTS {schema_editor.quote_name(index)}")


@contextmanager
def _patient(schema_editor: Any) -> Iterator[None]:
    """Wait as long as it takes: nobody queues behind what is built beside those who write.

    It waits for every transaction that is open, and a backup holds one for minutes.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()[0]
        cursor.execute("SET lock_timeout = 0")
    try:
        yield
    finally:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])
