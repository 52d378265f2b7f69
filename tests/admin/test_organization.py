"""How are places kept, with clocks of their own?"""

from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from referrals.actions.clock import due_on
from referrals.models import Membership, Organization, Referral, User

LIST = "admin:referrals_organization_changelist"
NONE = {
    "clocks-TOTAL_FORMS": 0, "clocks-INITIAL_FORMS": 0,
    "closed_days-TOTAL_FORMS": 0, "closed_days-INITIAL_FORMS": 0,
    "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
}  # fmt: skip


def page(place: Organization) -> str:
    return reverse("admin:referrals_organization_change", args=[place.pk])


def said(place: Organization, **changed: Any) -> dict[str, Any]:
    form = NONE | {
        "name": place.name, "kind": place.kind, "time_zone": place.time_zone, "phone": place.phone,
        "address": place.address, "is_active": "on" if place.is_active else None,
        "takes_referrals": "on" if place.takes_referrals else None,
    } | changed  # fmt: skip
    return {name: value for name, value in form.items() if value is not None}


def clock(code: str, days: int) -> dict[str, Any]:
    return {"clocks-TOTAL_FORMS": 1, "clocks-0-clock": code, "clocks-0-days": days}


def errors(answer: Any) -> Any:
    return answer.context["adminform"].form.errors


def test_a_place_sets_a_clock_of_its_own(site: Client, clinic: Organization) -> None:
    monday = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
    assert due_on("receive", organization=clinic, at=monday).isoformat() == "2026-03-04"
    assert site.post(page(clinic), said(clinic, **clock("receive", 4))).status_code == 302
    assert due_on("receive", organization=clinic, at=monday).isoformat() == "2026-03-06"


def test_a_clock_of_no_days_is_refused(site: Client, clinic: Organization) -> None:
    assert site.post(page(clinic), said(clinic, **clock("receive", 0))).status_code == 200
    assert clinic.clocks.count() == 0


def test_a_place_is_added(site: Client) -> None:
    place = Organization(name="Oak Therapy", kind="therapy_clinic", takes_referrals=True)
    answer = site.post(reverse("admin:referrals_organization_add"), said(place))
    assert answer.status_code == 302
    assert Organization.objects.get(name="Oak Therapy").takes_referrals


def test_only_a_clinic_takes_referrals(site: Client) -> None:
    place = Organization(name="Oak School", kind="school", takes_referrals=True)
    answer = site.post(reverse("admin:referrals_organization_add"), said(place))
    assert "Only a therapy clinic takes referrals." in answer.content.decode()


def test_a_time_zone_that_is_none_is_an_error_at_its_field(
    site: Client, clinic: Organization
) -> None:
    answer = site.post(page(clinic), said(clinic, time_zone="Mars/Olympus"))
    assert list(errors(answer)) == ["time_zone"]


def test_the_kind_stays_where_somebody_works(site: Client, clinic: Organization) -> None:
    site.post(page(clinic), said(clinic, kind="school"))
    clinic.refresh_from_db()
    assert clinic.kind == "therapy_clinic"


def test_people_are_added_from_the_place(site: Client, clinic: Organization, nobody: User) -> None:
    row = {
        "memberships-TOTAL_FORMS": 1,
        "memberships-0-user": str(nobody.pk),
        "memberships-0-role": "therapist",
    }
    assert site.post(page(clinic), said(clinic, **row)).status_code == 302
    assert Membership.objects.get(user=nobody).organization == clinic


def test_closing_a_place_that_still_owes_is_said(
    site: Client, sent: Referral, clinic: Organization
) -> None:
    answer = site.post(page(clinic), said(clinic, is_active=None), follow=True)
    assert "still owes the next step of 1 open referral" in answer.content.decode()


def test_places_are_searched_and_filtered(site: Client, clinic: Organization, cast: Any) -> None:
    def found(**asked: str) -> set[str]:
        return {place.name for place in site.get(reverse(LIST), asked).context["cl"].result_list}

    assert found(q="harbor") == {"Harbor Therapy"}
    assert found(kind__exact="school") == {"Maple School"}
    assert found(is_active__exact="0") == set()


def test_a_place_is_closed_on_days_that_stay_in_order(site: Client, clinic: Organization) -> None:
    def closed(first: str, last: str) -> dict[str, Any]:
        return {
            "closed_days-TOTAL_FORMS": 1, "closed_days-0-first_on": first,
            "closed_days-0-last_on": last, "closed_days-0-label": "Winter break",
        }  # fmt: skip

    assert (
        site.post(page(clinic), said(clinic, **closed("2026-12-24", "2026-12-20"))).status_code
        == 200
    )
    assert (
        site.post(page(clinic), said(clinic, **closed("2026-12-24", "2027-01-01"))).status_code
        == 302
    )
    assert [str(one) for one in clinic.closed_days.all()] == [
        "Winter break: 2026-12-24 to 2027-01-01"
    ]
