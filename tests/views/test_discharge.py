"""What do the pages of the end of therapy show and keep, and to whom?"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals.actions.discharge import discharge_referral, draft_discharge
from referrals.models import Activity, Discharge, Referral, User
from referrals.models.record import new_id
from tests.discharge_stages import a_summary, said_of, summary
from tests.factories.therapy_rows import a_visit, an_activity
from tests.stages import fresh


@pytest.fixture
def now():
    """Therapy ends, four weeks and nine days later, on the day before yesterday."""
    then = timezone.localtime() - timedelta(days=38)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


def url(name, referral, *more):
    return reverse(name, args=[referral.pk, *more])


@pytest.fixture
def ot(client_of, therapist):
    return client_of(therapist)


def typed(ot, referral, **changes):
    """The form as it is shown, filled in."""
    form = ot.get(url("discharge_write", referral)).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    for row in form.rows:
        sent |= {row[name].html_name: row[name].value() or "" for name in row.fields}
    return sent | a_summary(do="save") | changes


def row_of(referral, name):
    return f"goal-{referral.goals.get().pk}-{name}"


# --- Writing ------------------------------------------------------------------------------------


def test_the_form_begins_with_what_is_known(ot, treated, therapist, ending):
    an_activity(treated, ending, by=therapist)
    page = ot.get(url("discharge_write", treated))
    text = page.content.decode()
    assert "Two buttons at the door: 5 times a week" in text
    assert "−1 Less than expected: Fastens 2 of 5 buttons" in text
    assert page.context["form"].rows[0]["outcome"].value() == "partly"
    assert url("plan_write", treated) in text
    assert not Discharge.objects.exists()


def test_saved_it_is_a_draft_that_is_gone_on_with(ot, treated):
    sent = typed(ot, treated, **{row_of(treated, "why"): "Ill for a week."})
    assert ot.post(url("discharge_write", treated), sent).status_code == 302
    form = ot.get(url("discharge_write", treated)).context["form"]
    assert form.initial["summary"] == "She learned fast."
    assert form.rows[0]["why"].value() == "Ill for a week."


def test_it_saves_itself_while_it_is_typed(ot, treated):
    sent = typed(ot, treated, ended_on="soon", **{row_of(treated, "why"): "x" * 501})
    saved = ot.post(url("discharge_write", treated), sent, headers={"X-Autosave": "1"})
    assert (saved.status_code, saved["X-Version"]) == (200, "1")
    said = saved.content.decode()
    assert "except: Last day of therapy, She wants to do her jacket by herself." in said
    assert Discharge.objects.get().summary == "She learned fast."


@pytest.mark.parametrize(
    ("field", "value"), [("ended_on", "soon"), ("return_until", "x"), ("why", "tired")]
)
def test_what_is_not_valid_is_shown_again_and_the_rest_is_kept(field, value, ot, treated):
    page = ot.post(url("discharge_write", treated), typed(ot, treated, **{field: value}))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert Discharge.objects.get().told == "Rosa, at the last visit."


def test_of_two_tabs_the_second_is_shown_both(ot, client_of, colleague, summed_up):
    words = typed(ot, summed_up)
    client_of(colleague).post(url("discharge_write", summed_up), words | {"summary": "Theirs"})
    page = ot.post(url("discharge_write", summed_up), words | {"summary": "Mine"})
    assert page.status_code == 409
    assert "Theirs" in page.content.decode()
    assert page.context["form"]["summary"].value() == "Mine"
    again = words | {"summary": "Mine", "version": page.context["form"]["version"].value()}
    assert ot.post(url("discharge_write", summed_up), again).status_code == 302
    assert Discharge.objects.get().summary == "Mine"


def test_what_was_typed_while_a_colleague_signed_is_shown_again(ot, treated, colleague, ending):
    sent = typed(ot, treated, summary="Typed late")
    draft_discharge(
        id=new_id(), referral=treated, by=colleague, at=ending,
        **a_summary(outcomes=said_of(treated, "partly")),
    )  # fmt: skip
    discharge_referral(referral=fresh(treated), by=colleague, at=ending)
    page = ot.post(url("discharge_write", treated), sent)
    assert page.status_code == 409
    assert "Typed late" in page.content.decode()
    assert Discharge.objects.get().summary == "She learned fast."


# --- Signing ------------------------------------------------------------------------------------


def test_read_and_sign_lists_what_it_lacks_and_what_will_be_cancelled(ot, treated, therapist):
    for days in (1, 2):
        a_visit(treated, timezone.now() + timedelta(days=days), by=therapist, status="booked")
    untold = a_visit(treated, timezone.now() - timedelta(hours=3), by=therapist, status="booked")
    sent = typed(ot, treated, told="", do="sign")
    page = ot.get(ot.post(url("discharge_write", treated), sent)["Location"])
    assert page.context["lacks"] == [
        "Say who was told, and how.",
        "Say why the goal “She wants to do her jacket by herself.” is not met in full.",
        f"Say first whether each visit took place: {timezone.localtime(untold.starts_at):%-d %b %Y}.",
    ]
    text = page.content.decode()
    assert "2 visits still booked: the clinic cancels them with your signature." in text
    assert "Asked to read it: Rosa Fontaine, and the pediatrician." in text
    key = {"id": page.context["form"]["id"].value(), "version": 1}
    refused = ot.post(url("referral_discharge", treated), key)
    assert refused.status_code == 422
    assert fresh(treated).state == "in_therapy"


def test_a_double_click_signs_once(ot, summed_up):
    page = ot.get(url("referral_discharge", summed_up))
    key = {name: page.context["form"][name].value() for name in ("id", "version")}
    for _ in range(2):
        signed = ot.post(url("referral_discharge", summed_up), key)
        assert signed["Location"] == url("discharge_detail", summed_up, summary(summed_up).pk)
    assert fresh(summed_up).state == "discharged"


def test_a_faster_colleague_is_told_of(ot, client_of, colleague, summed_up):
    page = ot.get(url("referral_discharge", summed_up))
    key = {name: page.context["form"][name].value() for name in ("id", "version")}
    client_of(colleague).post(url("referral_discharge", summed_up), key)
    late = ot.post(url("referral_discharge", summed_up), key, follow=True)
    assert "This summary was signed meanwhile." in late.content.decode()
    assert summary(summed_up).signed_by == colleague


def test_the_signature_stands_under_the_edition_that_was_read(ot, summed_up):
    key = {"id": summary(summed_up).pk, "version": 1}
    ot.post(url("discharge_write", summed_up), typed(ot, summed_up, summary="Other"))
    refused = ot.post(url("referral_discharge", summed_up), key)
    assert refused.status_code == 409
    again = {name: refused.context["form"][name].value() for name in ("id", "version")}
    assert ot.post(url("referral_discharge", summed_up), again).status_code == 302


def test_a_page_of_an_earlier_summary_signs_no_later_one(client_of, colleague, reopened):
    """Therapy goes on after coming back, and a second summary is being written."""
    old = summary(reopened)
    Referral.objects.filter(pk=reopened.pk).update(state="in_therapy")
    new = draft_discharge(
        id=new_id(), referral=fresh(reopened), by=colleague, at=timezone.now(), **a_summary()
    )
    key = {"id": old.pk, "version": new.edition}
    late = client_of(colleague).post(url("referral_discharge", reopened), key)
    assert (late.status_code, summary(reopened).is_draft) == (409, True)
    assert "This summary was signed meanwhile." in late.content.decode()


# --- Reading ------------------------------------------------------------------------------------


def test_the_family_reads_words_and_no_numbers_of_clinicians(client_of, family, discharged):
    mother = client_of(family)
    text = mother.get(url("discharge_detail", discharged, summary(discharged).pk)).content.decode()
    assert "Partly reached" in text
    assert "Fastens 2 of 5 buttons" in text
    assert "T-score" not in text
    assert "−1" not in text


def test_a_goal_that_is_met_is_not_a_family_that_was_phoned(client_of, family, amended_discharge):
    # In English both are “reached”.
    User.objects.filter(pk=family.pk).update(language="es")
    at = url("discharge_detail", amended_discharge, summary(amended_discharge).pk)
    text = client_of(family).get(at).content.decode()
    assert "Meta alcanzada" in text
    assert "Se logró hablar" not in text


def test_clinicians_read_the_scores(client_of, pediatrician, discharged):
    doctor = client_of(pediatrician)
    text = doctor.get(url("discharge_detail", discharged, summary(discharged).pk)).content.decode()
    assert "T-scores of the goals" in text
    assert "+10.0" in text
    assert "2 attended" in text


def test_the_family_notes_it_once(client_of, family, discharged):
    mother = client_of(family)
    page = mother.get(url("discharge_note", discharged))
    key = {"id": page.context["form"]["id"].value()}
    for _ in range(2):
        assert mother.post(url("discharge_note", discharged), key).status_code == 302
    assert summary(discharged).family_noted_by == family
    assert "I have read it" not in mother.get(url("discharge_note", discharged)).content.decode()


def test_who_read_an_older_version_is_shown_the_newer(client_of, family, amended_discharge):
    old = Discharge.objects.get(status="amended")
    page = client_of(family).post(url("discharge_note", amended_discharge), {"id": old.pk})
    assert page.status_code == 409
    assert "There is a newer version." in page.content.decode()
    assert str(page.context["form"]["id"].value()) == str(summary(amended_discharge).pk)


def test_another_childs_summary_is_not_found(client_of, family, discharged):
    mother = client_of(family)
    assert mother.post(url("discharge_note", discharged), {"id": new_id()}).status_code == 404
    assert mother.get(url("discharge_detail", discharged, new_id())).status_code == 404


def test_the_family_home_says_what_to_keep_up_and_when_to_come_back(
    client_of, family, discharged, django_assert_num_queries
):
    mother = client_of(family)
    with django_assert_num_queries(7):
        text = mother.get(reverse("home")).content.decode()
    for words in (
        "Therapy has ended", "Let her button the top two.", "She stops buttoning for two weeks.",
        "you need no new referral", url("discharge_note", discharged),
    ):  # fmt: skip
        assert words in text
    mother.post(url("discharge_note", discharged), {"id": summary(discharged).pk})
    assert url("discharge_note", discharged) not in mother.get(reverse("home")).content.decode()


def test_an_adult_who_may_not_sign_reads_but_is_not_asked(client_of, cast, discharged):
    cast.child.seats.filter(user=cast.family).update(rights=["see"])
    mother = client_of(cast.family)
    assert "Read it and say so" not in mother.get(reverse("home")).content.decode()
    assert mother.get(url("discharge_note", discharged)).status_code == 403
    assert "Come back if" in mother.get(url("referral_detail", discharged)).content.decode()


def test_the_referrals_page_shows_each_outcome_and_the_way_back(
    client_of, pediatrician, discharged
):
    text = client_of(pediatrician).get(url("referral_detail", discharged)).content.decode()
    assert "Partly met" in text
    assert "The family has not read it yet" in text
    assert url("referral_reopen", discharged) in text
    assert "Refer again" not in text


@pytest.mark.parametrize(("who", "can_refer"), [("pediatrician", True), ("therapist", False)])
def test_too_late_the_way_leads_to_a_new_referral(who, can_refer, cast, client_of, discharged):
    Discharge.objects.update(return_until=timezone.localdate() - timedelta(days=1))
    door = client_of(getattr(cast, who))
    text = door.get(url("referral_detail", discharged)).content.decode()
    assert url("referral_reopen", discharged) not in text
    page = door.get(url("referral_reopen", discharged)).content.decode()
    assert "A new referral by the pediatrician carries everything over." in page
    assert ("Refer again, with all of this" in page) == can_refer
    sent = {"version": discharged.version, "reason": "She stopped."}
    assert door.post(url("referral_reopen", discharged), sent).status_code == 422
    assert fresh(discharged).state == "discharged"


def test_a_draft_is_the_therapists_alone(client_of, cast, summed_up):
    own = client_of(cast.therapist).get(url("referral_detail", summed_up)).content.decode()
    assert url("discharge_write", summed_up) in own
    for who in ("pediatrician", "family", "coordinator"):
        other = client_of(getattr(cast, who)).get(url("referral_detail", summed_up))
        assert other.context["discharge_card"] is None
        assert url("referral_discharge", summed_up) not in other.content.decode()


# --- Another version, and coming back -------------------------------------------------------------


def test_an_amendment_from_why_to_signature(ot, discharged):
    assert ot.get(url("discharge_write", discharged))["Location"] == url(
        "discharge_amend", discharged
    )
    key = ot.get(url("discharge_amend", discharged)).context["form"]["id"].value()
    assert ot.post(url("discharge_amend", discharged), {"id": key, "reason": ""}).status_code == 422
    for each in (key, key, new_id()):  # a double click, and another tab
        sent = ot.post(url("discharge_amend", discharged), {"id": each, "reason": "A slip"})
        assert sent["Location"] == url("discharge_write", discharged)
    sent = typed(ot, discharged, summary="Put right", do="sign")
    assert ot.post(url("discharge_write", discharged), sent).status_code == 302
    page = ot.get(url("referral_discharge", discharged))
    assert ("How it went", "She learned fast.", "Put right") in page.context["page"].changes
    form = page.context["form"]
    ot.post(url("referral_discharge", discharged), {n: form[n].value() for n in form.fields})
    assert summary(discharged).summary == "Put right"
    assert Discharge.objects.filter(status="amended").count() == 1


def test_nothing_is_amended_before_the_end(ot, treated):
    assert ot.get(url("discharge_amend", treated)).status_code == 409
    sent = ot.post(url("discharge_amend", treated), {"id": new_id(), "reason": "A slip"})
    assert sent.status_code == 409
    assert not Discharge.objects.exists()


def test_a_child_comes_back_and_the_next_plan_is_the_first_button(
    client_of, ot, pediatrician, discharged, therapist
):
    an_activity(discharged, timezone.now(), by=therapist)
    sent = {"version": discharged.version, "reason": "She stopped buttoning."}
    doctor = client_of(pediatrician)
    for _ in range(2):  # a double click
        assert doctor.post(url("referral_reopen", discharged), sent).status_code == 302
    page = ot.get(url("referral_detail", discharged))
    assert page.context["primary"][0].label == "Write the next plan"
    assert "Therapy is taken up again: She stopped buttoning." in page.content.decode()
    assert "version 1 of" in page.content.decode()
    assert Activity.objects.get().status == "active"
    assert Referral.objects.get().state == "evaluated"


def test_of_two_who_reopen_the_second_keeps_what_was_typed(client_of, ot, pediatrician, discharged):
    sent = {"version": discharged.version, "reason": "Mine."}
    client_of(pediatrician).post(url("referral_reopen", discharged), sent | {"reason": "First."})
    page = ot.post(url("referral_reopen", discharged), sent)
    assert page.status_code == 409
    assert "Mine." in page.content.decode()


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(
    ("name", "queries"), [("discharge_detail", 9), ("discharge_print", 9), ("discharge_pdf", 9)]
)
def test_pages_cost_the_same_with_one_goal_and_with_thirty(
    name, queries, rows, client_of, pediatrician, discharged, django_assert_num_queries
):
    one = summary(discharged)
    Discharge.objects.filter(pk=one.pk).update(outcomes=one.outcomes * rows)
    door = client_of(pediatrician)
    with django_assert_num_queries(queries):
        assert door.get(url(name, discharged, one.pk)).status_code == 200


@pytest.mark.parametrize(
    ("who", "queries"), [("pediatrician", 24), ("therapist", 24), ("family", 23)]
)
def test_the_referrals_page(who, queries, cast, client_of, discharged, django_assert_num_queries):
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(queries):
        door.get(url("referral_detail", discharged))
