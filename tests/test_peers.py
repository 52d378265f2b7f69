"""Do we make the mistakes that were found in the work of our peers? One test for each of them.

Those about who sees what stand here; those about writing and reading in
`views/test_reading.py`, `views/test_double_click.py` and `views/test_oversight.py`.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib import admin as administration
from django.db.models import ProtectedError, QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.access import (
    children_visible_to,
    concerns_visible_to,
    records_visible_to,
    referrals_visible_to,
)
from referrals.actions.appointment import offer_appointments
from referrals.actions.closing import acknowledge_referral, close_referral, decline_referral
from referrals.actions.concern import share_concern
from referrals.actions.document import attach
from referrals.actions.referral import accept_referral, draft_referral, receive_referral
from referrals.models import (
    Child,
    Event,
    Guardian,
    Organization,
    Referral,
    User,
)
from referrals.models.record import NeverDeleted, new_id
from referrals.pathway import Move
from referrals.queries.worklist import FILTERS
from tests.factories.organization import ClinicFactory
from tests.factories.referral import sent_for
from tests.views.typed import (
    PDF,
    a_referral,
    a_visit,
    an_offer,
    pdf,
)

Door = Callable[[User], Client]
STRANGERS = ("stranger", "stranger_pediatrician", "other_family", "admin", "nobody")


def lists(door: Client) -> Iterator[str]:
    """Everything that shows more than one thing: pages, counts, searches, partials."""
    for role in ("", "pediatrician", "therapist", "coordinator", "partner", "family"):
        yield door.get(reverse("home"), {"as": role}, follow=True).content.decode()
    for shown in FILTERS:
        yield door.get(reverse("referral_list"), {"show": shown}).content.decode()
    yield door.get(reverse("child_list")).content.decode()
    yield door.get(reverse("statistics")).content.decode()
    for table in ("funnel", "overdue", "caseload"):
        yield door.get(reverse("statistics_table", args=[table])).content.decode()
    for headers in ({}, {"HX-Request": "true"}):
        for words in ("Mina", "fon", "Mina Fontaine", born(door)):
            for name in ("search", "referral_new"):
                yield door.post(reverse(name), {"q": words}, headers=headers).content.decode()


def born(door: Client) -> str:
    return Child.objects.get(given_name="Mina").date_of_birth.isoformat()


@pytest.mark.parametrize("who", [*STRANGERS, "partner"])
def test_no_list_names_a_child_that_the_page_refuses(
    who: str,
    request: pytest.FixtureRequest,
    client_of: Door,
    child: Child,
    sent: Referral,
    nobody: User,
) -> None:
    """Epilepsy12: a list filtered by the user's own preference names a child whose page is refused."""
    door = client_of(request.getfixturevalue(who))
    assert door.get(reverse("child_detail", args=[child.pk])).status_code == 404
    for text in lists(door):
        assert str(child.pk) not in text
        assert "Mina" not in text.replace('value="Mina', "")


def test_a_list_and_a_page_never_disagree(
    cast: Any, client_of: Door, sent: Referral, nobody: User
) -> None:
    """Epilepsy12 again, from the other side: who is let in finds the child in the list."""
    people = [v for v in vars(cast).values() if isinstance(v, User)] + [nobody]
    for person in people:
        door = client_of(person)
        listed = door.get(reverse("child_list")).content.decode()
        for child in (cast.child, cast.other_child):
            opens = door.get(reverse("child_detail", args=[child.pk])).status_code == 200
            assert (str(child.pk) in listed) is opens, (person, child)


def test_headers_and_preferences_open_nothing(
    client_of: Door, stranger: User, child: Child, sent: Referral
) -> None:
    """Epilepsy12: the organisation whose children are shown was taken from a request header."""
    door = client_of(stranger)
    names = ("X-Organization", "X-Practice", "X-Role", "X-User", "X-Forwarded-User", "Remote-User")
    headers = {name: str(value) for name in names for value in (sent.clinic_id, child.practice_id)}
    assert "Mina" not in door.get(reverse("child_list"), headers=headers).content.decode()
    asked_for = {
        "organization": child.practice_id,
        "clinic": sent.clinic_id,
        "user": child.pediatrician_id,
    }
    assert "Mina" not in door.get(reverse("referral_list"), asked_for).content.decode()


def test_two_who_belong_nowhere_see_nothing_of_each_other(
    nobody: User, child: Child, pediatrician: User, now: Any
) -> None:
    """Epilepsy12, Wales: scoping by equality with a NULL shows NULL users each other's children."""
    Guardian.objects.create(
        child=child, given_name="No", family_name="Account", relationship="other"
    )
    draft_referral(id=new_id(), child=child, practice=child.practice, by=pediatrician, at=now)
    assert Referral.objects.filter(clinic=None, therapist=None).exists()
    for scope in (
        children_visible_to,
        records_visible_to,
        referrals_visible_to,
        concerns_visible_to,
    ):
        assert list(scope(nobody)) == []


def test_an_inner_record_is_reached_only_from_its_own_outer_one(
    cast: Any, client_of: Door, scheduled: Referral, now: Any, settings: Any, tmp_path: Any
) -> None:
    """NPDA: another unit's visit opened under a patient of one's own."""
    settings.MEDIA_ROOT = tmp_path
    by = cast.stranger_pediatrician
    foreign = sent_for(cast.other_child, cast.clinic, by=by, at=now)
    letter = attach(referral=foreign, upload=pdf(), by=by, at=now)
    visit = scheduled.appointments.get()
    adult = cast.other_child.guardians.get()
    pediatrician, therapist = client_of(cast.pediatrician), client_of(cast.therapist)
    # The therapist sees both referrals; still each record is only under its own.
    for door, name, keys in (
        (therapist, "attachment_download", [scheduled.pk, letter.pk]),
        (therapist, "appointment_calendar", [foreign.pk, visit.pk]),
        (pediatrician, "guardian_invite", [cast.child.pk, adult.pk]),
    ):
        assert door.get(reverse(name, args=keys)).status_code == 404, name
        assert door.post(reverse(name, args=keys), {"email": "x@example.org"}).status_code == 404, (
            name
        )
    shown = therapist.get(reverse("attachment_download", args=[foreign.pk, letter.pk]))
    assert b"".join(shown) == PDF


def test_nothing_of_another_child_is_carried_into_a_referral(
    cast: Any, client_of: Door, now: Any
) -> None:
    """NPDA, in addresses: a concern, an earlier referral or a draft of somebody else's child."""
    by = cast.stranger_pediatrician
    concern = share_concern(
        id=new_id(),
        child=cast.other_child,
        signs=[],
        words="He hides.",
        by=cast.other_family,
        at=now,
    )
    sent = sent_for(
        cast.other_child, cast.other_clinic, by=by, at=now, question="Why does he hide?"
    )
    draft = draft_referral(
        id=new_id(),
        child=cast.other_child,
        practice=cast.other_practice,
        by=by,
        at=now,
        question="He hides?",
    )
    door = client_of(cast.pediatrician)
    path = reverse("referral_write", args=[cast.child.pk])
    for key, value in (
        ("concern", concern.pk),
        ("follows", sent.pk),
        ("draft", draft.pk),
        ("draft", sent.pk),
    ):
        page = door.get(path, {key: value})
        assert page.status_code == 200
        assert "hide" not in page.content.decode()
    door.post(path, a_referral(cast.clinic, concern=concern.pk, follows=sent.pk))
    made = Referral.objects.get(child=cast.child)
    assert (made.concern, made.follows) == (None, None)
    stolen = door.post(path, a_referral(cast.clinic, id=draft.pk, version=draft.version))
    assert stolen.status_code == 409
    assert Referral.objects.get(pk=draft.pk).child == cast.other_child


def test_keys_in_payloads_are_checked_like_keys_in_addresses(
    cast: Any, client_of: Door, received: Referral, now: Any
) -> None:
    """wger does, NPDA did not: who and where in a payload must belong to what it is about."""
    pediatrician, therapist = client_of(cast.pediatrician), client_of(cast.therapist)
    closed = ClinicFactory(name="Closed Therapy", is_active=False)
    for place in (cast.school, cast.other_practice, closed):
        path = reverse("referral_write", args=[cast.child.pk])
        typed = a_referral(place, despite_open="on")
        assert pediatrician.post(path, typed).status_code == 422, place
    path = reverse("referral_accept", args=[received.pk])
    for person in (cast.stranger, cast.coordinator, cast.pediatrician, cast.family):
        typed = {"version": received.version, "therapist": person.pk}
        assert therapist.post(path, typed).status_code == 422, person
    path = reverse("referral_hand_over", args=[received.pk])
    for person in (cast.stranger, cast.pediatrician, cast.family):
        typed = {"version": received.version, "owner": person.pk}
        assert therapist.post(path, typed).status_code == 422, person
    accepted = accept_referral(
        referral=received, therapist=cast.therapist, by=cast.therapist, at=timezone.now()
    )
    for name, typed in (
        ("book", a_visit(accepted, cast.stranger)),
        ("offer", an_offer(accepted, cast.stranger)),
    ):
        assert (
            therapist.post(reverse(f"referral_{name}", args=[accepted.pk]), typed).status_code
            == 422
        ), name
    assert Referral.objects.get(pk=received.pk).appointments.count() == 0


def test_a_family_picks_only_from_its_own_offers(
    cast: Any, client_of: Door, accepted: Referral, now: Any
) -> None:
    """NPDA, in a payload: the appointment of another referral."""
    by = cast.stranger_pediatrician
    foreign = sent_for(cast.other_child, cast.clinic, by=by, at=now)
    receive_referral(referral=foreign, by=cast.coordinator, at=now)
    accept_referral(referral=foreign, therapist=cast.therapist, by=cast.therapist, at=now)
    for at, referral in enumerate((foreign, accepted)):
        offer_appointments(
            referral=referral, times=[timezone.now() + timedelta(days=7, hours=2 * at)],
            therapist=cast.therapist, minutes=60, place="clinic", by=cast.coordinator, at=timezone.now(),
        )  # fmt: skip
    typed = {"version": accepted.version, "appointment": foreign.appointments.get().pk}
    answer = client_of(cast.family).post(reverse("referral_pick", args=[accepted.pk]), typed)
    assert answer.status_code == 422
    assert foreign.appointments.get().status == "proposed"


@pytest.mark.parametrize("who", ["nobody", "admin"])
def test_who_has_no_permission_reads_no_name(
    who: str, request: pytest.FixtureRequest, client_of: Door, sent: Referral
) -> None:
    """Baby Buddy: names on the dashboard for a user without any permission."""
    text = (
        client_of(request.getfixturevalue(who)).get(reverse("home"), follow=True).content.decode()
    )
    assert "Mina" not in text
    assert "Sami" not in text


def test_a_draft_that_saves_itself_leaves_its_events(cast: Any, client_of: Door) -> None:
    """Epilepsy12: autosave through `queryset.update()`, which the history never sees."""
    door = client_of(cast.pediatrician)
    path = reverse("referral_write", args=[cast.child.pk])
    typed = a_referral(cast.clinic, question="Does she")
    headers = {"X-Autosave": "1"}
    first = door.post(path, typed, headers=headers)
    door.post(
        path,
        typed | {"question": "Does she dress?", "version": first["X-Version"]},
        headers=headers,
    )
    kinds = Event.objects.filter(about=typed["id"]).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["referral_drafted", "referral_draft_saved"]


def test_nobody_is_ever_deleted(cast: Any, sent: Referral, client_of: Door) -> None:
    """Epilepsy12: deleting a user deletes the children."""
    for delete in (cast.pediatrician.delete, User.objects.all().delete, Child.objects.all().delete):
        with pytest.raises(NeverDeleted):
            delete()
    with pytest.raises(ProtectedError):
        QuerySet(User).filter(pk=cast.pediatrician.pk).delete()
    request = client_of(cast.admin).get(reverse("admin:index")).wsgi_request
    for model, site in administration.site._registry.items():
        assert not site.has_delete_permission(request), model


# --- Who keeps seeing what --------------------------------------------------------------------


def test_who_worked_on_it_still_reads_it_when_it_has_closed(
    cast: Any, client_of: Door, contacting: Referral
) -> None:
    """care#2788: staff lose read access when the work completes."""
    at = timezone.now()
    close_referral(
        referral=contacting,
        move=Move.CLOSE_FAMILY_DECLINED,
        reason="Later.",
        by=cast.coordinator,
        at=at,
    )
    acknowledge_referral(referral=contacting, by=cast.pediatrician, at=at)
    with time_machine.travel(at + timedelta(days=400), tick=False):
        for person in (cast.therapist, cast.coordinator, cast.pediatrician, cast.family):
            page = client_of(person).get(reverse("referral_detail", args=[contacting.pk]))
            assert page.status_code == 200, person
            assert "Nothing is owed" in page.content.decode()


def test_a_clinic_that_declined_reads_it_for_a_while_only(
    cast: Any, client_of: Door, declined: Referral
) -> None:
    """Primero: access removed on reject. Here the clinic can still look up what it said."""
    path = reverse("referral_detail", args=[declined.pk])
    assert client_of(cast.therapist).get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        assert client_of(cast.therapist).get(path).status_code == 404
        assert client_of(cast.pediatrician).get(path).status_code == 200


def test_who_receives_a_child_reads_what_was_before(cast: Any, client_of: Door, now: Any) -> None:
    """care_fe#907: a receiver cannot see the prior history."""
    share_concern(
        id=new_id(), child=cast.child, signs=[], words="She hides.", by=cast.family, at=now
    )
    first = sent_for(cast.child, cast.other_clinic, by=cast.pediatrician, at=now)
    receive_referral(referral=first, by=cast.stranger, at=now)
    decline_referral(
        referral=first, reason="Full.", suggestion="Try Harbor.", by=cast.stranger, at=now
    )
    sent_for(cast.child, cast.clinic, by=cast.pediatrician, at=now, follows=first)
    door = client_of(cast.therapist)
    page = door.get(reverse("child_detail", args=[cast.child.pk])).content.decode()
    assert "A concern was shared" in page
    assert "The referral was declined" in page
    assert "Try Harbor." in door.get(reverse("referral_detail", args=[first.pk])).content.decode()


def test_the_open_referral_is_shown_before_a_second_one_is_written(
    cast: Any, client_of: Door, sent: Referral
) -> None:
    """care_fe#6134: a second live request is discovered only when it is sent."""
    door = client_of(cast.pediatrician)
    path = reverse("referral_write", args=[cast.child.pk])
    page = door.get(path).content.decode()
    assert "already has an open referral" in page
    assert reverse("referral_detail", args=[sent.pk]) in page
    typed = a_referral(cast.clinic)
    assert door.post(path, typed).status_code == 422
    draft = Referral.objects.filter(pk=typed["id"]).first()
    version = draft.version if draft else ""
    assert door.post(path, typed | {"despite_open": "on", "version": version}).status_code == 302
    assert Organization.objects.get(pk=cast.clinic.pk).name in door.get(path).content.decode()
