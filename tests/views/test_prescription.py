"""What do the pages of orders show, refuse and keep?"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals.actions.evaluation import tell_profile
from referrals.actions.prescription import sign_prescription
from referrals.models import Appointment, Prescription
from referrals.models.record import new_id
from tests.views.typed import a_visit, an_offer, local, soon


def url(name, referral, *more):
    return reverse(name, args=[referral.pk, *more])


def typed(**changes):
    today = timezone.localdate()
    return {
        "id": new_id(), "seen": 1, "service": "evaluate_and_treat", "visits": 1, "per": "week",
        "minutes": 45, "weeks": 12, "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(days=90)).isoformat(), "precautions": "",
        "note": "Gently", "reason": "She needs more",
    } | changes  # fmt: skip


@pytest.fixture
def door(client_of, pediatrician):
    return client_of(pediatrician)


@pytest.fixture
def short(accepted, pediatrician, now):
    """The order that stands ends in three days."""
    today = timezone.localdate()
    sign_prescription(
        id=new_id(), referral=accepted, service="evaluate", valid_from=now.date(),
        valid_until=today + timedelta(days=3), reason="One look first", by=pediatrician, at=now,
    )  # fmt: skip
    return accepted


def test_everybody_reads_what_stands(cast, client_of, sent):
    first = Prescription.objects.get()
    for who in ("pediatrician", "therapist", "coordinator", "family"):
        page = client_of(getattr(cast, who)).get(url("prescription_detail", sent, first.pk))
        text = page.content.decode()
        assert "Evaluate and treat" in text
        assert "Signed by Ada Okafor, MD" in text
        assert ("Renew" in text) == (who == "pediatrician")


def test_an_id_of_elsewhere_is_no_key(door, sent):
    assert door.get(url("prescription_detail", sent, new_id())).status_code == 404


def test_renewed_it_stands_in_the_place_of_the_one_before(door, sent):
    done = door.post(url("prescription_new", sent), typed())
    assert (done.status_code, done["Location"]) == (302, url("prescription_list", sent))
    rows = door.get(url("prescription_list", sent)).context["prescriptions"]
    assert [(one.number, validity.label) for one, validity in rows] == [
        (2, "Valid"), (1, "Replaced"),
    ]  # fmt: skip


def test_a_double_click_writes_one(door, sent):
    words = typed()
    for _ in range(2):
        assert door.post(url("prescription_new", sent), words).status_code == 302
    assert Prescription.objects.count() == 2


def test_of_two_tabs_the_second_sees_the_first_one_s(door, client_of, practice_colleague, sent):
    door.post(url("prescription_new", sent), typed(note="Theirs"))
    page = client_of(practice_colleague).post(url("prescription_new", sent), typed(note="Mine"))
    text = page.content.decode()
    assert page.status_code == 409
    assert "Theirs" in text
    assert "Mine" in text
    assert page.context["form"]["seen"].value() == "2"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("valid_until", "2020-01-01"),
        ("valid_until", "soon"),
        ("visits", "40"),
        ("per", ""),
        ("service", "cure"),
        ("reason", " "),
        ("valid_from", ""),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(field, value, door, sent):
    page = door.post(url("prescription_new", sent), typed(**{field: value}))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "Gently" in page.content.decode()
    assert Prescription.objects.count() == 1


def test_who_has_no_credentials_is_told(door, pediatrician, sent):
    pediatrician.credentials = ""
    pediatrician.save()
    page = door.post(url("prescription_new", sent), typed())
    assert page.status_code == 422
    assert "your credentials are not in your profile" in page.content.decode()


def test_where_the_referral_has_ended_nothing_is_prescribed(door, declined):
    page = door.get(url("prescription_new", declined))
    assert (page.status_code, page["Location"]) == (302, url("prescription_list", declined))


# --- At scheduling ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["referral_book", "referral_offer"])
def test_the_form_says_until_when_it_is_prescribed(name, client_of, coordinator, short):
    until = f"{timezone.localdate() + timedelta(days=3):%-d %b %Y}"
    page = client_of(coordinator).get(url(name, short))
    assert f"Prescribed until {until}: only a later visit needs a reason." in page.content.decode()


def test_a_visit_beyond_it_is_refused_at_the_reason(client_of, coordinator, therapist, short):
    here, visit = url("referral_book", short), a_visit(short, therapist)
    page = client_of(coordinator).post(here, visit)
    assert page.status_code == 422
    assert "beyond_reason" in page.context["form"].errors
    done = client_of(coordinator).post(here, visit | {"beyond_reason": "Renewed tomorrow"})
    assert done.status_code == 302
    assert Appointment.objects.get().beyond_reason == "Renewed tomorrow"


def test_the_reason_is_read_by_the_clinicians_alone(cast, client_of, short):
    beyond = a_visit(short, cast.therapist, beyond_reason="Renewed tomorrow")
    client_of(cast.coordinator).post(url("referral_book", short), beyond)
    tell_profile(referral=short, wants="To dress alone.", by=cast.family, at=timezone.now())
    for who in ("pediatrician", "therapist", "family"):
        text = client_of(getattr(cast, who)).get(url("referral_detail", short)).content.decode()
        assert ("Renewed tomorrow" in text) == (who != "family")


def test_within_it_nothing_is_asked(client_of, coordinator, therapist, short):
    near = a_visit(short, therapist, starts_at=local(soon(days=2)))
    assert client_of(coordinator).post(url("referral_book", short), near).status_code == 302


def test_times_beyond_it_are_refused_at_the_reason(client_of, coordinator, therapist, short):
    page = client_of(coordinator).post(url("referral_offer", short), an_offer(short, therapist))
    assert page.status_code == 422
    assert "beyond_reason" in page.context["form"].errors
