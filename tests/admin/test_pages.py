"""Does every page of the administration open for administrators, and only for them, and delete nothing?"""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import ModelAdmin
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from referrals.models import (
    AccountChange,
    Activity,
    Appointment,
    Arrival,
    Attachment,
    Authorisation,
    Caseload,
    CheckIn,
    Child,
    ClosedDays,
    Concern,
    Consent,
    ContactAttempt,
    Correction,
    Diagnosis,
    Discharge,
    Dose,
    Emergency,
    Enclosure,
    Event,
    Export,
    Feed,
    Guardian,
    Invitation,
    Letter,
    LetterTemplate,
    Membership,
    Merge,
    Message,
    Notice,
    NoticePreference,
    Organization,
    OwnActivity,
    OwnGoal,
    OwnInstrument,
    OwnPayer,
    Pause,
    Practice,
    Programme,
    Question,
    Reaction,
    RecordView,
    Referral,
    Reminder,
    Report,
    ResultRequest,
    Seat,
    Series,
    Session,
    System,
    Thread,
    User,
)
from referrals.models.record import new_id
from tests.telling_apart import differences, shown

PEOPLE_AND_PLACES = [
    Organization, User, Membership, Guardian, ClosedDays, LetterTemplate, OwnActivity, OwnGoal,
    OwnInstrument, OwnPayer,
]  # fmt: skip
READ_ONLY = [
    Appointment, Attachment, Concern, ContactAttempt, Diagnosis, Discharge, Event, LogEntry, Notice,
    Question, RecordView, Referral, Report, Seat, Correction, Emergency,
    AccountChange,
    # Home activities
    Activity, CheckIn, Dose, Pause, Practice, Reaction,
    Authorisation, Series, Session,
    Enclosure, Message, Thread,
    # Schools and programmes
    Consent, Programme, ResultRequest,
    # Letters and calendars
    Feed, Letter,
    Invitation, Merge, NoticePreference, Reminder,
    # Other computer systems
    Arrival,
    # Spreadsheets in and out
    Caseload, Export,
]  # fmt: skip
#: Opened and shut out, never changed.
SYSTEMS = [System]
EVERYTHING = [*PEOPLE_AND_PLACES, Child, *READ_ONLY, *SYSTEMS]


#: Another key of the same look, for rows that are known by a number or a code.
OTHERS = str.maketrans("0123456789", "1234567890")


def address(model: type[Model], page: str, *args: object) -> str:
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)


def a_row(model: type[Model]) -> Model:
    row = model._default_manager.order_by("pk").first()
    assert row is not None
    return row


def test_these_rooms_and_no_others_are_in_the_administration() -> None:
    assert set(django_admin.site._registry) == set(EVERYTHING)


@pytest.mark.parametrize("model", EVERYTHING)
def test_the_list_opens(model: type[Model], site: Client, every_room: None) -> None:
    assert site.get(address(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", EVERYTHING)
def test_the_list_can_be_searched(model: type[Model], site: Client, every_room: None) -> None:
    assert site.get(address(model, "changelist"), {"q": "mina fontaine"}).status_code == 200


@pytest.mark.parametrize("model", EVERYTHING)
def test_a_row_opens(model: type[Model], site: Client, every_room: None) -> None:
    assert site.get(address(model, "change", a_row(model).pk)).status_code == 200


@pytest.mark.parametrize("model", [*PEOPLE_AND_PLACES, *SYSTEMS])
def test_people_and_places_can_be_added(model: type[Model], site: Client, every_room: None) -> None:
    assert site.get(address(model, "add")).status_code == 200


@pytest.mark.parametrize("model", [Child, *READ_ONLY])
def test_nothing_clinical_can_be_added(model: type[Model], site: Client, every_room: None) -> None:
    assert site.get(address(model, "add")).status_code == 403
    assert site.post(address(model, "add"), {}).status_code == 403


@pytest.mark.parametrize("model", [*READ_ONLY, *SYSTEMS])
def test_clinical_records_cannot_be_changed_by_posting(
    model: type[Model], site: Client, every_room: None
) -> None:
    row = a_row(model)
    before = model._default_manager.filter(pk=row.pk).values().get()
    answer = site.post(
        address(model, "change", row.pk), {"state": "discharged", "words": "x", "note": "x"}
    )
    assert answer.status_code == 403
    assert model._default_manager.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("model", EVERYTHING)
def test_nobody_may_delete(
    model: type[Model], admin: User, site: Client, every_room: None, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user = admin
    room: ModelAdmin[Model] = django_admin.site._registry[model]
    assert not room.has_delete_permission(request)
    assert "delete_selected" not in room.get_actions(request)
    for inline in room.get_inline_instances(request):
        assert not inline.has_delete_permission(request)


@pytest.mark.parametrize("model", EVERYTHING)
def test_the_address_for_deleting_is_shut(
    model: type[Model], site: Client, every_room: None
) -> None:
    row = a_row(model)
    assert site.get(address(model, "delete", row.pk)).status_code == 403
    assert site.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    site.post(
        address(model, "changelist"),
        {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"},
    )
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", EVERYTHING)
def test_others_are_sent_away(
    model: type[Model], every_room: None, pediatrician: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(pediatrician)
    page = address(model, "changelist")
    assert client.get(page).headers["Location"] == f"{reverse('admin:login')}?next={page}"
    assert client.get(page, follow=True).status_code == 403


def test_who_is_not_signed_in_goes_through_the_products_own_log_in(
    client: Client, db: None
) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert answer.status_code == 200


def test_the_front_page_says_whose_it_is(site: Client) -> None:
    assert "Ferry administration" in site.get(reverse("admin:index")).content.decode()


def test_opening_a_record_is_written_down(site: Client, admin: User, child: Child) -> None:
    site.get(address(Child, "change", child.pk))
    view = RecordView.objects.get(user=admin)
    assert (view.child, view.role, view.page) == (child, "admin", "admin")


@pytest.mark.parametrize(
    "model", [Referral, Appointment, Attachment, Concern, Seat, Guardian, Event, Session, Series]
)
def test_so_is_opening_any_part_of_it(
    model: type[Model], site: Client, admin: User, every_room: None
) -> None:
    site.get(address(model, "change", a_row(model).pk))
    assert RecordView.objects.filter(user=admin, role="admin").count() == 1


def test_a_list_counts_to_its_bound_and_says_that_there_is_more(
    site: Client, every_room: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referrals.admin.base.BoundedPaginator.MOST", 2)
    page = site.get(address(Organization, "changelist")).content.decode()
    assert "There are more than these 2" in page


def test_nobody_else_learns_from_it_which_ids_are_in_use(
    every_room: None, stranger: User, client_of: Callable[[User], Client]
) -> None:
    door = client_of(stranger)
    for model in EVERYTHING:
        key = a_row(model).pk
        nobodys = new_id() if isinstance(key, UUID) else str(key).translate(OTHERS)
        for page in ("change", "history"):
            real, other = (
                shown(door, address(model, page, one), [one], "GET") for one in (key, nobodys)
            )
            assert differences(real, other) == {}, (model, page)
