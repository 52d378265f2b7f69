"""How is somebody let in: by a link that holds once, and not for long?"""

from datetime import datetime

from django.db import transaction

from referrals import notifications
from referrals.models import Invitation, User

from .refusal import Outrun, Refused


def open_invitation(person: User, *, by: User, at: datetime) -> Invitation:
    """Write the invitation of somebody without a password; every earlier link holds no longer."""
    _end(person, by=by, at=at)
    return Invitation.objects.create(person=person, invited_by=by, invited_at=at)


@transaction.atomic
def invite_person(*, person: User, by: User, at: datetime) -> Invitation:
    """Send somebody who works here, or is to, the link with which to set a password."""
    _check_admin(by)
    person = User.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise Refused(f"The account of {person} is closed. Reactivate it first.")
    if not person.has_email:
        raise Refused(f"{person} has no e-mail to which a link could go.")
    if person.has_usable_password():
        raise Refused(f"{person} has a password already, and can ask for another at the log-in.")
    invitation = open_invitation(person, by=by, at=at)
    notifications.invite(invitation)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User, at: datetime) -> None:
    """The link holds no longer, whether it has gone or still waits to go."""
    _check_admin(by)
    person = User.objects.select_for_update().get(pk=invitation.person_id)
    if not Invitation.objects.get(pk=invitation.pk).is_open:
        raise Outrun("This invitation was used or withdrawn already.")
    _end(person, by=by, at=at)


@transaction.atomic
def use_invitation(*, person: User, by: User, at: datetime) -> None:
    """Somebody has set a password: what let them in is used."""
    Invitation.objects.filter(
        person=person, used_at__isnull=True, withdrawn_at__isnull=True
    ).update(used_at=at)


def _end(person: User, *, by: User, at: datetime) -> None:
    """A link is good for the password it was made for: another that nobody knows ends it."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    Invitation.objects.filter(
        person=person, used_at__isnull=True, withdrawn_at__isnull=True
    ).update(withdrawn_at=at, withdrawn_by=by)


def _check_admin(by: User) -> None:
    if not (by.is_active and by.is_superuser):
        raise Refused("Only an administrator can do this.")
