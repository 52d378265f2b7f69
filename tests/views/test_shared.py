"""Does each page of a partner open exactly if its part is open and the consent holds?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.access import Scope
from referrals.actions.consent import revoke_consent
from referrals.actions.correction import ask_correction
from referrals.actions.result import ask_result
from referrals.models import Consent, Membership, RecordView, Referral, Seat, User
from referrals.models.record import new_id
from referrals.queries.partner import PAGES
from tests.factories.consent import shared
from tests.factories.organization import SchoolFactory
from tests.factories.programme import letter_sent, referred

Door = Callable[[User], Client]


def page_of(scope: Scope, child: Any) -> str:
    return reverse(PAGES[scope], args=[child.pk])


@settings(max_examples=25, database=None)
@given(
    scopes=st.sets(st.sampled_from(list(Scope)), min_size=1),
    since=st.integers(-40, 3),
    length=st.integers(1, 60),
    revoked=st.one_of(st.none(), st.integers(-40, 0)),
)
def test_a_page_opens_exactly_if_its_part_is_open_and_the_consent_holds(
    scopes: set[Scope], since: int, length: int, revoked: int | None, cast: Any, client_of: Door
) -> None:
    with transaction.atomic():
        now = timezone.now()
        begins = now + timedelta(days=since)
        consent = shared(
            cast.child, cast.school, *(s.value for s in scopes), by=cast.family, at=begins,
            last_on=timezone.localdate(begins) + timedelta(days=length),
        )  # fmt: skip
        ended = None if revoked is None else now + timedelta(days=revoked)
        if ended is not None and ended >= begins:
            revoke_consent(consent=consent, by=cast.family, at=ended)
        stored = Consent.objects.get(pk=consent.pk)
        door = client_of(cast.partner)
        for scope in PAGES:
            answer = door.get(page_of(scope, cast.child)).status_code
            expected = 404 if not stored.holds(now) else 200 if scope in scopes else 403
            assert answer == expected, scope
        overview = door.get(reverse("shared_overview", args=[cast.child.pk])).status_code
        assert overview == (200 if stored.holds(now) else 404)
        transaction.set_rollback(True)


def test_a_page_that_was_open_is_gone_with_the_next_click(
    cast: Any, client_of: Door, partner_seat: Seat
) -> None:
    door, path = client_of(cast.partner), page_of(Scope.GOALS, cast.child)
    assert door.get(path).status_code == 200
    revoke_consent(consent=Consent.objects.get(), by=cast.family, at=timezone.now())
    assert door.get(path).status_code == 404
    assert "Mina" not in door.get(reverse("home")).content.decode()


def test_every_look_is_written_down_with_the_page(
    cast: Any, client_of: Door, partner_seat: Seat
) -> None:
    door = client_of(cast.partner)
    for scope in PAGES:
        door.get(page_of(scope, cast.child))
    looks = RecordView.objects.filter(user=cast.partner, child=cast.child)
    assert set(looks.values_list("role", "page")) == {("partner", name) for name in PAGES.values()}
    text = client_of(cast.family).get(reverse("consent_list", args=[cast.child.pk]))
    assert "They looked 7 times" in text.content.decode()


def test_goals_are_ladders_in_the_family_s_words_without_scores(
    cast: Any, client_of: Door, partner_seat: Seat, in_therapy: Referral
) -> None:
    text = client_of(cast.partner).get(page_of(Scope.GOALS, cast.child)).content.decode()
    assert "goal-card" in text
    for hidden in ("T at the start", str(in_therapy.pk), "GAS", "Version 1"):
        assert hidden not in text


def test_the_shared_plan_leaves_out_the_payer_and_what_the_family_said_back(
    cast: Any, client_of: Door, partner_seat: Seat, in_therapy: Referral
) -> None:
    plan = in_therapy.plans.get()
    path = reverse("shared_plan_read", args=[cast.child.pk, plan.pk])
    text = client_of(cast.partner).get(path).content.decode()
    assert "Play and daily routines." in text
    for hidden in (plan.teach_back, "Payer", "What the family said back"):
        assert hidden not in text


def test_the_family_s_copy_of_a_report_has_no_scores(
    cast: Any, client_of: Door, partner_seat: Seat, report_sent: Referral
) -> None:
    report = report_sent.reports.get()
    path = reverse("shared_report_read", args=[cast.child.pk, report.pk])
    text = client_of(cast.partner).get(path).content.decode()
    assert "Progress report" in text
    assert "Goal attainment" not in text


@pytest.mark.parametrize("kind", ["plan", "evaluation", "report"])
def test_a_document_opens_only_with_its_own_part(
    kind: str, cast: Any, client_of: Door, report_sent: Referral, now: datetime
) -> None:
    own = {"plan": "plan", "evaluation": "evaluation", "report": "reports"}[kind]
    others = set(Scope.values) - {own}
    shared(cast.child, cast.school, *others, by=cast.family, at=now)
    key = getattr(report_sent, f"{kind}s").get().pk
    door = client_of(cast.partner)
    for how in ("read", "pdf"):
        path = reverse(f"shared_{kind}_{how}", args=[cast.child.pk, key])
        assert door.get(path).status_code == 403


def test_a_document_of_another_child_is_not_found_under_this_one(
    cast: Any, client_of: Door, partner_seat: Seat, report_sent: Referral
) -> None:
    path = reverse("shared_plan_read", args=[cast.other_child.pk, report_sent.plans.get().pk])
    assert client_of(cast.partner).get(path).status_code == 404


def test_the_letter_is_read_by_the_place_it_was_sent_to_alone(
    cast: Any, client_of: Door, partner_seat: Seat, now: datetime
) -> None:
    cast.child.date_of_birth = now.date().replace(year=now.year - 5)
    cast.child.save()
    programme = referred(cast.child, cast.school, by=cast.pediatrician, at=now)
    letter_sent(programme, by=cast.pediatrician, at=now)
    path = reverse("shared_letter_read", args=[cast.child.pk, programme.pk])
    text = client_of(cast.partner).get(path).content.decode()
    for said in ("She cannot plan her steps.", "Rosa Fontaine", "34 CFR 300.301"):
        assert said in text
    programme.place = cast.clinic
    programme.save()
    assert client_of(cast.partner).get(path).status_code == 404


def test_home_says_what_is_open_until_when(cast: Any, client_of: Door, now: datetime) -> None:
    shared(cast.child, cast.school, "goals", by=cast.family, at=now)
    text = client_of(cast.partner).get(reverse("home")).content.decode()
    assert "The goals, and how far they are" in text
    assert "The plan of care" not in text


@pytest.mark.parametrize("kind", ["plan", "evaluation", "report"])
def test_a_partner_s_copy_leaves_out_what_the_family_asked_to_be_corrected(
    kind: str, cast: Any, client_of: Door, partner_seat: Seat, report_sent: Referral
) -> None:
    paper = getattr(report_sent, f"{kind}s").get()
    ask_correction(
        id=new_id(), referral=report_sent, sort=kind, about=paper.pk, passage="She cannot dress.",
        wish="She puts on her socks.", by=cast.family, at=timezone.now(),
    )  # fmt: skip
    family = client_of(cast.family).get(reverse(f"{kind}_print", args=[report_sent.pk, paper.pk]))
    assert b"She puts on her socks." in family.content
    path = reverse(f"shared_{kind}_read", args=[cast.child.pk, paper.pk])
    answer = client_of(cast.partner).get(path)
    assert answer.status_code == 200
    assert b"socks" not in answer.content


def test_of_two_places_of_one_person_only_that_with_results_open_exchanges_them(
    cast: Any, client_of: Door, partner_seat: Seat, now: datetime
) -> None:
    other = SchoolFactory(name="Oak Preschool")
    Membership.objects.create(user=cast.partner, organization=other, role="partner", since=now)
    first = shared(cast.child, other, "results", by=cast.family, at=now)
    asked = ask_result(
        id=new_id(), child=cast.child, organization=other, kinds=["observation"],
        by=cast.pediatrician, at=now,
    )  # fmt: skip
    answer = reverse("shared_result_answer", args=[cast.child.pk, asked.pk])
    assert client_of(cast.partner).get(answer).status_code == 200
    revoke_consent(consent=first, by=cast.family, at=now + timedelta(minutes=1))
    shared(cast.child, other, "goals", by=cast.family, at=now + timedelta(minutes=2))
    person = User.objects.get(pk=cast.partner.pk)
    assert client_of(person).get(answer).status_code == 404
