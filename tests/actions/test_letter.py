"""Who can write which letter to whom, is it kept as it was written, and how is a text edited?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.access import acting_as
from referrals.act import Act
from referrals.actions.consent import revoke_consent
from referrals.actions.letter import (
    edit_letter_template,
    mark_letter_error,
    offers_of,
    write_letter,
)
from referrals.actions.refusal import Outrun, Refused
from referrals.models import Consent, CourtLimit, Event, Guardian, Letter, Notice, Referral, User
from referrals.models.record import new_id
from referrals.queries.letter import wording_of
from tests.actions.outcome import told
from tests.factories.consent import shared
from tests.factories.letter import choice_of, lettered

GOOD = "{child} {visit} {clinic} {phone} {interpreter}"


def offered(referral: Referral, by: User, at: datetime) -> set[tuple[str, str]]:
    sides = acting_as(by, Act.WRITE_LETTER, referral)
    return {(one.kind.code, one.to.name) for one in offers_of(referral, sides, at)}


@pytest.fixture
def after(now: datetime) -> datetime:
    return now + timedelta(hours=9)


# --- Which letter, to whom ------------------------------------------------------------------------


def test_a_pediatrician_writes_to_the_clinic(cast: Any, sent: Referral, after: datetime) -> None:
    assert offered(sent, cast.pediatrician, after) == {("referral", "Harbor Therapy")}
    assert offered(sent, cast.therapist, after) == set()


def test_a_missed_visit_is_a_reason_to_write_to_the_family(
    cast: Any, visit_missed: Referral, after: datetime
) -> None:
    for person in (cast.therapist, cast.colleague, cast.coordinator):
        assert offered(visit_missed, person, after) == {("no_show", "Rosa Fontaine")}
    assert offered(visit_missed, cast.pediatrician, after) == {("referral", "Harbor Therapy")}


def test_a_visit_that_is_booked_is_none(cast: Any, scheduled: Referral, after: datetime) -> None:
    assert offered(scheduled, cast.therapist, after) == set()


def test_a_signed_ending_is_a_reason_to_write_to_both(
    cast: Any, discharged: Referral, ending: datetime
) -> None:
    assert offered(discharged, cast.therapist, ending + timedelta(days=1)) == {
        ("discharge", "Elm Street Pediatrics"), ("discharge_family", "Rosa Fontaine"),
    }  # fmt: skip
    assert offered(discharged, cast.coordinator, ending + timedelta(days=1)) == set()


@pytest.mark.parametrize("kind", ["record", "decide", "contact"])
def test_nobody_writes_to_an_adult_whom_a_court_limits(
    cast: Any, guardian: Guardian, visit_missed: Referral, after: datetime, kind: str
) -> None:
    CourtLimit.objects.create(guardian=guardian, kind=kind, since=after.date())
    assert offered(visit_missed, cast.therapist, after) == set()


def test_nor_to_one_who_may_not_see_the_record(
    cast: Any, guardian: Guardian, visit_missed: Referral, after: datetime
) -> None:
    Guardian.objects.filter(pk=guardian.pk).update(may_see=False)
    assert offered(visit_missed, cast.therapist, after) == set()


def test_a_school_is_written_to_only_while_the_family_lets_it(
    cast: Any, sent: Referral, now: datetime, after: datetime
) -> None:
    assert ("school", "Maple School") not in offered(sent, cast.therapist, after)
    given = shared(cast.child, cast.school, "goals", by=cast.family, at=now)
    assert offered(sent, cast.therapist, after) == set()
    revoke_consent(consent=given, by=cast.family, at=now)
    given = shared(cast.child, cast.school, "results", by=cast.family, at=now)
    assert offered(sent, cast.therapist, after) == {("school", "Maple School")}
    revoke_consent(consent=Consent.objects.get(pk=given.pk), by=cast.family, at=after)
    assert offered(sent, cast.therapist, after + timedelta(minutes=1)) == set()


def test_a_letter_chosen_before_a_consent_was_taken_back_is_not_sent(
    cast: Any, sent: Referral, now: datetime, after: datetime
) -> None:
    given = shared(cast.child, cast.school, "results", by=cast.family, at=now)
    choice = choice_of(sent, "school", "Maple School", by=cast.therapist, at=after)
    revoke_consent(consent=given, by=cast.family, at=after)
    with pytest.raises(Outrun, match="cannot be written to them now"):
        write_letter(
            id=new_id(), referral=sent, choice=choice, language="en", subject="a", body="b",
            by=cast.therapist, at=after + timedelta(minutes=1),
        )  # fmt: skip
    assert not Letter.objects.exists()


@pytest.mark.parametrize("who", ["family", "partner", "stranger", "other_family", "admin"])
def test_others_write_none(cast: Any, visit_missed: Referral, after: datetime, who: str) -> None:
    choice = choice_of(visit_missed, "no_show", "Rosa Fontaine", by=cast.therapist, at=after)
    with pytest.raises(Refused):
        write_letter(
            id=new_id(), referral=visit_missed, choice=choice, language="en", subject="a",
            body="b", by=getattr(cast, who), at=after,
        )  # fmt: skip


# --- Kept as it was written -----------------------------------------------------------------------


def test_it_is_kept_with_all_that_tells_whose_it_is(
    cast: Any, visit_missed: Referral, after: datetime
) -> None:
    Notice.objects.all().update(kind="before")
    made = lettered(
        visit_missed, "no_show", "Rosa Fontaine", by=cast.therapist, at=after, language="es",
        subject="Una  nueva\ncita", body=" Hola. ",
    )  # fmt: skip
    kept = Letter.objects.get()
    assert (kept.pk, kept.kind, kept.language, kept.addressee) == (
        made.pk, "no_show", "es", "Rosa Fontaine",
    )  # fmt: skip
    assert (kept.subject, kept.body) == ("Una nueva cita", "Hola.")
    assert (kept.organization, kept.written_by, kept.written_at) == (
        cast.clinic, cast.therapist, after,
    )  # fmt: skip
    assert kept.signature == "Thea Marsh, OTR/L"
    event = Event.objects.get(kind="letter_written")
    assert event.data == {
        "letter": str(kept.pk), "addressee": "Rosa Fontaine", "letter_kind": "no_show",
    }  # fmt: skip
    assert told("letter_written") == ["Rosa"]
    assert Notice.objects.get(kind="letter_written").path == (
        f"/referrals/{visit_missed.pk}/letters/{kept.pk}/"
    )


def test_the_second_click_writes_nothing_twice(
    cast: Any, visit_missed: Referral, after: datetime
) -> None:
    key = new_id()
    first = lettered(visit_missed, "no_show", "Rosa Fontaine", by=cast.therapist, at=after, id=key)
    again = lettered(visit_missed, "no_show", "Rosa Fontaine", by=cast.therapist, at=after, id=key)
    assert (first, Letter.objects.count()) == (again, 1)
    assert Event.objects.filter(kind="letter_written").count() == 1


def test_a_school_is_told_where_it_reads_it(cast: Any, written_to_school: Referral) -> None:
    made = Letter.objects.get()
    assert told("letter_written") == ["Paula"]
    assert Notice.objects.get(kind="letter_written").path == (
        f"/children/{cast.child.pk}/shared/written/{made.pk}/"
    )


def test_a_clinic_is_told_by_who_cares_for_the_child(written_to_clinic: Referral) -> None:
    assert told("letter_written") == ["Kofi"]


def test_a_mistake_is_marked_and_stays(
    cast: Any, written_to_family: Referral, after: datetime
) -> None:
    made = Letter.objects.select_related("referral").get()
    with pytest.raises(Refused, match="Only the side that wrote"):
        mark_letter_error(letter=made, reason="No.", by=cast.pediatrician, at=after)
    with pytest.raises(Refused, match="Say what was wrong"):
        mark_letter_error(letter=made, reason=" ", by=cast.colleague, at=after)
    mark_letter_error(letter=made, reason="The wrong child.", by=cast.colleague, at=after)
    mark_letter_error(letter=made, reason="The wrong child.", by=cast.colleague, at=after)
    with pytest.raises(Outrun):
        mark_letter_error(letter=made, reason="Another.", by=cast.therapist, at=after)
    kept = Letter.objects.get()
    assert (kept.body, kept.error_by, kept.error_reason) == (
        made.body, cast.colleague, "The wrong child.",
    )  # fmt: skip
    assert Event.objects.filter(kind="letter_marked_error").count() == 1
    assert told("letter_marked_error") == ["Rosa"]


# --- The texts of a place -------------------------------------------------------------------------


def edited(cast: Any, at: datetime, **changes: Any) -> Any:
    told = {
        "organization": cast.clinic, "kind": "no_show", "language": "en", "subject": "Our words",
        "body": GOOD, "version": 0, "by": cast.admin,
    } | changes  # fmt: skip
    return edit_letter_template(at=at, **told)


def test_a_places_own_text_stands_for_it_alone(cast: Any, now: datetime) -> None:
    edited(cast, now)
    assert wording_of("no_show", "en", cast.clinic).body == GOOD
    assert wording_of("no_show", "en", cast.other_clinic).version == 0
    assert wording_of("no_show", "es", cast.clinic).version == 0


def test_each_edit_is_a_version_and_the_products_text_can_come_back(
    cast: Any, now: datetime
) -> None:
    edited(cast, now)
    edited(cast, now, version=1, body=f"{GOOD} Bye.")
    assert wording_of("no_show", "en", cast.clinic).version == 2
    edited(cast, now, version=2, shipped=True)
    assert wording_of("no_show", "en", cast.clinic).version == 0
    kept = cast.clinic.letter_templates.order_by("version")
    assert list(kept.values_list("version", "shipped", "body")) == [
        (1, False, GOOD), (2, False, f"{GOOD} Bye."), (3, True, ""),
    ]  # fmt: skip


def test_who_edits_beside_another_is_told(cast: Any, now: datetime) -> None:
    first = edited(cast, now)
    assert edited(cast, now) == first  # the second click
    with pytest.raises(Outrun, match="edited this text meanwhile"):
        edited(cast, now, body=f"{GOOD} Otherwise.")


@pytest.mark.parametrize("bad", ["No places.", f"{GOOD} {{diagnoses}}", f"{GOOD} <b>x</b>"])
def test_an_unsafe_text_is_not_kept(cast: Any, now: datetime, bad: str) -> None:
    with pytest.raises(Refused):
        edited(cast, now, body=bad)
    assert not cast.clinic.letter_templates.exists()


@pytest.mark.parametrize("who", ["therapist", "coordinator", "family"])
def test_only_an_administrator_edits(cast: Any, now: datetime, who: str) -> None:
    with pytest.raises(Refused, match="Only an administrator"):
        edited(cast, now, by=getattr(cast, who))
