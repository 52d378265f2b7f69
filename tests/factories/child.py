"""How do children come into the tests? As in life: a practice registers them."""

from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from factory import Sequence
from factory.django import DjangoModelFactory

from referrals.actions.child import register_child
from referrals.actions.guardian import invite_guardian
from referrals.models import Child, Guardian, User
from referrals.models.record import new_id

#: Who answers for a child, where the test does not say.
MOTHER = {"given_name": "Rosa", "family_name": "Fontaine", "relationship": "mother"}


def born(at: datetime, *, years: int = 0, months: int = 0) -> date:
    """The birth date of a child who is so old at that time."""
    return at.date() - relativedelta(years=years, months=months)


class ChildFactory(DjangoModelFactory):
    """Registers through the action; needs `practice`, `by` and `at`. A toddler."""

    class Meta:
        model = Child

    given_name = Sequence(lambda n: f"Child{n}")
    family_name = "Fontaine"

    @classmethod
    def _create(cls, model_class: type[Child], *args: Any, **fields: Any) -> Child:
        fields.setdefault("id", new_id())
        fields.setdefault("guardian", MOTHER)
        fields.setdefault("date_of_birth", born(fields["at"], years=2, months=3))
        return register_child(**fields)


def guardian_of(child: Child, user: User, *, by: User, at: datetime, **rights: bool) -> Guardian:
    """Seat a person with an account as the child's first adult, with all rights but those named."""
    guardian = child.guardians.order_by("id").first()
    assert guardian is not None
    if rights:
        Guardian.objects.filter(pk=guardian.pk).update(**rights)
        guardian.refresh_from_db()
    return invite_guardian(guardian=guardian, email=user.email, by=by, at=at)
