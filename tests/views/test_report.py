"""What do the pages of reports show and keep, and how far is a reading from home?"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals.actions.report import amend_report, draft_report, send_report, sign_report
from referrals.models import Report
from referrals.models.record import new_id
from tests.report_stages import a_report
from tests.stages import fresh


@pytest.fixture
def now():
    """Nine days back, so that therapy has begun."""
    return timezone.localtime().replace(hour=10, minute=0) - timedelta(days=9)


def url(name, referral, *more):
    return reverse(name, args=[referral.pk, *more])


@pytest.fixture
def ot(client_of, therapist):
    return client_of(therapist)


@pytest.fixture
def doctor(client_of, pediatrician):
    return client_of(pediatrician)


def typed(page, **changes):
    """The form as the page shows it, filled in and sent."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    shown = {name: "" if value is None else value for name, value in shown.items()}
    shown.pop("interim", None)
    return shown | a_report() | {"do": "save"} | changes


# --- Writing ------------------------------------------------------------------------------------


def test_it_is_written_from_the_data_signed_and_sent(ot, in_therapy):
    page = ot.get(url("report_write", in_therapy))
    assert b"Counted for you" in page.content
    goal = next(name for name in page.context["form"].fields if name.startswith("words_"))
    sent = ot.post(url("report_write", in_therapy), typed(page, do="sign", **{goal: "Left hand."}))
    assert sent["Location"] == url("report_sign", in_therapy)
    assert Report.objects.get().goals[0]["words"] == "Left hand."
    page = ot.get(url("report_sign", in_therapy))
    assert b"Left hand." in page.content
    signing = {name: page.context["form"][name].value() for name in ("id", "version", "seen")}
    for _ in range(2):  # a double click
        sent = ot.post(url("report_sign", in_therapy), signing)
        assert sent["Location"] == url("report_detail", in_therapy, Report.objects.get().pk)
    assert ot.get(url("report_write", in_therapy))["Location"] == sent["Location"]
    page = ot.get(url("referral_send_report", in_therapy))
    version = page.context["form"]["version"].value()
    for _ in range(2):
        done = ot.post(url("referral_send_report", in_therapy), {"version": version})
        assert done.status_code == 302
    assert Report.objects.get().sent_at is not None


def test_it_saves_itself_and_says_what_is_left_out(ot, in_therapy):
    words = typed(ot.get(url("report_write", in_therapy)), until_on="soon")
    saved = ot.post(url("report_write", in_therapy), words, headers={"X-Autosave": "1"})
    assert (saved.status_code, saved["X-Version"]) == (200, "1")
    assert "except: Until" in saved.content.decode()
    assert Report.objects.get().summary == a_report()["summary"]


def test_a_period_the_wrong_way_round_costs_no_word(ot, in_therapy):
    words = typed(ot.get(url("report_write", in_therapy)), until_on="2020-01-01")
    page = ot.post(url("report_write", in_therapy), words)
    assert page.status_code == 422
    assert b"It ends before it begins." in page.content
    assert Report.objects.get().summary == a_report()["summary"]


def test_of_two_tabs_the_second_is_shown_both(ot, client_of, colleague, report_drafted):
    words = typed(ot.get(url("report_write", report_drafted)))
    client_of(colleague).post(url("report_write", report_drafted), words | {"summary": "Theirs"})
    page = ot.post(url("report_write", report_drafted), words | {"summary": "Mine"})
    assert page.status_code == 409
    text = page.content.decode()
    assert "Theirs" in text
    assert "Mine" in text
    again = words | {"summary": "Mine", "version": page.context["form"]["version"].value()}
    assert ot.post(url("report_write", report_drafted), again).status_code == 302


def test_what_it_lacks_is_listed_before_it_is_signed(ot, in_therapy):
    words = typed(ot.get(url("report_write", in_therapy)), recommendation="", do="sign")
    ot.post(url("report_write", in_therapy), words)
    page = ot.get(url("report_sign", in_therapy))
    assert page.context["lacks"] == ["Say whether therapy goes on, changes or ends."]
    signing = {name: page.context["form"][name].value() for name in ("id", "version", "seen")}
    assert ot.post(url("report_sign", in_therapy), signing).status_code == 422
    assert Report.objects.get().is_draft


def test_an_amendment_shows_what_it_changed(
    ot, client_of, family, report_sent, therapist, reporting
):
    first = Report.objects.get()
    amended = url("report_amend", report_sent, first.pk)
    key = ot.get(amended).context["form"]["id"].value()
    assert ot.post(amended, {"id": key, "reason": ""}).status_code == 422
    for _ in range(2):
        sent = ot.post(amended, {"id": key, "reason": "A slip."})
        assert sent["Location"] == url("report_write", report_sent)
    words = typed(ot.get(url("report_write", report_sent)), summary="Four buttons.", do="sign")
    ot.post(url("report_write", report_sent), words)
    page = ot.get(url("report_sign", report_sent))
    assert ("How it went", "She does three buttons now.", "Four buttons.") in [
        (one.name, one.before, one.now) for one in page.context["changes"]
    ]


def test_what_was_sent_stays_there_until_its_next_version_is_sent(
    client_of, cast, report_sent, therapist, reporting
):
    first, at = Report.objects.get(), reporting + timedelta(hours=1)
    second = amend_report(id=new_id(), report=first, reason="A slip.", by=therapist, at=at)
    sign_report(report=second, by=therapist, at=at + timedelta(minutes=1))
    for reader in (cast.family, cast.pediatrician):
        text = client_of(reader).get(url("referral_detail", report_sent)).content.decode()
        assert url("report_detail", report_sent, first.pk) in text
        assert str(second.pk) not in text


def test_what_was_never_sent_is_read_by_nobody_as_a_difference(
    ot, client_of, cast, report_signed, therapist, reporting
):
    """The first version lay with its author only; the second was sent in its place."""
    first = Report.objects.get()
    at = reporting + timedelta(minutes=12)
    key = amend_report(id=new_id(), report=first, reason="A slip.", by=therapist, at=at).pk
    words = {"summary": "Four buttons."}
    draft_report(id=key, referral=fresh(report_signed), by=therapist, at=at, **words)
    sign_report(report=Report.objects.get(pk=key), by=therapist, at=at + timedelta(minutes=1))
    there = url("report_detail", report_signed, key)
    assert "She does three buttons now." in ot.get(there).content.decode()
    send_report(referral=fresh(report_signed), by=therapist, at=at + timedelta(minutes=2))
    for reader in (cast.family, cast.pediatrician, cast.coordinator):
        door = client_of(reader)
        text = door.get(there).content.decode()
        assert "Four buttons." in text
        assert "She does three buttons now." not in text
        for name in ("report_detail", "report_print", "report_pdf"):
            assert door.get(url(name, report_signed, first.pk)).status_code == 404


# --- Reading ------------------------------------------------------------------------------------


def test_the_pediatrician_is_two_clicks_from_home(doctor, report_sent):
    home = doctor.get(reverse("home")).content.decode()
    assert "Read the progress report" in home
    assert url("report_acknowledge", report_sent) in home
    page = doctor.get(url("report_acknowledge", report_sent))
    assert b"She does three buttons now." in page.content
    sent = {"id": page.context["form"]["id"].value(), "answer": "Good."}
    for _ in range(2):
        done = doctor.post(url("report_acknowledge", report_sent), sent)
        assert done["Location"] == url("report_detail", report_sent, Report.objects.get().pk)
    assert b"Read the progress report" not in doctor.get(reverse("home")).content
    assert b"No report waits for you" in doctor.get(url("report_acknowledge", report_sent)).content


def test_a_second_reader_is_told_and_loses_no_word(
    client_of, doctor, practice_colleague, report_sent
):
    sent = {"id": Report.objects.get().pk, "answer": "My own words."}
    doctor.post(url("report_acknowledge", report_sent), sent | {"answer": ""})
    other = client_of(practice_colleague)
    page = other.post(url("report_acknowledge", report_sent), sent)
    assert page.status_code == 409
    assert b"My own words." in page.content


def test_the_family_reads_what_was_sent_without_scores(client_of, family, report_sent):
    report = Report.objects.get()
    door = client_of(family)
    for name in ("report_detail", "report_print"):
        page = door.get(url(name, report_sent, report.pk)).content
        assert b"She does three buttons now." in page
        assert b"Goal attainment" not in page
    listed = door.get(url("report_list", report_sent)).content.decode()
    assert url("report_detail", report_sent, report.pk) in listed


def test_a_report_of_another_child_is_not_found(ot, report_sent, cast, now):
    other = fresh(report_sent)
    other.pk = new_id()
    other.save(force_insert=True)
    for name in ("report_detail", "report_print", "report_pdf", "report_amend"):
        assert ot.get(url(name, other, Report.objects.get().pk)).status_code == 404


def test_to_change_the_plan_leads_to_its_next_version(ot, report_sent):
    Report.objects.update(recommendation="change")
    page = ot.get(url("report_detail", report_sent, Report.objects.get().pk))
    assert url("plan_write", report_sent).encode() in page.content


@pytest.mark.parametrize("reports", [1, 15])
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "family"])
@pytest.mark.parametrize(("name", "queries"), [("report_list", 7), ("report_detail", 9)])
def test_what_the_pages_cost(
    name, queries, who, reports, cast, report_sent, reporting, client_of, django_assert_num_queries
):
    Report.objects.update(acknowledged_at=reporting, acknowledged_by=cast.pediatrician)
    for n in range(reports - 1):
        at = reporting + timedelta(minutes=n)
        before = Report.objects.get(status="final")
        amended = amend_report(id=new_id(), report=before, reason="x", by=cast.therapist, at=at)
        sign_report(report=amended, by=cast.therapist, at=at)
        Report.objects.filter(pk=amended.pk).update(
            sent_at=at, sent_by=cast.therapist, acknowledged_at=at,
            acknowledged_by=cast.pediatrician,
        )  # fmt: skip
    keys = [report_sent.pk]
    if name == "report_detail":
        keys.append(Report.objects.get(status="final").pk)
    door = client_of(getattr(cast, who))
    # A clinician's page begins with what a court limits: one more.
    with django_assert_num_queries(queries - (who == "family")):
        door.get(reverse(name, args=keys))
