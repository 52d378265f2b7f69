"""How is another computer system let in, given a new secret, and shut out?"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken, Application

from referrals.models import Membership, Organization, Role, System, User
from referrals.models.person import PLACES
from referrals.models.record import new_id
from referrals.models.system import SCOPES

from .refusal import Refused


@transaction.atomic
def open_system(
    *, organization: Organization, name: str, scopes: Iterable[str], by: User, at: datetime
) -> tuple[System, str]:
    """Let a system of the organisation in; returns it with its secret, which is told only now.

    Raises Refused for a place that no machine reads for, and for a scope that does not exist.
    """
    if organization.kind not in PLACES[Role.SYSTEM]:
        raise Refused("Only practices and clinics connect a system.", "organization")
    asked = sorted(set(scopes))
    if not asked or not set(asked) <= set(SCOPES):
        raise Refused("Choose what the system may do.", "scopes")
    user = User.objects.create_user(
        f"{new_id()}@system.invalid", None, given_name=name, family_name="(system)"
    )
    Membership.objects.create(user=user, organization=organization, role=Role.SYSTEM, since=at)
    secret: str = generate_client_secret()
    application = Application.objects.create(
        name=name,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
    )
    system = System.objects.create(
        name=name,
        organization=organization,
        user=user,
        application=application,
        scopes=asked,
        opened_at=at,
        opened_by=by,
    )
    return system, secret


@transaction.atomic
def renew_secret(*, system: System, by: User, at: datetime) -> str:
    """A new secret; the old one and every token that was given for it end now."""
    if system.closed_at is not None:
        raise Refused("This system is shut out.")
    secret: str = generate_client_secret()
    application = system.application
    application.client_secret = secret
    application.save(update_fields=["client_secret", "updated"])
    AccessToken.objects.filter(application=application).delete()
    return secret


@transaction.atomic
def close_system(*, system: System, by: User, at: datetime) -> System:
    """Shut the system out from now on; what it wrote keeps its author."""
    if system.closed_at is not None:
        return system
    AccessToken.objects.filter(application=system.application).delete()
    Membership.objects.filter(user=system.user, role=Role.SYSTEM, until__gt=at).update(until=at)
    system.user.is_active = False
    system.user.save(update_fields=["is_active"])
    system.until, system.closed_at, system.closed_by = at, at, by
    system.save(update_fields=["until", "closed_at", "closed_by"])
    return system
