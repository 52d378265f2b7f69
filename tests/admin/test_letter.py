"""Can administrators edit the texts of letters safely, and shut a calendar's address?"""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from referrals.actions.feed import make_feed, open_feed
from referrals.models import Feed, LetterTemplate, Organization
from tests.conftest import Cast

GOOD = "Dear {recipient}, {child} {visit} {clinic} {phone} {interpreter}"


@pytest.fixture
def page() -> str:
    return reverse("admin:referrals_lettertemplate_add")


def which(cast: Cast) -> dict[str, Any]:
    return {"organization": cast.clinic.pk, "kind": "no_show", "language": "en"}


def text(cast: Cast, **changes: Any) -> dict[str, Any]:
    return which(cast) | {"version": 0, "subject": "A new time", "body": GOOD} | changes


def test_it_begins_with_the_text_that_stands_and_what_it_may_hold(
    cast: Cast, site: Client, page: str
) -> None:
    said = site.get(page, which(cast)).content.decode()
    assert "We had a time for {child} on {visit}." in said
    assert "We had a time for Robin Example on 1 Mar 2026, 09:30." in said
    assert "<td>{interpreter}</td>" in said


def test_a_place_is_looked_for_by_its_name_and_no_page_lists_them_all(
    cast: Cast, site: Client, page: str
) -> None:
    place = f'value="{cast.clinic.pk}"'
    assert place not in site.get(page).content.decode()
    chosen = site.get(page, {"organization": cast.clinic.pk, "kind": "none"}).content.decode()
    assert (place in chosen, cast.practice.name in chosen) == (True, False)
    school = {"organization": cast.school.pk, "kind": "no_show", "language": "en"}
    assert "Choose a practice or a clinic that is open." in site.get(page, school).content.decode()


def test_a_school_writes_no_letters_and_is_not_offered(cast: Cast, site: Client) -> None:
    asked = {"app_label": "referrals", "model_name": "lettertemplate", "field_name": "organization"}

    def offered(place: Organization) -> list[str]:
        told = site.get(reverse("admin:autocomplete"), asked | {"term": place.name}).json()
        return [one["id"] for one in told["results"]]

    assert offered(cast.clinic) == [str(cast.clinic.pk)]
    assert offered(cast.school) == []


def test_it_is_seen_with_invented_facts_before_it_is_saved(
    cast: Cast, site: Client, page: str
) -> None:
    said = site.post(page, text(cast, preview="yes")).content.decode()
    assert "Dear Sam Example, Robin Example 1 Mar 2026, 09:30 Example Clinic" in said
    assert not LetterTemplate.objects.exists()


def test_saved_it_is_a_version_of_its_own(cast: Cast, site: Client, page: str) -> None:
    answer = site.post(page, text(cast, keep="yes"))
    made = LetterTemplate.objects.get()
    assert answer["Location"] == reverse("admin:referrals_lettertemplate_change", args=[made.pk])
    assert (made.version, made.body, made.edited_by) == (1, GOOD, cast.admin)
    assert LogEntry.objects.get().object_id == str(made.pk)
    shown = site.get(answer["Location"]).content.decode()
    assert "Dear Sam Example, Robin Example" in shown
    assert "Write the next version" in shown


def test_the_products_own_text_comes_back_with_a_button(
    cast: Cast, site: Client, page: str
) -> None:
    site.post(page, text(cast, keep="yes"))
    site.post(page, text(cast, version=1, shipped="yes"))
    newest = LetterTemplate.objects.get(version=2)
    assert (newest.shipped, newest.subject, newest.body) == (True, "", "")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (GOOD.replace("{phone}", ""), "This must stand in the letter: {phone}"),
        (f"{GOOD} {{diagnoses}}", "This letter knows no {diagnoses}. It knows:"),
        (f"{GOOD} {{child.user}}", "Braces only stand around the name of a place"),
        (f"{GOOD} <script>x</script>", "Write plain text"),
    ],
)
def test_an_unsafe_text_is_refused_and_stays_to_be_mended(
    cast: Cast, site: Client, page: str, body: str, why: str
) -> None:
    answer = site.post(page, text(cast, body=body, keep="yes"))
    said = answer.content.decode()
    assert why in said
    assert answer.context["form"]["body"].value() == body
    assert "<script>x" not in said
    assert not LetterTemplate.objects.exists()


def test_who_edits_beside_another_is_told(cast: Cast, site: Client, page: str) -> None:
    site.post(page, text(cast, keep="yes"))
    said = site.post(page, text(cast, body=f"{GOOD} Bye.", keep="yes")).content.decode()
    assert "Somebody has edited this text meanwhile" in said


def test_a_written_version_cannot_be_changed(cast: Cast, site: Client, page: str) -> None:
    site.post(page, text(cast, keep="yes"))
    made = LetterTemplate.objects.get()
    change = reverse("admin:referrals_lettertemplate_change", args=[made.pk])
    assert site.post(change, text(cast, body="Other.")).status_code == 403
    assert LetterTemplate.objects.get().body == GOOD


def test_a_calendar_address_is_shut_and_never_shown(cast: Cast, site: Client, now: Any) -> None:
    feed, secret = make_feed(with_names=True, by=cast.therapist, at=now)
    shown = site.get(reverse("admin:referrals_feed_change", args=[feed.pk])).content.decode()
    assert feed.secret_hash not in shown
    site.post(
        reverse("admin:referrals_feed_changelist"),
        {"action": "shut", "_selected_action": str(feed.pk)},
    )
    assert open_feed(str(feed.pk), secret) is None
    assert Feed.objects.get().revoked_by == cast.admin
