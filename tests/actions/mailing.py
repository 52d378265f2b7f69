"""How can a mail server misbehave? Back ends that do, each in one way."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any, ClassVar

from django.core.mail.backends.locmem import EmailBackend as Honest

from referrals.models import Notice


class Away(Honest):
    """Nobody answers."""

    def open(self) -> bool:
        raise ConnectionRefusedError("no route")


class Refuses(Honest):
    """It says no, before it takes anything."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPRecipientsRefused({})


class RefusesTheFirst(Honest):
    def send_messages(self, messages: Any) -> int:
        if "/b/" not in messages[0].body:
            raise SMTPRecipientsRefused({})
        return super().send_messages(messages)


class BreaksOff(Honest):
    """The line breaks before it says whether it took the e-mail."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPServerDisconnected("gone")


class Sleepy(Honest):
    """While it lets one worker wait, another takes up what he holds."""

    def open(self) -> bool:
        Notice.objects.filter(sent_at__isnull=True).update(leased_until=None)
        return True


class ThenNoDatabase(Honest):
    """It takes the e-mail, and at that moment the database goes away."""

    away: ClassVar[bool] = False

    def send_messages(self, messages: Any) -> int:
        type(self).away = True
        return super().send_messages(messages)
