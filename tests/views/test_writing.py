"""Is a referral kept while it is written, and sent whole, once, with nothing typed ever lost?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.closing import cancel_referral
from referrals.actions.referral import draft_referral
from referrals.models import Child, ChildToken, Diagnosis, Event, Organization, Referral, User
from tests.factories.referral import draft_for

from .typed import a_referral, pdf

Door = Callable[[User], Client]
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def path(child: Child) -> str:
    return reverse("referral_write", args=[child.pk])


def test_signing_sends_it(
    path: str, client_of: Door, pediatrician: User, clinic: Organization, child: Child,
    diagnoses: list[Diagnosis], settings: Any, tmp_path: Any,
) -> None:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    typed = a_referral(clinic, diagnoses="f82, R62.50", attachments=[pdf()])
    answer = client_of(pediatrician).post(path, typed)
    assert answer["Location"] == reverse("referral_detail", args=[typed["id"]])
    made = Referral.objects.get(child=child)
    assert (made.state, made.intent, made.owner.given_name) == ("sent", "habilitation", "Kofi")
    assert [d.code for d in made.diagnoses.order_by("code")] == ["F82", "R62.50"]
    assert made.attachments.get().name == "letter.pdf"


#: Session, person; child, team, the look; clinic; begin; child, team, what is open; seat, the child's
#: words there; clocks, who takes it in; referral, events, notices; order, tasks; commit; session.
SENT = 21
#: Of a child that the clinic never had the words are written, their spellings read and written.
SENT_NEW = SENT + 3


@pytest.mark.parametrize("wanted", [{}, {"despite_open": "on"}])
def test_what_sending_a_child_costs_whom_the_clinic_never_had(
    path: str, client_of: Door, pediatrician: User, clinic: Organization, family: User, child: Child,
    wanted: dict[str, str], django_assert_num_queries: Any,
) -> None:  # fmt: skip
    door = client_of(pediatrician)
    with django_assert_num_queries(SENT_NEW):
        answer = door.post(path, a_referral(clinic) | wanted)
    assert answer.status_code == 302
    words = ChildToken.objects.filter(organization=clinic, child=child)
    assert {"mina", "fontaine"} <= set(words.values_list("token", flat=True))


def test_what_sending_a_child_costs_whom_the_clinic_knows(
    path: str, client_of: Door, pediatrician: User, clinic: Organization, family: User, sent: Referral,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    door = client_of(pediatrician)
    with django_assert_num_queries(SENT):
        answer = door.post(path, a_referral(clinic, despite_open="on"))
    assert answer.status_code == 302


def test_what_sending_costs_whose_words_were_kept_and_are_now_others(
    path: str, client_of: Door, pediatrician: User, clinic: Organization, family: User, child: Child,
    now: datetime, django_assert_num_queries: Any,
) -> None:  # fmt: skip
    """What was kept is read before the form."""
    draft = draft_for(child, clinic, question="Buttons?", by=pediatrician, at=now)
    door = client_of(pediatrician)
    typed = a_referral(clinic, id=str(draft.pk), version="1")
    with django_assert_num_queries(SENT_NEW + 1):
        answer = door.post(path, typed)
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.question, draft.version) == ("sent", typed["question"], 2)
    kinds = Event.objects.filter(about=draft.pk).values_list("kind", flat=True)
    assert list(kinds) == ["referral_sent", "referral_draft_saved", "referral_drafted"]


def test_what_cannot_be_sent_is_kept_and_nothing_else_is_done(
    path: str, client_of: Door, pediatrician: User, clinic: Organization, child: Child
) -> None:
    """The clinic has nobody left: found when all but the last of it was written."""
    clinic.memberships.update(until=timezone.now())
    seats = set(child.seats.all())
    page = client_of(pediatrician).post(path, a_referral(clinic, question="Can she button?"))
    assert page.status_code == 422
    assert "has nobody who could take this on" in page.content.decode()
    draft = Referral.objects.get()
    assert (draft.state, draft.question, draft.sent_at) == ("draft", "Can she button?", None)
    assert (draft.owner, draft.next_step) == (pediatrician, "send")
    assert [one.kind for one in Event.objects.filter(about=draft.pk)] == ["referral_drafted"]
    assert set(child.seats.all()) == seats
    assert not draft.prescriptions.exists()
    assert not draft.tasks.exists()


def test_a_second_open_referral_is_kept_until_it_is_said_to_be_wanted(
    path: str, client_of: Door, pediatrician: User, clinic: Organization, sent: Referral
) -> None:
    door, typed = client_of(pediatrician), a_referral(clinic)
    page = door.post(path, typed)
    assert page.status_code == 422
    assert Referral.objects.get(pk=typed["id"]).state == "draft"
    version = page.context["form"]["version"].value()
    again = door.post(path, typed | {"version": version, "despite_open": "on"})
    assert again.status_code == 302
    kinds = Event.objects.filter(about=typed["id"]).values_list("kind", flat=True)
    assert sorted(kinds) == ["referral_drafted", "referral_sent"]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_one_moment_send_it_once(
    transactional_db: Any, path: str, client_of: Door, pediatrician: User, clinic: Organization
) -> None:
    typed, gate = a_referral(clinic), Barrier(2)

    def click(door: Client) -> str:
        try:
            gate.wait()
            return door.post(path, typed).headers.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        led_to = list(pool.map(click, [client_of(pediatrician) for _ in range(2)]))
    assert led_to == [reverse("referral_detail", args=[typed["id"]])] * 2
    kinds = Event.objects.filter(about=typed["id"]).values_list("kind", flat=True)
    assert sorted(kinds) == ["referral_drafted", "referral_sent"]


def test_keeping_it_asks_for_nothing(
    path: str, client_of: Door, pediatrician: User, clinic: Organization
) -> None:
    typed = a_referral(clinic, do="save", question="", source="", service="", clinic="", signs=[])
    answer = client_of(pediatrician).post(path, typed)
    assert answer["Location"] == reverse("home")
    assert Referral.objects.get().state == "draft"


def test_a_draft_saves_itself_and_goes_on(
    path: str, client_of: Door, pediatrician: User, clinic: Organization
) -> None:
    door = client_of(pediatrician)
    typed = a_referral(clinic, question="Does")
    first = door.post(path, typed, headers=AUTOSAVE)
    assert first.status_code == 200
    assert first.content.startswith(b"Saved as a draft at ")
    again = typed | {"question": "Does she dress?", "version": first["X-Version"]}
    second = door.post(path, again, headers=AUTOSAVE)
    assert (first["X-Version"], second["X-Version"]) == ("1", "2")
    draft = Referral.objects.get()
    assert (draft.question, draft.state) == ("Does she dress?", "draft")
    text = door.get(path, {"draft": draft.pk}).content.decode()
    assert "Does she dress?" in text
    assert 'name="version" value="2"' in text


def test_saving_what_has_not_changed_leaves_no_mark(
    path: str, client_of: Door, pediatrician: User, clinic: Organization
) -> None:
    door = client_of(pediatrician)
    typed = a_referral(clinic)
    version = door.post(path, typed, headers=AUTOSAVE)["X-Version"]
    for _ in range(3):
        door.post(path, typed | {"version": version}, headers=AUTOSAVE)
    assert Event.objects.filter(about=typed["id"]).count() == 1


def test_a_draft_keeps_what_is_valid_and_drops_what_is_not(
    path: str, client_of: Door, pediatrician: User, clinic: Organization
) -> None:
    typed = a_referral(clinic, identified_on="2026-02-31", question="Does she dress?")
    answer = client_of(pediatrician).post(path, typed, headers=AUTOSAVE)
    assert answer.status_code == 200
    draft = Referral.objects.get()
    assert (draft.question, draft.identified_on) == ("Does she dress?", None)


def test_two_tabs_do_not_overwrite_each_other(
    path: str, client_of: Door, pediatrician: User, clinic: Organization
) -> None:
    door = client_of(pediatrician)
    typed = a_referral(clinic)
    door.post(path, typed, headers=AUTOSAVE)
    door.post(path, typed | {"question": "From one tab", "version": 1}, headers=AUTOSAVE)
    stale = door.post(path, typed | {"question": "From the other", "version": 1}, headers=AUTOSAVE)
    assert stale.status_code == 409
    page = door.post(path, typed | {"question": "From the other", "version": 1})
    assert page.status_code == 409
    assert "From the other" in page.content.decode()
    assert Referral.objects.get().question == "From one tab"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"question": ""}, "This field is required."),
        ({"question": "q" * 2001}, "at most 2000 characters"),
        ({"identified_on": "2026-02-31"}, "Enter a valid date."),
        ({"identified_on": "2999-01-01"}, "This date lies in the future."),
        ({"identified_on": "2001-01-01"}, "before the child was born"),
        ({"identified_on": f"{timezone.now().year - 2}-12-31"}, "more than a year ago"),
        ({"source": "horoscope"}, "Select a valid choice."),
        ({"intent": "send"}, "Select a valid choice."),
        ({"signs": ["tod.flying"]}, "tod.flying is not one of the available choices"),
        ({"signs": []}, "Tick at least one sign, or name a diagnosis."),
        ({"diagnoses": "F82, ZZ9"}, "“ZZ9” is not an ICD-10-CM code."),
        ({"clinic": "x"}, "is not a valid UUID"),
        ({"precautions": "p" * 501}, "at most 500 characters"),
        ({"screening": "s" * 241}, "at most 240 characters"),
    ],
)
def test_a_mistake_is_said_and_every_word_is_still_there(
    changes: dict[str, Any], sentence: str, path: str, client_of: Door, pediatrician: User,
    clinic: Organization, diagnoses: list[Diagnosis],
) -> None:  # fmt: skip
    typed = a_referral(clinic, precautions="Latex allergy", screening="ASQ-3, 4 May") | changes
    page = client_of(pediatrician).post(path, typed)
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    for name in ("question", "identified_on", "precautions", "screening", "diagnoses"):
        assert str(typed[name]) in text, name
    if "tod.sensory" in typed["signs"]:
        assert 'id="id_signs_tod.sensory" checked' in text
    assert not Referral.objects.filter(state="sent").exists()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("letter.pdf", b"MZ\x90\x00" * 40, "is not a PDF, JPEG or PNG file."),
        ("letter.exe", b"%PDF-1.7\n", "is not what its name says it is."),
        ("page.html", b"<html><script>alert(1)</script></html>", "is not a PDF, JPEG or PNG file."),
        ("empty.pdf", b"", "empty"),
    ],
)
def test_a_wrong_file_stops_the_sending_and_keeps_the_words(
    name: str, data: bytes, sentence: str, path: str, client_of: Door, pediatrician: User,
    clinic: Organization, settings: Any, tmp_path: Any,
) -> None:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    typed = a_referral(clinic, attachments=[SimpleUploadedFile(name, data)])
    page = client_of(pediatrician).post(path, typed)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert typed["question"] in page.content.decode()
    assert not Referral.objects.filter(state="sent").exists()


def test_an_earlier_referral_is_carried_over(
    path: str, client_of: Door, pediatrician: User, declined: Referral
) -> None:
    text = client_of(pediatrician).get(path, {"follows": declined.pk}).content.decode()
    assert declined.question in text
    assert "Follows an earlier referral" in text


def test_a_sent_referral_is_no_draft(
    path: str, client_of: Door, pediatrician: User, sent: Referral
) -> None:
    answer = client_of(pediatrician).get(path, {"draft": sent.pk})
    assert answer["Location"] == reverse("referral_detail", args=[sent.pk])


def test_a_colleague_goes_on_with_the_draft(
    path: str, cast: Any, client_of: Door, draft: Referral
) -> None:
    typed = a_referral(cast.clinic, id=draft.pk, version=draft.version, question="Mine now?")
    assert client_of(cast.practice_colleague).post(path, typed).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.question) == ("sent", "Mine now?")
    assert (draft.author, draft.sent_by) == (cast.pediatrician, cast.practice_colleague)


def test_a_draft_that_was_cancelled_is_not_sent(
    path: str, cast: Any, client_of: Door, child: Child
) -> None:
    at = timezone.now() - timedelta(hours=1)
    typed = a_referral(cast.clinic)
    draft = draft_referral(
        id=typed["id"], child=child, practice=cast.practice, by=cast.pediatrician, at=at
    )
    cancel_referral(referral=draft, reason="Not needed.", by=cast.pediatrician, at=at)
    page = client_of(cast.pediatrician).post(path, typed | {"version": 1})
    assert page.status_code == 409
    assert "it is now “cancelled”" in page.content.decode()
    assert typed["question"] in page.content.decode()


def test_the_page_marks_what_sending_will_ask_for(
    path: str, client_of: Door, pediatrician: User, clinic: Organization
) -> None:
    door = client_of(pediatrician)
    fresh = door.get(path).content.decode()
    kept = door.post(path, a_referral(clinic, do="save", screening="s" * 241)).content.decode()
    for text in (fresh, kept):
        assert text.count('class="asteriskField"') == 7  # all but signs, diagnoses and three notes
        assert "Tick at least one, or name a diagnosis below." in text


def test_advice_stands_before_the_button_that_sends(
    path: str, client_of: Door, pediatrician: User
) -> None:
    text = client_of(pediatrician).get(path).content.decode()
    signs, hint, order = (
        text.index(part) for part in ("div_id_signs", "data-hint", "What you order")
    )
    assert signs < hint < order
    assert text.index("Early intervention") < order
