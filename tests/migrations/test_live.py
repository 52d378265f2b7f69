"""Can a migration that makes and drops indexes while people work be run again where it was cut off?"""

from collections.abc import Sequence

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from referrals.migrations._live import AddIndexLive, RemoveIndexLive
from referrals.models import Heartbeat

pytestmark = pytest.mark.django_db(transaction=True)

OLD = models.Index(fields=["id"], name="beats_of_before")
NEW = models.Index(fields=["-id"], name="beats_of_now")
MADE = AddIndexLive("heartbeat", OLD)
INSTEAD = (AddIndexLive("heartbeat", NEW), RemoveIndexLive("heartbeat", OLD.name))


def run(*steps: Operation, before: Sequence[Operation] = (), backwards: bool = False) -> None:
    """Each step by itself, as in a migration that is not atomic; `before` is what was run earlier."""
    states = [ProjectState.from_apps(apps)]
    for step in (*before, *steps):
        states.append(states[-1].clone())
        step.state_forwards("referrals", states[-1])
    pairs = list(zip(steps, states[len(before) :], states[len(before) + 1 :], strict=False))
    for step, earlier, later in reversed(pairs) if backwards else pairs:
        with connection.schema_editor(atomic=False) as editor:
            if backwards:
                step.database_backwards("referrals", editor, later, earlier)
            else:
                step.database_forwards("referrals", editor, earlier, later)


def there() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Heartbeat._meta.db_table)
    return {OLD.name, NEW.name} & set(found)


def test_an_index_takes_the_place_of_another_and_back_again() -> None:
    run(MADE)
    run(*INSTEAD, before=[MADE])
    assert there() == {NEW.name}
    run(*INSTEAD, before=[MADE], backwards=True)
    assert there() == {OLD.name}
    run(MADE, backwards=True)
    assert there() == set()


def test_what_was_cut_off_is_run_again_from_its_beginning() -> None:
    run(MADE)
    for done in (1, 2):
        run(*INSTEAD[:done], before=[MADE])
        run(*INSTEAD, before=[MADE])
        assert there() == {NEW.name}
    run(INSTEAD[0], before=[MADE], backwards=True)
    assert there() == set()
