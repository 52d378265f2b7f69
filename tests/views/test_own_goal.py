"""What does a clinic's own goal to start from do where goals are written and read, and is it nobody else's?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from referrals.actions.counting import counted
from referrals.actions.goal import change_goal
from referrals.actions.reached import outcomes_of
from referrals.clinical.goal_bank import BANK, statement
from referrals.models import Goal, GoalVersion, Referral, User
from referrals.models.course import course_of
from referrals.models.shelf import goals_at
from referrals.queries.discharge import goals as outcomes
from referrals.wording import typed_by
from tests.conftest import Cast
from tests.factories.activity import given
from tests.factories.consent import shared
from tests.factories.goal import agreed, proposed
from tests.factories.shelf import ZIP, ZIP_IN_SPANISH, own_goal

Door = Callable[[User], Client]
Count = Callable[[int], Any]


def url(name: str, *keys: Any) -> str:
    return reverse(name, args=[getattr(key, "pk", key) for key in keys])


def levels(step: str) -> list[dict[str, Any]]:
    return [{"amount": n, "words": step.format(amount=n)} for n in (1, 2, 4, 5, 6)]


def zipping(**changes: Any) -> dict[str, Any]:
    """A goal as it comes from the entry, in English."""
    said = {name: ZIP[name] for name in (*GoalVersion.DEED, "measure")}
    words = {"levels": levels(ZIP["step"]), "baseline": "Zips it 1 of 6 times"}
    return said | words | changes


def en_espanol(**changes: Any) -> dict[str, Any]:
    said = {name: ZIP_IN_SPANISH[f"{name}_es"] for name in (*GoalVersion.DEED, "measure")}
    words = {"levels": levels(ZIP_IN_SPANISH["step_es"]), "baseline": "Lo sube 1 de 6 veces"}
    return said | words | changes


def sentence(version: GoalVersion, language: str) -> str:
    parts = {"en": ZIP, "es": {n.removesuffix("_es"): said for n, said in ZIP_IN_SPANISH.items()}}
    deed = [parts[language][name] for name in GoalVersion.DEED]
    return statement("Mina", *deed, version.target_on, language)


def speaks_spanish(user: User) -> User:
    User.objects.filter(pk=user.pk).update(language="es")
    user.refresh_from_db()
    return user


def read(client_of: Door, user: User, path: str) -> str:
    with translation.override(user.language):
        return unescape(client_of(user).get(path).content.decode())


MARK = '<span lang="en">{}</span> <small class="written-in" lang="es">en inglés</small>'


# --- Where a goal is written ------------------------------------------------------------------------


def test_the_therapist_starts_from_it_and_proposes_it(
    cast: Cast, client_of: Door, evaluated: Referral
) -> None:
    own_goal(cast.clinic)
    ot, new = client_of(cast.therapist), url("goal_new", evaluated)
    page = ot.get(new).content.decode()
    assert "Zips a coat" in page
    assert "Will zip the blue coat, standing by the hooks: 4 of 6 times" in page
    assert BANK["g05"].title.en in page  # beside the shipped ones of her age
    elsewhere = ot.post(new, {"bank-domain": "school", "bank-band": "", "do": "bank"})
    assert "Zips a coat" not in elsewhere.content.decode()
    form = ot.post(new, {"do": "use:g_zip"}).context["form"]
    filled = {name: form[name].value() for name in form.fields}
    assert (filled["does_what"], filled["amount_2"]) == ("zip the blue coat", 4)
    assert filled["words_4"] == "Zips it 6 of 6 times"
    said = {name: value for name, value in filled.items() if value is not None}
    said |= {
        "wish": "Her own coat.",
        "who": "Mina",
        "target_on": timezone.localdate() + timedelta(days=90),
    }
    assert ot.post(new, said | {"do": "propose"}).status_code == 302
    version = GoalVersion.objects.get()
    assert version.levels == levels(ZIP["step"])
    assert version.statement == sentence(version, "en")
    assert version.spanish[version.statement] == sentence(version, "es")


def test_retired_it_is_offered_no_more_and_reads_on_where_it_was_taken(
    cast: Cast, client_of: Door, evaluated: Referral
) -> None:
    own = own_goal(cast.clinic)
    goal = proposed(evaluated, by=cast.therapist, at=timezone.now(), **zipping())
    own.is_active = False
    own.does_what_es = "otra cosa"
    own.save()
    ot, new = client_of(cast.therapist), url("goal_new", evaluated)
    assert "use:g_zip" not in ot.get(new).content.decode()
    assert ot.post(new, {"do": "use:g_zip"}).context["form"]["does_what"].value() is None
    page = read(client_of, speaks_spanish(cast.family), url("goal_detail", evaluated, goal))
    assert sentence(goal.versions.get(), "es") in page


def test_another_clinic_never_sees_it(cast: Cast, client_of: Door, evaluated: Referral) -> None:
    own_goal(cast.other_clinic)
    assert "g_zip" in goals_at(cast.other_clinic.pk)
    assert "g_zip" not in goals_at(cast.clinic.pk)
    ot, new = client_of(cast.therapist), url("goal_new", evaluated)
    assert "Zips a coat" not in ot.get(new).content.decode()
    assert ot.post(new, {"do": "use:g_zip"}).context["form"]["does_what"].value() is None
    # Even its Spanish stays there, where somebody types the same words.
    proposed(evaluated, by=cast.therapist, at=timezone.now(), **zipping())
    assert GoalVersion.objects.get().spanish == {}


def test_of_two_clinics_with_one_code_each_reads_its_own(cast: Cast) -> None:
    own_goal(cast.clinic)
    own_goal(cast.other_clinic, title="Closes a coat")
    assert goals_at(cast.clinic.pk)["g_zip"].title.en == "Zips a coat"
    assert goals_at(cast.other_clinic.pk)["g_zip"].title.en == "Closes a coat"


# --- Where it is read -------------------------------------------------------------------------------


def test_the_family_reads_it_in_spanish_wherever_it_stands(
    cast: Cast, client_of: Door, evaluated: Referral
) -> None:
    own_goal(cast.clinic)
    people = (cast.therapist, cast.family, cast.pediatrician)
    goal = agreed(evaluated, people, at=timezone.now(), **zipping())
    family, version = speaks_spanish(cast.family), goal.versions.get()
    page = read(client_of, family, url("goal_detail", evaluated, goal))
    words = [step["words"] for step in levels(ZIP_IN_SPANISH["step_es"])]
    words += [ZIP_IN_SPANISH["measure_es"], sentence(version, "es")]
    assert [said for said in words if said not in page] == []
    assert "Zips it" not in page
    assert page.count("written-in") == 1  # the wish, as Thea wrote it down
    assert words[-1] in read(client_of, family, url("goal_list", evaluated))
    edit = read(client_of, family, url("goal_edit", evaluated, goal))
    assert ZIP_IN_SPANISH["does_what_es"] in edit
    assert words[2] in read(client_of, family, url("goal_rate", evaluated, goal))
    english = read(client_of, cast.therapist, url("goal_detail", evaluated, goal))
    assert sentence(version, "en") in english
    assert "written-in" not in english


def test_what_a_spanish_family_takes_is_english_to_the_others(
    cast: Cast, client_of: Door, evaluated: Referral
) -> None:
    own_goal(cast.clinic)
    family = speaks_spanish(cast.family)
    with translation.override("es"):
        form = client_of(family).post(url("goal_new", evaluated), {"do": "use:g_zip"})
    assert form.context["form"]["does_what"].value() == "subir el cierre del abrigo azul"
    goal = proposed(evaluated, by=family, at=timezone.now(), wish="Su abrigo.", **en_espanol())
    version = goal.versions.get()
    assert version.statement == sentence(version, "es")
    page = read(client_of, cast.therapist, url("goal_detail", evaluated, goal))
    words = [step["words"] for step in levels(ZIP["step"])]
    assert [said for said in [*words, sentence(version, "en")] if said not in page] == []
    assert page.count("written-in") == 1  # the wish
    assert sentence(version, "es") in read(client_of, family, url("goal_detail", evaluated, goal))


NOTHING = dict.fromkeys(ZIP_IN_SPANISH, "")


def test_what_has_no_spanish_is_shown_as_written_and_marked(
    cast: Cast, client_of: Door, evaluated: Referral
) -> None:
    own_goal(cast.clinic, **NOTHING)
    family, new = speaks_spanish(cast.family), url("goal_new", evaluated)
    assert MARK.format("Zips a coat") in read(client_of, family, new)
    goal = proposed(evaluated, by=family, at=timezone.now(), wish="Su abrigo.", **zipping())
    version = goal.versions.get()
    assert version.statement == sentence(version, "en")  # one language, and not half of each
    page = read(client_of, family, url("goal_detail", evaluated, goal))
    assert MARK.format(version.statement) in page
    assert MARK.format("Zips it 4 of 6 times") in page
    english = read(client_of, cast.therapist, url("goal_detail", evaluated, goal))
    assert english.count("written-in") == 1  # the wish, and nothing of the clinic's own


def test_what_was_fitted_to_the_child_is_its_authors_own(
    cast: Cast, client_of: Door, evaluated: Referral
) -> None:
    own = own_goal(cast.clinic)
    goal = proposed(evaluated, by=cast.therapist, at=timezone.now(), **zipping())
    own.measure_es = "otra cosa"
    own.save()
    change_goal(
        goal=goal, number=1, reason="Snow.", conditions="sitting on Rosa's lap", statement="",
        by=cast.therapist, at=timezone.now(),
    )  # fmt: skip
    version = goal.versions.get(number=2)
    family, path = speaks_spanish(cast.family), url("goal_detail", evaluated, goal)
    page = read(client_of, family, path)
    assert f"<h1>{MARK.format(version.statement)}" in page
    assert "Lo sube 4 de 6 veces" in page
    assert ZIP_IN_SPANISH["measure_es"] in page  # as it was when it was taken
    assert "otra cosa" not in page
    assert [key for key in version.spanish if key.startswith("By ")] == []


def test_what_copies_its_words_carries_their_spanish(cast: Cast, evaluated: Referral) -> None:
    own_goal(cast.clinic)
    people = (cast.therapist, cast.family, cast.pediatrician)
    goal = agreed(evaluated, people, at=timezone.now(), **zipping())
    version, today = goal.versions.get(), timezone.localdate()
    [reached] = outcomes_of(evaluated)
    [now] = counted(evaluated, course_of(evaluated, since=today), today, today).goals
    with translation.override("es"):
        [shown] = outcomes([reached], cast.therapist, for_family=True)
        assert shown.start == "Lo sube 1 de 6 veces"
        said = [typed_by(row["statement"], "en", row["spanish"]) for row in (reached, now)]
    assert said == [sentence(version, "es")] * 2


def test_an_activity_names_it_in_the_language_of_who_reads(
    cast: Cast, client_of: Door, evaluated: Referral
) -> None:
    own_goal(cast.clinic)
    people = (cast.therapist, cast.family, cast.pediatrician)
    goal: Goal = agreed(evaluated, people, at=timezone.now(), **zipping())
    one = given(evaluated, by=cast.therapist, at=timezone.now())
    page = read(client_of, speaks_spanish(cast.family), url("activity_detail", evaluated, one))
    assert sentence(goal.versions.get(), "es") in page


def test_school_and_report_say_in_english_what_the_family_chose_in_spanish(
    cast: Cast, client_of: Door, in_therapy: Referral, later: datetime, time_machine: Any
) -> None:
    time_machine.move_to(later + timedelta(days=1), tick=False)
    own_goal(cast.clinic)
    people = (speaks_spanish(cast.family), cast.therapist, cast.pediatrician)
    goal = agreed(in_therapy, people, at=timezone.now(), **en_espanol())
    shared(cast.child, cast.school, "goals", by=cast.family, at=timezone.now())
    english, spanish = (sentence(goal.versions.get(), language) for language in ("en", "es"))
    school = read(client_of, cast.partner, url("shared_goals", cast.child))
    report = read(client_of, cast.therapist, url("report_write", in_therapy))
    for page in (school, report):
        assert english in page
        assert spanish not in page
    assert "Zips it 1 of 6 times" in report
    assert "Lo sube" not in report


@pytest.mark.parametrize("rows", [1, 3])
def test_own_goals_cost_one_query_however_many(
    rows: int, cast: Cast, django_assert_num_queries: Count
) -> None:
    for n in range(rows):
        own_goal(cast.clinic, code=f"g_x{n}")
    with django_assert_num_queries(1):
        goals_at(cast.clinic.pk)
