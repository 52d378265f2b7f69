"""Can a table lose a row because another one did? Never: everything is PROTECT."""

from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django.db.models import Model

from referrals.models.record import FOREVER, NO_DUE_DATE


def not_protected(tables: Iterable[type[Model]]) -> list[str]:
    return [
        f"{table.__name__}.{field.name}"
        for table in tables
        for field in table._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is not models.PROTECT
    ]


def ours() -> list[type[Model]]:
    return list(apps.get_app_config("referrals").get_models())


def test_every_reference_protects_what_it_points_at() -> None:
    assert not_protected(ours()) == []


def test_a_cascade_is_found() -> None:
    class Cradle(models.Model):
        child = models.ForeignKey("referrals.Child", models.CASCADE, related_name="+")
        owner = models.OneToOneField("referrals.User", models.SET_NULL, null=True, related_name="+")

        class Meta:
            app_label = "planted"

    try:
        assert not_protected([Cradle]) == ["Cradle.child", "Cradle.owner"]
    finally:
        del apps.all_models["planted"]
        apps.clear_cache()


def nullable(table: type[Model], *columns: str) -> list[str]:
    return [c for c in columns if table._meta.get_field(c).null]


def test_no_column_that_decides_access_or_order_can_be_null() -> None:
    by_name = {table.__name__: table for table in ours()}
    assert nullable(by_name["Seat"], "holder", "role", "since", "until", "child") == []
    assert nullable(by_name["Membership"], "user", "organization", "role", "since", "until") == []
    assert nullable(
        by_name["Referral"], "child", "practice", "owner", "owner_organization", "is_open",
        "next_due_on",
    ) == []  # fmt: skip
    assert by_name["Seat"]._meta.get_field("until").default == FOREVER
    assert NO_DUE_DATE.year == FOREVER.year == 9000
