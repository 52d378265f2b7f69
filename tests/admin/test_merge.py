"""Is an administrator shown what would be made one before it is, and can it be undone on a page?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.merge import merge_children, undo_merge
from referrals.models import Child, CourtLimit, Merge, RecordView, Referral, Seat, User
from referrals.models.merge import ties
from referrals.models.record import new_id
from tests.actions.test_merge import GROWN, SAID, everything
from tests.conftest import Cast
from tests.factories.child import ChildFactory, guardian_of

CHILDREN = "admin:referrals_child_changelist"


@pytest.fixture
def double(cast: Cast, now: Any) -> Child:
    return ChildFactory(
        given_name="Mina", family_name="Fontane", practice=cast.practice, by=cast.pediatrician, at=now,
    )  # fmt: skip


def page(child: Child, other: Child | None = None) -> str:
    begun = reverse("admin:referrals_merge_begin", args=[child.pk])
    return f"{begun}?other={other.pk}" if other else begun


def said(answer: Any, one: Child, **changed: Any) -> dict[str, Any]:
    """What the preview would send."""
    form = answer.context["form"]
    hidden = {name: form[name].value() for name in ("id", "other", "shown")}
    return {**hidden, "stays": str(one.pk), "reason": "Same number.", "sure": "on", **changed}


def make_one(site: Client, child: Child, other: Child, **changed: Any) -> Any:
    shown = site.get(page(child, other))
    return site.post(page(child), said(shown, child, **changed))


def test_the_list_leads_two_of_them_to_the_preview(
    site: Client, child: Child, double: Child, other_child: Child
) -> None:
    def chosen(*children: Child) -> dict[str, Any]:
        return {"action": "merge", "_selected_action": [str(c.pk) for c in children]}

    answer = site.post(reverse(CHILDREN), chosen(child, double))
    first, second = sorted((child, double), key=lambda c: c.pk)
    assert answer.headers["Location"] == page(first, second)
    answer = site.post(reverse(CHILDREN), chosen(child, double, other_child), follow=True)
    assert "Choose the two records of one child." in answer.content.decode()


def test_the_page_of_a_child_leads_there_too(site: Client, child: Child, double: Child) -> None:
    words = site.get(reverse("admin:referrals_child_change", args=[child.pk])).content.decode()
    assert page(child) in words
    assert "Merge with which record?" in site.get(page(child)).content.decode()
    assert "Make these two records one?" in site.post(page(child), {"other": double.pk}).content.decode()  # fmt: skip


def test_the_preview_names_both_and_who_will_newly_see_what(
    site: Client, child: Child, double: Child, admin: User
) -> None:
    words = site.get(page(child, double)).content.decode()
    assert "Mina Fontane, born" in words
    assert "Rosa Fontaine (family): the record of Mina Fontane registered on" in words
    assert "guardians: 1" in words
    assert set(RecordView.objects.filter(user=admin).values_list("child", flat=True)) == {
        child.pk, double.pk,
    }  # fmt: skip


@pytest.mark.parametrize("typed", ["x", "0" * 40, "\x00"])
def test_what_is_no_record_is_told_so(site: Client, child: Child, typed: str) -> None:
    answer = site.get(page(child), {"other": typed})
    assert answer.status_code == 200
    assert list(answer.context["choosing"].errors) == ["other"]


def test_they_become_one_and_two_again(site: Client, child: Child, double: Child) -> None:
    answer = make_one(site, child, double)
    merge = Merge.objects.get()
    assert answer.headers["Location"] == reverse("admin:referrals_merge_change", args=[merge.pk])
    assert (merge.kept, merge.lost, merge.reason) == (child, double, "Same number.")
    undo = reverse("admin:referrals_merge_undo", args=[merge.pk])
    assert undo in site.get(answer.headers["Location"]).content.decode()
    assert site.get(undo).status_code == 200
    assert "two again" in site.post(undo, follow=True).content.decode()
    merge.refresh_from_db()
    assert merge.undone_at is not None
    assert "undone already" in site.post(undo, follow=True).content.decode()


def test_the_other_may_be_the_one_that_stays(site: Client, child: Child, double: Child) -> None:
    make_one(site, child, double, stays=str(double.pk))
    assert Merge.objects.get().kept == double


def test_a_second_click_changes_nothing(site: Client, child: Child, double: Child) -> None:
    form = said(site.get(page(child, double)), child)
    for _ in range(2):
        assert site.post(page(child), form).status_code == 302
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("missing", ["stays", "reason", "sure"])
def test_nothing_happens_before_all_is_said(
    missing: str, site: Client, child: Child, double: Child
) -> None:
    answer = make_one(site, child, double, **{missing: ""})
    assert list(answer.context["form"].errors) == [missing]
    assert not Merge.objects.exists()


def test_who_would_newly_see_it_is_shown_again_where_that_changed(
    site: Client, cast: Cast, child: Child, double: Child, now: Any
) -> None:
    form = said(site.get(page(child, double)), child)
    guardian_of(double, cast.other_family, by=cast.pediatrician, at=now)
    answer = site.post(page(child), form)
    assert answer.context["form"].errors["sure"] == [
        "Who will newly see what has changed: please read it again."
    ]
    assert not Merge.objects.exists()
    assert site.post(page(child), said(answer, child)).status_code == 302


def test_what_stands_in_the_way_is_said_and_nothing_is_offered(
    site: Client, child: Child, double: Child
) -> None:
    today = timezone.localdate()
    CourtLimit.objects.create(guardian=child.guardians.get(), kind="record", since=today)
    answer = site.get(page(child, double))
    words = answer.content.decode()
    assert "no such limit may be lost" in words
    assert "Make them one" not in words
    posted = site.post(page(child), said(answer, child))
    assert "no such limit may be lost" in posted.content.decode()
    assert not Merge.objects.exists()


def test_the_one_that_went_is_in_no_list_and_is_only_read(
    site: Client, child: Child, double: Child
) -> None:
    make_one(site, child, double)

    def found(**asked: str) -> list[Any]:
        return [c.pk for c in site.get(reverse(CHILDREN), asked).context["cl"].result_list]

    assert double.pk not in found()
    assert found(q="fontane") == []
    assert found(q=str(double.pk)) == [double.pk]
    there = reverse("admin:referrals_child_change", args=[double.pk])
    assert "open the record that stays" in site.get(there).content.decode()
    assert site.post(there, {}).status_code == 403


def test_it_cannot_be_undone_after_a_day(site: Client, child: Child, double: Child) -> None:
    make_one(site, child, double)
    merge = Merge.objects.get()
    Merge.objects.update(merged_at=merge.merged_at - timedelta(days=2))
    undo = reverse("admin:referrals_merge_undo", args=[merge.pk])
    there = reverse("admin:referrals_merge_change", args=[merge.pk])
    assert undo not in site.get(there).content.decode()
    assert "More than a day has passed" in site.post(undo, follow=True).content.decode()


def test_only_by_an_administrator(
    child: Child, double: Child, nobody: User, client_of: Callable[[User], Client]
) -> None:
    nobody.is_staff = True
    nobody.save(update_fields=["is_staff"])
    assert client_of(nobody).get(page(child, double)).status_code == 403
    undo = reverse("admin:referrals_merge_undo", args=[new_id()])
    assert client_of(nobody).post(undo).status_code == 403


def test_a_whole_record_goes_and_comes_back_as_it_was(
    every_room: None, rooms: Referral, cast: Cast, double: Child
) -> None:
    """Of a child with rows in every room, nothing is left behind and nothing comes back otherwise."""
    at = timezone.now()
    before = everything()
    done = merge_children(
        id=new_id(), kept=double, lost=cast.child, reason="Same.", by=cast.admin, at=at
    )
    missing = {table.__name__ for table, _ in ties()} - set(done.moved)
    assert missing == {"ChildIdentifier"}
    assert Seat.objects.live(at).filter(child=cast.child).count() == 0
    undo_merge(merge=done, by=cast.admin, at=at + timedelta(hours=1))
    after = everything()
    for name in (table.__name__ for table in SAID):
        assert after.pop(name) == before.pop(name)
    for name, rows in before.items():
        assert {pk: after[name].get(pk) for pk in rows} == rows, name
        assert len(after[name]) - len(rows) == GROWN.get(name, 0), name
