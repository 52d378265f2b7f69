"""What do the plan's pages show and keep, and how far is a signature from home?"""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals.actions.plan import draft_plan, sign_plan
from referrals.models import Plan, Prescription, Referral
from referrals.models.record import new_id
from tests.stages import a_plan, day_of, fresh


def url(name, referral, *more):
    return reverse(name, args=[referral.pk, *more])


def typed(referral, now, **changes):
    """The whole form as it is sent; empty strings for what was cleared."""
    words = a_plan(day_of(now, referral) + timedelta(days=20)) | {
        "id": new_id(), "version": "", "precautions": "", "equipment": "", "accommodations": "",
        "do": "save",
    }  # fmt: skip
    return words | changes


@pytest.fixture
def ot(client_of, therapist):
    return client_of(therapist)


# --- Writing ------------------------------------------------------------------------------------


def test_the_form_begins_with_what_the_evaluation_recommends(ot, evaluated):
    page = ot.get(url("plan_write", evaluated))
    start = page.context["form"].initial
    assert (start["visits"], start["per"], start["minutes"], start["weeks"]) == (2, "week", 45, 12)
    assert (start["setting"], start["payer"]) == ("clinic", "standard")
    assert not Plan.objects.exists()


def test_saved_it_is_a_draft_that_is_gone_on_with(ot, evaluated, now):
    sent = typed(evaluated, now, approaches="Play")
    assert ot.post(url("plan_write", evaluated), sent).status_code == 302
    page = ot.get(url("plan_write", evaluated))
    assert page.context["form"].initial["approaches"] == "Play"
    assert page.context["form"].initial["version"] == 1


def test_it_saves_itself_while_it_is_typed(ot, evaluated, now):
    sent = typed(evaluated, now, visits="many")
    saved = ot.post(url("plan_write", evaluated), sent, headers={"X-Autosave": "1"})
    assert (saved.status_code, saved["X-Version"]) == (200, "1")
    assert saved.content.decode().endswith(", except: Visits. Please look at it before you leave.")
    again = ot.post(
        url("plan_write", evaluated),
        sent | {"visits": 3, "version": 1},
        headers={"X-Autosave": "1"},
    )
    assert again["X-Version"] == "2"
    assert Plan.objects.get().visits == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [("visits", "99"), ("minutes", "5"), ("weeks", "x"), ("starts_on", "soon"), ("per", "year")],
)
def test_what_is_not_valid_is_shown_again_and_the_rest_is_kept(field, value, ot, evaluated, now):
    sent = typed(evaluated, now, approaches="Play", **{field: value})
    page = ot.post(url("plan_write", evaluated), sent)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert f'value="{value}"' in page.content.decode() or field == "per"
    assert Plan.objects.get().approaches == "Play"


def test_of_two_tabs_the_second_is_shown_both(ot, client_of, colleague, planned, now):
    plan = Plan.objects.get()
    words = typed(planned, now, id=plan.pk, version=plan.edition)
    client_of(colleague).post(url("plan_write", planned), words | {"approaches": "Theirs"})
    page = ot.post(url("plan_write", planned), words | {"approaches": "Mine"})
    assert page.status_code == 409
    text = page.content.decode()
    assert "Theirs" in text
    assert "Mine" in text
    assert Plan.objects.get().approaches == "Theirs"
    again = words | {"approaches": "Mine", "version": page.context["form"]["version"].value()}
    assert ot.post(url("plan_write", planned), again).status_code == 302
    assert Plan.objects.get().approaches == "Mine"


def test_two_forms_that_began_one_plan_end_in_one(ot, evaluated, now):
    ot.post(url("plan_write", evaluated), typed(evaluated, now))
    page = ot.post(url("plan_write", evaluated), typed(evaluated, now, approaches="Second"))
    assert page.status_code == 409
    form = page.context["form"]
    assert str(Plan.objects.get().pk) == form["id"].value()
    words = typed(evaluated, now, approaches="Second", id=form["id"].value(), version=1)
    assert ot.post(url("plan_write", evaluated), words).status_code == 302
    assert Plan.objects.get().approaches == "Second"


def test_a_double_click_makes_one_draft(ot, evaluated, now):
    sent = typed(evaluated, now)
    for _ in range(2):
        assert ot.post(url("plan_write", evaluated), sent).status_code == 302
    assert Plan.objects.get().edition == 1


def test_where_a_plan_stands_a_new_version_says_why(ot, plan_signed):
    page = ot.get(url("plan_write", plan_signed))
    key = page.context["form"]["id"].value()
    assert ot.post(url("plan_write", plan_signed), {"id": key, "reason": ""}).status_code == 422
    for each in (key, key, new_id()):  # a double click, and another tab
        sent = ot.post(url("plan_write", plan_signed), {"id": each, "reason": "A slip"})
        assert (sent.status_code, sent["Location"]) == (302, url("plan_write", plan_signed))
    assert Plan.objects.filter(status="draft").count() == 1
    assert ot.get(url("plan_write", plan_signed)).context["form"].initial["visits"] == 2


def test_with_the_plan_on_its_way_the_form_leads_back(ot, plan_sent):
    shown = ot.get(url("plan_write", plan_sent))
    assert (shown.status_code, shown["Location"]) == (302, url("plan_versions", plan_sent))


def test_what_was_typed_while_the_plan_went_on_its_way_is_shown_again(ot, plan_sent, now):
    sent = ot.post(url("plan_write", plan_sent), typed(plan_sent, now, approaches="Typed late"))
    assert sent.status_code == 409
    assert b"Typed late" in sent.content
    assert Plan.objects.get().approaches != "Typed late"


# --- Signing ------------------------------------------------------------------------------------


def test_read_and_sign_lists_what_it_lacks(ot, evaluated, now):
    sent = typed(evaluated, now, therapy="", discharge_plan="", do="sign")
    assert ot.post(url("plan_write", evaluated), sent)["Location"] == url("plan_sign", evaluated)
    page = ot.get(url("plan_sign", evaluated))
    assert page.context["lacks"] == [
        "Choose the kind of therapy.",
        "Say how and when therapy is meant to end.",
    ]
    plan = Plan.objects.get()
    refused = ot.post(url("plan_sign", evaluated), {"id": plan.pk, "version": plan.edition})
    assert refused.status_code == 422
    assert Plan.objects.get().is_draft


def test_a_second_click_signs_once(ot, planned):
    plan = Plan.objects.get()
    for _ in range(2):
        done = ot.post(url("plan_sign", planned), {"id": plan.pk, "version": plan.edition})
        assert (done.status_code, done["Location"]) == (302, url("plan_detail", planned, plan.pk))


def test_what_changed_under_the_signer_is_refused_and_shown(ot, colleague, planned, now):
    plan = Plan.objects.get()
    draft_plan(id=plan.pk, referral=planned, approaches="Something else", by=colleague, at=now)
    page = ot.post(url("plan_sign", planned), {"id": plan.pk, "version": plan.edition})
    assert page.status_code == 409
    assert "It is shown below as it stands now: read it again before you sign." in page.text
    assert "Something else" in page.text
    assert Plan.objects.get().is_draft
    again = {"id": plan.pk, "version": page.context["form"]["version"].value()}
    assert ot.post(url("plan_sign", planned), again).status_code == 302


def test_who_has_no_credentials_is_told_and_loses_nothing(ot, therapist, planned):
    therapist.credentials = ""
    therapist.save()
    plan = Plan.objects.get()
    page = ot.post(url("plan_sign", planned), {"id": plan.pk, "version": plan.edition})
    assert page.status_code == 422
    assert "your credentials are not in your profile" in page.content.decode()


def test_the_id_of_another_referrals_plan_is_no_key(ot, planned):
    assert ot.post(url("plan_sign", planned), {"id": new_id(), "version": 1}).status_code == 404
    assert ot.get(url("plan_detail", planned, new_id())).status_code == 404


# --- Who reads ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["pediatrician", "coordinator", "family"])
def test_a_draft_is_read_by_nobody_but_the_therapists(who, cast, client_of, planned):
    door = client_of(getattr(cast, who))
    assert door.get(url("plan_detail", planned, Plan.objects.get().pk)).status_code == 404
    for page in ("plan_versions", "referral_detail"):
        text = door.get(url(page, planned)).content.decode()
        assert "Draft" not in text
        assert "Two buttons on the way out." not in text


def test_the_family_reads_what_was_signed(client_of, family, plan_signed):
    page = client_of(family).get(url("plan_detail", plan_signed, Plan.objects.get().pk))
    text = page.content.decode()
    assert "Two buttons on the way out." in text
    assert "Not yet with your doctor" in text
    assert "Write a new version" not in text


def test_a_new_version_shows_what_is_new(ot, therapist, plan_signed, later):
    at = later + timedelta(hours=3)
    plan = draft_plan(
        id=new_id(), referral=plan_signed, reason="Less to begin with", visits=1, by=therapist,
        at=at,
    )  # fmt: skip
    ot.post(url("plan_sign", plan_signed), {"id": plan.pk, "version": 1})
    page = ot.get(url("plan_detail", plan_signed, plan.pk))
    assert page.context["page"].changes == [
        ("How often", "2 visits a week of 45 minutes, for 12 weeks",
         "1 visit a week of 45 minutes, for 12 weeks"),
    ]  # fmt: skip
    assert "Less to begin with" in page.content.decode()


# --- Moves --------------------------------------------------------------------------------------


def test_the_therapist_is_led_from_the_evaluation_to_the_pediatrician(ot, planned, now):
    def first():
        return ot.get(url("referral_detail", planned)).context["primary"][0].label

    assert first() == "Go on writing the plan"
    plan = Plan.objects.get()
    ot.post(url("plan_sign", planned), {"id": plan.pk, "version": plan.edition})
    assert first() == "Explain the plan"
    words = {"explained_to": "Rosa", "language": "English", "teach_back": "Twice a week."}
    here = url("referral_explain_plan", planned)
    assert ot.post(here, {"version": 1}).status_code == 422
    ot.post(here, words | {"version": fresh(planned).version})
    assert first() == "Send the plan"
    ot.post(url("referral_send_plan", planned), {"version": fresh(planned).version})
    assert fresh(planned).state == "plan_sent"


def test_from_home_the_pediatrician_signs_in_two_clicks(client_of, pediatrician, plan_sent):
    door = client_of(pediatrician)
    row = door.get(reverse("home")).context["desk"].made().mine[0]
    page = door.get(row.url)
    assert "Two buttons on the way out." in page.content.decode()
    shown = {name: field.value() for name, field in ((f.name, f) for f in page.context["form"])}
    assert shown["prescribe"] is True
    signed = door.post(row.url, {k: v if v is not True else "on" for k, v in shown.items()})
    assert signed.status_code == 302
    assert fresh(plan_sent).state == "plan_acknowledged"
    assert Prescription.objects.get(number=2).visits == 2


def test_returned_from_the_same_page(client_of, pediatrician, plan_sent):
    door = client_of(pediatrician)
    away = url("referral_return_plan", plan_sent)
    assert away in door.get(url("referral_certify_plan", plan_sent)).content.decode()
    assert door.post(away, {"version": plan_sent.version, "changes": ""}).status_code == 422
    door.post(away, {"version": plan_sent.version, "changes": "Once a week first."})
    assert Plan.objects.get().changes_wanted == "Once a week first."


def test_what_the_pediatrician_wants_changed_stands_beside_the_reason(ot, plan_returned):
    """Beside it and not in it: the reason of a version is read by the family too."""
    page = ot.get(url("referral_revise_plan", plan_returned))
    assert b"Once a week first." in page.content
    assert page.context["form"]["reason"].value() is None


def test_a_certification_beyond_the_payers_time_is_said_at_its_field(
    client_of, pediatrician, plan_sent
):
    plan = Plan.objects.get()
    sent = client_of(pediatrician).post(
        url("referral_certify_plan", plan_sent),
        {"version": plan_sent.version, "valid_from": plan.starts_on, "valid_until": "2040-01-01"},
    )
    assert sent.status_code == 422
    assert "valid_until" in sent.context["form"].errors


def test_therapy_starts_with_a_reason_only_for_who_is_past_due(ot, client_of, in_therapy, now):
    begun = Referral.objects.get()
    assert begun.state == "in_therapy"
    again = ot.post(url("referral_start_therapy", in_therapy), {"version": begun.version - 1})
    assert (again.status_code, again["Location"]) == (302, url("referral_detail", in_therapy))


def test_while_therapy_goes_on_nothing_is_signed_that_was_not_sent(
    client_of, pediatrician, in_therapy
):
    door, here = client_of(pediatrician), url("referral_certify_plan", in_therapy)
    text = door.get(here).content.decode()
    assert "No plan waits for your signature now." in text
    assert url("referral_return_plan", in_therapy) not in text
    plan = Plan.objects.get()
    sent = {
        "version": in_therapy.version, "valid_from": plan.valid_from,
        "valid_until": plan.valid_until,
    }  # fmt: skip
    assert door.post(here, sent).status_code == 409


def test_start_shows_what_each_has_said(ot, plan_certified, therapist):
    page = ot.get(url("referral_start_therapy", plan_certified))
    assert page.context["goals"] == []
    refused = ot.post(
        url("referral_start_therapy", plan_certified), {"version": plan_certified.version}
    )
    assert refused.status_code == 422
    assert "Therapy needs at least one goal." in refused.content.decode()


# --- The tracker --------------------------------------------------------------------------------


def test_the_tracker_lists_what_each_side_sees(cast, client_of, plan_sent):
    for who, rows in (("therapist", 1), ("coordinator", 1), ("pediatrician", 1), ("stranger", 0)):
        page = client_of(getattr(cast, who)).get(reverse("plan_list"))
        assert len(page.context["rows"]) == rows


def test_filters_that_are_none_show_everything(ot, plan_sent):
    page = ot.get(reverse("plan_list"), {"standing": "lost", "payer": "king", "after": "x~y"})
    assert (page.status_code, len(page.context["rows"])) == (200, 1)
    assert ot.get(reverse("plan_list"), {"standing": "certified"}).context["rows"] == []


def test_the_child_and_the_referral_say_where_the_plan_stands(ot, plan_sent):
    due = f"{Plan.objects.get().answer_due_on:%-d %b %Y}"
    for here in (
        reverse("child_detail", args=[plan_sent.child_id]),
        url("referral_detail", plan_sent),
    ):
        text = ot.get(here).content.decode()
        assert "Waiting" in text
        assert f"to be signed by {due}" in text


def test_a_renewed_plan_that_waits_says_when_the_certification_before_it_ended(
    client_of, therapist, in_therapy, now, time_machine
):
    renewed = draft_plan(
        id=new_id(), referral=in_therapy, reason="She goes on", by=therapist, at=now
    )
    draft_plan(
        id=renewed.pk, referral=in_therapy, by=therapist, at=now,
        review_on=renewed.starts_on + timedelta(days=60),
    )  # fmt: skip
    sign_plan(plan=Plan.objects.get(number=2), by=therapist, at=now)
    ended = Plan.objects.get(number=1).valid_until
    noon = datetime.combine(ended, time(12), UTC)

    def read(on):
        time_machine.move_to(on, tick=False)
        door = client_of(therapist)
        pages = (
            reverse("plan_list"),
            url("referral_detail", in_therapy),
            url("plan_versions", in_therapy),
        )
        return [door.get(page).text for page in pages]

    said = f"The version before it ended on {ended:%-d %b %Y}"
    texts = read(noon)
    assert [said in text for text in texts] == [False, False, False]
    assert f"The version before it holds until {ended:%-d %b %Y}" in texts[1]
    assert [said in text for text in read(noon + timedelta(days=1))] == [True, True, True]


@pytest.mark.parametrize("name", ["plan_versions", "plan_list"])
def test_the_day_on_the_page_is_today(name, ot, plan_sent):
    path = url(name, plan_sent) if name == "plan_versions" else reverse(name)
    assert ot.get(path).context["today"] == timezone.localdate()
