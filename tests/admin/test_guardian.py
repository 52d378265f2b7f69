"""What becomes of an adult's access when an administrator changes their rights?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.access import children_visible_to, standing
from referrals.admin.base import MOST_ROWS
from referrals.models import Child, CourtLimit, Event, Guardian, Seat, User

RIGHTS = ("may_see", "may_log", "may_agree", "may_sign", "may_share")


def page(guardian: Guardian) -> str:
    return reverse("admin:referrals_guardian_change", args=[guardian.pk])


def said(guardian: Guardian, **changed: Any) -> dict[str, Any]:
    form = {
        "child": str(guardian.child_id), "given_name": guardian.given_name,
        "family_name": guardian.family_name, "relationship": guardian.relationship,
        "phone": guardian.phone, "email": guardian.email, "user": str(guardian.user_id or ""),
        "court_limits-TOTAL_FORMS": 0, "court_limits-INITIAL_FORMS": 0,
    } | dict.fromkeys(RIGHTS, "on")  # fmt: skip
    form |= changed
    return {name: value for name, value in form.items() if value is not None}


def limit(kind: str, since: Any, until: Any = "") -> dict[str, Any]:
    return {
        "court_limits-TOTAL_FORMS": 1, "court_limits-0-kind": kind,
        "court_limits-0-since": since, "court_limits-0-until": until,
    }  # fmt: skip


def test_however_many_rows_are_told_of_only_so_many_are_drawn(
    site: Client, guardian: Guardian
) -> None:
    told = said(guardian, given_name="", **{"court_limits-TOTAL_FORMS": 2**63})
    answer = site.post(page(guardian), told)
    assert answer.status_code == 200
    (limits,) = answer.context["inline_admin_formsets"]
    assert len(limits.formset.forms) == MOST_ROWS


def test_a_right_taken_away_ends_what_it_gave(
    site: Client, guardian: Guardian, family: User, child: Child
) -> None:
    assert site.post(page(guardian), said(guardian, may_agree=None)).status_code == 302
    assert standing(family, child.pk).rights == {"see", "log", "sign", "share"}


def test_without_the_right_to_see_the_child_is_gone(
    site: Client,
    guardian: Guardian,
    family: User,
    child: Child,
    client_of: Callable[[User], Client],
) -> None:
    assert client_of(family).get(reverse("child_detail", args=[child.pk])).status_code == 200
    site.post(page(guardian), said(guardian, may_see=None))
    assert not children_visible_to(family).exists()
    assert client_of(family).get(reverse("child_detail", args=[child.pk])).status_code == 404


def test_a_court_limit_holds_from_its_day(
    site: Client, guardian: Guardian, family: User, child: Child
) -> None:
    today = timezone.localdate()
    site.post(page(guardian), said(guardian, **limit("record", today.isoformat())))
    assert CourtLimit.objects.get(guardian=guardian).until.isoformat() == "9000-01-01"
    assert not children_visible_to(family).exists()


def test_a_court_limit_to_come_leaves_today_alone(
    site: Client, guardian: Guardian, family: User, child: Child
) -> None:
    day = timezone.localdate() + timedelta(days=9)
    site.post(page(guardian), said(guardian, **limit("decide", day.isoformat())))
    assert "agree" in standing(family, child.pk).rights
    later = standing(family, child.pk, timezone.now() + timedelta(days=12))
    assert later.rights == {"see", "log"}


def test_a_court_limit_that_ends_before_it_begins_is_refused(
    site: Client, guardian: Guardian
) -> None:
    day = timezone.localdate()
    yesterday = (day - timedelta(days=1)).isoformat()
    answer = site.post(
        page(guardian), said(guardian, **limit("record", day.isoformat(), yesterday))
    )
    assert "The limit ends before it begins." in answer.content.decode()
    assert not CourtLimit.objects.exists()


def test_a_change_leaves_one_event_and_no_change_leaves_none(
    site: Client, guardian: Guardian, admin: User
) -> None:
    site.post(page(guardian), said(guardian))
    assert not Event.objects.filter(kind="guardian_changed").exists()
    site.post(page(guardian), said(guardian, may_share=None))
    assert Event.objects.get(kind="guardian_changed").by == admin


def test_linking_a_person_gives_them_their_seat(site: Client, child: Child, nobody: User) -> None:
    aunt = Guardian.objects.create(
        child=child, given_name="Nico", family_name="Brandt", relationship="other"
    )
    site.post(page(aunt), said(aunt, user=str(nobody.pk)))
    assert list(children_visible_to(nobody)) == [child]


def test_a_new_adult_can_be_named_with_an_account(site: Client, child: Child, nobody: User) -> None:
    new = Guardian(child=child, given_name="Nico", family_name="Brandt", relationship="other")
    answer = site.post(
        reverse("admin:referrals_guardian_add"),
        said(new, user=str(nobody.pk), may_share=None, phone="212 555 0100"),
    )
    assert answer.status_code == 302
    made = Guardian.objects.get(user=nobody)
    assert made.phone == "(212) 555-0100"
    assert Seat.objects.get(ground_id=made.pk).rights == ["agree", "log", "see", "sign"]
    assert Event.objects.filter(kind="guardian_added", about=made.pk).count() == 1


def test_one_account_is_one_adult_of_a_child(
    site: Client, child: Child, family: User, guardian: Guardian
) -> None:
    second = Guardian.objects.create(
        child=child, given_name="R", family_name="F", relationship="other"
    )
    answer = site.post(page(second), said(second, user=str(family.pk)))
    assert answer.context["adminform"].form.errors == {
        "user": ["Another adult of this child already has this account."]
    }


def test_of_two_children_called_the_same_the_birthday_tells(site: Client, child: Child) -> None:
    asked = {
        "app_label": "referrals",
        "model_name": "guardian",
        "field_name": "child",
        "term": "mina",
    }
    offered = site.get(reverse("admin:autocomplete"), asked).json()["results"]
    born = f"{child.date_of_birth:%-d %b %Y}"
    assert offered == [{"id": str(child.pk), "text": f"Mina Fontaine · born {born}"}]


def test_a_new_limit_is_offered_without_an_end(site: Client, guardian: Guardian) -> None:
    assert "9000" not in site.get(page(guardian)).content.decode()


def test_an_adult_stays_with_their_child(
    site: Client, guardian: Guardian, child: Child, other_child: Child
) -> None:
    site.post(page(guardian), said(guardian, child=str(other_child.pk)))
    guardian.refresh_from_db()
    assert guardian.child == child
