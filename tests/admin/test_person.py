"""How are people let in, kept and shut out?"""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.notice import deliver_notices
from referrals.belonging import has_role
from referrals.models import AccountChange, Membership, Organization, Referral, Role, User
from tests.factories.person import PASSWORD

NPI = "1245319599"
LIST = "admin:referrals_user_changelist"
ADD = "admin:referrals_user_add"


def page(user: User) -> str:
    return reverse("admin:referrals_user_change", args=[user.pk])


def said(user: User, **changed: Any) -> dict[str, Any]:
    form = {
        "email": user.email, "given_name": user.given_name, "family_name": user.family_name,
        "language": "en", "is_active": "on" if user.is_active else None,
        "is_staff": "on" if user.is_staff else None, "npi": user.npi,
        "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
    }  # fmt: skip
    form |= changed
    return {name: value for name, value in form.items() if value is not None}


def new(**changed: Any) -> dict[str, Any]:
    return {
        "email": "Iris.Bell@Example.org ", "given_name": "Iris", "family_name": "Bell",
        "language": "en", "usable_password": "false",
    } | changed  # fmt: skip


def errors(answer: Any) -> Any:
    return answer.context["adminform"].form.errors


def test_a_new_person_sets_their_own_password(site: Client) -> None:
    assert site.post(reverse(ADD), new()).status_code == 302
    iris = User.objects.get(email="iris.bell@example.org")
    assert not iris.has_usable_password()
    assert not iris.is_staff
    assert not iris.is_superuser


def test_or_is_given_one(site: Client, client: Client) -> None:
    word = "larch-otter-canoe-7"
    site.post(reverse(ADD), new(usable_password="true", password1=word, password2=word))
    client.post(reverse("account_login"), {"login": "iris.bell@example.org", "password": word})
    assert "_auth_user_id" in client.session


def test_a_weak_password_is_refused(site: Client) -> None:
    answer = site.post(
        reverse(ADD), new(usable_password="true", password1="short", password2="short")
    )
    assert "at least 12 characters" in str(errors(answer)["password2"])


def test_one_email_is_one_person_whatever_its_letters(site: Client, family: User) -> None:
    answer = site.post(reverse(ADD), new(email="ROSA@example.org"))
    assert errors(answer) == {"email": ["Somebody already signs in with this e-mail."]}


def test_a_mistyped_npi_is_an_error_at_its_field(site: Client, pediatrician: User) -> None:
    wrong = NPI[:-1] + str((int(NPI[-1]) + 1) % 10)
    answer = site.post(page(pediatrician), said(pediatrician, npi=wrong))
    assert errors(answer) == {
        "npi": ["This is not a valid NPI: ten digits, the last of which is a check digit."]
    }
    assert site.post(page(pediatrician), said(pediatrician, npi=NPI)).status_code == 302
    pediatrician.refresh_from_db()
    assert pediatrician.npi == NPI


def test_a_password_can_be_set(site: Client, family: User, client: Client) -> None:
    word = "larch-otter-canoe-7"
    address = reverse("admin:auth_user_password_change", args=[family.pk])
    assert site.get(address).status_code == 200
    site.post(
        address,
        {"usable_password": "true", "password1": word, "password2": word, "set-password": "1"},
    )
    family.refresh_from_db()
    assert family.check_password(word)


def test_an_administrator_may_do_all_of_it(
    site: Client, nobody: User, client_of: Callable[[User], Client]
) -> None:
    site.post(page(nobody), said(nobody, is_staff="on"))
    nobody.refresh_from_db()
    assert nobody.is_superuser
    assert client_of(nobody).get(reverse(LIST)).status_code == 200
    site.post(page(nobody), said(nobody, is_staff=None))
    nobody.refresh_from_db()
    assert not nobody.is_superuser


@pytest.mark.parametrize("switch", ["is_active", "is_staff"])
def test_nobody_shuts_themselves_out(switch: str, site: Client, admin: User) -> None:
    answer = site.post(page(admin), said(admin, **{switch: None}))
    assert errors(answer) == {switch: ["You cannot shut yourself out. Ask another administrator."]}


def test_an_old_address_no_longer_opens_the_account(
    site: Client, family: User, client: Client
) -> None:
    EmailAddress.objects.create(user=family, email=family.email, primary=True, verified=True)
    site.post(page(family), said(family, email="rosa.new@example.org"))
    client.post(reverse("account_login"), {"login": "rosa@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_login"), {"login": "rosa.new@example.org", "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_a_new_address_is_told_of_at_both(
    site: Client,
    family: User,
    admin: User,
    mailoutbox: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        site.post(page(family), said(family, email="rosa.new@example.org"))
    deliver_notices(at=timezone.now())
    change = AccountChange.objects.get(person=family)
    assert (change.kind, change.by) == ("email_changed", admin)
    # Later in the day what else is new is told beside it.
    told = "The e-mail address for signing in was changed."
    of_it = [mail.to for mail in mailoutbox if told in mail.body]
    assert of_it == [["rosa@example.org"], ["rosa.new@example.org"]]


def test_an_address_is_changed_by_who_has_just_shown_who_they_are(
    site: Client, family: User, settings: Any
) -> None:
    settings.REAUTHENTICATION_MINUTES = 15  # and this session knows no time
    answer = site.post(page(family), said(family, email="rosa.new@example.org"))
    assert "You signed in too long ago to change this." in errors(answer)["email"][0]
    family.refresh_from_db()
    assert family.email == "rosa@example.org"
    assert site.post(page(family), said(family, given_name="Rosalie")).status_code == 302


# --- Leaving ----------------------------------------------------------------------------------


def act(site: Client, action: str, *people: User, **more: str) -> Any:
    chosen = {"action": action, "_selected_action": [str(p.pk) for p in people], **more}
    return site.post(reverse(LIST), chosen, follow=True)


def test_deactivating_asks_first_and_names_what_is_owed(
    site: Client, accepted: Referral, coordinator: User
) -> None:
    answer = act(site, "deactivate", coordinator)
    assert "still owes the next step of 1 open referral" in answer.content.decode()
    coordinator.refresh_from_db()
    assert coordinator.is_active


def test_a_deactivated_person_is_signed_out_and_can_come_back(
    site: Client, accepted: Referral, coordinator: User, client_of: Callable[[User], Client]
) -> None:
    theirs = client_of(coordinator)
    answer = act(site, "deactivate", coordinator, confirmed="yes")
    words = answer.content.decode()
    assert "Kofi Mensah can no longer sign in." in words
    assert "Kofi Mensah still owes the next step of 1 open referral." in words
    assert theirs.get(reverse("home")).status_code == 302
    act(site, "reactivate", coordinator)
    coordinator.refresh_from_db()
    assert coordinator.is_active
    told = LogEntry.objects.filter(object_id=coordinator.pk).order_by("pk")
    assert [entry.get_change_message() for entry in told] == ["Deactivated.", "Reactivated."]


def test_the_switch_on_the_page_warns_too(
    site: Client, accepted: Referral, coordinator: User
) -> None:
    answer = site.post(page(coordinator), said(coordinator, is_active=None), follow=True)
    assert "still owes the next step of 1 open referral" in answer.content.decode()


def test_an_administrator_cannot_deactivate_themselves(site: Client, admin: User) -> None:
    act(site, "deactivate", admin, confirmed="yes")
    admin.refresh_from_db()
    assert admin.is_active


def test_the_page_leads_to_what_they_looked_at(site: Client, therapist: User) -> None:
    views = reverse("admin:referrals_recordview_changelist")
    address = f"{views}?user__id__exact={therapist.pk}"
    assert address in site.get(page(therapist)).content.decode()
    assert site.get(address).status_code == 200


def test_only_open_accounts_are_offered_to_be_chosen(site: Client, nobody: User) -> None:
    asked = {
        "app_label": "referrals",
        "model_name": "membership",
        "field_name": "user",
        "term": "nico",
    }
    offered = site.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert offered == [{"id": str(nobody.pk), "text": "Nico Brandt · nico@example.org"}]
    User.objects.filter(pk=nobody.pk).update(is_active=False)
    assert site.get(reverse("admin:autocomplete"), asked).json()["results"] == []


# --- Working somewhere ------------------------------------------------------------------------


def works(place: Organization, role: str, **more: Any) -> dict[str, Any]:
    row = {"organization": str(place.pk), "role": role, **more}
    return {"memberships-TOTAL_FORMS": 1} | {f"memberships-0-{k}": v for k, v in row.items()}


def test_a_membership_begins_now_and_has_no_end(
    site: Client, nobody: User, clinic: Organization
) -> None:
    assert site.post(page(nobody), said(nobody, **works(clinic, "therapist"))).status_code == 302
    made = Membership.objects.get(user=nobody)
    assert made.since <= timezone.now()
    assert made.until.year == 9000
    assert has_role(nobody, Role.THERAPIST)


def test_a_role_has_its_place(site: Client, nobody: User, practice: Organization) -> None:
    answer = site.post(page(nobody), said(nobody, **works(practice, "therapist")))
    assert "has no place in a pediatric practice" in answer.content.decode()


def test_one_role_is_held_once_and_one_person_takes_the_intake(
    site: Client, therapist: User, clinic: Organization, nobody: User
) -> None:
    add = reverse("admin:referrals_membership_add")
    twice = {"user": str(therapist.pk), "organization": str(clinic.pk), "role": "therapist"}
    assert errors(site.post(add, twice)) == {
        "role": ["Thea Marsh already works there in this role."]
    }
    second = {
        "user": str(nobody.pk),
        "organization": str(clinic.pk),
        "role": "coordinator",
        "takes_intake": "on",
    }
    assert "Kofi Mensah takes the intake there" in str(
        errors(site.post(add, second))["takes_intake"]
    )


def test_ending_a_membership_names_what_is_left_behind(
    site: Client, accepted: Referral, coordinator: User
) -> None:
    membership = Membership.objects.get(user=coordinator)
    address = reverse("admin:referrals_membership_change", args=[membership.pk])
    since = timezone.localtime(membership.since)
    answer = site.post(
        address,
        {
            "since_0": f"{since:%Y-%m-%d}", "since_1": f"{since:%H:%M:%S}",
            "until_0": "2021-01-01", "until_1": "00:00:00",
        },
        follow=True,
    )  # fmt: skip
    words = answer.content.decode()
    assert "Kofi Mensah no longer works at Harbor Therapy, but still owes" in words
    membership.refresh_from_db()
    assert (membership.user, membership.role, membership.until.year) == (
        coordinator,
        "coordinator",
        2021,
    )


def test_a_membership_that_ends_before_it_begins_is_refused(site: Client, therapist: User) -> None:
    membership = Membership.objects.get(user=therapist)
    address = reverse("admin:referrals_membership_change", args=[membership.pk])
    said = {
        "since_0": "2024-01-02",
        "since_1": "00:00",
        "until_0": "2024-01-01",
        "until_1": "00:00",
    }
    assert errors(site.post(address, said)) == {"until": ["This ends before it begins."]}


def test_opening_and_saving_a_membership_changes_nothing(site: Client, therapist: User) -> None:
    membership = Membership.objects.get(user=therapist)
    address = reverse("admin:referrals_membership_change", args=[membership.pk])
    shown = site.get(address).context["adminform"].form
    assert shown["until"].value() is None
    since = timezone.localtime(membership.since)
    site.post(
        address,
        {
            "since_0": f"{since:%Y-%m-%d}",
            "since_1": f"{since:%H:%M:%S}",
            "until_0": "",
            "until_1": "",
        },
    )
    told = (
        "id",
        "user_id",
        "organization_id",
        "role",
        "takes_intake",
        "is_assistant",
        "since",
        "until",
    )
    found = Membership.objects.filter(pk=membership.pk).values(*told).get()
    assert found == {name: getattr(membership, name) for name in told}
