"""What did an action leave behind: events, notices, a refusal at which field?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import pytest

from referrals.actions.refusal import Outrun, Refused
from referrals.models import Event, Notice, Referral


def kinds(about: UUID) -> list[str]:
    """The kinds of the events about one record, oldest first."""
    return list(
        Event.objects.filter(about=about).order_by("at", "id").values_list("kind", flat=True)
    )


def told(kind: str) -> list[str]:
    """Who was told of this kind of event, by given name."""
    return sorted(Notice.objects.filter(kind=kind).values_list("to__given_name", flat=True))


def owed(referral: Referral) -> tuple[str, str, date]:
    """The next step as the database has it: what, whose by given name, and by when."""
    now = Referral.objects.select_related("owner").get(pk=referral.pk)
    return now.next_step, now.owner.given_name, now.next_due_on


@contextmanager
def refused(field: str | None = None, sentence: str = "") -> Iterator[None]:
    """The action says no (and not merely that somebody was faster), and leaves nothing behind."""
    before = Event.objects.count(), Notice.objects.count(), list(_rows())
    with pytest.raises(Refused) as no:
        yield
    assert not isinstance(no.value, Outrun)
    assert no.value.field == field
    assert sentence in no.value.sentence
    assert before == (Event.objects.count(), Notice.objects.count(), list(_rows()))


@contextmanager
def outrun(sentence: str = "") -> Iterator[None]:
    """The action says that somebody was faster, and leaves nothing behind."""
    before = Event.objects.count(), Notice.objects.count(), list(_rows())
    with pytest.raises(Outrun) as no:
        yield
    assert sentence in no.value.sentence
    assert before == (Event.objects.count(), Notice.objects.count(), list(_rows()))


def _rows() -> list[tuple[object, ...]]:
    return list(Referral.objects.order_by("pk").values_list())
