"""Is it found where somebody changes what happened to an account, or who opened a record in an emergency?"""

from datetime import datetime, timedelta

import pytest

from referrals.actions.account import note_account_change
from referrals.actions.emergency import open_emergency, review_emergency
from referrals.actions.recording import record_view
from referrals.models import AccountChange, Emergency, Event, Referral, Seal
from referrals.models.merge import every_row
from referrals.models.record import first_id, new_id
from referrals.models.seal import SORTS
from referrals.queries.seal import What
from tests.conftest import Cast
from tests.queries.test_seal import found, raw, run, sealed

#: What came under the seal later than its table was written to.
SINCE = ("account_change", "emergency", "emergency_reviewed")


def opened(cast: Cast, at: datetime) -> Emergency:
    return open_emergency(
        id=new_id(), child=cast.child, reason="The therapist is away.", by=cast.therapist, at=at
    )


@pytest.fixture
def emergency(sent: Referral, cast: Cast, now: datetime) -> Emergency:
    """Two openings, one of them looked at; who opened signed in before. None of it sealed."""
    at = now + timedelta(hours=1)
    note_account_change(person=cast.therapist, kind="signed_in", by=cast.therapist, at=at)
    opened(cast, at)
    emergency = opened(cast, at + timedelta(hours=5))
    return review_emergency(
        emergency=emergency, was_right=True, by=cast.coordinator, at=at + timedelta(hours=6)
    )


def without_the_new_sorts(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that waits is sealed, as it was before the upgrade."""
    with monkeypatch.context() as before:
        for code in SINCE:
            before.delitem(SORTS, code)
        before.setattr("referrals.actions.seal.LOGS", {c: s for c, s in SORTS.items() if s.is_log})
        papers = {c: s for c, s in SORTS.items() if not s.is_log}
        before.setattr("referrals.actions.seal.PAPERS", papers)
        sealed()


def test_each_stands_in_the_chain(emergency: Emergency) -> None:
    sealed()
    counts = {code: Seal.objects.filter(sort=code).count() for code in SINCE}
    assert counts == {"account_change": 1, "emergency": 2, "emergency_reviewed": 1}
    assert found() == []


def test_a_changed_sign_in_is_found_and_one_that_is_gone(emergency: Emergency, cast: Cast) -> None:
    sealed()
    change = AccountChange.objects.get()
    run("UPDATE referrals_accountchange SET by_id = %s", raw(cast.admin.pk))
    assert found() == [(What.CHANGED, "AccountChange", str(change.pk))]
    run("DELETE FROM referrals_accountchange WHERE id = %s", raw(change.pk))
    assert found() == [(What.GONE, "AccountChange", str(change.pk))]


@pytest.mark.parametrize(
    "changed",
    ["reason = 'Asked for.'", "user_id = owner_id", "review = 'Asked for.'",
     "reviewed_by_id = user_id"],
)  # fmt: skip
def test_a_changed_opening_is_found_and_its_changed_answer(
    emergency: Emergency, changed: str
) -> None:
    sealed()
    run(f"UPDATE referrals_emergency SET {changed} WHERE id = %s", raw(emergency.pk))  # noqa: S608
    assert found() == [(What.CHANGED, "Emergency", str(emergency.pk))]


def test_an_opening_that_is_gone_is_found_with_its_answer(emergency: Emergency) -> None:
    sealed()
    run("DELETE FROM referrals_emergency WHERE id = %s", raw(emergency.pk))
    assert found() == [(What.GONE, "Emergency", str(emergency.pk))] * 2


def test_a_sign_in_and_an_opening_that_were_put_in_later_are_found(
    emergency: Emergency, cast: Cast, now: datetime
) -> None:
    sealed()
    past = now - timedelta(days=3)
    change = AccountChange(
        id=first_id(past), person=cast.family, by=cast.family, kind="signed_in", at=past
    )
    every_row(AccountChange).bulk_create([change])
    forged = put_in(emergency, cast.child.pk, now)
    assert sealed() == 0
    assert found() == [
        (What.BETWEEN, "AccountChange", str(change.pk)), (What.BETWEEN, "Emergency", str(forged)),
        (What.BETWEEN, "Emergency", str(forged)),
    ]  # fmt: skip


def put_in(like: Emergency, child: object, at: datetime) -> object:
    """An opening with its answer that nobody made, of before the first that was."""
    columns = {f.attname: getattr(like, f.attname) for f in like._meta.concrete_fields}
    columns |= {"id": new_id(), "child_id": child, "opened_at": at, "reviewed_at": at}
    every_row(Emergency).bulk_create([Emergency(**columns)])
    return columns["id"]


# --- What was written before these came under the seal --------------------------------------------


def test_what_stands_from_before_the_upgrade_is_sealed_after_it(
    emergency: Emergency, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_new_sorts(monkeypatch)
    assert Event.objects.count() == Seal.objects.filter(sort="event").count()
    # Nobody had the time to seal them: said as what waits, not as what was put in.
    assert [what for what, _, _ in found()] == [What.LATE] * 4
    assert sealed() == 4
    assert found() == []
    run("UPDATE referrals_emergency SET reason = 'Other.' WHERE id = %s", raw(emergency.pk))
    assert found() == [(What.CHANGED, "Emergency", str(emergency.pk))]


def test_what_no_event_tells_of_is_not_sealed_with_it(
    emergency: Emergency, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_new_sorts(monkeypatch)
    forged = put_in(emergency, cast.child.pk, now)
    assert sealed() == 4
    assert found() == [(What.BETWEEN, "Emergency", str(forged))] * 2


def test_what_is_written_meanwhile_is_sealed_once(
    emergency: Emergency, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_new_sorts(monkeypatch)
    opened(cast, now + timedelta(hours=12))
    record_view(child=cast.child, by=cast.family, at=now, role="family", page="home")
    sealed()
    assert Seal.objects.filter(sort="emergency").count() == 3
    assert found() == []
