"""Is a worry told, answered once, and never lost on the way?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from referrals.actions.concern import answer_concern, share_concern
from referrals.models import Child, Concern, User
from referrals.models.record import new_id

Door = Callable[[User], Client]


@pytest.fixture
def concern(child: Child, family: User, now: datetime) -> Concern:
    return share_concern(
        id=new_id(), child=child, signs=["tod.sensory"], words="She covers her ears.",
        by=family, at=now,
    )  # fmt: skip


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(), "signs": ["tod.sensory"], "words": "Sand makes her cry.",
        "since_when": "since summer", "setting": "home",
    } | changes  # fmt: skip


def test_a_family_tells_and_is_thanked(client_of: Door, family: User, child: Child) -> None:
    answer = client_of(family).post(reverse("concern_new", args=[child.pk]), typed(), follow=True)
    assert answer.redirect_chain == [(reverse("home"), 302)]
    assert "Your pediatrician sees this now" in answer.content.decode()
    told = Concern.objects.get(child=child)
    assert (told.recorded_as, told.words, told.is_open) == ("family", "Sand makes her cry.", True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"signs": [], "words": " "}, "Tick at least one sign, or say in your own words"),
        ({"words": "w" * 4001}, "at most 4000 characters"),
        ({"since_when": "s" * 121}, "at most 120 characters"),
        (
            {"signs": ["tod.sensory", "tod.flying"]},
            "tod.flying is not one of the available choices",
        ),
        ({"signs": ["sch.handwriting"]}, "is not one of the available choices"),
        ({"setting": "moon"}, "Select a valid choice."),
        ({"id": "x"}, "Enter a valid UUID."),
    ],
)
def test_a_mistake_is_said_and_the_words_are_still_there(
    changes: dict[str, Any], sentence: str, client_of: Door, family: User, child: Child
) -> None:
    sent = typed(**changes)
    page = client_of(family).post(reverse("concern_new", args=[child.pk]), sent)
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    assert sent["words"].strip() in text
    assert sent["since_when"] in text
    assert ('value="tod.sensory" id="id_signs_tod.sensory" checked' in text) is (
        "tod.sensory" in sent["signs"]
    )
    assert not Concern.objects.exists()


def test_somebody_elses_form_is_refused(
    client_of: Door, pediatrician: User, child: Child, concern: Concern
) -> None:
    path = reverse("concern_new", args=[child.pk])
    page = client_of(pediatrician).post(path, typed(id=concern.pk))
    assert page.status_code in (409, 422)
    assert "already used" in page.content.decode()
    assert "Sand makes her cry." in page.content.decode()


def test_the_answer_is_read_by_the_family(
    client_of: Door, pediatrician: User, family: User, concern: Concern
) -> None:
    path = reverse("concern_answer", args=[concern.pk])
    answer = client_of(pediatrician).post(path, {"answer": "Let us look at her in May."})
    assert answer["Location"] == reverse("concern_detail", args=[concern.pk])
    page = client_of(family).get(answer["Location"]).content.decode()
    assert "Let us look at her in May." in page


def test_an_empty_answer_is_asked_for_again(
    client_of: Door, pediatrician: User, concern: Concern
) -> None:
    path = reverse("concern_answer", args=[concern.pk])
    page = client_of(pediatrician).post(path, {"answer": "  "})
    assert page.status_code == 422
    assert "This field is required." in page.content.decode()


def test_who_answers_second_is_told_and_keeps_the_words(
    client_of: Door, pediatrician: User, practice_colleague: User, concern: Concern, now: datetime
) -> None:
    answer_concern(concern=concern, answer="Come in May.", by=practice_colleague, at=now)
    path = reverse("concern_answer", args=[concern.pk])
    page = client_of(pediatrician).post(path, {"answer": "Come in June."})
    assert page.status_code == 409
    assert "Somebody else has already answered this concern." in page.content.decode()
    assert "Come in June." in page.content.decode()
    concern.refresh_from_db()
    assert concern.answer == "Come in May."


def test_a_concern_is_carried_into_the_referral(
    client_of: Door, pediatrician: User, child: Child, concern: Concern
) -> None:
    path = reverse("referral_write", args=[child.pk])
    text = client_of(pediatrician).get(path, {"concern": concern.pk}).content.decode()
    assert "The family says: She covers her ears." in text
    assert 'value="tod.sensory" id="id_signs_tod.sensory" checked' in text


def test_the_list_for_school_age_says_that_it_is_ours(
    client_of: Door, family: User, pediatrician: User, child: Child, now: datetime
) -> None:
    pages = [
        (client_of(family), reverse("concern_new", args=[child.pk])),
        (client_of(pediatrician), reverse("referral_write", args=[child.pk])),
    ]
    ours = "From 5 years on, this list is our own."
    assert [door.get(page).content.decode().count(ours) for door, page in pages] == [0, 0]
    Child.objects.filter(pk=child.pk).update(date_of_birth=now.date() - timedelta(days=6 * 366))
    assert [door.get(page).content.decode().count(ours) for door, page in pages] == [1, 1]
