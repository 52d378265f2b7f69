"""Does a consent open exactly what it says, until it says, and no longer?"""

from datetime import date, timedelta

import pytest

from referrals.access import Scope, children_visible_to, standing
from referrals.actions.consent import give_consent, revoke_consent, warn_of_ending
from referrals.actions.guardian import change_guardian
from referrals.actions.result import ask_result
from referrals.models import ChildToken, Consent, CourtLimit, Event, Notice, Seat
from referrals.models.record import new_id
from tests.actions.outcome import kinds, outrun, refused, told
from tests.factories.consent import shared


@pytest.fixture
def given(cast, now):
    return shared(cast.child, cast.school, "goals", "results", by=cast.family, at=now)


def test_it_seats_the_school_with_these_parts_through_the_last_day(given, school, family, now):
    seat = Seat.objects.get(ground_id=given.pk)
    assert (seat.organization, seat.role, seat.rights) == (school, "partner", ["goals", "results"])
    # Through 27 December in New York: up to midnight there.
    assert seat.until == given.until
    assert given.until.isoformat() == "2026-12-28T00:00:00-05:00"
    event = Event.objects.get(kind="consent_given")
    assert (event.by, event.data) == (
        family,
        {
            "organization": "Maple School", "until": "2026-12-27", "scopes": ["goals", "results"],
            "replaces": [],
        },
    )  # fmt: skip
    assert told("consent_given") == ["Paula"]


def test_whoever_is_seated_finds_the_child_by_name(given, school):
    words = ChildToken.objects.filter(organization=school).values_list("token", flat=True)
    assert set(words) == {"mina", "fontaine", "=2023-12-02"}


def test_a_second_click_gives_nothing_twice(cast, given, now):
    shared(cast.child, cast.school, "goals", "results", by=cast.family, at=now, id=given.pk)
    assert Consent.objects.count() == Seat.objects.filter(role="partner").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scopes": ()}, "scopes"),
        ({"scopes": ("goals", "diary")}, "scopes"),
        ({"purpose": "  "}, "purpose"),
        ({"last_on": date(2026, 3, 1)}, "last_on"),
        ({"last_on": date(2027, 3, 3)}, "last_on"),
        ({"signed_name": "Rosa"}, "signed_name"),
        ({"signed_name": "Omar Haddad"}, "signed_name"),
    ],
)
def test_what_is_refused(cast, changes, field, now):
    told_so = {"scopes": ("goals",), **changes}
    scopes = told_so.pop("scopes")
    with refused(field):
        give_consent(
            **{
                "id": new_id(), "child": cast.child, "organization": cast.school, "scopes": scopes,
                "purpose": "Help.", "last_on": date(2026, 9, 1), "signed_name": "Rosa Fontaine",
                "by": cast.family, "at": now, **told_so,
            }
        )  # fmt: skip


def test_a_year_is_the_longest(cast, now):
    given = shared(cast.child, cast.school, by=cast.family, at=now, last_on=date(2027, 3, 2))
    assert (given.until - now).days == 365


def test_a_clinic_cannot_be_chosen(cast, now):
    with refused("organization"):
        shared(cast.child, cast.clinic, by=cast.family, at=now)


@pytest.mark.parametrize("who", ["pediatrician", "therapist", "partner", "other_family", "admin"])
def test_only_the_family_shares(cast, sent, given, who, now):
    person = getattr(cast, who)
    with refused(None, "Only the family"):
        shared(cast.child, cast.school, by=person, at=now)
    with refused(None, "Only the family"):
        revoke_consent(consent=given, by=person, at=now)


def test_the_signature_may_be_written_otherwise_and_is_kept_as_it_was(cast, now):
    given = shared(cast.child, cast.school, by=cast.family, at=now, signed_name=" rosa  FONTAINE ")
    assert given.signed_name == "rosa  FONTAINE"


def test_a_new_one_takes_the_place_of_the_one_that_stands(cast, given, partner, child, now):
    later = now + timedelta(days=1)
    new = shared(cast.child, cast.school, "plan", by=cast.family, at=later)
    assert standing(partner, child.pk).scopes == {"plan"}
    given.refresh_from_db()
    assert (given.revoked_by, given.revoked_at) == (cast.family, later)
    assert Event.objects.get(about=new.pk).data["replaces"] == [str(given.pk)]


def test_closing_ends_it_in_that_moment(cast, given, partner, child, now):
    assert child in children_visible_to(partner)
    at = now + timedelta(days=3)
    revoke_consent(consent=given, by=cast.family, at=at)
    assert child not in children_visible_to(partner)
    assert standing(partner, child.pk).scopes == frozenset()
    assert Seat.objects.get(ground_id=given.pk).until == at
    assert kinds(given.pk) == ["consent_given", "consent_revoked"]


def test_a_second_click_closes_nothing_twice(cast, given, now):
    for hour in (1, 2):
        revoke_consent(consent=given, by=cast.family, at=now + timedelta(hours=hour))
    assert kinds(given.pk) == ["consent_given", "consent_revoked"]


def test_closing_takes_back_what_is_still_asked_for(cast, in_therapy, now):
    given = shared(cast.child, cast.school, "results", by=cast.family, at=now)
    asked = ask_result(
        id=new_id(), child=cast.child, organization=cast.school, kinds=["progress"],
        by=cast.partner, at=now,
    )  # fmt: skip
    assert in_therapy.tasks.filter(duty="answer_results", is_open=True).count() == 1
    revoke_consent(consent=given, by=cast.family, at=now)
    asked.refresh_from_db()
    assert (asked.state, asked.is_open) == ("withdrawn", False)
    assert not in_therapy.tasks.filter(duty="answer_results", is_open=True).exists()


def test_it_stays_when_a_court_takes_the_right_of_who_gave_it_and_they_cannot_close_it(
    cast, given, guardian, partner, child, now
):
    at = now + timedelta(days=1)
    CourtLimit.objects.create(guardian=guardian, kind="decide", since=at.date())
    change_guardian(guardian=guardian, by=cast.admin, at=at)
    assert standing(partner, child.pk).scopes == {Scope.GOALS, Scope.RESULTS}
    with refused(None, "Only the family"):
        revoke_consent(consent=given, by=cast.family, at=at)


def test_each_adult_who_may_share_is_told_once_that_it_ends_soon(cast, given):
    soon = given.until - timedelta(days=14)
    assert warn_of_ending(at=soon - timedelta(minutes=1)) == 0
    assert warn_of_ending(at=soon) == 1
    assert warn_of_ending(at=soon + timedelta(days=1)) == 0
    notice = Notice.objects.get(kind="consent_ends_soon")
    assert (notice.to, notice.path) == (cast.family, f"/children/{cast.child.pk}/consents/")


def test_the_form_of_another_child_opens_nothing(cast, given, now):
    with outrun("already used"):
        shared(cast.other_child, cast.school, by=cast.other_family, at=now, id=given.pk)
