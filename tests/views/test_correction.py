"""Can a family read all its papers, have one corrected, and see who opened the record?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.recording import record_view
from referrals.models import Correction, Referral, Report, Session, User
from referrals.models.record import new_id
from referrals.queries.document import papers
from referrals.queries.look import looks

Door = Callable[[User], Client]


def of_child(referral: Referral) -> Any:
    return Referral.objects.filter(child=referral.child)


def shown(referral: Referral) -> list[tuple[str, int]]:
    return [(group.label, len(group.papers)) for group in papers(of_child(referral))]


# --- Papers -------------------------------------------------------------------------------------


def test_every_signed_paper_is_listed_and_can_be_opened(
    client_of: Door, family: User, report_sent: Referral
) -> None:
    door = client_of(family)
    page = door.get(reverse("document_list", args=[report_sent.child_id]))
    groups = page.context["groups"]
    assert [group.label for group in groups] == [
        "Prescription", "Evaluation report", "Plan of care", "Progress report",
    ]  # fmt: skip
    for group in groups:
        for paper in group.papers:
            assert door.get(paper.url).status_code == 200
            assert door.get(paper.correct).status_code == 200
            if paper.pdf:
                assert door.get(paper.pdf)["Content-Type"] == "application/pdf"


def test_what_is_not_sent_yet_is_no_paper(report_signed: Referral) -> None:
    assert ("Progress report", 1) not in shown(report_signed)


def test_of_a_draft_nobody_reads(client_of: Door, family: User, report_drafted: Referral) -> None:
    key = Report.objects.get().pk
    url = reverse("correction_new", args=[report_drafted.pk, "report", key])
    assert client_of(family).get(url).status_code == 404


@pytest.mark.parametrize("sort", ["nothing", "referral", "task"])
def test_what_is_no_sort_of_paper_is_not_found(
    client_of: Door, family: User, evaluated: Referral, sort: str
) -> None:
    url = reverse("correction_new", args=[evaluated.pk, sort, new_id()])
    assert client_of(family).get(url).status_code == 404


def test_an_assistants_note_waits_for_its_co_signature(in_therapy: Referral) -> None:
    assert list(in_therapy.sessions.for_family()) == list(
        Session.objects.filter(status__in=["final", "amended"], needs_cosign=False)
    )


# --- Corrections --------------------------------------------------------------------------------


def test_a_wish_is_sent_once_answered_once_and_stands_on_the_paper(
    client_of: Door, family: User, therapist: User, evaluated: Referral
) -> None:
    mother, ot = client_of(family), client_of(therapist)
    key = evaluated.evaluations.get().pk
    url = reverse("correction_new", args=[evaluated.pk, "evaluation", key])
    typed = {"id": new_id(), "passage": "<b>Socks</b>", "wish": "She does it alone."}
    listed = reverse("correction_list", args=[evaluated.pk])
    for _ in range(2):
        assert mother.post(url, typed)["Location"] == listed
    asked = Correction.objects.get()
    assert b"&lt;b&gt;Socks" in ot.get(listed).content
    answer = reverse("correction_answer", args=[evaluated.pk, asked.pk])
    missing = ot.post(answer, {"decision": "granted", "answer": ""})
    assert missing.status_code == 422
    ot.post(answer, {"decision": "granted", "answer": "I will amend it."})
    paper = mother.get(reverse("evaluation_detail", args=[evaluated.pk, key])).content
    assert b"She does it alone." in paper
    assert b"I will amend it." in paper


def test_an_empty_wish_keeps_what_was_typed(
    client_of: Door, family: User, evaluated: Referral
) -> None:
    url = reverse(
        "correction_new", args=[evaluated.pk, "evaluation", evaluated.evaluations.get().pk]
    )
    page = client_of(family).post(url, {"id": new_id(), "passage": "Socks", "wish": ""})
    assert (page.status_code, page.context["form"]["passage"].value()) == (422, "Socks")
    assert Correction.objects.count() == 0


# --- Who opened the record ------------------------------------------------------------------------


def test_looks_are_gathered_by_day_person_and_role(
    client_of: Door, family: User, therapist: User, pediatrician: User, sent: Referral
) -> None:
    now = timezone.now()
    day = timedelta(days=1)
    for at, by, role, page in (
        (now - 3 * day, therapist, "therapist", "referral_detail"),
        (now - 3 * day, therapist, "therapist", "plan_detail"),
        (now - 3 * day, therapist, "therapist", "plan_detail"),
        (now - 2 * day, pediatrician, "pediatrician", "child_detail"),
        (now - 2 * day, pediatrician, "family", "child_detail"),
        (now - 40 * day, therapist, "therapist", "goal_list"),
    ):
        record_view(child=sent.child, by=by, at=at, role=role, page=page)
    door = client_of(family)
    page = door.get(reverse("look_list", args=[sent.child_id]))
    told = [
        (look.who, look.role, look.times, look.parts)
        for one in page.context["days"]
        for look in one.looks
        if not look.mine
    ]
    assert sorted(told) == [
        ("Ada Okafor", "family", 1, ["The child’s page"]),
        ("Ada Okafor", "pediatrician", 1, ["The child’s page"]),
        ("Thea Marsh", "therapist", 3, ["The plan of care", "The referral"]),
    ]
    assert page.context["days"][0].looks[0].mine
    before = {"before": page.context["following"]}
    earlier = door.get(reverse("look_list", args=[sent.child_id]), before)
    assert [look.parts for one in earlier.context["days"] for look in one.looks] == [["Goals"]]
    assert earlier.context["following"] == ""


@pytest.mark.parametrize("before", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_shows_no_error(
    client_of: Door, family: User, sent: Referral, before: str
) -> None:
    page = client_of(family).get(reverse("look_list", args=[sent.child_id]), {"before": before})
    assert page.status_code == 200


def test_a_hundred_looks_cost_what_one_costs(
    family: User, therapist: User, sent: Referral, django_assert_num_queries: Any
) -> None:
    now = timezone.now()
    for _ in range(100):
        record_view(child=sent.child, by=therapist, at=now, role="therapist", page="goal_list")
    with django_assert_num_queries(2):
        days, _ = looks(sent.child, family.pk, timezone.localdate())
    assert days[0].looks[0].times == 100
