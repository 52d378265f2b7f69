"""How does an administrator mark a referral as entered in error, and what does the list cost?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from referrals.models import Child, Event, Organization, Referral, User
from tests.factories.child import ChildFactory
from tests.factories.referral import sent_for

LIST = "admin:referrals_referral_changelist"


def page(referral: Referral) -> str:
    return reverse("admin:referrals_referral_error", args=[referral.pk])


def test_a_referral_is_marked_as_entered_in_error(
    site: Client, sent: Referral, admin: User
) -> None:
    assert site.get(page(sent)).status_code == 200
    answer = site.post(
        page(sent), {"reason": "Written for the wrong child.", "version": sent.version}
    )
    assert answer.headers["Location"] == reverse("admin:referrals_referral_change", args=[sent.pk])
    sent.refresh_from_db()
    assert (sent.state, sent.closing_reason, sent.closed_by) == (
        "entered_in_error", "Written for the wrong child.", admin,
    )  # fmt: skip
    assert Event.objects.get(kind="referral_marked_error").by == admin


def test_not_without_a_reason(site: Client, sent: Referral) -> None:
    answer = site.post(page(sent), {"reason": "  ", "version": sent.version})
    assert answer.context["form"].errors == {"reason": ["This field is required."]}
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_not_when_it_has_moved_on_meanwhile(site: Client, sent: Referral) -> None:
    answer = site.post(page(sent), {"reason": "Wrong.", "version": sent.version - 1}, follow=True)
    assert "This referral has changed since you opened it" in answer.content.decode()
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_not_twice(site: Client, sent: Referral) -> None:
    site.post(page(sent), {"reason": "Wrong.", "version": sent.version})
    site.post(page(sent), {"reason": "Wrong.", "version": sent.version + 1})
    assert Event.objects.filter(kind="referral_marked_error").count() == 1
    detail = site.get(reverse("admin:referrals_referral_change", args=[sent.pk]))
    assert page(sent) not in detail.content.decode()


def test_only_by_an_administrator(
    sent: Referral, nobody: User, client_of: Callable[[User], Client]
) -> None:
    said = {"reason": "Wrong.", "version": sent.version}
    assert client_of(nobody).post(page(sent), said).status_code == 302
    nobody.is_staff = True
    nobody.save(update_fields=["is_staff"])
    assert client_of(nobody).post(page(sent), said).status_code == 403
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_the_list_offers_it_for_one_at_a_time(
    site: Client, sent: Referral, cast: Any, now: datetime
) -> None:
    chosen = {"action": "mark_error", "_selected_action": [str(sent.pk)]}
    assert site.post(reverse(LIST), chosen).headers["Location"] == page(sent)
    second = sent_for(cast.child, cast.clinic, by=cast.pediatrician, at=now)
    chosen["_selected_action"] = [str(sent.pk), str(second.pk)]
    answer = site.post(reverse(LIST), chosen, follow=True)
    assert "Choose one referral" in answer.content.decode()


def test_a_referral_is_found_by_its_child(
    site: Client, sent: Referral, child: Child, other_child: Child
) -> None:
    def found(asked: str) -> list[Any]:
        return [r.pk for r in site.get(reverse(LIST), {"q": asked}).context["cl"].result_list]

    assert found("mina") == found(str(child.pk)) == found(str(sent.pk)) == [sent.pk]
    assert found("sami") == []


def test_the_list_costs_the_same_with_one_referral_and_with_thirty(
    site: Client, sent: Referral, practice: Organization, clinic: Organization, pediatrician: User,
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    with django_assert_num_queries(4):
        site.get(reverse(LIST))
    for _ in range(30):
        child = ChildFactory(practice=practice, by=pediatrician, at=now)
        sent_for(child, clinic, by=pediatrician, at=now)
    with django_assert_num_queries(4):
        assert len(site.get(reverse(LIST)).context["cl"].result_list) == 25
