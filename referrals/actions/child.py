"""How does a child come in, and how do its details change?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from referrals.models import Child, Guardian, Organization, Seat, User
from referrals.models.child import tokens
from referrals.models.guardian import Right

from .recording import record
from .refusal import Outrun
from .seat import index_everywhere, seat


@transaction.atomic
def register_child(
    *,
    id: UUID,
    practice: Organization,
    guardian: dict[str, Any] | None = None,
    pediatrician: User | None = None,
    by: User,
    at: datetime,
    **fields: Any,
) -> Child:
    """Register a child with its first adult. The practice gets its seat.

    `id` comes with the form, so that a second click finds the first one's child. The pediatrician is
    who registers it, where nobody else is named.
    """
    known = Child.objects.filter(pk=id).first()
    if known is not None:
        if known.practice_id != practice.pk:
            raise Outrun("This form was already used. Please start again.")
        return known
    child = Child.objects.create(
        id=id, practice=practice, pediatrician=pediatrician or by, registered_at=at, **fields
    )
    seat(
        child,
        organization=practice,
        role=Seat.Role.PRACTICE,
        rights=[Right.SEE],
        ground=Seat.Ground.REGISTRATION,
        ground_id=child.pk,
        since=at,
    )
    if guardian is not None:
        Guardian.objects.create(child=child, **guardian)
    record("child_registered", child=child, about=child.pk, by=by, at=at)
    return child


@transaction.atomic
def change_child(*, child: Child, version: int, by: User, at: datetime, **fields: Any) -> Child:
    """Change the child's details, unless somebody else did since this person opened them.

    What is stored already is not written again: a second click finds the first one's work done.
    """
    changed = sorted(name for name, value in fields.items() if getattr(child, name) != value)
    if not changed:
        return child
    written = Child.objects.filter(pk=child.pk, version=version).update(
        **fields, version=version + 1
    )
    if not written:
        raise Outrun(
            "Somebody else has changed these details meanwhile. "
            "What you typed is still here; please compare and save again."
        )
    child.refresh_from_db()
    index_everywhere(child)
    record("child_changed", child=child, about=child.pk, by=by, at=at, fields=changed)
    return child


@transaction.atomic
def identify_child(*, child: Child, by: User, at: datetime) -> None:
    """Let the child be found by its numbers, as they now stand in the admin, and by no others."""
    index_everywhere(child)
    record("child_changed", child=child, about=child.pk, by=by, at=at, fields=["identifiers"])


def same_child(practice: Organization, given_name: str, family_name: str, born: Any) -> list[Child]:
    """The practice's children who may be the one about to be registered again."""
    wanted = tokens(f"{given_name} {family_name}")
    return [
        child
        for child in Child.objects.filter(
            practice=practice, date_of_birth=born, merged_into__isnull=True
        )
        if tokens(f"{child.given_name} {child.family_name}") & wanted
    ]
