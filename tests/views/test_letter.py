"""Is a letter seen before it goes, kept as it was seen, and read by whom it is meant for?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from referrals.models import Child, Letter, Referral, User
from tests.factories.consent import shared
from tests.factories.letter import choice_of, lettered
from tests.factories.message import keep_apart, second_adult

Door = Callable[[User], Client]
Count = Callable[..., Any]


@pytest.fixture
def after(now: datetime) -> datetime:
    return now + timedelta(hours=9)


def chosen(referral: Referral, by: User, at: datetime) -> str:
    return choice_of(referral, "no_show", "Rosa Fontaine", by=by, at=at)


def begun(door: Client, referral: Referral, by: User, at: datetime, language: str = "") -> Any:
    page = reverse("letter_new", args=[referral.pk])
    return door.post(page, {"choice": chosen(referral, by, at), "language": language})


def typed(form: Any, **changes: str) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields} | changes


def test_it_is_begun_from_the_text_that_stands_in_the_language_they_read(
    cast: Any, visit_missed: Referral, after: datetime, client_of: Door
) -> None:
    User.objects.filter(pk=cast.family.pk).update(language="es")
    form = begun(client_of(cast.therapist), visit_missed, cast.therapist, after).context["form"]
    assert form["language"].value() == "es"
    body = form["body"].value()
    assert body.startswith("Hola, Rosa Fontaine:")
    for fact in (
        "Mina Fontaine",
        "Harbor Therapy",
        "¿Necesita un intérprete?",
        "Thea Marsh, OTR/L",
    ):
        assert fact in body
    assert not Letter.objects.exists()


def test_another_language_can_be_chosen(
    cast: Any, visit_missed: Referral, after: datetime, client_of: Door
) -> None:
    door = client_of(cast.therapist)
    form = begun(door, visit_missed, cast.therapist, after, "es").context["form"]
    assert form["subject"].value() == "Una nueva cita para Mina Fontaine"


def test_it_is_seen_with_its_changed_words_before_it_is_final(
    cast: Any, visit_missed: Referral, after: datetime, client_of: Door
) -> None:
    door, page = client_of(cast.therapist), reverse("letter_new", args=[visit_missed.pk])
    form = begun(door, visit_missed, cast.therapist, after).context["form"]
    body = f"{form['body'].value()}\n\nThe <b>bus</b> runs again. {{phone}} #let x = 1"
    seen = door.post(page, typed(form, body=body, see="yes"))
    assert seen.status_code == 200
    said = seen.content.decode()
    assert "The &lt;b&gt;bus&lt;/b&gt; runs again. {phone} #let x = 1" in said
    assert not Letter.objects.exists()
    made = door.post(page, typed(seen.context["form"], make="yes"))
    assert made["Location"] == reverse("letter_list", args=[visit_missed.pk])
    kept = Letter.objects.get()
    assert kept.body.endswith("The <b>bus</b> runs again. {phone} #let x = 1")
    assert kept.template_version == 0


def test_a_fact_that_must_stand_in_it_cannot_be_taken_out(
    cast: Any, visit_missed: Referral, after: datetime, client_of: Door
) -> None:
    door, page = client_of(cast.therapist), reverse("letter_new", args=[visit_missed.pk])
    form = begun(door, visit_missed, cast.therapist, after).context["form"]
    answer = door.post(page, typed(form, body="We missed you.", make="yes"))
    assert answer.status_code == 422
    assert "This must stand in the letter: the visit that was missed" in answer.content.decode()
    assert not Letter.objects.exists()


def test_a_childs_name_fetches_nothing(
    cast: Any, visit_missed: Referral, after: datetime, client_of: Door
) -> None:
    Child.objects.filter(pk=cast.child.pk).update(name_used="{phone}{born}")
    form = begun(client_of(cast.therapist), visit_missed, cast.therapist, after).context["form"]
    assert "{phone}{born} Fontaine" in form["body"].value()


def test_another_adults_or_places_key_is_not_taken(
    cast: Any, visit_missed: Referral, client_of: Door
) -> None:
    page = reverse("letter_new", args=[visit_missed.pk])
    other = cast.other_child.guardians.get()
    for choice in (f"no_show:{other.pk}", f"discharge_family:{cast.child.guardians.get().pk}", "x"):
        answer = client_of(cast.therapist).post(page, {"choice": choice, "body": "x", "make": "1"})
        assert answer.status_code == 422
    assert not Letter.objects.exists()


# --- Who reads it ---------------------------------------------------------------------------------


def test_the_family_reads_it_among_its_papers(
    cast: Any, written_to_family: Referral, client_of: Door
) -> None:
    mother, kept = client_of(cast.family), Letter.objects.get()
    way = reverse("letter_print", args=[written_to_family.pk, kept.pk])
    papers = mother.get(reverse("document_list", args=[cast.child.pk])).content.decode()
    assert f'href="{way}"' in papers
    assert "We think of you." in mother.get(way).content.decode()
    whole = mother.post(reverse("document_export", args=[cast.child.pk]), {"form": "pdf"})
    assert whole.status_code == 200


def test_of_adults_kept_apart_each_reads_their_own(
    cast: Any, written_to_family: Referral, client_of: Door, now: datetime
) -> None:
    father = second_adult(cast.child, cast.other_family, by=cast.pediatrician, at=now)
    page = reverse("letter_list", args=[written_to_family.pk])
    assert "About Mina" in client_of(cast.other_family).get(page).content.decode()
    keep_apart(father, at=now, how="hidden")
    assert "About Mina" not in client_of(cast.other_family).get(page).content.decode()
    assert "About Mina" in client_of(cast.family).get(page).content.decode()
    assert "About Mina" in client_of(cast.pediatrician).get(page).content.decode()


def test_what_was_a_mistake_says_so_to_who_got_it(
    cast: Any, written_to_family: Referral, client_of: Door
) -> None:
    kept = Letter.objects.get()
    page = reverse("letter_error", args=[written_to_family.pk, kept.pk])
    client_of(cast.therapist).post(page, {"reason": "Wrongchild"})
    mother = client_of(cast.family)
    for way in ("letter_list", "letter_print"):
        args = [written_to_family.pk] + ([kept.pk] if way == "letter_print" else [])
        said = mother.get(reverse(way, args=args)).content.decode()
        assert "Sent by mistake" in said
        assert "Wrongchild" not in said


def test_a_school_reads_its_own_until_the_family_closes_it(
    cast: Any, written_to_school: Referral, client_of: Door, now: datetime
) -> None:
    from referrals.actions.consent import revoke_consent

    kept = Letter.objects.get()
    way = reverse("shared_written_read", args=[cast.child.pk, kept.pk])
    school = client_of(cast.partner)
    overview = school.get(reverse("shared_overview", args=[cast.child.pk])).content.decode()
    assert f'href="{way}"' in overview
    assert "We think of you." in school.get(way).content.decode()
    revoke_consent(consent=cast.child.consents.get(), by=cast.family, at=now + timedelta(hours=2))
    assert school.get(way).status_code == 404


def test_a_letter_in_spanish_reads_so_as_a_whole(
    cast: Any, visit_missed: Referral, after: datetime, client_of: Door
) -> None:
    made = lettered(
        visit_missed, "no_show", "Rosa Fontaine", by=cast.therapist, at=after, language="es",
        subject="Una nueva cita", body="Nos dará gusto verle.",
    )  # fmt: skip
    way = reverse("letter_print", args=[visit_missed.pk, made.pk])
    answer = client_of(cast.family).get(way)
    said = answer.content.decode()
    assert '<html lang="es"' in said
    assert answer["Content-Language"] == "es"
    assert "electrónico por" in said


# --- What a page costs ----------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "queries"), [("therapist", 6), ("family", 7)])
def test_the_list_costs_the_same_with_many(
    cast: Any, written_to_family: Referral, client_of: Door, after: datetime, who: str,
    queries: int, django_assert_num_queries: Count,
) -> None:  # fmt: skip
    door = client_of(getattr(cast, who))
    page = reverse("letter_list", args=[written_to_family.pk])
    with django_assert_num_queries(queries):
        door.get(page)
    for _ in range(5):
        lettered(written_to_family, "no_show", "Rosa Fontaine", by=cast.therapist, at=after)
    with django_assert_num_queries(queries):
        assert door.get(page).content.decode().count("About Mina") >= 6


def test_choosing_costs_the_same_with_many_adults_and_schools(
    cast: Any, visit_missed: Referral, client_of: Door, now: datetime,
    django_assert_num_queries: Count,
) -> None:  # fmt: skip
    from referrals.actions.guardian import add_guardian
    from tests.factories.organization import SchoolFactory

    door = client_of(cast.therapist)
    page = reverse("letter_new", args=[visit_missed.pk])
    shared(cast.child, cast.school, "results", by=cast.family, at=now)
    with django_assert_num_queries(10):
        door.get(page)
    for n in range(4):
        add_guardian(
            child=cast.child, given_name="Aunt", family_name=str(n), relationship="other",
            by=cast.pediatrician, at=now,
        )  # fmt: skip
        shared(cast.child, SchoolFactory(), "results", by=cast.family, at=now)
    with django_assert_num_queries(10):
        assert len(door.get(page).context["offers"]) == 10
