"""Can a table of a child's record be forgotten when two records become one?"""

from django.apps import apps
from django.db import models

from referrals.actions.merge import LOOSE
from referrals.models import Child
from referrals.models.merge import STAYING, ties

TABLES = list(apps.get_app_config("referrals").get_models())


def test_every_table_that_names_a_child_moves_or_is_said_to_stay() -> None:
    pointing = {
        (table.__name__, field.name)
        for table in TABLES
        for field in table._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is Child
    }
    assert pointing == {(table.__name__, name) for table, name in ties()} | STAYING
    assert not {(table.__name__, name) for table, name in ties()} & STAYING


def test_nothing_names_a_child_in_another_way() -> None:
    many = [
        f"{table.__name__}.{field.name}"
        for table in TABLES
        for field in table._meta.local_many_to_many
        if field.related_model is Child
    ]
    assert many == []


def test_what_is_one_of_a_child_was_thought_of() -> None:
    """A table of which a child has only one needs a sentence in `hurdles`, or a reason to need none."""
    unique = {
        constraint.name
        for table, name in ties()
        for constraint in table._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and name in constraint.fields
    } | {f"{t.__name__}.{name}" for t, name in ties() if t._meta.get_field(name).unique}
    assert unique == {"one_guardianship_per_adult", "one_open_programme_per_place"}


def test_a_table_of_a_child_that_names_something_by_its_id_alone_is_known() -> None:
    loose = {
        table: field.name
        for table, _ in ties()
        for field in table._meta.local_fields
        if isinstance(field, models.UUIDField)
        and not field.primary_key
        and not isinstance(field, models.ForeignKey | models.GeneratedField)
    }
    assert loose == LOOSE
