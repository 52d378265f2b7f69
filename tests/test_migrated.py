"""Are the tables that tests are given those of today's migrations?"""

from importlib import import_module
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tests.migrated import name_of, read_by_migrations


def test_whatever_is_changed_added_or_gone_has_another_name(tmp_path: Path) -> None:
    one, other = tmp_path / "0001_first.py", tmp_path / "0002_next.py"
    one.write_text("first")
    other.write_text("next")
    names = [name_of([one, other]), name_of([one])]
    other.write_text("next, changed")
    names.append(name_of([one, other]))
    one.write_text("first")  # as it was
    names.append(name_of([one]))

    assert len(set(names)) == 3
    assert names[1] == names[3]


def test_no_migration_and_no_model_is_left_out() -> None:
    read = set(read_by_migrations())
    migrations = MigrationLoader(None).disk_migrations.values()
    ours = {"referrals.models", "referrals.models.listed", "referrals.management.commands.migrate"}
    modules = {one.__module__ for one in migrations} | ours
    needed = {Path(str(import_module(name).__file__)).resolve() for name in modules}

    assert len(needed) > 40
    assert needed - read == set()


def test_nothing_is_left_to_migrate(db: None) -> None:
    executor = MigrationExecutor(connection)

    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
