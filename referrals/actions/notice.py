"""How do notices leave the outbox: each once, and none lost when a worker dies?"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from referrals.models import Notice

log = structlog.get_logger(__name__)
#: How long a worker has for one e-mail before another may take it up.
LEASE: Final = timedelta(minutes=5)
#: After so many attempts an e-mail is left for a person to look at.
ATTEMPTS: Final = 8


def deliver_notices(*, at: datetime, most: int = 100) -> int:
    """Send what is due, at most so many; returns how many went.

    A notice is leased by a conditional UPDATE before it is sent: of several workers
    one wins it. One whose worker died is taken up when the lease has run out.
    """
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
    due = Notice.objects.filter(free, sent_at__isnull=True, attempts__lt=ATTEMPTS)
    sent = 0
    for notice in due.select_related("to").order_by("created_at", "id")[:most]:
        leased = Notice.objects.filter(free, pk=notice.pk, sent_at__isnull=True).update(
            leased_until=at + LEASE, attempts=notice.attempts + 1
        )
        if not leased:
            continue
        try:
            _send(notice)
        except OSError as error:
            log.warning("notice not sent", kind=type(error).__name__)
            continue
        Notice.objects.filter(pk=notice.pk).update(sent_at=at, leased_until=None)
        sent += 1
    return sent


def _send(notice: Notice) -> None:
    path = notice.path
    kind = "notice"
    if notice.kind == "guardian_invited" and not notice.to.has_usable_password():
        # Made at the moment of sending, so that no key to an account lies in the outbox.
        key = default_token_generator.make_token(notice.to)
        who = user_pk_to_url_str(notice.to)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": who, "key": key})
        kind = "invitation"
    context = {
        "site_name": settings.SITE_NAME,
        "greeting_name": notice.to.given_name,
        "link": f"{settings.SITE_URL}{path}",
    }
    send_mail(
        render_to_string(f"email/{kind}_subject.txt", context).strip(),
        render_to_string(f"email/{kind}.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [notice.to.email],
    )
