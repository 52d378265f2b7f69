"""Can every new migration run while people work, the server of before still beside it?

What the first four chapters brought was reviewed then. A migration after them touches a table that
has rows only in ways that neither hold up nor break who still writes as before; all else stands in
REVIEWED with its reason.
"""

import importlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import migrations, models
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

from referrals.migrations._live import AddIndexLive, ChangeCheckLive, RemoveIndexLive

from .source import APP

#: Up to here all had run before the rule was made.
BEGAN = 5
#: "model.thing" of an operation that the rule would refuse, and why it may run.
REVIEWED: dict[str, str] = {
    "run.of_what_has_risen": "marks only what has risen and is open: few; seconds at a million",
    "run.of_the_clinics_own": "fills only what has risen and is open, which an index holds: few",
    "run.noop": "only its way back does something: it drops triggers",
    "run.of_every_word": "a table that nobody reads yet, two thousand rows a statement",
    "run.of_every_birthday": "rows of a table that is only added to, two thousand a statement",
    "child.merged_into": "an index of empty cells over the children: seconds at a million",
    "child.merged_into_another": "reads the children once: seconds at a million",
    "user.person_by_family_name": "people are few: below a second",
    "user.person_by_given_name": "people are few: below a second",
    "user.person_by_npi": "people are few: below a second",
}

Operation = Any


def ours() -> list[tuple[int, migrations.Migration]]:
    names = sorted(path.stem for path in (APP / "migrations").glob("0*.py"))
    return [
        (int(name[:4]), importlib.import_module(f"referrals.migrations.{name}").Migration(name, "referrals"))
        for name in names
    ]  # fmt: skip


def unsafe(
    steps: Iterable[tuple[int, migrations.Migration]], began: int = BEGAN
) -> Iterator[tuple[str, str]]:
    """(what, why not) of every operation that a live database should not meet."""
    state = ProjectState()
    for number, migration in steps:
        made: set[str] = set()
        for operation in migration.operations:
            if isinstance(operation, migrations.CreateModel):
                made.add(operation.name.lower())
            if number > began and _table(operation) not in made:
                yield from _wrong(operation, state)
            operation.state_forwards("referrals", state)


def _table(operation: Operation) -> str:
    return str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()


def _wrong(operation: Operation, state: ProjectState) -> Iterator[tuple[str, str]]:
    table = _table(operation)
    match operation:
        case migrations.RemoveField() | migrations.RenameField():
            what = getattr(operation, "old_name", None) or operation.name
            yield (
                f"{table}.{what}",
                "the server of before still reads it: stop reading it one release earlier",
            )
        case migrations.DeleteModel() | migrations.RenameModel() | migrations.AlterModelTable():
            what = getattr(operation, "old_name", "") or operation.name
            yield what.lower(), "the server of before still reads it"
        case migrations.AddField():
            yield from _added(table, operation.name, operation.field)
        case migrations.AlterField():
            old = state.models["referrals", table].fields[operation.name]
            if _rewritten(old, operation.field):
                yield f"{table}.{operation.name}", "rewrites or reads the whole table under a lock"
        case AddIndexLive() | RemoveIndexLive() | ChangeCheckLive():
            return
        case migrations.RemoveIndex():
            yield f"{table}.{operation.name}", "holds up reading until who reads now has ended"
        case migrations.AddIndex():
            yield f"{table}.{operation.index.name}", "holds up writing while it is built"
        case migrations.AddConstraint():
            yield f"{table}.{operation.constraint.name}", "reads the whole table under a lock"
        case migrations.RunPython():
            yield f"run.{operation.code.__name__}", "says nothing of how many rows it touches"
        case migrations.RunSQL():
            yield "run", "says nothing of how many rows it touches"


def _added(table: str, name: str, field: "models.Field[Any, Any]") -> Iterator[tuple[str, str]]:
    what = f"{table}.{name}"
    if not field.null and field.db_default is NOT_PROVIDED and not field.many_to_many:
        # Django takes its own default away again as soon as the column is there.
        yield what, "the server of before cannot write a row without it: null or db_default"
    if field.unique or field.db_index:
        yield what, "its index holds up writing while it is built"


def _rewritten(old: "models.Field[Any, Any]", new: "models.Field[Any, Any]") -> bool:
    other = old.get_internal_type() != new.get_internal_type()
    shorter = (old.max_length or 0) > (new.max_length or 0) and new.max_length is not None
    return other or shorter or (old.null and not new.null) or (new.unique and not old.unique)


def test_every_new_migration_can_run_while_people_work() -> None:
    assert [f"{what}: {why}" for what, why in unsafe(ours()) if what not in REVIEWED] == []


def test_what_was_reviewed_is_still_there() -> None:
    assert sorted(set(REVIEWED) - {what for what, _ in unsafe(ours())}) == []


def planted(*operations: Operation) -> list[str]:
    """What is found in a migration that comes after one with a table in it."""

    def step(name: str, told: list[Operation]) -> migrations.Migration:
        migration = migrations.Migration(name, "referrals")
        migration.operations = told
        return migration

    fields = [
        ("id", models.UUIDField(primary_key=True)),
        ("word", models.CharField(max_length=9, null=True)),
    ]
    first = step("0001", [migrations.CreateModel("Boat", fields)])
    return [what for what, _ in unsafe([(1, first), (2, step("0002", list(operations)))], began=1)]


def test_what_holds_up_or_breaks_is_found() -> None:
    number = models.IntegerField(default=1)
    assert planted(migrations.AddField("boat", "berth", number)) == ["boat.berth"]
    assert planted(
        migrations.AddField("boat", "berth", models.IntegerField(null=True, db_index=True))
    ) == ["boat.berth"]
    assert planted(migrations.RemoveField("boat", "word")) == ["boat.word"]
    assert planted(migrations.RenameField("boat", "word", "name")) == ["boat.word"]
    assert planted(migrations.DeleteModel("Boat")) == ["boat"]
    assert planted(migrations.AlterField("boat", "word", models.CharField(max_length=9))) == [
        "boat.word"
    ]
    assert planted(
        migrations.AlterField("boat", "word", models.CharField(max_length=8, null=True))
    ) == ["boat.word"]
    assert planted(migrations.AddIndex("boat", models.Index(fields=["word"], name="by_word"))) == [
        "boat.by_word"
    ]
    check = models.CheckConstraint(condition=models.Q(word="x"), name="is_x")
    assert planted(migrations.AddConstraint("boat", check)) == ["boat.is_x"]
    by_word = models.Index(fields=["word"], name="by_word")
    gone = migrations.RemoveIndex("boat", "by_word")
    assert planted(AddIndexLive("boat", by_word), gone) == ["boat.by_word"]
    assert planted(migrations.RunSQL("SELECT 1")) == ["run"]


def test_what_does_neither_passes() -> None:
    assert planted(
        migrations.AddField("boat", "berth", models.IntegerField(null=True)),
        migrations.AddField("boat", "pier", models.IntegerField(db_default=1)),
        migrations.AlterField("boat", "word", models.CharField(max_length=20, null=True)),
        migrations.CreateModel("Oar", [("id", models.UUIDField(primary_key=True))]),
        migrations.AddField("oar", "length", models.IntegerField(default=1)),
        migrations.AddIndex("oar", models.Index(fields=["length"], name="by_length")),
        AddIndexLive("boat", models.Index(fields=["word"], name="by_word")),
        RemoveIndexLive("boat", "by_word"),
        migrations.AddConstraint("oar", models.CheckConstraint(condition=models.Q(length=1), name="is_x")),
        ChangeCheckLive("oar", models.CheckConstraint(condition=models.Q(length=2), name="is_x")),
    ) == []  # fmt: skip
