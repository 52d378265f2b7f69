"""Is a referral kept once, and does nobody wait in a circle, when it is kept and sent at one moment?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection, transaction

from referrals.actions.referral import draft_and_send_referral, draft_referral, send_referral
from referrals.actions.refusal import Outrun
from referrals.models import Child, Event, Organization
from referrals.models.record import new_id
from tests.factories.referral import complete, draft_for

#: Seconds in which the second one comes as far as it can.
A_LITTLE = 0.5


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_while_a_second_click_keeps_it_is_sent_once_and_the_second_is_told(
    transactional_db: Any, cast: Any, child: Child, clinic: Organization, now: datetime
) -> None:
    key, begun, ended = new_id(), Signal(), Signal()
    said: dict[str, Any] = {
        "id": key, "child": child, "practice": child.practice, "by": cast.pediatrician, "at": now,
    } | complete(now, clinic)  # fmt: skip
    other = draft_for(child, clinic, by=cast.pediatrician, at=now)

    def sends() -> None:
        try:
            with transaction.atomic():
                send_referral(referral=other, by=cast.pediatrician, at=now)
                begun.set()
                ended.wait(A_LITTLE)
                draft_and_send_referral(despite_open=True, **said)
        finally:
            connection.close()

    def keeps() -> str:
        begun.wait()
        try:
            draft_referral(**said)
        except Outrun as refused:
            return refused.sentence
        finally:
            ended.set()
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        sending, keeping = pool.submit(sends), pool.submit(keeps)
        sending.result()
        assert "it is now “sent”" in keeping.result()
    kinds = Event.objects.filter(about=key).values_list("kind", flat=True)
    assert sorted(kinds) == ["referral_drafted", "referral_sent"]
