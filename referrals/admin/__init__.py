"""What may administrators do? Keep people and places; read all else, and mend it through actions.

Nothing is deleted here, and nobody is let in but by the product's own log-in page.
"""

from allauth.account.admin import EmailAddress, EmailConfirmation
from allauth.mfa.admin import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from oauth2_provider import admin as _of_clients  # registered first, so that it can be taken away

from . import (
    account,
    activity,
    appointment,
    arrival,
    caseload,
    check_in,
    child,
    concern,
    consent,
    correction,
    diagnosis,
    discharge,
    document,
    emergency,
    event,
    feed,
    guardian,
    history,
    invitation,
    letter,
    membership,
    merge,
    message,
    notice,
    organization,
    person,
    programme,
    referral,
    reminder,
    report,
    result,
    seat,
    session,
    shelf,
    system,
)
from .rooms import rooms
from .search import Choices

__all__ = [
    "account",
    "activity",
    "appointment",
    "arrival",
    "caseload",
    "check_in",
    "child",
    "concern",
    "consent",
    "correction",
    "diagnosis",
    "discharge",
    "document",
    "emergency",
    "event",
    "feed",
    "guardian",
    "history",
    "invitation",
    "letter",
    "membership",
    "merge",
    "message",
    "notice",
    "organization",
    "person",
    "programme",
    "referral",
    "reminder",
    "report",
    "result",
    "seat",
    "session",
    "shelf",
    "system",
]  # fmt: skip

# What other packages offer here could be deleted, and would be a second truth about people:
# roles are memberships, and a person's e-mail stands on the person.
for foreign in (
    Group,
    EmailAddress,
    EmailConfirmation,
    Authenticator,
    *apps.get_app_config(_of_clients.__package__).get_models(),
):
    if admin.site.is_registered(foreign):
        admin.site.unregister(foreign)
admin.site.autocomplete_view = Choices.as_view(admin_site=admin.site)  # type: ignore[method-assign, assignment]
admin.site.get_app_list = rooms  # type: ignore[method-assign]
admin.site.disable_action("delete_selected")
admin.site.site_header = admin.site.site_title = f"{settings.SITE_NAME} administration"
admin.site.index_title = "People, places and records"
