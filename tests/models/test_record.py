"""Is nothing ever deleted, and is what was once recorded never changed?"""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, QuerySet
from django.utils import timezone

from referrals.models import Child, CourtLimit, Event, RecordView, User
from referrals.models.record import AppendOnly, NeverDeleted, Record
from tests.conftest import read

#: Rows that are an index or a list of something else, kept by the actions that own it.
REBUILT = {
    "CaseloadRow",
    "ChildToken",
    "Spelling",
    "Listed",
    "Treated",
    "ReferralDiagnosis",
    "Diagnosis",
    "ActivityGoal",
}
KEPT = [
    model for model in apps.get_app_config("referrals").get_models()
    if model.__name__ not in REBUILT
]  # fmt: skip


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_nothing_is_ever_deleted(model, db):
    with pytest.raises(NeverDeleted):
        model.objects.all().delete()
    with pytest.raises(NeverDeleted):
        model._default_manager.filter(pk=None).delete()
    with pytest.raises(NeverDeleted):
        model().delete()


def test_every_table_is_a_record_or_known_to_be_rebuilt():
    assert {m.__name__ for m in KEPT if not issubclass(m, Record)} == {"User"}


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_whatever_points_to_a_record_holds_it(model):
    """No foreign key cascades: not even the database can take a record along."""
    for field in model._meta.get_fields():
        if (
            field.is_relation
            and field.many_to_one
            and field.related_model._meta.app_label == "referrals"
        ):
            assert field.remote_field.on_delete.__name__ == "PROTECT", field


def test_a_person_is_not_deleted_through_a_query(pediatrician):
    with pytest.raises(NeverDeleted):
        User.objects.filter(pk=pediatrician.pk).delete()
    assert User.objects.filter(pk=pediatrician.pk).exists()


@pytest.fixture
def event(draft):
    return Event.objects.filter(about=draft.pk).get()


@pytest.fixture
def view(child, therapist, now):
    return RecordView.objects.create(
        child=child, user=therapist, role="therapist", page="child_detail", at=now
    )


@pytest.mark.parametrize("name", ["event", "view"])
def test_what_was_recorded_is_not_saved_again(name, request):
    recorded = request.getfixturevalue(name)
    model = type(recorded)
    with pytest.raises(AppendOnly):
        recorded.save()
    with pytest.raises(AppendOnly):
        recorded.save(update_fields=["at"])
    with pytest.raises(AppendOnly):
        model.objects.get(pk=recorded.pk).save(force_update=True)
    with pytest.raises(AppendOnly):
        model.objects.filter(pk=recorded.pk).update(at=recorded.at)
    with pytest.raises(AppendOnly):
        model.objects.bulk_update([recorded], ["at"])
    with pytest.raises(NeverDeleted):
        recorded.delete()
    assert model.objects.get(pk=recorded.pk).at == recorded.at


def test_the_side_doors_to_an_event_are_shut_too(event, child):
    with pytest.raises(AppendOnly):
        child.events.update(kind="nothing")
    with pytest.raises(AppendOnly):
        Event.objects.update_or_create(pk=event.pk, defaults={"kind": "nothing"})
    with pytest.raises(NeverDeleted):
        child.events.all().delete()
    event.refresh_from_db()
    assert event.kind == "referral_drafted"


def test_ids_are_ordered_by_time(draft, child):
    assert child.pk < draft.pk
    assert read(draft).pk == draft.pk


def test_when_a_row_changed_the_database_says_and_who_holds_the_row_asks_it(
    child, django_assert_num_queries
):
    long_ago = timezone.now() - timedelta(days=900)
    made = child.row_changed_at
    assert abs(made - timezone.now()) < timedelta(minutes=5)
    QuerySet(Child).update(row_changed_at=long_ago)
    with django_assert_num_queries(1):
        child.save()
    with django_assert_num_queries(1):
        assert made <= child.row_changed_at <= timezone.now()
    # A second row under the same id is refused, and leaves no expression behind either.
    with pytest.raises(IntegrityError), transaction.atomic():
        child.save(force_insert=True)
    assert made <= child.row_changed_at <= timezone.now()


def test_a_file_that_is_read_back_keeps_when_its_rows_changed(child):
    long_ago = timezone.now() - timedelta(days=900)
    QuerySet(Child).update(row_changed_at=long_ago)
    written = serializers.serialize("json", Child.objects.filter(pk=child.pk))
    QuerySet(Child).update(row_changed_at=timezone.now())
    for row in serializers.deserialize("json", written):
        row.save()
    kept = Child.objects.get(pk=child.pk).row_changed_at
    assert abs(kept - long_ago) < timedelta(milliseconds=1)


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_a_check_of_what_a_form_leaves_out_passes_and_is_not_composed(model, db):
    """Django lets it pass as well, after it has composed the question: the others it asks."""
    row, checks = model(), [c for c in model._meta.constraints if isinstance(c, CheckConstraint)]
    for check in checks:
        for left_out in check.condition.referenced_base_fields:
            assert check.validate(model, row, exclude={left_out}) is None
            if isinstance(row, Record):
                row._left_out = frozenset({left_out})
                asked = [one for _, constraints in row.get_constraints() for one in constraints]
                assert asked == [
                    one
                    for one in model._meta.constraints
                    if not isinstance(one, CheckConstraint)
                    or left_out not in one.condition.referenced_base_fields
                ]


def test_a_check_of_what_was_told_holds(sent):
    limit = CourtLimit(
        guardian=sent.child.guardians.first(), kind=CourtLimit.Kind.RECORD,
        since=date(2026, 3, 2), until=date(2026, 3, 1),
    )  # fmt: skip
    with pytest.raises(ValidationError, match="ends before it begins"):
        limit.validate_constraints()
    with pytest.raises(ValidationError, match="ends before it begins"):
        limit.validate_constraints(exclude={"guardian", "kind"})
    limit.validate_constraints(exclude={"until"})
    assert limit.get_constraints() == CourtLimit().get_constraints()
