"""Do the clocks of early intervention and school run as the law says, and does each step count once?"""

from datetime import date, timedelta

import pytest

from referrals.actions.programme import (
    close_programme,
    except_programme,
    note_programme,
    refer_programme,
    send_letter,
)
from referrals.models import Child, Organization, Programme
from referrals.models.record import NO_DUE_DATE, new_id
from tests.actions.outcome import kinds, outrun, refused, told
from tests.factories.consent import shared
from tests.factories.programme import letter_sent, referred

MONDAY = date(2026, 3, 2)


@pytest.fixture
def early(db):
    return Organization.objects.create(kind="early_intervention", name="Early Steps")


def begun(cast, early, now, **changes):
    told_so = {"referred_on": None} | changes
    return referred(cast.child, early, by=cast.pediatrician, at=now, **told_so)


def noted(cast, programme, step, on, at, **changes):
    return note_programme(
        programme=programme, step=step, on=on, by=cast.pediatrician, at=at, **changes
    )


def stands(programme):
    now = Programme.objects.get(pk=programme.pk)
    return now.next_step, now.next_due_on, now.is_open


def test_it_is_to_be_sent_within_seven_calendar_days(cast, early, now):
    programme = begun(cast, early, now, identified_on=MONDAY - timedelta(days=2))
    assert stands(programme) == ("refer", date(2026, 3, 7), True)
    assert (programme.owner, programme.organization) == (cast.pediatrician, cast.practice)
    assert kinds(programme.pk) == ["programme_identified"]


def test_early_intervention_has_45_days_from_the_day_it_was_received(cast, early, now):
    programme = referred(cast.child, early, by=cast.pediatrician, at=now)
    assert stands(programme) == ("receive", date(2026, 3, 9), True)
    assert told("programme_referred") == ["Rosa"]
    # The worked case: received 2026-03-02, 45 days: 2026-04-16.
    noted(cast, programme, "receive", MONDAY, now)
    for step in ("evaluate", "decide", "meet"):
        assert stands(programme) == (step, date(2026, 4, 16), True)
        noted(cast, programme, step, MONDAY, now)
    assert stands(programme) == ("", NO_DUE_DATE, False)
    programme.refresh_from_db()
    assert programme.outcome == "served"


def test_a_school_has_60_days_from_consent_and_30_from_eligibility(cast, school, now):
    Child.objects.filter(pk=cast.child.pk).update(date_of_birth=date(2022, 1, 1))
    cast.child.refresh_from_db()
    programme = referred(cast.child, school, by=cast.pediatrician, at=now)
    noted(cast, programme, "receive", MONDAY, now)
    noted(cast, programme, "consent", MONDAY, now)
    assert stands(programme) == ("evaluate", date(2026, 5, 1), True)
    noted(cast, programme, "evaluate", MONDAY, now)
    assert stands(programme) == ("decide", date(2026, 5, 1), True)
    noted(cast, programme, "decide", MONDAY, now)
    assert stands(programme) == ("meet", date(2026, 4, 1), True)


@pytest.mark.parametrize(
    ("born", "goes_to"),
    [
        (date(2023, 4, 16), "early_intervention"),  # 45 days before the third birthday
        (date(2023, 4, 15), "school"),  # 44 days before it
        (date(2023, 3, 1), "school"),
    ],
)
def test_under_45_days_before_the_third_birthday_the_school_is_asked_instead(
    cast, early, school, born, goes_to, now
):
    Child.objects.filter(pk=cast.child.pk).update(date_of_birth=born)
    cast.child.refresh_from_db()
    right, wrong = (early, school) if goes_to == "early_intervention" else (school, early)
    with refused("place"):
        referred(cast.child, wrong, by=cast.pediatrician, at=now)
    assert referred(cast.child, right, by=cast.pediatrician, at=now).kind == goes_to


def test_not_eligible_ends_it(cast, early, now):
    programme = referred(cast.child, early, by=cast.pediatrician, at=now)
    for step in ("receive", "evaluate"):
        noted(cast, programme, step, MONDAY, now)
    noted(cast, programme, "decide", MONDAY, now, eligible=False)
    programme.refresh_from_db()
    assert (programme.is_open, programme.outcome) == (False, "not_eligible")
    assert kinds(programme.pk)[-1] == "programme_found_not_eligible"


def test_an_exception_moves_the_day_with_a_reason(cast, early, now):
    programme = referred(cast.child, early, by=cast.pediatrician, at=now)
    noted(cast, programme, "receive", MONDAY, now)
    for reason, field in (("", "reason"), ("Ill.", "due_on")):
        with refused(field):
            except_programme(
                programme=programme, reason=reason, due_on=MONDAY - timedelta(days=1),
                by=cast.pediatrician, at=now,
            )  # fmt: skip
    aimed_at = date(2026, 5, 20)
    for _ in range(2):
        except_programme(
            programme=programme, reason="In hospital.", due_on=aimed_at, by=cast.pediatrician, at=now
        )  # fmt: skip
    noted(cast, programme, "evaluate", MONDAY, now)
    assert stands(programme) == ("decide", aimed_at, True)
    assert kinds(programme.pk).count("programme_excepted") == 1


def test_a_step_is_noted_once_in_its_turn_and_on_a_day_that_can_be(cast, early, received, now):
    programme = referred(cast.child, early, by=cast.pediatrician, at=now)
    with outrun():
        noted(cast, programme, "evaluate", MONDAY, now)
    for day in (MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)):
        with refused("on"):
            noted(cast, programme, "receive", day, now)
    for person in (cast.coordinator, cast.therapist):
        note_programme(programme=programme, step="receive", on=MONDAY, by=person, at=now)
    assert kinds(programme.pk) == ["programme_referred", "programme_received"]


@pytest.mark.parametrize("who", ["family", "partner", "stranger", "therapist"])
def test_only_the_pediatrician_refers(cast, early, received, who, now):
    with refused():
        referred(cast.child, early, by=getattr(cast, who), at=now)


def test_one_place_is_asked_once(cast, early, now):
    begun(cast, early, now)
    with refused("place", "already"):
        begun(cast, early, now)


def test_a_form_sent_twice_refers_once(cast, early, now):
    key = new_id()
    for _ in range(2):
        refer_programme(
            id=key, child=cast.child, place=early, identified_on=MONDAY, reason="Clumsy.",
            asked="An evaluation.", by=cast.pediatrician, at=now,
        )  # fmt: skip
    assert Programme.objects.count() == 1


def test_it_ends_early_with_a_reason(cast, early, now):
    programme = begun(cast, early, now)
    with refused("reason"):
        close_programme(
            programme=programme, outcome="declined", reason=" ", by=cast.pediatrician, at=now
        )
    for _ in range(2):
        close_programme(
            programme=programme, outcome="declined", reason="Later.", by=cast.pediatrician, at=now
        )
    assert stands(programme) == ("", NO_DUE_DATE, False)
    assert kinds(programme.pk) == ["programme_identified", "programme_closed"]


def test_no_letter_goes_where_the_family_has_not_opened_results(cast, early, now):
    programme = begun(cast, early, now)
    shared(cast.child, early, "goals", by=cast.family, at=now)
    with refused(None, "not opened results"):
        letter_sent(programme, by=cast.pediatrician, at=now)


def test_the_letter_is_sent_once_and_sends_the_referral(cast, early, now):
    programme = begun(cast, early, now)
    shared(cast.child, early, "results", by=cast.family, at=now)
    letter_sent(programme, by=cast.pediatrician, at=now)
    first = Programme.objects.get(pk=programme.pk)
    send_letter(programme=programme, content={}, by=cast.pediatrician, at=now)
    with outrun():
        send_letter(programme=programme, content={}, by=cast.practice_colleague, at=now)
    again = Programme.objects.get(pk=programme.pk)
    assert again.letter == first.letter
    assert (again.referred_on, again.next_step) == (MONDAY, "receive")
    assert kinds(programme.pk) == ["programme_identified", "programme_letter_sent"]
