"""Which rows may the filters of a list look through, so that a page costs the same at any size?"""

from typing import Any, cast

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.http import HttpRequest


class BoundedList(ChangeList):
    """A list whose filters look through its newest rows, unless something narrower names them.

    Nearly every filter of the administration is of few values (a state, a role), and no table is
    given an index for each. What names a child, a person or a place has one, and what is found by a
    search is bounded: of those the filters look through every row. A saved list has them all.
    """

    #: So many of the newest rows are looked through.
    NEWEST = 10_000
    #: How many rows a filter looked through; 0 where it was all of them.
    looks_through = 0

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        found = super().get_queryset(request, exclude_parameters)
        #: Also what is older than the newest, for a file.
        self.everything = found
        if not self._reads_on():
            return found
        rows = self.model._default_manager.order_by("-pk").values_list("pk", flat=True)
        oldest = list(rows[self.NEWEST - 1 : self.NEWEST])
        self.looks_through = self.NEWEST if oldest else 0
        return found.filter(pk__gte=oldest[0]) if oldest else found

    def _reads_on(self) -> bool:
        """Would it read to the end of the table for a value that is rare?"""
        if self.query:
            return False
        room: Any = self.model_admin
        asked = set(self.filter_params) - set(room.whole)
        of_filters = {name for one in self.filter_specs for name in one.expected_parameters()}
        narrowed = any(names_rows(self.model, name) for name in asked - of_filters)
        return bool(asked) and not narrowed


def names_rows(model: type[Model], lookup: str) -> bool:
    """Is this one row or another thing's, which an index leads to?"""
    name, _, how = lookup.partition("__")
    if how not in ("", "exact", "id__exact"):
        return False
    try:
        field = model._meta.get_field(name if name != "pk" else cast(Any, model._meta.pk).name)
    except FieldDoesNotExist:
        return False
    leads = {
        index.fields[0] for index in model._meta.indexes if index.fields and not index.condition
    }
    return (
        bool(getattr(field, "db_index", False) or getattr(field, "unique", False)) or name in leads
    )
