"""What does a person change about their own account?"""

from datetime import datetime

from django.db import transaction

from referrals.models import User


@transaction.atomic
def choose_language(*, person: User, language: str, by: User, at: datetime) -> None:
    """From now on this person's pages and e-mails are in this language. It is no child's record."""
    if by.pk != person.pk:
        raise ValueError("Everybody chooses their own language")
    User.objects.filter(pk=person.pk).exclude(language=language).update(language=language)
    person.language = language
