"""What does a clinic's own activity or payer do where people work, and is it nobody else's?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from referrals.actions.activity import change_activity
from referrals.actions.check_in import ask_therapist
from referrals.actions.plan import certifiable, draft_plan, explain_plan, send_plan, sign_plan
from referrals.actions.refusal import Refused
from referrals.documents.activity import handout
from referrals.documents.document import texts
from referrals.documents.plan import plan_of_care
from referrals.models import Activity, Membership, OwnActivity, Plan, Referral, User
from referrals.models.record import new_id
from referrals.models.shelf import activities_at, payers_at
from referrals.queries.timeline import timeline
from tests.conftest import Cast
from tests.factories.activity import given
from tests.factories.shelf import IN_SPANISH, LADDER, own_activity, own_payer
from tests.stages import a_plan, day_of, fresh

Door = Callable[[User], Client]
Count = Callable[[int], Any]
STEP = LADDER["steps"].splitlines()[0]
PASO = IN_SPANISH["steps_es"].splitlines()[0]


def url(name: str, *keys: Any) -> str:
    return reverse(name, args=[getattr(key, "pk", key) for key in keys])


# --- Activities ---------------------------------------------------------------------------------


def given_from_it(cast: Cast, aimed: Referral, **changes: Any) -> Activity:
    said = {name: LADDER[name] for name in Activity.CONTENT} | changes
    return given(aimed, by=cast.therapist, at=timezone.now(), bank_code="h_ladder", **said)


def read_in_spanish(client_of: Door, user: User, path: str) -> str:
    User.objects.filter(pk=user.pk).update(language="es")
    user.refresh_from_db()
    with translation.override("es"):
        return unescape(client_of(user).get(path).content.decode())


def test_the_therapist_starts_from_it_and_gives_it(
    cast: Cast, client_of: Door, aimed: Referral
) -> None:
    own_activity(cast.clinic)
    ot, new = client_of(cast.therapist), url("activity_new", aimed)
    page = ot.get(new).content.decode()
    assert "The sock ladder" in page
    assert "My own spoon" in page  # beside the shipped ones of her age
    elsewhere = ot.get(new, {"bank-domain": "school", "bank-band": ""}).content.decode()
    assert "The sock ladder" not in elsewhere
    form = ot.post(new, {"do": "use:h_ladder"}).context["form"]
    filled = {name: form[name].value() for name in form.fields}
    assert (filled["title"], filled["minutes"]) == ("The sock ladder", 4)
    said = {name: value for name, value in filled.items() if value is not None}
    goals = [str(aimed.goals.get().pk)]
    assert ot.post(new, said | {"do": "give", "goals": goals}).status_code == 302
    made = Activity.objects.get()
    assert (made.bank_code, made.steps) == ("h_ladder", LADDER["steps"])


def test_retired_it_is_offered_no_more_and_reads_on_where_it_was_given(
    cast: Cast, client_of: Door, aimed: Referral
) -> None:
    own = own_activity(cast.clinic)
    one = given_from_it(cast, aimed)
    own.is_active = False
    own.title_es = "Otra cosa"
    own.save()
    ot, new = client_of(cast.therapist), url("activity_new", aimed)
    assert "use:h_ladder" not in ot.get(new).content.decode()
    assert ot.post(new, {"do": "use:h_ladder"}).context["form"]["title"].value() is None
    page = read_in_spanish(client_of, cast.family, url("activity_detail", aimed, one))
    assert IN_SPANISH["title_es"] in page


def test_another_clinic_never_sees_it(cast: Cast, client_of: Door, aimed: Referral) -> None:
    own_activity(cast.other_clinic)
    assert "h_ladder" in activities_at(cast.other_clinic.pk)
    assert "h_ladder" not in activities_at(cast.clinic.pk)
    ot, new = client_of(cast.therapist), url("activity_new", aimed)
    assert "The sock ladder" not in ot.get(new).content.decode()
    assert ot.post(new, {"do": "use:h_ladder"}).context["form"]["title"].value() is None
    # Even its Spanish stays there, where somebody sends its code by hand.
    assert given_from_it(cast, aimed).spanish == {}


def test_of_two_clinics_with_one_code_each_reads_its_own(cast: Cast) -> None:
    own_activity(cast.clinic)
    own_activity(cast.other_clinic, title="The coat game")
    assert activities_at(cast.clinic.pk)["h_ladder"].title.en == "The sock ladder"
    assert activities_at(cast.other_clinic.pk)["h_ladder"].title.en == "The coat game"


def test_the_family_reads_it_in_spanish_wherever_it_stands(
    cast: Cast, client_of: Door, aimed: Referral
) -> None:
    own_activity(cast.clinic)
    one = given_from_it(cast, aimed)
    page = read_in_spanish(client_of, cast.family, url("activity_detail", aimed, one))
    words = [
        *IN_SPANISH["steps_es"].splitlines(),
        *(v for k, v in IN_SPANISH.items() if k != "steps_es"),
    ]
    assert [said for said in words if said not in page] == []
    assert page.count("written-in") == 1  # the goal, which Thea worded
    for path in (url("activity_list", aimed), url("practice_today"), url("home")):
        assert IN_SPANISH["title_es"] in read_in_spanish(client_of, cast.family, path)
    log = read_in_spanish(client_of, cast.family, url("practice_log", aimed, one))
    assert log.count(IN_SPANISH["title_es"]) == 2  # the heading, and the name of the page
    with translation.override("es"):
        said = texts(handout(aimed, timezone.localdate()))
    assert f"1. {IN_SPANISH['title_es']}" in said
    assert PASO in said
    english = client_of(cast.therapist).get(url("activity_detail", aimed, one)).content.decode()
    assert STEP in english
    assert PASO not in english


def test_the_timeline_calls_it_by_its_name_of_that_day_in_either_language(
    cast: Cast, aimed: Referral
) -> None:
    own_activity(cast.clinic)
    one = given_from_it(cast, aimed)
    ask_therapist(id=new_id(), activity=one, text="¿Y si llora?", by=cast.family, at=timezone.now())
    OwnActivity.objects.update(title_es="Otra cosa")
    told = {"child": cast.child, "for_family": True, "drafts": False, "group": "activity"}
    with translation.override("es"):
        said = [entry.sentence.rpartition(": ")[2] for entry in timeline(**told)]
    assert said == [IN_SPANISH["title_es"]] * 2
    said = [entry.sentence.rpartition(": ")[2] for entry in timeline(**told)]
    assert said == [LADDER["title"]] * 2


def test_what_has_no_spanish_is_shown_as_written_and_marked(
    cast: Cast, client_of: Door, aimed: Referral
) -> None:
    own_activity(cast.clinic, why_es="", steps_es="")
    one = given_from_it(cast, aimed)
    page = read_in_spanish(client_of, cast.family, url("activity_detail", aimed, one))
    marked = '<span lang="en">{}</span> <small class="written-in" lang="es">en inglés</small>'
    assert marked.format(LADDER["why"]) in page
    assert marked.format(STEP) in page
    assert f"<h1>{IN_SPANISH['title_es']}" in page


def test_what_was_fitted_to_the_child_is_the_therapists_own(
    cast: Cast, client_of: Door, aimed: Referral
) -> None:
    own_activity(cast.clinic)
    one = given_from_it(cast, aimed)
    change_activity(
        activity=one, edition=1, goals=[aimed.goals.get()], why="Mina loves socks.",
        by=cast.therapist, at=timezone.now(),
    )  # fmt: skip
    page = read_in_spanish(client_of, cast.family, url("activity_detail", aimed, one))
    assert '<span lang="en">Mina loves socks.</span>' in page
    assert IN_SPANISH["why_es"] not in page
    assert IN_SPANISH["title_es"] in page


# --- Payers -------------------------------------------------------------------------------------


def draft(cast: Cast, referral: Referral, at: datetime, payer: str = "county") -> Plan:
    said = a_plan(day_of(at, referral) + timedelta(days=10)) | {"payer": payer}
    return draft_plan(id=new_id(), referral=referral, by=cast.therapist, at=at, **said)


def offered(page: Any) -> list[str]:
    return [code for code, _ in page.context["form"].fields["payer"].choices]


SHIPPED = ["", "standard", "extended", "half_year", "year"]


def test_it_is_offered_where_a_payer_is_chosen_and_nowhere_else(
    cast: Cast, client_of: Door, evaluated: Referral
) -> None:
    own_payer(cast.clinic)
    own_payer(cast.other_clinic, code="valley", name="Valley Plan")
    assert offered(client_of(cast.therapist).get(url("plan_write", evaluated))) == [
        *SHIPPED,
        "county",
    ]
    assert [*payers_at(cast.other_clinic.pk)][-1] == "valley"


@pytest.mark.parametrize("code", ["valley", "nothing"])
def test_a_payer_that_the_clinic_does_not_have_is_refused(
    code: str, cast: Cast, evaluated: Referral, later: datetime
) -> None:
    own_payer(cast.other_clinic, code="valley")
    with pytest.raises(Refused, match="Choose how long the payer lets a plan hold"):
        draft(cast, evaluated, later, code)
    assert not Plan.objects.exists()


def test_one_that_was_retired_stays_with_the_plan_that_names_it(
    cast: Cast, client_of: Door, evaluated: Referral, later: datetime
) -> None:
    payer = own_payer(cast.clinic)
    plan = draft(cast, evaluated, later)
    payer.is_active = False
    payer.save()
    write = url("plan_write", evaluated)
    assert offered(client_of(cast.therapist).get(write)) == [*SHIPPED, "county"]
    said = {name: getattr(plan, name) for name in Plan.CONTENT} | {"approaches": "Play."}
    draft_plan(id=plan.pk, referral=evaluated, edition=1, by=cast.therapist, at=later, **said)
    plan.refresh_from_db()
    assert (plan.payer, plan.approaches) == ("county", "Play.")
    Plan.objects.filter(pk=plan.pk).update(payer="standard")
    assert offered(client_of(cast.therapist).get(write)) == SHIPPED


LABEL = "Harbor County Plan: signed in 14 days, valid for 60 days"
ETIQUETA = "Harbor County Plan: firmado en 14 días, válido por 60 días"


@pytest.fixture
def under_it(cast: Cast, evaluated: Referral, later: datetime) -> Plan:
    """A plan that was written and signed under the clinic's own payer."""
    own_payer(cast.clinic)
    plan = draft(cast, evaluated, later)
    return sign_plan(plan=plan, by=cast.therapist, at=later + timedelta(hours=1))


def test_the_clocks_of_a_plan_run_as_it_says(cast: Cast, under_it: Plan, later: datetime) -> None:
    at = later + timedelta(hours=2)
    referral = explain_plan(
        referral=fresh(under_it.referral), explained_to="Rosa", language="Spanish",
        teach_back="Coats.", by=cast.therapist, at=at,
    )  # fmt: skip
    send_plan(referral=fresh(referral), by=cast.therapist, at=at)
    plan = Plan.objects.get()
    assert plan.answer_due_on == day_of(at, referral) + timedelta(days=14)
    assert plan.starts_on is not None
    assert certifiable(plan) == (plan.starts_on, plan.starts_on + timedelta(days=60))


def test_the_plan_says_it_to_everybody(cast: Cast, client_of: Door, under_it: Plan) -> None:
    page = url("plan_detail", under_it.referral, under_it)
    assert LABEL in client_of(cast.pediatrician).get(page).content.decode()
    assert ETIQUETA in read_in_spanish(client_of, cast.family, page)
    Plan.objects.update(
        sent_at=timezone.now(), sent_by=cast.therapist, answer_due_on=timezone.localdate()
    )
    said = plan_of_care(under_it.referral, under_it.pk)
    assert said is not None
    assert LABEL in texts(said)


def tracked(client_of: Door, user: User, **asked: str) -> tuple[list[str], list[str]]:
    """The payers of the plans that are listed, and the codes that can be asked for."""
    context = client_of(user).get(reverse("plan_list"), asked).context
    return [row.payer for row in context["rows"]], [code for code, _ in context["payers"]]


def test_the_tracker_names_it_and_finds_it(cast: Cast, client_of: Door, under_it: Plan) -> None:
    assert tracked(client_of, cast.therapist) == (["Harbor County Plan"], [*SHIPPED, "county"])
    assert tracked(client_of, cast.therapist, payer="county")[0] == ["Harbor County Plan"]
    assert tracked(client_of, cast.therapist, payer="year")[0] == []
    # A pediatrician finds what a plan names that they read, and learns of no other profile.
    own_payer(cast.clinic, code="city", name="City Plan")
    assert tracked(client_of, cast.pediatrician) == (["Harbor County Plan"], [*SHIPPED, "county"])
    assert tracked(client_of, cast.pediatrician, payer="county")[0] == ["Harbor County Plan"]
    assert tracked(client_of, cast.pediatrician, payer="year")[0] == []
    assert tracked(client_of, cast.stranger) == ([], SHIPPED)


def test_two_clinics_of_one_code_find_each_its_own(
    cast: Cast, client_of: Door, under_it: Plan
) -> None:
    own_payer(cast.other_clinic, name="Valley Plan")
    assert tracked(client_of, cast.therapist, payer="county")[0] == ["Harbor County Plan"]
    assert tracked(client_of, cast.stranger, payer="county")[0] == []
    Membership.objects.create(
        user=cast.therapist, organization=cast.other_clinic, role="therapist", since=timezone.now()
    )
    page = client_of(cast.therapist).get(reverse("plan_list"))
    assert dict(page.context["payers"])["county"] == "Harbor County Plan / Valley Plan"


# --- What it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_own_entries_cost_one_query_however_many(
    rows: int, cast: Cast, django_assert_num_queries: Count
) -> None:
    for n in range(rows):
        own_activity(cast.clinic, code=f"h_{n}")
        own_payer(cast.clinic, code=f"p_{n}")
    with django_assert_num_queries(1):
        activities_at(cast.clinic.pk)
    with django_assert_num_queries(1):
        payers_at(cast.clinic.pk)
