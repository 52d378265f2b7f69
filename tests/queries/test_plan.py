"""Does the tracker say of each plan what the rule says, and in the order in which it falls due?"""

from datetime import date, timedelta

import pytest

from referrals.clinical.payers import SOON, standing
from referrals.models import Plan, Referral
from referrals.models.record import new_id
from referrals.queries import plan as pages

TODAY = date(2026, 7, 1)


def day(days):
    return None if days is None else TODAY + timedelta(days=days)


@pytest.fixture
def variants(plan_sent, cast, later):
    """Copies of one plan, each of a referral of its own, with dates on all sides of each limit."""
    first = Plan.objects.get()
    made = []

    def copy(due, until, sent=True, returned=False):
        referral = Referral.objects.get(pk=plan_sent.pk)
        referral.pk = new_id()
        referral.save(force_insert=True)
        plan = Plan.objects.get(pk=first.pk)
        plan.pk, plan.referral = new_id(), referral
        plan.sent_at, plan.sent_by = (later, cast.therapist) if sent else (None, None)
        plan.answer_due_on = day(due) if sent else None
        if until is not None:
            plan.certified_at, plan.certified_by = later, cast.pediatrician
            plan.valid_from, plan.valid_until = day(-400), day(until)
        if returned:
            plan.returned_at, plan.returned_by = later, cast.pediatrician
            plan.changes_wanted = "Less"
        plan.save(force_insert=True)
        made.append(plan)

    limits = (-30, -1, 0, 1, SOON, SOON + 1, 60)
    for days in limits:
        copy(days, None)
        copy(-100, days)
        copy(days, None, returned=True)
    copy(None, None, sent=False)
    return made


@pytest.mark.parametrize("word", list(pages.WORDS))
def test_the_database_and_the_rule_agree_on_each_word(word, variants, therapist):
    by_rule = {
        plan.pk
        for plan in Plan.objects.all()
        if standing(
            sent=None if plan.returned_at or not plan.sent_at else plan.sent_at.date(),
            sign_by=plan.answer_due_on, valid_until=plan.valid_until, today=TODAY,
        ) == word
    }  # fmt: skip
    found = pages.listing(therapist, word, "", TODAY)
    assert {plan.pk for plan in found} == by_rule
    assert {pages.where(plan, TODAY).word for plan in found} <= {word}
    assert by_rule


def test_pages_follow_each_other_by_what_falls_due(variants, therapist, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 5)
    listed = pages.listing(therapist, "", "", TODAY)
    seen, cursor = [], ""
    while True:
        rows, cursor = pages.page(listed, TODAY, cursor)
        seen += [(row.by, row.id) for row in rows]
        if not cursor:
            break
    assert seen == sorted(seen)
    assert len(set(seen)) == len(variants) + 1


def test_a_payer_can_be_chosen(variants, therapist):
    Plan.objects.filter(pk=variants[0].pk).update(payer="year")
    assert [p.pk for p in pages.listing(therapist, "", "year", TODAY)] == [variants[0].pk]


@pytest.mark.parametrize("who", ["stranger", "partner", "other_family", "nobody", "admin"])
def test_nobody_else_finds_a_plan(who, variants, request):
    assert list(pages.listing(request.getfixturevalue(who), "", "", TODAY)) == []


def test_what_has_ended_is_no_longer_tracked(plan_sent, therapist, later):
    assert pages.listing(therapist, "", "", TODAY).count() == 1
    Referral.objects.filter(pk=plan_sent.pk).update(
        state="discharged", closed_at=later, closed_by=therapist, closing_reason="Reached"
    )
    assert pages.listing(therapist, "", "", TODAY).count() == 0


@pytest.mark.parametrize(
    ("days", "words"),
    [(60, "Certified, valid until 30 Aug 2026"), (-1, "Overdue, valid until 30 Jun 2026")],
)
def test_the_tag_says_until_when(days, words, variants):
    plan = next(p for p in variants if p.valid_until == day(days))
    tag = pages.where(plan, TODAY)
    assert f"{tag.label}, {tag.detail}" == words


def test_the_family_reads_it_in_its_own_words(variants):
    said = [pages.where(plan, TODAY, for_family=True) for plan in variants]
    assert {tag.label for tag in said} == {word.family_label for word in pages.WORDS.values()}
